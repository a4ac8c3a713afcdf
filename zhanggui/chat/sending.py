"""The hot path: many lines of many people in one transaction.

A batch loads every conversation it needs and every line already stored under the same (author, client_id) in two
statements, decides each line purely, and writes with three: lines, conversations, events. Only a customer's first line
leaves this path, because a conversation has to be opened for it.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from zhanggui.chat.lines import (
    Spoken,
    change_of,
    insert_messages,
    place,
    select_states,
    update_lines,
)
from zhanggui.chat.opening import announce_opened, do_assign, do_open, do_reopen, is_blocked, last_ended, open_state
from zhanggui.chat.state import State, from_row, line_values
from zhanggui.chat.tables import message
from zhanggui.customers import queries as customers
from zhanggui.foundation.database import BatchKind, BulkSelect, Tx
from zhanggui.foundation.errors import Conflict, Forbidden, NotFound, Unavailable, ZhangguiError
from zhanggui.foundation.events import Change
from zhanggui.team import queries as team

_select_repeated = BulkSelect(message, ("author", "client_id"), ("author", "client_id", "conversation", "seq", "at"))


@dataclass(slots=True)
class Lane:
    """One connection's lines in their order: after a line failed only for now, later ones wait until it came again.

    `broken_at` is that line's place, `broken_id` its own id. Read and set while a batch runs, nowhere else: then no
    two threads disagree.
    """

    broken_at: int | None = None
    broken_id: str = ""

    def wait_for(self, order: int, client_id: str) -> None:
        """Let later lines wait for this one, unless they wait for an earlier one already."""
        if self.broken_at is None or order <= self.broken_at:
            self.broken_at, self.broken_id = order, client_id


@dataclass(slots=True)
class Sending:
    """A line on its way. `conversation` is a hint for customers and an order for agents; `origin` is handed through.

    `refused`: it was looked at and refused already (too fast, nothing in it); it comes along to keep its lane's order.
    """

    spoken: Spoken
    lane: Lane
    order: int
    shop: str = ""
    customer: str | None = None
    conversation: str | None = None
    may_any: bool = False
    may_see: Callable[[State], bool] | None = None
    origin: object = None
    reopen_hours: int = 24
    refused: ZhangguiError | None = None


@dataclass(slots=True)
class Receipt:
    """Where a line was stored; `change` is None when it had been stored before (a repetition)."""

    conversation: str
    seq: int
    at: int
    change: Change | None = None


@dataclass(slots=True)
class _Batch:
    tx: Tx
    states: dict[str, State]
    repeated: dict[tuple[str, str], Receipt]
    salts: memoryview
    open_of: dict[tuple[str, str], State] = field(default_factory=dict)
    rows: list[tuple[object, ...]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    touched: dict[str, State] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)


def send_batch(tx: Tx, items: Sequence[object]) -> list[object]:
    """Store the lines in the order given; one `Receipt` or refusal each."""
    sendings: list[Sending] = items  # type: ignore[assignment]
    batch = _load(tx, sendings)
    results: list[object] = []
    for index, sending in enumerate(sendings):
        try:
            results.append(_send_one(batch, sending, index))
        except ZhangguiError as refusal:
            results.append(refusal)
    insert_messages.run(tx, batch.rows)
    update_lines.run(tx, [line_values(state) for state in batch.touched.values()])
    for change in batch.changes:
        tx.announce(change)
    for conversation_id in batch.opened:
        announce_opened(tx, conversation_id)
    return results


def _load(tx: Tx, sendings: Sequence[Sending]) -> _Batch:
    ids = {s.conversation for s in sendings if s.conversation is not None and s.refused is None}
    states = {state.id: state for state in map(from_row, select_states.rows(tx, [(i,) for i in ids]))}
    keys = {(s.spoken.author, s.spoken.client_id) for s in sendings}
    keys |= {(s.spoken.author, s.lane.broken_id) for s in sendings if s.lane.broken_at is not None}
    found = _select_repeated.rows(tx, list(keys))
    repeated = {(str(r[0]), str(r[1])): Receipt(str(r[2]), r[3], r[4]) for r in found}  # type: ignore[arg-type]
    batch = _Batch(tx, states, repeated, memoryview(os.urandom(16 * len(sendings))))
    batch.open_of = {(s.shop, s.customer): s for s in states.values() if s.state == "open"}
    return batch


def _send_one(batch: _Batch, sending: Sending, index: int) -> Receipt:
    spoken = sending.spoken
    key = (spoken.author, spoken.client_id)
    known = batch.repeated.get(key)
    # what is stored stays stored, also when it could not be said again now (the line it quotes was taken back)
    _keep_order(batch, sending, None if known is not None else sending.refused)
    if known is not None:
        return Receipt(known.conversation, known.seq, known.at)
    state = _of_customer(batch, sending) if sending.customer is not None else _of_agent(batch, sending)
    record, row = place(state, spoken, batch.tx.now, bytes(batch.salts[index * 16 : index * 16 + 16]))
    change = change_of(state, record, desk_only=spoken.desk_only)
    change.origin = sending.origin
    batch.rows.append(row)
    batch.changes.append(change)
    batch.touched[state.id] = state
    receipt = batch.repeated[key] = Receipt(state.id, record.seq, record.at, change)
    return receipt


def _keep_order(batch: _Batch, sending: Sending, refused: ZhangguiError | None) -> None:
    """Let a line pass when none of its lane waits before it. What is refused for good keeps nobody waiting."""
    lane, spoken = sending.lane, sending.spoken
    if lane.broken_at is not None and sending.order > lane.broken_at:
        # it may have been a repetition that failed: then its sender has his answer and sends it no more
        if (spoken.author, lane.broken_id) not in batch.repeated:
            raise Unavailable("chat.out_of_order")
        lane.broken_at = None
    if refused is not None and refused.retry:
        lane.wait_for(sending.order, spoken.client_id)
    elif lane.broken_at == sending.order:
        lane.broken_at = None
    if refused is not None:
        raise refused


def _of_customer(batch: _Batch, sending: Sending) -> State:
    assert sending.customer is not None  # noqa: S101
    state = batch.open_of.get((sending.shop, sending.customer))
    if state is None:
        state = _find_or_open(batch, sending)
    if state.blocked and is_blocked(batch.tx, state.customer):
        raise Forbidden("chat.blocked")
    return state


def _find_or_open(batch: _Batch, sending: Sending) -> State:
    tx = batch.tx
    card = customers.card(tx, sending.customer or "")
    if card is None:
        raise NotFound("chat.not_open")
    state = batch.open_of.get((sending.shop, card.id)) or open_state(tx, sending.shop, card.id)
    if state is not None:
        state = batch.states.setdefault(state.id, state)
    elif is_blocked(tx, card.id):
        raise Forbidden("chat.blocked")
    else:
        ended = last_ended(tx, sending.shop, card.id, within_hours=sending.reopen_hours)
        state = do_open(tx, sending.shop, card.id) if ended is None else do_reopen(tx, ended, by="customer")
        batch.states[state.id] = state
        batch.opened.append(state.id)
    batch.open_of[sending.shop, card.id] = state
    return state


def _of_agent(batch: _Batch, sending: Sending) -> State:
    state = batch.states.get(sending.conversation or "")
    if state is None or sending.may_see is None or not sending.may_see(state):
        raise NotFound("chat.not_open")
    if state.state != "open":
        raise Conflict("chat.ended")
    spoken = sending.spoken
    if state.assignee == spoken.by or spoken.desk_only:
        return state
    if state.assignee is None:
        _flush(batch)
        do_assign(batch.tx, state, spoken.by)
    elif not sending.may_any:
        raise Forbidden("chat.not_yours", name=team.display_name(batch.tx, state.assignee))
    return state


def _flush(batch: _Batch) -> None:
    """Write what the batch holds so far, because the next step reads and writes conversations itself."""
    insert_messages.run(batch.tx, batch.rows)
    update_lines.run(batch.tx, [line_values(state) for state in batch.touched.values()])
    for change in batch.changes:
        batch.tx.announce(change)
    batch.rows, batch.changes, batch.touched = [], [], {}


def _failed(items: Sequence[object]) -> None:
    for sending in items:
        assert isinstance(sending, Sending)  # noqa: S101
        sending.lane.wait_for(sending.order, sending.spoken.client_id)


SEND = BatchKind("chat.send", send_batch, _failed)
