"""Assigning and greeting, in the same transaction as what caused it."""

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
from zhanggui.team.shapes import AgentView


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


def serve_queue(tx: Tx, change: Change) -> None:
    """When an agent comes online or gets room again, give him who waits longest."""
    view = change.put.get("agent")
    if not isinstance(view, AgentView) or view.state != "active" or view.presence != "online":
        return
    if view.open < view.capacity:
        do_serve_queue(tx)


def do_serve_queue(tx: Tx) -> int:
    """Give waiting conversations, first come first, to agents with room; returns how many found one."""
    waiting = queued(tx)
    served = 0
    for conversation_id in [one.conversation for one in waiting]:
        ready = candidates(tx)
        if not ready:
            return served
        state = load_state(tx, conversation_id)
        if state is None:
            continue
        decision = choose_agent(ready, group=state.group_id)
        if decision.agent is not None:
            do_assign(tx, state, decision.agent)
            served += 1
    return served
