"""Everything that is read in the chat room."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import Select, and_, or_, select

from zhanggui.chat.access import READ_RECALLED, TAKE, visible
from zhanggui.chat.lines import load_state
from zhanggui.chat.shapes import Draft, Label, Mark, Message, Row
from zhanggui.chat.state import COLUMNS, State, from_row, row_of
from zhanggui.chat.tables import conversation, draft, label, mark, message
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import AnyRow, Rx
from zhanggui.foundation.errors import Invalid, NotFound
from zhanggui.foundation.ids import is_id

PAGE = 50
LIST_PAGE = 100
_every_column = [conversation.c[name] for name in COLUMNS]
_line_columns = [
    message.c[name] for name in (
        "conversation", "seq", "at", "sender", "by", "name", "kind", "text", "body", "quote", "client_id",
        "claimed_at", "recalled_at",
    )
]  # fmt: skip


class Earlier(msgspec.Struct, frozen=True):
    """Where lines before those shown begin."""

    conversation: str
    before: int


class Page(msgspec.Struct, frozen=True):
    """A page of lines, oldest first, and where earlier ones are (None at the beginning)."""

    items: list[Message]
    earlier: Earlier | None


def record_of(row: AnyRow, *, recalled: bool = False) -> Message:
    """Return a line as its readers see it; `recalled` shows what was taken back (the owner's right)."""
    conversation_id, seq, at, sender, by, name, kind, text, body, quote, client_id, claimed, recalled_at = row
    hidden = recalled_at is not None and not recalled
    skewed = claimed if claimed is not None and abs(claimed - at) > 60_000 else None
    return Message(
        conversation=conversation_id, seq=seq, at=at, sender=sender, by=by, name=name, kind=kind,
        text="" if hidden else text, body=None if hidden or body is None else msgspec.Raw(body.encode()),
        quote=None if hidden or quote is None else msgspec.Raw(quote.encode()), client_id=client_id,
        claimed_at=skewed, recalled_at=recalled_at,
    )  # fmt: skip


def message_at(rx: Rx, conversation_id: str, seq: int) -> Message:
    """Return one line; it must exist."""
    row = rx.one(_lines().where(message.c.conversation == conversation_id, message.c.seq == seq))
    if row is None:
        raise NotFound("chat.not_open")
    return record_of(row)


def _lines() -> Select[tuple[object, ...]]:
    return cast("Select[tuple[object, ...]]", select(*_line_columns))


def page(
    rx: Rx, state: State, *, before: int | None = None, limit: int = PAGE, desk: bool = True, recalled: bool = False
) -> Page:
    """Return up to `limit` lines before `before`, running on into the customer's earlier conversations."""
    items: list[Message] = []
    where: tuple[str, int] | None = (state.id, before if before is not None else state.last_seq + 1)
    while where is not None and len(items) < limit:
        conversation_id, end = where
        found = _before(rx, conversation_id, end, limit=limit - len(items), desk=desk)
        items[:0] = [record_of(row, recalled=recalled) for row in reversed(found)]
        if len(found) and cast(int, found[-1][1]) > 1 and len(items) >= limit:
            return Page(items, Earlier(conversation_id, found[-1][1]))
        where = _previous(rx, state, conversation_id)
    return Page(items, None if where is None else Earlier(*where))


def _before(rx: Rx, conversation_id: str, end: int, *, limit: int, desk: bool) -> Sequence[AnyRow]:
    query = _lines().where(message.c.conversation == conversation_id, message.c.seq < end)
    if not desk:
        query = query.where(message.c.desk_only == 0)
    return rx.all(query.order_by(message.c.seq.desc()).limit(limit))


def _previous(rx: Rx, state: State, conversation_id: str) -> tuple[str, int] | None:
    """Return (id, end) of the customer's conversation before this one with the same shop, or None.

    In the order they ended, the open one last: two that ran side by side (of an anonymous visitor who turned out to be
    somebody) come one after the other, and none is left out.
    """
    c = conversation.c
    here = rx.one(select(c.state, c.ended_at).where(c.id == conversation_id))
    if here is None:
        return None
    query = select(c.id, c.last_seq).where(
        c.shop == state.shop, c.customer == state.customer, c.state == "ended", c.last_seq > 0
    )
    if here.state == "ended":
        query = query.where(or_(c.ended_at < here.ended_at, and_(c.ended_at == here.ended_at, c.id < conversation_id)))
    row = rx.one(query.order_by(c.ended_at.desc(), c.id.desc()).limit(1))
    return None if row is None else (cast(str, row[0]), cast(int, row[1]) + 1)


def carrying(file_id: str, *, owner: str, conversation_id: str | None) -> Select[tuple[str]]:
    """Return the query for the conversations of the lines that carry a file.

    A customer's file is looked for among his own lines, an agent's among those of the customer it was uploaded for:
    few, whatever the agent has said in his life.
    """
    c, talk = message.c, conversation.alias("talk")
    sent = select(c.conversation).where(c.author == owner, c.body.like(f'{{"file":"{file_id}"%'))
    if is_id(owner, "v"):
        return sent
    customer = select(conversation.c.customer).where(conversation.c.id == conversation_id).scalar_subquery()
    return sent.where(c.conversation.in_(select(talk.c.id).where(talk.c.customer == customer)))


def one_for(rx: Rx, conversation_id: str, viewer: Viewer) -> State:
    """Return a conversation this person may see, or "not found"."""
    row = rx.one(select(*_every_column).where(conversation.c.id == conversation_id, visible(viewer)))
    if row is None:
        raise NotFound("chat.not_open")
    return from_row(row)


def page_for(rx: Rx, conversation_id: str, viewer: Viewer, *, before: int | None, limit: int) -> Page:
    """Return a page of a conversation for this person.

    Who may see a customer's conversation may read on into that customer's earlier ones: it is one history.
    """
    state = load_state(rx, conversation_id)
    if state is None:
        raise NotFound("chat.not_open")
    if rx.one(select(conversation.c.id).where(conversation.c.customer == state.customer, visible(viewer))) is None:
        raise NotFound("chat.not_open")
    return page(rx, state, before=before, limit=min(limit, 200), recalled=viewer.may(READ_RECALLED))


def open_rows(rx: Rx, viewer: Viewer, scope: frozenset[str]) -> list[Row]:
    """Return the open conversations of this person's lists: own and the queue always, group and all when asked for."""
    c = conversation.c
    lists = [c.assignee == viewer.agent]
    if viewer.may(TAKE):
        lists.append(c.assignee.is_(None))
    if "group" in scope and viewer.groups:
        lists.append(c.group_id.in_(sorted(viewer.groups)))
    query = select(*_every_column).where(c.state == "open", visible(viewer))
    if "all" not in scope:
        query = query.where(or_(*lists))
    return [row_of(from_row(row)) for row in rx.execute(query).fetchall()]


def marks(rx: Rx, agent: str) -> list[Mark]:
    """Return an agent's marks."""
    rows = rx.all(select(mark.c.conversation, mark.c.pinned, mark.c.starred).where(mark.c.agent == agent))
    return [Mark(row[0], bool(row[1]), bool(row[2])) for row in rows]


def drafts(rx: Rx, agent: str) -> list[Draft]:
    """Return what an agent has begun to write."""
    rows = rx.all(select(draft.c.conversation, draft.c.text, draft.c.at).where(draft.c.agent == agent))
    return [Draft(row[0], row[1], row[2]) for row in rows]


def labels(rx: Rx) -> list[Label]:
    """Return every label, by name."""
    rows = rx.all(select(label.c.id, label.c.name, label.c.color).order_by(label.c.name))
    return [Label(row[0], row[1], row[2]) for row in rows]


class Listed(msgspec.Struct, frozen=True):
    """A page of conversations, latest first."""

    items: list[Row]
    next: str | None


def listed(
    rx: Rx, viewer: Viewer, *, state: str = "", customer: str = "", label_id: str = "", starred: bool = False,
    cursor: str = "", limit: int = LIST_PAGE,
) -> Listed:  # fmt: skip
    """Return conversations this person may see, latest first; `cursor` is "last_at:id" of the last one shown."""
    c = conversation.c
    query = select(*_every_column).where(visible(viewer)).order_by(c.last_at.desc(), c.id.desc()).limit(limit + 1)
    if state:
        query = query.where(c.state == state)
    if customer:
        query = query.where(c.customer == customer)
    if label_id:
        query = query.where(c.labels.like(f'%"{label_id}"%'))
    if starred:
        own = select(mark.c.conversation).where(mark.c.agent == viewer.agent, mark.c.starred == 1)
        query = query.where(c.id.in_(own))
    if cursor:
        at, _, last_id = cursor.partition(":")
        if not (at.isascii() and at.isdigit()) or len(at) > 15:
            raise Invalid("chat.bad_cursor", field="cursor")
        query = query.where(or_(c.last_at < int(at), and_(c.last_at == int(at), c.id < last_id)))
    found = [from_row(row) for row in rx.all(query)]
    more = found[limit - 1] if len(found) > limit else None
    return Listed([row_of(s) for s in found[:limit]], None if more is None else f"{more.last_at}:{more.id}")


def queue_place(rx: Rx, conversation_id: str) -> int | None:
    """Return the place of a waiting conversation in the queue (1 = next), or None when it does not wait."""
    state = load_state(rx, conversation_id)
    if state is None or state.state != "open" or state.assignee is not None:
        return None
    rows = rx.rows(
        "SELECT count(*) FROM conversation WHERE state = 'open' AND assignee IS NULL AND shop = ? "
        "AND (opened_at < ? OR (opened_at = ? AND id < ?))",
        (state.shop, state.opened_at, state.opened_at, state.id),
    )
    return 1 + cast(int, rows[0][0])


class Waiting(NamedTuple):
    """Somebody in the queue."""

    conversation: str
    customer: str
    shop: str


def queued(rx: Rx) -> list[Waiting]:
    """Return everybody who waits, first come first."""
    rows = rx.rows(
        "SELECT id, customer, shop FROM conversation WHERE state = 'open' AND assignee IS NULL ORDER BY opened_at, id"
    )
    return [Waiting(str(row[0]), str(row[1]), str(row[2])) for row in rows]
