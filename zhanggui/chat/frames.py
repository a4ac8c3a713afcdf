"""The chat room's commands on the socket."""

import msgspec

from zhanggui.realtime.frames import Frame


class QuoteOf(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The line that is answered."""

    conversation: str
    seq: int


class Send(Frame, tag="send", kw_only=True, frozen=True):
    """A line. `id` is the sender's own and unique for him; `seq` grows by one on each device."""

    id: str
    seq: int
    kind: str = "text"
    text: str = ""
    conversation: str | None = None
    file: str | None = None
    product: str | None = None
    order: str | None = None
    quote: QuoteOf | None = None
    at: int | None = None


class Read(Frame, tag="read", frozen=True):
    """Everything up to `seq` has been seen."""

    conversation: str
    seq: int


class Typing(Frame, tag="typing", frozen=True):
    """Somebody writes, or has stopped."""

    conversation: str
    on: bool


class DraftOf(Frame, tag="draft", frozen=True):
    """What an agent has begun to write; an empty text forgets it."""

    conversation: str
    text: str


class Watch(Frame, tag="watch", frozen=True):
    """An agent has a conversation open that need not be his own."""

    conversation: str
    on: bool


class TypingNow(msgspec.Struct, tag_field="t", tag="live", frozen=True, kw_only=True):
    """Passing news: somebody writes."""

    conversation: str
    who: str
    name: str
    on: bool
    kind: str = "typing"
