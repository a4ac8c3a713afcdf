"""Opening, reopening, assigning and ending: the life of a conversation."""

import hashlib
from typing import cast

from sqlalchemy import select

from zhanggui.chat.events import CONVERSATION_CHANGED, CONVERSATION_OPENED
from zhanggui.chat.lines import add_system_line, load_state, save_state
from zhanggui.chat.state import COLUMNS, State, body_tags, change_faces, from_row, list_tags, row_of, talk_of
from zhanggui.chat.tables import blocked_customer, conversation
from zhanggui.customers import queries as customers
from zhanggui.foundation.clock import HOUR
from zhanggui.foundation.database import Rx, Tx
from zhanggui.foundation.errors import Conflict, NotFound
from zhanggui.foundation.events import Change, Face
from zhanggui.foundation.ids import new_id
from zhanggui.team import queries as team
from zhanggui.team.actions import do_count_open

_every_column = [conversation.c[name] for name in COLUMNS]


def open_state(rx: Rx, shop: str, customer: str) -> State | None:
    """Return the customer's open conversation with the shop, or None."""
    query = select(*_every_column).where(
        conversation.c.shop == shop, conversation.c.customer == customer, conversation.c.state == "open"
    )
    row = rx.one(query)
    return None if row is None else from_row(row)


def is_blocked(rx: Rx, customer: str) -> bool:
    """Tell whether this customer may not write at present."""
    row = rx.one(select(blocked_customer.c.until).where(blocked_customer.c.customer == customer))
    return row is not None and (row[0] is None or cast(int, row[0]) > rx.now)


def do_open(tx: Tx, shop: str, customer: str, *, channel: str = "widget", assignee: str | None = None) -> State:
    """Make a new conversation. Not announced yet.

    The caller announces with `announce_opened` after the first line is stored, so that greeting and assignment come
    after what the customer said.
    """
    card = customers.card(tx, customer)
    if card is None:
        raise NotFound("chat.not_open")
    conversation_id = new_id("c", at=tx.now)
    state = State(
        id=conversation_id, shop=shop, customer=card.id, name=card.name, avatar=card.avatar, known=int(card.known),
        trade=card.trade, blocked=int(is_blocked(tx, card.id)), state="open", channel=channel, group_id=None,
        assignee=assignee, opened_at=tx.now, ended_at=None, ended_by=None, last_seq=0, last_at=tx.now,
        last_sender="", last_kind="", last_text="", waiting_since=None, unanswered=0, unread=0, desk_read=0,
        customer_read=0, labels="[]", snoozed_until=None, digest=hashlib.sha256(conversation_id.encode()).digest(),
    )  # fmt: skip
    tx.execute(conversation.insert().values(**{name: getattr(state, name) for name in COLUMNS}))
    return state


def last_ended(rx: Rx, shop: str, customer: str, *, within_hours: int) -> State | None:
    """Return the customer's last conversation if it ended within so many hours, or None."""
    query = (
        select(*_every_column)
        .where(conversation.c.shop == shop, conversation.c.customer == customer, conversation.c.state == "ended")
        .order_by(conversation.c.ended_at.desc(), conversation.c.id.desc())
        .limit(1)
    )
    row = rx.one(query)
    if row is None:
        return None
    state = from_row(row)
    return state if (state.ended_at or 0) >= rx.now - within_hours * HOUR else None


def do_reopen(tx: Tx, state: State, *, by: str) -> State:
    """Open an ended conversation again; it stays with its agent when he is online, else it waits to be assigned.

    Also when he is full: the customer goes on with whom he knows.
    """
    if state.state == "open":
        raise Conflict("chat.not_ended")
    if open_state(tx, state.shop, state.customer) is not None:
        raise Conflict("chat.not_ended")
    agent = state.assignee
    if agent is not None and not team.is_online(tx, agent):
        agent = None
    state.state, state.ended_at, state.ended_by, state.snoozed_until = "open", None, None, None
    state.assignee = agent
    save_state(tx, state)
    if agent is not None:
        do_count_open(tx, agent, by=1)
    add_system_line(tx, state, "reopened", by=by)
    return state


def announce_opened(tx: Tx, conversation_id: str) -> None:
    """Tell everybody that a conversation is open: higher rooms assign and greet in the same transaction."""
    state = load_state(tx, conversation_id)
    if state is None:
        return
    tx.announce(
        Change(
            CONVERSATION_OPENED,
            put={"conversation": row_of(state), "talk": talk_of(state, agent_name(tx, state))},
            faces=change_faces(state),
            subject=state.id,
        )
    )


def agent_name(rx: Rx, state: State) -> str | None:
    """Return the name the customer sees of who serves him, or None while nobody does."""
    return None if state.assignee is None else team.display_name(rx, state.assignee)


def announce_changed(tx: Tx, state: State, *, former: tuple[str, ...] = ()) -> None:
    """Tell the readers of a conversation, and those who lose it (`former` tags), that it changed."""
    tx.announce(
        Change(
            CONVERSATION_CHANGED,
            put={"conversation": row_of(state), "talk": talk_of(state, agent_name(tx, state))},
            faces=change_faces(state, former=former),
            gone=(f"conversation:{state.id}",),
            subject=state.id,
        )
    )


def announce_talk(tx: Tx, state: State) -> None:
    """Tell the customer alone: what the desk's lists show has not changed."""
    put = {"talk": talk_of(state, agent_name(tx, state))}
    faces = (Face((f"customer:{state.customer}",), ("talk",)),)
    tx.announce(Change(CONVERSATION_CHANGED, put=put, faces=faces, subject=state.id))


def do_assign(tx: Tx, state: State, agent: str | None, *, group: str | None = None, line: str = "assigned") -> None:
    """Give the conversation to an agent, or (None) to the queue, of `group` or of all; everybody is told."""
    if state.state != "open":
        raise Conflict("chat.ended")
    former = (*body_tags(state), *list_tags(state))
    before, state.assignee = state.assignee, agent
    if group is not None:
        state.group_id = group
    save_state(tx, state)
    if before is not None:
        do_count_open(tx, before, by=-1)
    if agent is not None:
        do_count_open(tx, agent, by=1)
    if agent is None:
        add_system_line(tx, state, "queued", by=before or "")
    elif line:
        add_system_line(tx, state, line, name=team.display_name(tx, agent), agent=agent)
    announce_changed(tx, state, former=tuple(tag for tag in former if not tag.startswith("watch:")))


def do_end(tx: Tx, state: State, *, by: str) -> None:
    """End an open conversation: `by` is an agent's id, "time" or "merge". Nobody waits in it any more."""
    if state.state != "open":
        raise Conflict("chat.ended")
    state.state, state.ended_at, state.ended_by = "ended", tx.now, by
    state.waiting_since, state.unanswered, state.snoozed_until = None, 0, None
    save_state(tx, state)
    if state.assignee is not None:
        do_count_open(tx, state.assignee, by=-1)
    add_system_line(tx, state, "ended", by=by)
    announce_changed(tx, state, former=("queue",))
