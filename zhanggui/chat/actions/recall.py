"""Taking a line back: a trace stays, its words are gone wherever they were shown."""

from collections.abc import Callable

import msgspec
from sqlalchemy import and_, func, or_, select, update

from zhanggui.chat.actions.reading import everybody, unread_of
from zhanggui.chat.events import MESSAGE_CHANGED, MESSAGE_RECALLED
from zhanggui.chat.lines import load_state, save_state
from zhanggui.chat.queries import message_at
from zhanggui.chat.shapes import Quote
from zhanggui.chat.state import State, body_tags, list_tags, row_of
from zhanggui.chat.tables import conversation, message
from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Conflict, Forbidden, NotFound
from zhanggui.foundation.events import Change, Face


def do_recall(
    tx: Tx, conversation_id: str, seq: int, *, by: str, seconds: int, customer: str | None = None,
    may_see: Callable[[State], bool] = everybody,
) -> None:  # fmt: skip
    """Take one's own line back within the time allowed; a trace stays, the text is kept for the owner only.

    One's own line can be recalled after the conversation went to somebody else; that others wrote there is not told.
    """
    state = load_state(tx, conversation_id)
    if state is None or (customer is not None and state.customer != customer):
        raise NotFound("chat.not_open")
    row = tx.one(
        select(message.c.at, message.c.by, message.c.sender, message.c.recalled_at, message.c.desk_only).where(
            message.c.conversation == conversation_id, message.c.seq == seq
        )
    )
    if row is None or row.sender not in ("agent", "customer"):
        raise NotFound("chat.not_open")
    if row.by != by:
        raise Forbidden("chat.recall_not_yours") if may_see(state) else NotFound("chat.not_open")
    if tx.now - row.at > seconds * SECOND:
        raise Conflict("chat.recall_late", seconds=seconds)
    if row.recalled_at is not None:
        return
    tx.execute(
        update(message)
        .where(message.c.conversation == conversation_id, message.c.seq == seq)
        .values(recalled_at=tx.now)
    )
    if not row.desk_only:
        _show_no_more(tx, state, seq)
        _count_again(tx, state)
        save_state(tx, state)
    _announce_recalled(tx, state, seq, desk_only=bool(row.desk_only))
    _empty_quotes(tx, state, seq)


def _show_no_more(tx: Tx, state: State, seq: int) -> None:
    """The lists show the last line that was said, which need not be the last one stored (notes, greetings)."""
    c = message.c
    said = (c.conversation == state.id, c.sender.in_(("customer", "agent")), c.desk_only == 0)
    if tx.scalar(select(func.max(c.seq)).where(*said)) == seq:
        state.last_text, state.last_kind = "", "recalled"


def _count_again(tx: Tx, state: State) -> None:
    """Who took his only question back waits no more; whose only answer was taken back waits again."""
    state.unread = unread_of(tx, state)
    if state.state != "open":
        return
    c = message.c
    here = (c.conversation == state.id, c.recalled_at.is_(None))
    answer = and_(c.sender == "agent", c.desk_only == 0)
    end = and_(c.sender == "system", c.body.like('{"code":"ended"%'))
    settled = tx.scalar(select(func.max(c.seq)).where(*here, or_(answer, end))) or 0
    asked = tx.one(select(func.count(), func.min(c.at)).where(*here, c.sender == "customer", c.seq > settled))
    assert asked is not None  # noqa: S101
    state.unanswered, state.waiting_since = asked[0], asked[1]


def _announce_recalled(tx: Tx, state: State, seq: int, *, desk_only: bool) -> None:
    faces = [*_line_faces(state, desk_only=desk_only), Face((*body_tags(state), *list_tags(state)), ("conversation",))]
    put = {"message": message_at(tx, state.id, seq), "conversation": row_of(state)}
    tx.announce(Change(MESSAGE_RECALLED, put=put, faces=tuple(faces), subject=state.id))


def _line_faces(state: State, *, desk_only: bool) -> list[Face]:
    faces = [Face(body_tags(state), ("message",))]
    if not desk_only:
        faces.append(Face((f"customer:{state.customer}",), ("message",)))
    return faces


def _empty_quotes(tx: Tx, state: State, seq: int) -> None:
    """Take the words out of the lines that quote it; the line itself still holds them, for the owner."""
    c = message.c
    his = select(conversation.c.id).where(conversation.c.customer == state.customer)
    start = f'{{"conversation":"{state.id}","seq":{seq},'
    quoting = select(c.conversation, c.seq, c.quote, c.desk_only).where(
        c.conversation.in_(his), c.quote.like(start.replace("_", "\\_") + "%", escape="\\")
    )
    for row in tx.all(quoting):
        quote = msgspec.structs.replace(msgspec.json.decode(row.quote, type=Quote), text="")
        place = (c.conversation == row.conversation, c.seq == row.seq)
        tx.execute(update(message).where(*place).values(quote=msgspec.json.encode(quote).decode()))
        there = state if row.conversation == state.id else load_state(tx, row.conversation)
        if there is not None:
            put = {"message": message_at(tx, there.id, row.seq)}
            faces = tuple(_line_faces(there, desk_only=bool(row.desk_only)))
            tx.announce(Change(MESSAGE_CHANGED, put=put, faces=faces, subject=there.id))
