"""What the search field finds: lines, customers, orders, each newest first and only what this person may see."""

import unicodedata
from collections.abc import Collection, Sequence
from typing import Final, Literal, cast

import msgspec

from zhanggui.chat.access import sees
from zhanggui.chat.searching import index
from zhanggui.chat.searching.reach import readable
from zhanggui.chat.searching.tables import line
from zhanggui.chat.searching.tokens import Span, excerpt, places, wanted
from zhanggui.chat.tables import conversation, message
from zhanggui.customers import access as customer_access
from zhanggui.customers import queries as customers
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import BulkSelect, Rx
from zhanggui.foundation.errors import Invalid
from zhanggui.foundation.texts import plain_line
from zhanggui.store import access as store_access
from zhanggui.store import queries as store
from zhanggui.store.shapes import OrderView

Kind = Literal["message", "customer", "order"]
PAGE: Final = 30
LOOKED_AT: Final = 1_000
"""Lines one request looks at: the answer then says where to go on, so that no question can hold the desk up."""
FURTHEST: Final = 3_000
"""Customers or orders one can page through."""
_MOST_AT_ONCE: Final = 1_000
_TAIL: Final = 4
_Line = tuple[str, int, int, str, int | None]
_lines = BulkSelect(line, ("id",), ("id", "conversation", "seq"))
_owners = BulkSelect(conversation, ("id",), ("id", "customer", "name", "assignee", "group_id", "state"))
_of_customers = BulkSelect(
    conversation, ("customer",), ("customer", "opened_at", "id", "assignee", "group_id", "state")
)
_messages = BulkSelect(message, ("conversation", "seq"), ("conversation", "seq", "at", "text", "recalled_at"))


class Hit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something found. `spans` are [start, end) in signs of `text`; `conversation` is where to go, None: none yet."""

    conversation: str | None
    customer: str
    name: str
    text: str
    spans: list[Span]
    seq: int | None = None
    at: int | None = None
    order: str | None = None


class Hits(msgspec.Struct, frozen=True):
    """A page of them, newest first; `next` is the cursor to go on with, None at the end.

    A page may be short and still have a next one: see `LOOKED_AT`.
    """

    items: list[Hit]
    next: str | None


def search(rx: Rx, viewer: Viewer, query: str, *, kind: Kind, cursor: str = "") -> Hits:
    """Return a page of what fits `query`; Invalid when the cursor is none."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor) <= index.TOP):
        raise Invalid("chat.bad_cursor", field="cursor")
    if kind == "message":
        return lines(rx, viewer, query, below=int(cursor) if cursor else index.TOP)
    skip = int(cursor or 0)
    text = _typed(query)
    if not text or skip > FURTHEST:
        return Hits([], None)
    return people(rx, viewer, text, skip=skip) if kind == "customer" else orders(rx, viewer, text, skip=skip)


def _typed(query: str) -> str:
    """Return what was typed without hidden signs; numbers typed in full width are read as numbers."""
    text = plain_line(query)
    narrow = unicodedata.normalize("NFKC", text)
    return narrow if narrow.isascii() else text


# ---------------------------------------------------------------- lines


def lines(rx: Rx, viewer: Viewer, query: str, *, below: int = index.TOP) -> Hits:
    """Return lines that contain every word of the query, from conversations this person may see.

    The index names candidates, the newest first; each is looked at before it counts, so that a piece here and a piece
    there, a recalled line, or a conversation handed on a moment ago never shows.
    """
    asked, tags = wanted(query), readable(viewer)
    found: list[tuple[int, Hit]] = []
    looked, size = 0, PAGE * 2
    while asked.words and tags != ():
        ids = index.find(rx, asked.pieces, tags, below=below, limit=size)
        found += _hits(rx, viewer, ids, asked.words)
        if len(found) > PAGE:
            return Hits([hit for _, hit in found[:PAGE]], str(found[PAGE - 1][0]))
        if len(ids) < size:
            break
        looked, below = looked + size, ids[-1]
        if looked >= LOOKED_AT:
            return Hits([hit for _, hit in found], str(below))
        size = min(size * 4, _MOST_AT_ONCE)
    return Hits([hit for _, hit in found], None)


