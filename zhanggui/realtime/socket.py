"""The socket's life: origin, hello within ten seconds, commands, heartbeat, goodbye. Commands mean what rooms say."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, get_args

import msgspec
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope
from starlette.types import Send as AsgiSend

from zhanggui.foundation.access import Permission
from zhanggui.foundation.errors import Forbidden, Invalid, ZhangguiError
from zhanggui.foundation.words import preferred_language
from zhanggui.realtime import frames
from zhanggui.realtime.frames import Frame, From, Hello, Ping, Pong, Resync, Welcome
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.peer import Peer
from zhanggui.realtime.tail import Tail

log = structlog.get_logger("zhanggui.realtime")
HELLO_SECONDS = 10
MISTAKES = 20
UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What a decoder says of a stranger's text; the last of one that is nested ten thousand deep."""


class Command(msgspec.Struct, frozen=True):
    """A command of a room: its frame, what it does, and the permission it needs (or why it needs none)."""

    frame: type[Frame]
    run: Callable[[Peer, object], Awaitable[None]]
    permission: Permission | None
    public: str = ""


class Door(Protocol):
    """Who may come in by this path, and what he may hear."""

    path: str
    commands: tuple[Command, ...]

    def origin_allowed(self, scope: Scope) -> bool:
        """Tell whether a page of this origin may open the socket."""
        ...

    async def admit(self, peer: Peer, hello: Hello, scope: Scope) -> None:
        """Set the peer's identity and tags, or raise a ZhangguiError."""
        ...

    async def retag(self, peer: Peer, scope: list[str] | None) -> None:
        """Work the tags out again (other lists asked for, rights changed)."""
        ...

    async def may(self, peer: Peer, permission: Permission) -> bool:
        """Tell whether this peer holds the permission now."""
        ...

    async def left(self, peer: Peer) -> None:
        """The socket is gone."""
        ...


class Limits(msgspec.Struct, frozen=True):
    """What the settings say about sockets."""

    heartbeat: int
    frame: int
    told: dict[str, int | float]
    frames_per_second: float = 100.0


