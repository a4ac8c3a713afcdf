"""What the chat room does, in the same transaction, when people, customers or orders change elsewhere."""

from sqlalchemy import delete, select, update

from zhanggui.chat.lines import add_system_line, load_state, save_state
from zhanggui.chat.opening import announce_changed, announce_talk, do_assign, do_end, is_blocked, open_state
from zhanggui.chat.tables import blocked_customer, conversation
from zhanggui.customers.actions import do_mark_blocked
from zhanggui.customers.shapes import CustomerView, Merged
from zhanggui.foundation.database import Tx
from zhanggui.foundation.events import Change
from zhanggui.store.shapes import Step
from zhanggui.team.shapes import AgentView

_SHOWN = frozenset({"placed", "paid", "shipped", "completed", "closed", "refunding", "refunded"})


def follow_customer(tx: Tx, change: Change) -> None:
    """Keep name, picture and trade tag in the lists equal to the customer's card."""
    view = change.put["customer"]
    assert isinstance(view, CustomerView)  # noqa: S101
    c = conversation.c
    stale = select(c.id).where(
        c.customer == view.id,
        (c.name != view.name) | (c.avatar != view.avatar) | (c.known != int(view.known))
        | c.trade.is_distinct_from(view.trade),
    )  # fmt: skip
    if tx.one(stale) is None:
        return
    shown = {"name": view.name, "avatar": view.avatar, "known": int(view.known), "trade": view.trade}
    tx.execute(update(conversation).where(c.customer == view.id).values(**shown))
    state = open_state(tx, view.shop, view.id)
    if state is not None:
        announce_changed(tx, state)


def follow_order(tx: Tx, change: Change) -> None:
    """Tell both sides of an open conversation what happened to the customer's order."""
    step = change.put.get("step")
    if not isinstance(step, Step) or step.kind not in _SHOWN:
        return
    state = open_state(tx, step.shop, step.customer)
    if state is not None:
        add_system_line(tx, state, f"order_{step.kind}", number=step.number, order=step.order)


def follow_merge(tx: Tx, change: Change) -> None:
    """Give the conversations of an anonymous visitor to the customer he turned out to be; no line is lost.

    When both have an open one, the one opened last stays open, so that new lines come after all others. Who waited
    for an answer in the other still waits, and who was kept out is kept out under his own name too.
    """
    merged, view = change.put["merged"], change.put["customer"]
    assert isinstance(merged, Merged)  # noqa: S101
    assert isinstance(view, CustomerView)  # noqa: S101
    anonymous, known = open_state(tx, view.shop, merged.former), open_state(tx, view.shop, merged.into)
    waited: list[int] = []
    asked = 0
    if anonymous is not None and known is not None:
        older = min(anonymous, known, key=lambda state: (state.opened_at, state.id))
        waited, asked = [older.waiting_since] if older.waiting_since is not None else [], older.unanswered
        do_end(tx, older, by="merge")
    shown = {"name": view.name, "avatar": view.avatar, "known": int(view.known), "trade": view.trade}
    tx.execute(
        update(conversation).where(conversation.c.customer == merged.former).values(customer=merged.into, **shown)
    )
    _join_blocks(tx, merged.former, merged.into)
    state = open_state(tx, view.shop, merged.into)
    if state is not None:
        since = [*waited, *([state.waiting_since] if state.waiting_since is not None else [])]
        state.waiting_since, state.unanswered = min(since, default=None), state.unanswered + asked
        add_system_line(tx, state, "merged")
        announce_changed(tx, state)


def _join_blocks(tx: Tx, former: str, into: str) -> None:
    c = blocked_customer.c
    if is_blocked(tx, former) and not is_blocked(tx, into):
        tx.execute(delete(blocked_customer).where(c.customer == into))
        tx.execute(update(blocked_customer).where(c.customer == former).values(customer=into))
    blocked = is_blocked(tx, into)
    tx.execute(update(conversation).where(conversation.c.customer == into).values(blocked=int(blocked)))
    do_mark_blocked(tx, into, blocked=blocked)


def follow_agent(tx: Tx, change: Change) -> None:
    """Return the open conversations of a disabled account to the queue; tell customers the name of who serves them."""
    view = change.put.get("agent")
    if not isinstance(view, AgentView):
        return
    mine = select(conversation.c.id).where(conversation.c.assignee == view.id, conversation.c.state == "open")
    for row in tx.all(mine):
        state = load_state(tx, str(row[0]))
        if state is not None and view.state == "active":
            announce_talk(tx, state)
        elif state is not None:
            do_assign(tx, state, None)


def follow_group(tx: Tx, change: Change) -> None:
    """Let go of a group that is no longer there."""
    for key in change.gone:
        group = key.removeprefix("group:")
        rows = tx.all(select(conversation.c.id).where(conversation.c.group_id == group))
        for row in rows:
            state = load_state(tx, str(row[0]))
            if state is not None:
                state.group_id = None
                save_state(tx, state)
                if state.state == "open":
                    announce_changed(tx, state, former=(f"group:{group}",))
