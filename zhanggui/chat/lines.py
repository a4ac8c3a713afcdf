"""Storing lines: one at a time for the desk's own remarks, many at a time on the hot path (`sending`)."""

import os
from dataclasses import dataclass

import msgspec
from sqlalchemy import select, update

from zhanggui.chat.events import MESSAGE_ADDED
from zhanggui.chat.shapes import Message
from zhanggui.chat.state import (
    COLUMNS,
    LINE_COLUMNS,
    State,
    chain,
    chain_meta,
    from_row,
    hash_text,
    line_values,
    message_faces,
    row_of,
    take_line,
)
from zhanggui.chat.tables import conversation, message
from zhanggui.foundation.database import BulkInsert, BulkSelect, BulkUpdate, Rx, Tx
from zhanggui.foundation.events import Change
from zhanggui.foundation.words import say

MESSAGE_COLUMNS = (
    "conversation", "seq", "at", "sender", "by", "name", "kind", "text", "body", "quote", "author", "client_id",
    "claimed_at", "recalled_at", "desk_only", "salt", "text_hash", "digest",
)  # fmt: skip
CLOCK_SKEW = 60_000
insert_messages = BulkInsert(message, MESSAGE_COLUMNS)
update_lines = BulkUpdate(conversation, "id", LINE_COLUMNS)
select_states = BulkSelect(conversation, ("id",), COLUMNS)
_every_column = [conversation.c[name] for name in COLUMNS]


@dataclass(slots=True)
class Spoken:
    """What somebody says, before it has a place: `author` and `client_id` make a repetition known."""

    sender: str
    by: str
    name: str
    kind: str
    text: str
    author: str
    client_id: str
    body: str | None = None
    quote: str | None = None
    claimed_at: int | None = None
    desk_only: int = 0


def load_state(rx: Rx, conversation_id: str) -> State | None:
    """Return a conversation's state, or None."""
    row = rx.one(select(*_every_column).where(conversation.c.id == conversation_id))
    return None if row is None else from_row(row)


def save_state(tx: Tx, state: State) -> None:
    """Write every column of a conversation."""
    values = {name: getattr(state, name) for name in COLUMNS if name != "id"}
    tx.execute(update(conversation).where(conversation.c.id == state.id).values(**values))


def place(state: State, spoken: Spoken, at: int, salt: bytes) -> tuple[Message, tuple[object, ...]]:
    """Give a line its place in the conversation; returns the record and the row to insert. No I/O."""
    seq = state.last_seq + 1
    text_hash = hash_text(salt, spoken.text, spoken.body)
    meta = chain_meta(state.id, seq, at, spoken.sender, spoken.by, spoken.kind, spoken.client_id)
    state.digest = chain(state.digest, meta, text_hash)
    claimed = spoken.claimed_at
    if claimed is not None and abs(claimed - at) <= CLOCK_SKEW:
        claimed = None
    record = Message(
        conversation=state.id, seq=seq, at=at, sender=spoken.sender, by=spoken.by, name=spoken.name,
        kind=spoken.kind, text=spoken.text, body=None if spoken.body is None else msgspec.Raw(spoken.body.encode()),
        quote=None if spoken.quote is None else msgspec.Raw(spoken.quote.encode()), client_id=spoken.client_id,
        claimed_at=claimed,
    )  # fmt: skip
    row = (
        state.id, seq, at, spoken.sender, spoken.by, spoken.name, spoken.kind, spoken.text, spoken.body, spoken.quote,
        spoken.author, spoken.client_id, spoken.claimed_at, None, spoken.desk_only, salt, text_hash, state.digest,
    )  # fmt: skip
    take_line(state, record, desk_only=spoken.desk_only)
    return record, row


def change_of(state: State, record: Message, *, desk_only: int) -> Change:
    """Return the change that a new line is."""
    return Change(
        MESSAGE_ADDED,
        put={"message": record, "conversation": row_of(state)},
        faces=message_faces(state, desk_only=desk_only),
        subject=state.id,
    )


def add_line(tx: Tx, state: State, spoken: Spoken) -> Message:
    """Store one line at once (outside the hot path) and announce it."""
    record, row = place(state, spoken, tx.now, os.urandom(16))
    insert_messages.run(tx, [row])
    update_lines.run(tx, [line_values(state)])
    tx.announce(change_of(state, record, desk_only=spoken.desk_only))
    return record


def add_system_line(tx: Tx, state: State, code: str, *, desk_only: bool = False, **args: object) -> Message:
    """Store a system line: `code` and args for clients that word it themselves, a plain text for all others."""
    body: dict[str, object] = {"code": code, **args}
    if desk_only:
        body["desk"] = True
    spoken = Spoken(
        sender="system", by="", name="", kind="system", text=say(f"line.{code}", "zh-CN", **args), author=state.id,
        client_id=f"s{state.last_seq + 1}", body=msgspec.json.encode(body).decode(), desk_only=int(desk_only),
    )  # fmt: skip
    return add_line(tx, state, spoken)


def add_auto_line(tx: Tx, state: State, text: str, *, name: str) -> Message:
    """Store an automatic line, which says of itself that it is automatic."""
    spoken = Spoken(
        sender="auto", by="", name=name, kind="text", text=text, author=state.id,
        client_id=f"s{state.last_seq + 1}",
    )  # fmt: skip
    return add_line(tx, state, spoken)
