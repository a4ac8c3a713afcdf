"""How far each side has read, and taking a line back."""

from collections.abc import Callable

from sqlalchemy import select, update

from zhanggui.chat.events import CONVERSATION_READ, MESSAGE_RECALLED
from zhanggui.chat.lines import load_state, save_state
from zhanggui.chat.opening import agent_name
from zhanggui.chat.queries import message_at
from zhanggui.chat.state import State, body_tags, change_faces, list_tags, row_of, talk_of
from zhanggui.chat.tables import message
from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Conflict, Forbidden, NotFound
from zhanggui.foundation.events import Change, Face


def _everybody(_state: State) -> bool:
    return True


def do_read_by_desk(
    tx: Tx, conversation_id: str, seq: int, *, by: str, may_see: Callable[[State], bool] = _everybody
) -> None:
    """Note how far the desk has read. Only who serves the conversation reads for the desk; others just look."""
    state = load_state(tx, conversation_id)
    if state is None or not may_see(state):
        raise NotFound("chat.not_open")
    seq = min(seq, state.last_seq)
    if state.assignee != by or (seq <= state.desk_read and not state.unread):
        return
    state.desk_read = max(seq, state.desk_read)
    unread = select(message.c.seq).where(
        message.c.conversation == state.id, message.c.seq > state.desk_read, message.c.sender == "customer"
    )
    state.unread = len(tx.all(unread))
    _announce_read(tx, state)


def do_read_by_customer(tx: Tx, conversation_id: str, seq: int, *, customer: str) -> None:
    """Note how far the customer has read his own conversation."""
    state = load_state(tx, conversation_id)
    if state is None or state.customer != customer:
        raise NotFound("chat.not_open")
    seq = min(seq, state.last_seq)
    if seq > state.customer_read:
        state.customer_read = seq
        _announce_read(tx, state)


def _announce_read(tx: Tx, state: State) -> None:
    save_state(tx, state)
    put = {"conversation": row_of(state), "talk": talk_of(state, agent_name(tx, state))}
    tx.announce(Change(CONVERSATION_READ, put=put, faces=change_faces(state), subject=state.id))


def do_recall(
    tx: Tx, conversation_id: str, seq: int, *, by: str, seconds: int, customer: str | None = None,
    may_see: Callable[[State], bool] = _everybody,
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
    if seq == state.last_seq:
        state.last_text, state.last_kind = "", "recalled"
        save_state(tx, state)
    _announce_recalled(tx, state, seq, desk_only=bool(row.desk_only))


def _announce_recalled(tx: Tx, state: State, seq: int, *, desk_only: bool) -> None:
    record = message_at(tx, state.id, seq)
    faces = [Face((*body_tags(state),), ("message", "conversation")), Face(list_tags(state), ("conversation",))]
    if not desk_only:
        faces.append(Face((f"customer:{state.customer}",), ("message",)))
    put = {"message": record, "conversation": row_of(state)}
    tx.announce(Change(MESSAGE_RECALLED, put=put, faces=tuple(faces), subject=state.id))
