"""What may be said, and how: pure checks on a line before it goes anywhere."""

import re

from zhanggui.foundation.errors import Invalid

KINDS_DESK = frozenset({"text", "emoticon", "image", "file", "video", "product", "order", "note"})
KINDS_VISIT = frozenset({"text", "emoticon", "image", "file", "video", "product", "order", "nudge"})
WITH_TEXT = frozenset({"text", "emoticon", "note"})
ID_LENGTH = 64
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str, *, limit: int) -> str:
    """Return the text as it is stored: exactly as written but for line ends; refuse what no text may hold.

    Bidirectional overrides and zero-width marks stay (the reply check looks for them, screens isolate them).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_TEXT.search(text):
        raise Invalid("chat.bad_text", field="text")
    if len(text) > limit:
        raise Invalid("chat.too_long", field="text", limit=limit)
    return text


def check_line(kind: str, text: str, *, desk: bool, has: frozenset[str]) -> None:
    """Refuse a kind this side may not send, and a line with nothing in it; `has` names what came along."""
    if kind not in (KINDS_DESK if desk else KINDS_VISIT):
        raise Invalid("chat.bad_kind", field="kind")
    if kind in WITH_TEXT:
        if not text.strip():
            raise Invalid("chat.empty", field="text")
    elif kind != "nudge":
        wanted = kind if kind in ("product", "order") else "file"
        if wanted not in has:
            raise Invalid("chat.empty", field=wanted)


def check_id(client_id: str) -> None:
    """Refuse an id that is empty, too long or not plain ASCII."""
    if not 1 <= len(client_id) <= ID_LENGTH or not client_id.isascii() or not client_id.isprintable() or '"' in client_id or "\\" in client_id:  # fmt: skip  # noqa: E501
        raise Invalid("protocol.invalid", problem="id")
