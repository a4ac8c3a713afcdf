"""Words for error codes and server-made lines, in Chinese and English, gathered from every room.

A room's `words.py` holds `WORDS = {"team.agent_limit": ("子账号已达上限 {limit} 个", "The limit of …")}`; `main.py`
registers them. A code without words is a programming error that a law test finds.
"""

from collections.abc import Mapping

_WORDS: dict[str, tuple[str, str]] = {
    "http.invalid": ("提交的内容有误：{problem}", "What was sent is not valid: {problem}"),
    "http.not_found": ("没有找到", "Not found"),
    "http.method": ("不支持这种操作", "That is not possible here"),
    "http.too_large": ("内容太大，上限 {limit}", "Too large, the limit is {limit}"),
    "http.internal": (
        "服务器出了点问题，已经记录下来，请稍后再试",
        "Something went wrong on our side; please try again",
    ),
    "access.signed_out": ("登录已失效，请重新登录", "You are signed out; please sign in again"),
    "access.forbidden": ("没有这项权限", "You do not have this permission"),
    "access.csrf": ("页面已过期，请刷新后再试", "This page is out of date; reload and try again"),
    "database.unavailable": ("暂时无法保存，请稍后再试", "It cannot be saved right now; please try again"),
    "database.broken_references": (
        "有 {count} 行指向不存在的数据（例如表 {table}），已全部撤销",
        "{count} rows point at nothing (in table {table}, for one); everything was undone",
    ),
    "database.full": ("磁盘空间不足，内容没有保存", "The disk is full; nothing was saved"),
}


def register(words: Mapping[str, tuple[str, str]]) -> None:
    """Add a room's words. The same code twice with other words is a programming error."""
    for code, pair in words.items():
        if _WORDS.setdefault(code, pair) != pair:
            raise ValueError(f"two different wordings for {code}")


def say(code: str, language: str = "zh-CN", **args: object) -> str:
    """Return the words for `code` ("en…" is English, all else Chinese); an unknown code speaks for itself."""
    pair = _WORDS.get(code)
    if pair is None:
        return code
    template = pair[1] if language.lower().startswith("en") else pair[0]
    try:
        return template.format(**args)
    except (KeyError, IndexError):
        return template


def known() -> Mapping[str, tuple[str, str]]:
    """Return every registered code with its two wordings, for the law tests."""
    return dict(_WORDS)


def preferred_language(accept_language: str | None, default: str = "zh-CN") -> str:
    """Return "zh-CN" or "en" from an Accept-Language header; the first language that we speak wins."""
    for part in (accept_language or "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return default
