"""The chat room's commands on the socket."""

from typing import Annotated

import msgspec
from msgspec import Meta

from zhanggui.realtime.frames import Frame

Key = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]*\Z")]
Place = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""A line's number. What the database could not even compare is refused here, where it costs nobody else anything."""


class QuoteOf(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The line that is answered."""

    conversation: Key
    seq: Place


class Send(Frame, tag="send", kw_only=True, frozen=True):
    """A line. `id` is the sender's own and unique for him; `seq` grows by one on each device."""

    id: str
    seq: int
    kind: str = "text"
    text: str = ""
    conversation: Key | None = None
    file: Key | None = None
    product: Key | None = None
    order: Key | None = None
    quote: QuoteOf | None = None
    at: Annotated[int, Meta(ge=0, lt=2**53)] | None = None


class Read(Frame, tag="read", frozen=True):
    """Everything up to `seq` has been seen."""

    conversation: Key
    seq: Place


class Typing(Frame, tag="typing", frozen=True):
    """Somebody writes, or has stopped."""

    conversation: Key
    on: bool


class DraftOf(Frame, tag="draft", frozen=True):
    """What an agent has begun to write; an empty text forgets it."""

    conversation: Key
    text: str


class Watch(Frame, tag="watch", frozen=True):
    """An agent has a conversation open that need not be his own."""

    conversation: Key
    on: bool


class TypingNow(msgspec.Struct, tag_field="t", tag="live", frozen=True, kw_only=True):
    """Passing news: somebody writes."""

    conversation: str
    who: str
    name: str
    on: bool
    kind: str = "typing"
