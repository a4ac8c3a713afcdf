"""A tiny door and a client's end of a raw ASGI socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

from msgspec import Meta

from zhanggui.foundation.access import Permission
from zhanggui.foundation.errors import Conflict, Forbidden, TooMany, ZhangguiError
from zhanggui.realtime.frames import Frame, Hello
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.peer import Peer
from zhanggui.realtime.socket import Command, Limits, SocketEndpoint
from zhanggui.realtime.tail import Tail

Told = dict[str, Any]
HELLO: Told = {"t": "hello", "v": 1, "from": 0}
NEED = cast(Permission, object())
"""A permission as the endpoint sees it: something it hands to the door."""


class Say(Frame, tag="say", frozen=True, kw_only=True):
    """A command with a number that must be small."""

    id: str
    times: Annotated[int, Meta(ge=0, le=9)] = 1


class Break(Frame, tag="break", frozen=True):
    """A command that fails by a fault of ours."""


class Need(Frame, tag="need", frozen=True):
    """A command that needs a permission."""


class TinyDoor:
    """Lets everybody in who does not say otherwise, by what his token says."""

    path = "/ws/tiny"

    def __init__(self) -> None:
        self.origin = True
        self.allowed = False
        self.gone: list[Peer] = []
        self.said: list[tuple[str, int]] = []
        self.refusal: ZhangguiError | None = None
        self.commands: tuple[Command, ...] = (
            Command(Say, self.say, None, "for tests"),
            Command(Break, self.fail, None, "for tests"),
            Command(Need, self.need, NEED),
        )

    def origin_allowed(self, scope: object) -> bool:
        return self.origin

    async def admit(self, peer: Peer, hello: Hello, scope: object) -> None:
        if hello.token == "stranger":
            raise Forbidden("access.forbidden")
        if hello.token == "crash":
            raise ZeroDivisionError
        if hello.token == "later":
            raise Conflict("access.forbidden")
        peer.identity = hello.device or "d"
        peer.subscription.tags = {"a", *hello.scope}

    async def retag(self, peer: Peer, scope: list[str] | None) -> None:
        if scope == ["forbidden"]:
            raise Forbidden("access.forbidden")
        if scope == ["crash"]:
            raise ZeroDivisionError

    async def may(self, peer: Peer, permission: Permission) -> bool:
        assert permission is NEED
        return self.allowed

    async def left(self, peer: Peer) -> None:
        self.gone.append(peer)

    async def say(self, peer: Peer, frame: object) -> None:
        assert isinstance(frame, Say)
        if frame.id == "fast":
            raise TooMany("protocol.too_fast", retry_after=1.5)
        self.said.append((frame.id, frame.times))

    async def fail(self, peer: Peer, frame: object) -> None:
        raise ZeroDivisionError

    async def need(self, peer: Peer, frame: object) -> None:
        self.said.append(("need", 1))


class StillTail(Tail):
    """A tail over a hub that only tests publish to."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def reach(self, n: int, seconds: float = 3.0) -> bool:
        return self._hub.last >= n


def an_endpoint(*, frame: int = 4096, frames_per_second: float = 100.0, heartbeat: int = 25) -> SocketEndpoint:
    """An endpoint with the tiny door."""
    hub = Hub(100)
    hub.start_at(0)
    limits = Limits(heartbeat=heartbeat, frame=frame, told={"text": 10}, frames_per_second=frames_per_second)
    return SocketEndpoint(TinyDoor(), hub, StillTail(hub), limits, "p1")


def door_of(endpoint: SocketEndpoint) -> TinyDoor:
    """The tiny door."""
    return cast(TinyDoor, endpoint.door)


class Wire:
    """The other end: what it sends, what it was told, how it was closed."""

    def __init__(self) -> None:
        self.to_server: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.raw: list[dict[str, object]] = []
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.more = asyncio.Event()

    async def send(self, message: dict[str, object]) -> None:
        """The server's send."""
        await self.flowing.wait()
        self.raw.append(message)
        self.more.set()
        if message["type"] == "websocket.close":
            self.to_server.put_nowait({"type": "websocket.disconnect", "code": message["code"]})

    def text(self, text: str) -> None:
        """Say this text."""
        self.to_server.put_nowait({"type": "websocket.receive", "text": text})

    def say(self, **frame: object) -> None:
        """Say this frame."""
        self.text(json.dumps(frame))

    def hang_up(self) -> None:
        """Be gone."""
        self.to_server.put_nowait({"type": "websocket.disconnect", "code": 1006})

    @property
    def told(self) -> list[Told]:
        """Every frame heard so far."""
        return [json.loads(str(message["text"])) for message in self.raw if message["type"] == "websocket.send"]

    @property
    def kinds(self) -> list[str]:
        """Their kinds."""
        return [frame["t"] for frame in self.told]

    @property
    def closed(self) -> int | None:
        """The close code, once there is one."""
        codes = [message["code"] for message in self.raw if message["type"] == "websocket.close"]
        return cast(int, codes[0]) if codes else None

    async def until(self, kind: str, *, count: int = 1) -> Told:
        """Wait for so many frames of a kind and return the last."""
        async with asyncio.timeout(5):
            while self.kinds.count(kind) < count:
                assert self.closed is None, (self.closed, self.told)
                self.more.clear()
                await self.more.wait()
        return [frame for frame in self.told if frame["t"] == kind][-1]

    async def ended(self) -> int:
        """Wait for the close and return its code."""
        async with asyncio.timeout(5):
            while self.closed is None:
                self.more.clear()
                await self.more.wait()
        return self.closed


@asynccontextmanager
async def open_wire(endpoint: SocketEndpoint, **headers: str) -> AsyncIterator[Wire]:
    """Open a socket without saying anything; at the end it hangs up and the endpoint must be done."""
    wire = Wire()
    wire.to_server.put_nowait({"type": "websocket.connect"})
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "path": endpoint.door.path, "headers": given, "client": ("127.0.0.1", 5)}
    serving = asyncio.create_task(endpoint(scope, wire.to_server.get, wire.send))  # type: ignore[arg-type]
    try:
        yield wire
    finally:
        wire.flowing.set()
        wire.hang_up()
        async with asyncio.timeout(5):
            await serving


@asynccontextmanager
async def let_in(endpoint: SocketEndpoint, **hello: object) -> AsyncIterator[Wire]:
    """Open a socket and be welcomed, live from the last number."""
    async with open_wire(endpoint) as wire:
        wire.say(t="hello", v=1, **{"from": endpoint.hub.last, **hello})
        await wire.until("welcome")
        yield wire
