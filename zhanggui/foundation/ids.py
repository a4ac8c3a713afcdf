"""Identifiers: typed by prefix, sortable by time of birth.

`c_06f3k2m9q0b7xw4t1zr8` is a conversation. The first ten characters carry milliseconds, the other ten are random,
so ids made later sort later (to the millisecond) and two processes never need to agree on a counter.
"""

import secrets
from typing import NewType

from zhanggui.foundation.clock import now_ms

AgentId = NewType("AgentId", str)
RoleId = NewType("RoleId", str)
GroupId = NewType("GroupId", str)
ShopId = NewType("ShopId", str)
ProductId = NewType("ProductId", str)
VisitorId = NewType("VisitorId", str)
CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)
ConversationId = NewType("ConversationId", str)
FileId = NewType("FileId", str)
LabelId = NewType("LabelId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_CHARS = 10
_RANDOM_CHARS = 10


def new_id(prefix: str, *, at: int | None = None) -> str:
    """Return a fresh id `prefix_…` whose order follows its time of birth (`at`, ms UTC; default now)."""
    value = ((now_ms() if at is None else at) << (5 * _RANDOM_CHARS)) | secrets.randbits(5 * _RANDOM_CHARS)
    characters = [_ALPHABET[(value >> shift) & 31] for shift in range(5 * (_TIME_CHARS + _RANDOM_CHARS - 1), -1, -5)]
    return f"{prefix}_{''.join(characters)}"


def is_id(text: str, prefix: str) -> bool:
    """Tell whether `text` has the shape of an id with this prefix (it may still belong to nobody)."""
    head, _, tail = text.partition("_")
    return head == prefix and 1 <= len(tail) <= 40 and all(c.isalnum() or c == "-" for c in tail) and tail.isascii()
