"""Words of the bell tower."""

WORDS = {
    "protocol.malformed": ("收到无法识别的数据", "A frame could not be read"),
    "protocol.invalid": ("数据格式有误：{problem}", "A frame is not valid: {problem}"),
    "protocol.version": ("页面版本过旧，请刷新", "This page is too old, please reload"),
    "protocol.origin": ("不允许从这个网站连接", "Connections from this site are not allowed"),
    "protocol.hello_late": ("连接超时，请重试", "The connection timed out, please try again"),
    "protocol.too_large": ("内容太大", "The frame is too large"),
    "protocol.too_fast": ("操作太频繁，请稍后再试", "Too many frames, please slow down"),
    "protocol.silent": ("连接已断开", "The connection fell silent"),
    "protocol.restarting": ("服务正在重启", "The server is restarting"),
    "protocol.identity": ("身份已更新，正在重新连接", "Your identity was renewed; connecting again"),
}
