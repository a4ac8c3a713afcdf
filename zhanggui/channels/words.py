"""Words of the channels room."""

WORDS = {
    "channels.no_shop": ("没有这家店铺", "No such shop"),
    "channels.origin": ("这个网站不能使用本店客服", "This site may not use the shop's chat"),
    "channels.token": ("会话已过期，请刷新页面", "This visit has ended; please reload the page"),
    "channels.too_many": ("请求太频繁，请稍后再试", "Too many requests, please try again later"),
}
