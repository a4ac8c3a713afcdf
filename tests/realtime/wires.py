"""What tests of the wires between processes need: addresses, a proxy that cuts or starves, ears."""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from urllib.parse import urlsplit

from zhanggui.realtime.brokers.nats import NatsBroker
from zhanggui.realtime.brokers.postgres import PostgresBroker
from zhanggui.realtime.brokers.wire import Wire

NATS = os.environ.get("ZHANGGUI_TEST_NATS", "nats://127.0.0.1:4222")


def nats_there() -> bool:
    """Tell whether a NATS server listens."""
    at = urlsplit(NATS)
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((at.hostname or "127.0.0.1", at.port or 4222)) == 0


async def until(true: Callable[[], bool], *, seconds: float = 5.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  what is waited for has no event of its own
            await asyncio.sleep(0.005)


class Ears:
    """What a broker told its process."""

    def __init__(self) -> None:
        self.woken = 0
        self.heard: list[bytes] = []

    def wake(self) -> None:
        """A wake came."""
        self.woken += 1

    def live(self, message: bytes) -> None:
        """A passing message came."""
        self.heard.append(message)


class Proxy:
    """A wire in the middle: it can be cut (everybody hears at once) or starve (nobody hears anything)."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.connections = 0

    async def start(self) -> int:
        """Listen and return the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Cut everything and listen no more."""
        self._flowing.set()
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Hang up on both sides."""
        for writer in list(self._writers):
            writer.transport.abort()

    def starve(self) -> None:
        """Hold everything back from now on; nothing is closed."""
        self._flowing.clear()

    def flow(self) -> None:
        """Let it through again."""
        self._flowing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, back = await asyncio.open_connection(*self._target)
        self._writers |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self._writers -= {writer, back}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def proxy_to(url: str, default_port: int) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before the server of `url`, and the address to reach it by."""
    at = urlsplit(url)
    proxy = Proxy(at.hostname or "127.0.0.1", at.port or default_port)
    port = await proxy.start()
    user = f"{at.username}@" if at.username else ""
    yield proxy, f"{at.scheme}://{user}127.0.0.1:{port}{at.path}"
    await proxy.stop()


def a_house(name: str) -> Callable[[], Awaitable[str]]:
    """What the processes of one house know."""

    async def house() -> str:
        return name

    return house


class Line:
    """Processes on one wire of one kind; the first reaches the server through a proxy."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind = kind
        self.url = url
        self.house = uuid.uuid4().hex
        self.proxy: Proxy
        self.proxied = ""
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        """Start the proxy."""
        port = 4222 if self.kind == "nats" else 5432
        self.proxy, self.proxied = await self._stack.enter_async_context(proxy_to(self.url, port))

    async def join(self, name: str, *, proxied: bool = False, house: str = "") -> tuple[Wire, Ears]:
        """One more process."""
        wire = self.make(name, proxied=proxied, house=house)
        ears = Ears()
        await wire.start(ears.wake, ears.live)
        self._stack.push_async_callback(wire.stop)
        return wire, ears

    def make(self, name: str, *, proxied: bool = False, house: str = "") -> Wire:
        """A process that has not begun."""
        url = self.proxied if proxied else self.url
        if self.kind == "nats":
            return NatsBroker(url, name, a_house(house or self.house))
        return PostgresBroker(url, name)

    async def close(self) -> None:
        """Everybody hangs up."""
        await self._stack.aclose()
