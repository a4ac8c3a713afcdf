"""The frames every socket speaks, whoever is at the other end; rooms add their own commands. Protocol version 1."""

from typing import Annotated

import msgspec
from msgspec import Meta

VERSION = 1
CLOSE_MALFORMED = 4400
CLOSE_SIGNED_OUT = 4401
CLOSE_ORIGIN = 4403
CLOSE_HELLO_LATE = 4408
CLOSE_REPLACED = 4409
CLOSE_TOO_LARGE = 4413
CLOSE_TOO_FAST = 4429
CLOSE_RESTARTING = 4503
CLOSE_VERSION = 4426


Plain = Annotated[str, Meta(max_length=2_000, pattern=r"^[ -~]*\Z")]
"""What machines made for machines: printable ASCII."""
Scope = Annotated[list[Plain], Meta(max_length=20)]


class Frame(msgspec.Struct, tag_field="t", forbid_unknown_fields=True, frozen=True):
    """A frame from a client: one JSON object with its kind under "t"; fields we do not know are refused."""


class Hello(Frame, tag="hello", kw_only=True, rename={"from_": "from"}, frozen=True):
    """The first frame: protocol version, the device's name, and where to go on from (`from`), if anywhere."""

    v: int
    device: Plain = msgspec.field(default="")
    from_: int | None = None
    csrf: Plain = ""
    token: Plain = ""
    scope: Scope = []


class From(Frame, tag="from", rename={"n_": "n"}, frozen=True):
    """A new snapshot was taken with this number (and lists): go on from here."""

    n_: int
    scope: Scope | None = None


class Ping(Frame, tag="ping", frozen=True):
    """Is anybody there?"""


class Welcome(msgspec.Struct, tag_field="t", tag="welcome", frozen=True, kw_only=True):
    """The answer to hello."""

    v: int
    n: int
    heartbeat: int
    limits: dict[str, int | float]
    server: str


class Resync(msgspec.Struct, tag_field="t", tag="resync", frozen=True):
    """What was missed cannot be told one by one: take a new snapshot, then say "from"."""

    reason: str


class Ack(msgspec.Struct, tag_field="t", tag="ack", frozen=True, kw_only=True):
    """A line is stored. On a fresh one the event frame itself carries "ack"; this frame answers repetitions."""

    id: str
    conversation: str
    seq: int
    at: int
    n: int | None = None


class Error(msgspec.Struct, tag_field="t", tag="error", frozen=True, kw_only=True, omit_defaults=True):
    """Something was refused. `retry` says whether the same frame may succeed later (`after` milliseconds)."""

    code: str
    message: str
    id: str | None = None
    retry: bool = False
    after: int | None = None
    args: dict[str, object] = {}


class Pong(msgspec.Struct, tag_field="t", tag="pong", frozen=True):
    """Somebody is."""


class Bye(msgspec.Struct, tag_field="t", tag="bye", frozen=True):
    """The server is about to close this socket, and why."""

    code: str


encode = msgspec.json.Encoder().encode


def text_of(frame: msgspec.Struct) -> str:
    """Return a frame as the text that is sent."""
    return encode(frame).decode()