def _hits(rx: Rx, viewer: Viewer, ids: Sequence[int], words: Sequence[str]) -> list[tuple[int, Hit]]:
    """Return those of these lines that stand, with their ids, newest first.

    Three look-ups by key, and no join: SQLite, which knows nothing of how many rows an agent has, once began such a
    join with all of the agent's conversations.
    """
    places_of = {(str(row[1]), int(row[2])): int(row[0]) for row in _lines.rows(rx, [(one,) for one in ids])}  # type: ignore[call-overload]
    talks = _readable(rx, viewer, {name for name, _ in places_of})
    keys = [key for key in places_of if key[0] in talks]
    found: list[tuple[int, Hit]] = []
    for talk, seq, at, text, recalled_at in cast("list[_Line]", _messages.rows(rx, keys)):
        spans = None if recalled_at is not None else places(text, words)
        if spans is not None:
            shown, marked = excerpt(text, spans)
            customer, name = talks[talk]
            hit = Hit(conversation=talk, customer=customer, name=name, text=shown, spans=marked, seq=seq, at=at)
            found.append((places_of[talk, seq], hit))
    return sorted(found, key=lambda one: one[0], reverse=True)


def _readable(rx: Rx, viewer: Viewer, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return (customer, name) of those of these conversations that this person may see.

    Rights are judged here and not in SQL: asked for "these, and the agent's", SQLite may begin with all the agent's.
    """
    rows = _owners.rows(rx, [(name,) for name in names])
    return {
        str(row[0]): (str(row[1]), str(row[2]))
        for row in rows
        if sees(viewer, assignee=_text(row[3]), group=_text(row[4]), state=str(row[5]))
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


# ---------------------------------------------------------------- customers and orders


def people(rx: Rx, viewer: Viewer, text: str, *, skip: int = 0) -> Hits:
    """Return customers by a part of the name, the last digits of the phone (four or more), or the shop's own id."""
    if not viewer.may(customer_access.READ):
        return Hits([], None)
    cards = customers.find(rx, text, limit=PAGE + 1, skip=skip)
    talks = _talks(rx, viewer, [card.id for card in cards[:PAGE]])
    hits = [
        _hit(text, (card.name,), conversation=talks.get(card.id), customer=card.id, name=card.name)
        for card in cards[:PAGE]
    ]
    return Hits(hits, str(skip + PAGE) if len(cards) > PAGE else None)


def orders(rx: Rx, viewer: Viewer, text: str, *, skip: int = 0) -> Hits:
    """Return orders by a part of the number, or the last digits of the receiver's phone (four or more)."""
    if not viewer.may(store_access.ORDER_READ):
        return Hits([], None)
    views = store.find_orders(rx, text, limit=PAGE + 1, skip=skip)
    talks = _talks(rx, viewer, [view.customer for view in views[:PAGE]])
    hits = [_order_hit(view, text, talks.get(view.customer)) for view in views[:PAGE]]
    return Hits(hits, str(skip + PAGE) if len(views) > PAGE else None)


def _order_hit(view: OrderView, text: str, talk: str | None) -> Hit:
    told = {"conversation": talk, "customer": view.customer, "name": view.receiver.name}
    return _hit(text, (view.number,), at=view.placed_at, order=view.id, **told)


def _hit(text: str, shown: tuple[str, ...], **told: object) -> Hit:
    """Return a hit that shows what was found: the field that contains it, else the digits of a phone, else the id."""
    words = wanted(text).words
    for field in shown:
        spans = places(field, words)
        if spans:
            return Hit(text=field, spans=spans, **told)  # type: ignore[arg-type]
    digits = text[-_TAIL:] if len(text) >= _TAIL and text.isdigit() else ""
    if digits:
        return Hit(text=f"*******{digits}", spans=[(7, 7 + len(digits))], **told)  # type: ignore[arg-type]
    return Hit(text=text, spans=[(0, len(text))], **told)  # type: ignore[arg-type]


def _talks(rx: Rx, viewer: Viewer, ids: Sequence[str]) -> dict[str, str]:
    """Return each customer's last conversation that this person may see."""
    rows = _of_customers.rows(rx, [(one,) for one in set(ids)])
    open_to = [row for row in rows if sees(viewer, assignee=_text(row[3]), group=_text(row[4]), state=str(row[5]))]
    return {str(row[0]): str(row[2]) for row in sorted(open_to, key=lambda row: (cast(int, row[1]), str(row[2])))}
