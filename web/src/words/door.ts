/** Words of login and set-up. */
export const zh = {
  doorway: {
    line: "迎来送往\n件件有着落",
    foot: "开放的网店客服台",
    theme: "切换深色和浅色",
  },
  login: {
    title: "登录",
    text: "欢迎回来，今天也生意兴隆。",
    over: "登录已过期，请重新登录，登录后回到刚才的页面。",
    login: "登录名",
    password: "密码",
    code: "动态验证码",
    codeHint: "打开手机上的验证器，输入 6 位数字；手机不在身边可以用恢复码。",
    enter: "登录",
    lost: "忘记密码？请店主或主管在「子账号」里重置。",
  },
  setup: {
    title: "新店开张",
    text: "先给店铺起个名字，再建一个店主账号。",
    shop: "店铺名称",
    shopExample: "例如：山野茶铺",
    name: "你的称呼",
    loginHint: "用来登录，字母、数字都可以。",
    passwordHint: "至少 10 位，几个不相关的词连起来最好记。",
    token: "设置码",
    tokenHint: "启动服务时，终端里会显示。",
    open: "开张",
  },
};

export const en: typeof zh = {
  doorway: {
    line: "Everyone is welcomed,\nevery matter is settled.",
    foot: "The open customer-service desk for online shops",
    theme: "Switch light and dark",
  },
  login: {
    title: "Sign in",
    text: "Welcome back. May business be brisk.",
    over: "Your session has ended. Sign in to return to where you were.",
    login: "Login",
    password: "Password",
    code: "Authenticator code",
    codeHint: "The six digits your authenticator shows; without the phone, a recovery code.",
    enter: "Sign in",
    lost: "Forgot your password? The owner or a lead can reset it under Sub-accounts.",
  },
  setup: {
    title: "Open your shop",
    text: "Name the shop and make the owner's account.",
    shop: "Shop name",
    shopExample: "e.g. Mountain Tea",
    name: "Your name",
    loginHint: "For signing in; letters and digits will do.",
    passwordHint: "At least 10 characters; a few unrelated words are easiest to remember.",
    token: "Set-up code",
    tokenHint: "Shown in the terminal when the server started.",
    open: "Open the shop",
  },
};
