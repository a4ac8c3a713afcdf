"""Words of the storefront."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "storefront.signed_out": ("请先登录", "Please sign in first"),
    "storefront.login_failed": ("账号或密码不对", "Account or password is not right"),
    "storefront.login_taken": ("这个账号已经有人用了", "That account name is already taken"),
    "storefront.origin": ("请在店铺页面上操作", "Please do this on the shop's own page"),
    "storefront.demo_only": ("只有演示店铺才有这个按钮", "Only the demo shop has this button"),
}