class Sockets:
    """The way in for sockets, before everything that is made for requests: each layer would be paid at every frame.

    A socket that no endpoint knows is shut (the handshake is refused with 403).
    """

    def __init__(self, app: ASGIApp, endpoints: Mapping[str, "SocketEndpoint"]) -> None:
        self.app = app
        self.endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: AsgiSend) -> None:
        """Lead a socket to its endpoint and everything else on."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        endpoint = self.endpoints.get(scope["path"])
        if endpoint is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await endpoint(scope, receive, send)


class SocketEndpoint:
    """The ASGI endpoint of one door."""

    def __init__(self, door: Door, hub: Hub, tail: Tail, limits: Limits, server: str) -> None:
        self.door = door
        self.hub = hub
        self.tail = tail
        self.limits = limits
        self.server = server
        self.peers: set[Peer] = set()
        self._commands: Mapping[type, Command] = {command.frame: command for command in door.commands}
        union: object = Ping | From
        for command in door.commands:
            union = union | command.frame
        assert len(get_args(union)) == len(door.commands) + 2  # noqa: S101
        self._decode = msgspec.json.Decoder(union).decode
        self._decode_hello = msgspec.json.Decoder(Hello).decode

    async def __call__(self, scope: Scope, receive: Receive, send: AsgiSend) -> None:
        """Serve one socket from its handshake to its end."""
        await receive()
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        client = scope.get("client") or ("", 0)
        peer = Peer(send, address=client[0], language=preferred_language(headers.get("accept-language")))
        peer.frames = type(peer.frames)(self.limits.frames_per_second, self.limits.frames_per_second * 4)
        await send({"type": "websocket.accept"})
        pump = asyncio.create_task(self._pump(peer))
        try:
            if not self.door.origin_allowed(scope):
                peer.close(frames.CLOSE_ORIGIN, "protocol.origin")
            elif await self._enter(peer, scope, receive):
                await self._listen(peer, receive)
        except asyncio.CancelledError:
            if not peer.given_up:
                raise
        except Exception:
            log.exception("socket_failed")
            peer.close(frames.CLOSE_RESTARTING, "http.internal")
        finally:
            await self._leave(peer, pump)

    @staticmethod
    async def _pump(peer: Peer) -> None:
        try:
            await peer.pump()
        except (OSError, RuntimeError):
            peer.state = "closed"
        except Exception as error:
            # the other side went away while we wrote; its receive loop ends by itself
            log.debug("socket_write_failed", error=repr(error)[:100])
            peer.state = "closed"

    async def _enter(self, peer: Peer, scope: Scope, receive: Receive) -> bool:
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                text = _text(await receive())
        except TimeoutError:
            peer.close(frames.CLOSE_HELLO_LATE, "protocol.hello_late")
            return False
        if text is None or self._too_large(peer, text):
            return False
        hello = self._read_hello(peer, text)
        if hello is None:
            return False
        try:
            await self.door.admit(peer, hello, scope)
        except ZhangguiError as error:
            peer.refuse(error)
            peer.close(frames.CLOSE_SIGNED_OUT if error.status in (401, 403, 404) else 1013, error.code)
            return False
        peer.state = "in"
        self.peers.add(peer)
        self.hub.add(peer.subscription)
        peer.tell(
            Welcome(v=frames.VERSION, n=self.hub.last, heartbeat=self.limits.heartbeat, limits=self.limits.told,
                    server=self.server)
        )  # fmt: skip
        await self._resume(peer, hello.from_)
        return True

    def _read_hello(self, peer: Peer, text: str) -> Hello | None:
        try:
            hello = self._decode_hello(text)
        except UNREADABLE:
            peer.close(frames.CLOSE_MALFORMED, "protocol.malformed")
            return None
        if hello.v != frames.VERSION:
            peer.close(frames.CLOSE_VERSION, "protocol.version")
            return None
        return hello

    async def _resume(self, peer: Peer, n: int | None) -> None:
        if n is None:
            peer.tell(Resync(reason="fresh"))
        elif not (await self.tail.reach(n) and not peer.closing and self.hub.resume(peer.subscription, n)):
            peer.tell(Resync(reason="too_old"))

    async def _listen(self, peer: Peer, receive: Receive) -> None:
        loop = asyncio.get_running_loop()
        while peer.state == "in":
            text = _text(await receive())
            if text is None or peer.closing:
                return
            peer.seen = now = loop.time()
            if self._too_large(peer, text):
                return
            if peer.frames.wait(now) > 0:
                peer.close(frames.CLOSE_TOO_FAST, "protocol.too_fast")
                return
            try:
                frame = self._decode(text)
            except UNREADABLE as error:
                if not self._mistake(peer, text, error):
                    return
                continue
            await self._obey(peer, frame)

    def _too_large(self, peer: Peer, text: str) -> bool:
        limit = self.limits.frame
        if len(text) * 4 <= limit or len(text.encode("utf-8", "replace")) <= limit:
            return False
        peer.close(frames.CLOSE_TOO_LARGE, "protocol.too_large")
        return True

    def _mistake(self, peer: Peer, text: str, error: Exception) -> bool:
        """Tell about a frame that cannot be read; too many of them end the talk."""
        peer.mistakes += 1
        if not isinstance(error, msgspec.ValidationError) or peer.mistakes > MISTAKES:
            peer.close(frames.CLOSE_MALFORMED, "protocol.malformed")
            return False
        peer.refuse(Invalid("protocol.invalid", problem=str(error)[:200]), id=_id_in(text))
        return True

    async def _obey(self, peer: Peer, frame: object) -> None:
        try:
            if isinstance(frame, Ping):
                peer.tell(Pong())
            elif isinstance(frame, From):
                await self.door.retag(peer, frame.scope)
                await self._resume(peer, frame.n_)
            else:
                await self._command(peer, frame)
        except ZhangguiError as error:
            peer.refuse(error, id=getattr(frame, "id", None))
        except Exception:
            log.exception("command_failed", command=type(frame).__name__)
            peer.refuse(Invalid("http.internal"), id=getattr(frame, "id", None))

    async def _command(self, peer: Peer, frame: object) -> None:
        command = self._commands[type(frame)]
        if command.permission is not None and not await self.door.may(peer, command.permission):
            raise Forbidden("access.forbidden")
        await command.run(peer, frame)

    async def _leave(self, peer: Peer, pump: "asyncio.Task[None]") -> None:
        self.hub.remove(peer.subscription)
        self.peers.discard(peer)
        was_in = peer.state == "in" or peer.identity is not None
        peer.close(1000, "bye")
        done, _ = await asyncio.wait({pump}, timeout=2)
        if not done:
            pump.cancel()
        peer.state = "closed"
        if was_in:
            await self.door.left(peer)

    def sweep(self, now: float) -> None:
        """Close sockets that have been silent for twice the heartbeat; called every few seconds.

        One that does not even take the goodbye (its other end is gone or no longer reads) is left behind a heartbeat
        later: or its agent would seem present for ever.
        """
        for peer in list(self.peers):
            silent = now - peer.seen
            if silent > 3 * self.limits.heartbeat:
                peer.give_up()
            elif silent > 2 * self.limits.heartbeat:
                peer.close(1001, "protocol.silent")

    def restart(self) -> None:
        """Tell every socket that this process ends: its page comes back soon, to whoever serves then."""
        for peer in list(self.peers):
            peer.close(frames.CLOSE_RESTARTING, "protocol.restarting")


def _id_in(text: str) -> str | None:
    """Return the line's own id of a frame that could not be read as a whole, so that its sender knows which one."""

    class _Any(msgspec.Struct):
        id: str | None = None

    try:
        return msgspec.json.decode(text, type=_Any).id
    except UNREADABLE:
        return None


def _text(message: Message) -> str | None:
    """Return a frame's text; None at the end. A binary frame is no text: it reads as malformed."""
    if message["type"] != "websocket.receive":
        return None
    text = message.get("text")
    return text if isinstance(text, str) else "\x00"
