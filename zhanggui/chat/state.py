"""A conversation in hand: its row as a plain object, what a line does to it, and who reads what of it. No I/O."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

import msgspec

from zhanggui.chat.shapes import Last, Message, Row, Talk
from zhanggui.foundation.events import Face

PREVIEW = 80
_decode_labels = msgspec.json.Decoder(list[str]).decode


@dataclass(slots=True)
class State:
    """The columns of a conversation, in the order of `COLUMNS`; mutable while an action works on it."""

    id: str
    shop: str
    customer: str
    name: str
    avatar: str
    known: int
    trade: str | None
    blocked: int
    state: str
    channel: str
    group_id: str | None
    assignee: str | None
    opened_at: int
    ended_at: int | None
    ended_by: str | None
    last_seq: int
    last_at: int
    last_sender: str
    last_kind: str
    last_text: str
    waiting_since: int | None
    unanswered: int
    unread: int
    desk_read: int
    customer_read: int
    labels: str
    snoozed_until: int | None
    digest: bytes


COLUMNS = tuple(f.name for f in fields(State))
LINE_COLUMNS = (
    "last_seq", "last_at", "last_sender", "last_kind", "last_text", "waiting_since", "unanswered", "unread",
    "desk_read", "customer_read", "snoozed_until", "digest",
)  # fmt: skip
"""What a new line may change: the columns of the hot path's one UPDATE."""


def from_row(row: Sequence[object]) -> State:
    """Return the state of a row selected with `COLUMNS`."""
    return State(*row)  # type: ignore[arg-type]


def line_values(state: State) -> tuple[object, ...]:
    """Return (id, *LINE_COLUMNS) for the bulk update."""
    return (
        state.id, state.last_seq, state.last_at, state.last_sender, state.last_kind, state.last_text,
        state.waiting_since, state.unanswered, state.unread, state.desk_read, state.customer_read,
        state.snoozed_until, state.digest,
    )  # fmt: skip


def row_of(state: State) -> Row:
    """Return the record that the desk's lists show."""
    return Row(
        id=state.id, shop=state.shop, customer=state.customer, name=state.name, avatar=state.avatar,
        known=bool(state.known), state=state.state, channel=state.channel, group=state.group_id,
        assignee=state.assignee, opened_at=state.opened_at, ended_at=state.ended_at, ended_by=state.ended_by,
        last_seq=state.last_seq, last_at=state.last_at,
        last=Last(state.last_sender, state.last_kind, state.last_text), waiting_since=state.waiting_since,
        unanswered=state.unanswered, unread=state.unread, desk_read=state.desk_read,
        customer_read=state.customer_read, trade=state.trade, labels=labels_of(state),
        snoozed_until=state.snoozed_until, blocked=bool(state.blocked),
    )  # fmt: skip


def labels_of(state: State) -> list[str]:
    """Return the labels' ids; none is the common case and costs nothing."""
    return [] if state.labels == "[]" else _decode_labels(state.labels)


def talk_of(state: State, agent_name: str | None = None) -> Talk:
    """Return what the customer may know of his conversation."""
    return Talk(
        id=state.id, state=state.state, agent=agent_name, desk_read=state.desk_read,
        customer_read=state.customer_read, last_seq=state.last_seq,
    )  # fmt: skip


def list_tags(state: State) -> tuple[str, ...]:
    """Return the tags of those who see the row in a list that is not their own."""
    tags = ["all"]
    if state.group_id is not None:
        tags.append(f"group:{state.group_id}")
    if state.assignee is None and state.state == "open":
        tags.append("queue")
    return tuple(tags)


def body_tags(state: State) -> tuple[str, ...]:
    """Return the tags of the desk's people who read the lines: who serves it, who has it open."""
    if state.assignee is None:
        return (f"watch:{state.id}",)
    return (f"agent:{state.assignee}", f"watch:{state.id}")


def message_faces(state: State, *, desk_only: int) -> tuple[Face, ...]:
    """Return who reads what of a line: bodies to assignee, watchers and the customer, the row to the lists.

    A line for the desk only has no customer face at all: nothing later can leak it.
    """
    desk = Face(body_tags(state), ("message", "conversation"))
    lists = Face(list_tags(state), ("conversation",))
    if desk_only:
        return (desk, lists)
    return (desk, Face((f"customer:{state.customer}",), ("message",)), lists)


def change_faces(state: State, *, former: Sequence[str] = (), customer: bool = True) -> tuple[Face, ...]:
    """Return who learns of a changed conversation: its readers, its lists, and (`former` tags) those who lose it."""
    faces = [Face((*body_tags(state), *list_tags(state)), ("conversation",))]
    if customer:
        faces.append(Face((f"customer:{state.customer}",), ("talk",)))
    lost = [tag for tag in former if tag not in faces[0].tags]
    if lost:
        faces.append(Face(tuple(lost), ("gone",)))
    return tuple(faces)


def chain(previous: bytes, meta: str, text_hash: bytes) -> bytes:
    """Return the next link of the conversation's hash chain: H(previous, meta, H(salt, text))."""
    return hashlib.sha256(previous + meta.encode() + text_hash).digest()


def hash_text(salt: bytes, text: str, body: str | None) -> bytes:
    """Return the salted hash of what was said; without the salt it says nothing about an erased text."""
    return hashlib.sha256(salt + text.encode() + b"\x00" + (body or "").encode()).digest()


def chain_meta(conversation: str, seq: int, at: int, sender: str, by: str, kind: str, client_id: str) -> str:
    """Return the part of a line that the chain covers besides its text."""
    return f"{conversation}|{seq}|{at}|{sender}|{by}|{kind}|{client_id}"


def take_line(state: State, message: Message, *, desk_only: int) -> None:
    """Let the conversation take a line: counters, waiting, preview."""
    state.last_seq = message.seq
    if desk_only or message.sender in ("system", "auto"):
        return
    state.last_at = message.at
    state.last_sender, state.last_kind = message.sender, message.kind
    state.last_text = message.text[:PREVIEW]
    if message.sender == "customer":
        state.unanswered += 1
        state.unread += 1
        state.customer_read = message.seq
        state.snoozed_until = None
        if state.waiting_since is None:
            state.waiting_since = message.at
    else:
        state.unanswered = state.unread = 0
        state.waiting_since = None
        state.desk_read = message.seq
