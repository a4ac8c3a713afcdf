"""What goes out: the records of the chat room as clients keep them."""

import msgspec


class Quote(msgspec.Struct, frozen=True):
    """The line that another line answers."""

    conversation: str
    seq: int
    name: str
    text: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One line as its readers see it; record key is `conversation/seq`. A recalled line has lost its text and body."""

    conversation: str
    seq: int
    at: int
    sender: str
    by: str
    name: str
    kind: str
    text: str
    body: msgspec.Raw | None = None
    quote: msgspec.Raw | None = None
    client_id: str = ""
    claimed_at: int | None = None
    recalled_at: int | None = None


class Last(msgspec.Struct, frozen=True):
    """The last line as the list shows it."""

    sender: str
    kind: str
    text: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as the desk's lists show it."""

    id: str
    shop: str
    customer: str
    name: str
    avatar: str
    known: bool
    state: str
    channel: str
    group: str | None
    assignee: str | None
    opened_at: int
    ended_at: int | None
    ended_by: str | None
    last_seq: int
    last_at: int
    last: Last
    waiting_since: int | None
    unanswered: int
    unread: int
    desk_read: int
    customer_read: int
    trade: str | None
    labels: list[str]
    snoozed_until: int | None
    blocked: bool


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as its customer sees it: no labels, no queue numbers of others, no desk matters."""

    id: str
    state: str
    agent: str | None
    desk_read: int
    customer_read: int
    last_seq: int


class Mark(msgspec.Struct, frozen=True):
    """An agent's own marks; `id` is the conversation."""

    id: str
    pinned: bool
    starred: bool


class Draft(msgspec.Struct, frozen=True):
    """What an agent has begun to write; `id` is the conversation."""

    id: str
    text: str
    at: int


class Label(msgspec.Struct, frozen=True):
    """A label with its colour name (a design token, not a CSS value)."""

    id: str
    name: str
    color: str
