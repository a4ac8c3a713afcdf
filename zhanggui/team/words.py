"""What the team room says, in Chinese and English."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # names and passwords
    "team.name_empty": ("请填写名称", "Please enter a name"),
    "team.name_too_long": ("名称最多 {limit} 个字", "A name has at most {limit} characters"),
    "team.name_signs": (
        "名称里有看不见的字符，请重新输入",
        "The name contains invisible characters; please type it again",
    ),
    "team.name_taken": ("已经有同名的了，请换一个", "That name is already in use; please choose another"),
    "team.login_length": ("登录名要 {least} 到 {limit} 个字符", "A login has {least} to {limit} characters"),
    "team.login_signs": (
        "登录名只能用文字、数字和 . _ - @ :",
        "A login may only contain letters, digits and . _ - @ :",
    ),
    "team.login_taken": ("这个登录名已经有人用了", "That login is already taken"),
    "team.password_short": ("密码至少要 {least} 位", "A password needs at least {least} characters"),
    "team.password_long": ("密码最多 {limit} 位", "A password has at most {limit} characters"),
    "team.password_signs": ("密码里有不能使用的字符", "The password contains characters that cannot be used"),
    "team.password_common": (
        "这个密码太容易被猜到，请换一个，比如几个不相关的词",
        "That password is too easy to guess; try a few unrelated words",
    ),
    "team.password_wrong": ("密码不对", "The password is not right"),
    "team.password_same": ("新密码不能和旧密码一样", "The new password must differ from the old one"),
    "team.capacity": ("接待上限要在 {least} 到 {limit} 之间", "Capacity is between {least} and {limit}"),
    "team.settings_too_large": ("个人设置太大，无法保存", "The personal settings are too large to keep"),
    "team.settings_unfit": (
        "个人设置里有无法保存的内容",
        "The personal settings contain something that cannot be kept",
    ),
    "team.avatar": ("头像地址无效", "That picture address is not valid"),
    # signing in
    "team.login_failed": ("登录名或密码不对", "Login or password is not right"),
    "team.totp_required": ("请输入动态验证码", "Please enter the code from your authenticator"),
    "team.totp_wrong": ("验证码不对或已用过", "The code is wrong or has been used already"),
    "team.wait": ("尝试次数太多，请 {retry_after} 秒后再试", "Too many tries; please wait {retry_after} seconds"),
    "team.busy": ("登录的人太多，请稍等几秒再试", "Many people are signing in; please try again in a few seconds"),
    "team.totp_on": ("动态验证码已经开启", "Two-step sign-in is already on"),
    "team.totp_off": ("动态验证码没有开启", "Two-step sign-in is not on"),
    "team.totp_not_started": ("请先扫描二维码再输入验证码", "Please scan the QR code first"),
    # set-up
    "team.already_set_up": ("店铺已经设置过了，请直接登录", "The shop is already set up; please sign in"),
    "team.setup_not_here": (
        "首次设置要在服务器本机上打开，或使用启动时显示的设置链接",
        "First set-up works on the server itself, or with the set-up link shown when it started",
    ),
    # accounts, roles, groups
    "team.no_owner_yet": (
        "还没有店主：先启动服务，在工作台里开店",
        "There is no owner yet: start the server and set up at the desk first",
    ),
    "team.no_owner": ("没有这个店主账号", "There is no owner account of this login"),
    "team.agent_limit": (
        "子账号已达上限 {limit} 个，请先停用不用的账号",
        "The limit of {limit} sub-accounts is reached; disable one that is no longer used",
    ),
    "team.last_owner": ("至少要保留一位可用的店主", "At least one active owner must remain"),
    "team.not_yourself": ("不能停用自己的账号", "You cannot disable your own account"),
    "team.above_you": (
        "对方的权限比你多，不能改动这个账号",
        "This account has permissions you do not have, so you cannot change it",
    ),
    "team.not_yours_to_grant": ("不能授予自己没有的权限", "You cannot grant permissions you do not have yourself"),
    "team.own_password": ("修改自己的密码请到个人设置", "Change your own password in your own settings"),
    "team.agent_unknown": ("没有找到这个账号", "There is no such account"),
    "team.role_unknown": ("没有找到这个角色", "There is no such role"),
    "team.role_builtin": ("内置角色不能修改或删除", "Built-in roles cannot be changed or deleted"),
    "team.role_in_use": ("还有 {count} 个账号在用这个角色", "{count} accounts still have this role"),
    "team.permission_unknown": ("没有这项权限：{permission}", "There is no such permission: {permission}"),
    "team.group_unknown": ("没有找到这个分组", "There is no such group"),
    "team.session_unknown": ("没有找到这个登录", "There is no such session"),
    # names of the built-in roles
    "team.role.owner": ("店主", "Owner"),
    "team.role.lead": ("主管", "Lead"),
    "team.role.agent": ("客服", "Agent"),
    "team.role.trainee": ("实习客服", "Trainee"),
    "team.role.viewer": ("只读", "Viewer"),
}
