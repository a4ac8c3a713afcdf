"""Assigning and greeting, in the same transaction as what caused it."""

import msgspec
from sqlalchemy import select

from zhanggui.chat.lines import add_auto_line, load_state
from zhanggui.chat.opening import do_assign
from zhanggui.chat.queries import queued
from zhanggui.chat.tables import message
from zhanggui.foundation.database import Rx, Tx
from zhanggui.foundation.events import Change
from zhanggui.reception.rules import Candidate, choose_agent
from zhanggui.store import queries as store
from zhanggui.store.rules import greeting_at
from zhanggui.store.shapes import ShopSettings
from zhanggui.team import access as team_access
from zhanggui.team import queries as team


class _Queued(msgspec.Struct):
    by: str = ""


def candidates(rx: Rx) -> list[Candidate]:
    """Return who could serve: those online whose role lets them answer customers."""
    return [
        Candidate(view.id, online=True, open=view.open, capacity=view.capacity, groups=frozenset(view.groups))
        for view in team.ready_agents(rx)
        if "chat.message.send" in team_access.permissions_of(rx, view.role)
    ]


def greet_and_assign(tx: Tx, change: Change) -> None:
    """Greet on a conversation's first lines, then find it an agent or leave it in the queue, which he is told."""
    state = load_state(tx, change.subject)
    if state is None or state.state != "open":
        return
    begun_by_customer = tx.one(
        select(message.c.seq).where(message.c.conversation == state.id, message.c.sender == "customer").limit(1)
    )
    greeted = tx.one(
        select(message.c.seq).where(message.c.conversation == state.id, message.c.sender == "auto").limit(1)
    )
    if begun_by_customer is not None and greeted is None:
        shop = store.shop(tx, state.shop)
        if shop is not None:
            settings = ShopSettings.model_validate(shop.settings)
            text = greeting_at(shop.greeting, settings, shop.timezone, tx.now, language=shop.language)
            if text:
                add_auto_line(tx, state, text, name=shop.name)
    if state.assignee is None:
        decision = choose_agent(candidates(tx), group=state.group_id)
        do_assign(tx, state, decision.agent)


def do_serve_queue(tx: Tx) -> int:
    """Give waiting conversations, first come first, to agents with room; returns how many found one.

    Who has just returned a conversation to the queue is not given it again: he had his reason.
    """
    served, ready = 0, candidates(tx)
    for one in queued(tx):
        if all(candidate.open >= candidate.capacity for candidate in ready):
            break
        state = load_state(tx, one.conversation)
        if state is None:
            continue
        decision = choose_agent(ready, group=state.group_id, not_for=returned_by(tx, state.id))
        if decision.agent is not None:
            do_assign(tx, state, decision.agent)
            served, ready = served + 1, candidates(tx)
    return served


def returned_by(rx: Rx, conversation_id: str) -> str:
    """Return who put this conversation into the queue last; "" when nobody did, it came there by itself."""
    c = message.c
    lines = select(c.body).where(
        c.conversation == conversation_id, c.sender == "system", c.body.like('{"code":"queued"%')
    )
    row = rx.one(lines.order_by(c.seq.desc()).limit(1))
    return "" if row is None else msgspec.json.decode(row.body, type=_Queued).by
