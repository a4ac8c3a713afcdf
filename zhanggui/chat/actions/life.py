"""Taking, handing on, ending, reopening and starting conversations."""

import os
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import or_, select

from zhanggui.chat import access
from zhanggui.chat.actions.reach import access_conversation
from zhanggui.chat.lines import Spoken, add_line, load_state
from zhanggui.chat.opening import announce_opened, do_assign, do_end, do_open, do_reopen, open_state
from zhanggui.chat.shapes import Row
from zhanggui.chat.state import State, row_of
from zhanggui.chat.tables import conversation
from zhanggui.customers import queries as customers
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.clock import MINUTE
from zhanggui.foundation.database import Rx, Tx
from zhanggui.foundation.errors import Conflict, Forbidden, NotFound, ZhangguiError
from zhanggui.team import queries as team
from zhanggui.team.actions import do_count_open

Bulk = Literal["end", "transfer", "queue"]


def do_take(tx: Tx, conversation_id: str, *, viewer: Viewer) -> Row:
    """Take a conversation from the queue; who comes second is told who was first."""
    state = access_conversation(tx, conversation_id, viewer)
    if state.assignee == viewer.agent:
        return row_of(state)
    if state.assignee is not None:
        raise Conflict("chat.not_yours", name=team.display_name(tx, state.assignee))
    do_assign(tx, state, viewer.agent)
    return row_of(state)


def do_transfer(tx: Tx, conversation_id: str, *, viewer: Viewer, to: str, reason: str = "", note: str = "") -> Row:
    """Hand a conversation on: to an agent (`a_…`), a group (`g_…`) or "queue", with a reason and a note."""
    state = access_conversation(tx, conversation_id, viewer)
    if state.state != "open":
        raise Conflict("chat.ended")
    agent, group = _target(tx, state, to)
    if state.assignee not in (None, viewer.agent) and not viewer.may(access.SEND_ANY):
        raise Forbidden("chat.not_yours", name=team.display_name(tx, state.assignee or ""))
    words = "：".join(part for part in (reason.strip(), note.strip()) if part)
    if words:
        _add_note(tx, state, viewer, words)
    do_assign(tx, state, agent, group=group, line="transferred")
    return row_of(state)


def _target(rx: Rx, state: State, to: str) -> tuple[str | None, str | None]:
    if to == "queue":
        return None, None
    if to.startswith("g_"):
        if team.group(rx, to) is None:
            raise NotFound("chat.no_agent", field="to")
        return None, to
    found = team.agent(rx, to)
    if found is None or found.state != "active":
        raise NotFound("chat.no_agent", field="to")
    if state.assignee == to:
        raise Conflict("chat.transfer_self", field="to")
    return to, None


def _add_note(tx: Tx, state: State, viewer: Viewer, text: str) -> None:
    note = Spoken(
        sender="agent", by=viewer.agent, name=team.display_name(tx, viewer.agent), kind="note", text=text,
        author=viewer.agent, client_id=f"n{os.urandom(12).hex()}", desk_only=1,
    )  # fmt: skip
    add_line(tx, state, note)


def do_end_by_agent(tx: Tx, conversation_id: str, *, viewer: Viewer, reason: str = "") -> Row:
    """End a conversation by hand: one's own, one that waits, or any with the right to answer anywhere."""
    state = access_conversation(tx, conversation_id, viewer)
    if state.assignee not in (None, viewer.agent) and not viewer.may(access.SEND_ANY):
        raise Forbidden("chat.not_yours", name=team.display_name(tx, state.assignee or ""))
    if state.state != "open":
        raise Conflict("chat.ended")
    if reason.strip():
        _add_note(tx, state, viewer, reason.strip())  # the desk's own word: the customer reads that it ended, not why
    do_end(tx, state, by=viewer.agent)
    return row_of(state)


def do_reopen_by_agent(tx: Tx, conversation_id: str, *, viewer: Viewer) -> Row:
    """Open an ended conversation again and take it."""
    state = access_conversation(tx, conversation_id, viewer)
    if open_state(tx, state.shop, state.customer) is not None:
        raise Conflict("chat.not_ended")
    state.assignee = None
    state = do_reopen(tx, state, by=viewer.agent)
    do_assign(tx, state, viewer.agent)
    return row_of(state)


def do_start(tx: Tx, customer: str, *, viewer: Viewer) -> Row:
    """Begin a conversation with a customer (an unpaid order, an address), or return the open one."""
    card = customers.card(tx, customer)
    if card is None:
        raise NotFound("chat.not_open")
    state = open_state(tx, card.shop, card.id)
    if state is not None:
        return row_of(access_conversation(tx, state.id, viewer))
    state = do_open(tx, card.shop, card.id, assignee=viewer.agent)
    do_count_open(tx, viewer.agent, by=1)
    announce_opened(tx, state.id)
    return row_of(state)


def do_bulk(
    tx: Tx, ids: Sequence[str], *, viewer: Viewer, what: Bulk, to: str = "queue", reason: str = "", note: str = ""
) -> dict[str, str]:
    """End or hand on many at once; returns a code per conversation that could not be done, the others are done."""
    refused: dict[str, str] = {}
    for conversation_id in dict.fromkeys(ids):
        try:
            if not viewer.may(access.END if what == "end" else access.TRANSFER):
                raise Forbidden("access.forbidden")
            if what == "end":
                do_end_by_agent(tx, conversation_id, viewer=viewer, reason=reason)
            else:
                goal = to if what == "transfer" else "queue"
                do_transfer(tx, conversation_id, viewer=viewer, to=goal, reason=reason, note=note)
        except ZhangguiError as error:
            refused[conversation_id] = error.code
    return refused


def do_hand_over(tx: Tx, *, viewer: Viewer, to: str, note: str) -> int:
    """Hand all of one's open conversations on at the end of a shift, each with the note; returns how many."""
    mine = select(conversation.c.id).where(conversation.c.assignee == viewer.agent, conversation.c.state == "open")
    ids = [str(row[0]) for row in tx.all(mine)]
    for conversation_id in ids:
        do_transfer(tx, conversation_id, viewer=viewer, to=to, note=note)
    return len(ids)


def do_end_quiet(tx: Tx, *, minutes: int, limit: int = 100) -> int:
    """End conversations that have been quiet for so long and in which nobody waits; returns how many.

    Who put one aside finds it open when its time has come, and has as long again.
    """
    c = conversation.c
    since = tx.now - minutes * MINUTE
    awake = or_(c.snoozed_until.is_(None), c.snoozed_until < since)
    quiet = select(c.id).where(c.state == "open", c.last_at < since, c.waiting_since.is_(None), awake)
    ids = [str(row[0]) for row in tx.all(quiet.limit(limit))]
    for conversation_id in ids:
        state = load_state(tx, conversation_id)
        if state is not None:
            do_end(tx, state, by="time")
    return len(ids)
