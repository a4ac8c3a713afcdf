"""How far each side has read."""

from collections.abc import Callable
from typing import cast

from sqlalchemy import func, select

from zhanggui.chat.events import CONVERSATION_READ
from zhanggui.chat.lines import load_state, save_state
from zhanggui.chat.opening import agent_name
from zhanggui.chat.state import State, change_faces, row_of, talk_of
from zhanggui.chat.tables import message
from zhanggui.foundation.database import Rx, Tx
from zhanggui.foundation.errors import NotFound
from zhanggui.foundation.events import Change


def everybody(_state: State) -> bool:
    """For whom no right needs asking: the server itself."""
    return True


def do_read_by_desk(
    tx: Tx, conversation_id: str, seq: int, *, by: str, may_see: Callable[[State], bool] = everybody
) -> None:
    """Note how far the desk has read. Only who serves the conversation reads for the desk; others just look."""
    state = load_state(tx, conversation_id)
    if state is None or not may_see(state):
        raise NotFound("chat.not_open")
    seq = min(seq, state.last_seq)
    if state.assignee != by or (seq <= state.desk_read and not state.unread):
        return
    state.desk_read = max(seq, state.desk_read)
    state.unread = unread_of(tx, state)
    _announce_read(tx, state)


def unread_of(rx: Rx, state: State) -> int:
    """Return how many lines of the customer the desk has not seen; what he took back asks for nobody's eyes."""
    c = message.c
    unseen = (c.conversation == state.id, c.seq > state.desk_read, c.sender == "customer", c.recalled_at.is_(None))
    return cast(int, rx.scalar(select(func.count()).where(*unseen)))


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
