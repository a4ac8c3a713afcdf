"""What the wires between processes share: they are laid again for ever, and after each time the tail looks what it
missed. Whoever may use the server between the processes is trusted: what comes over a wire is not signed.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress

import structlog

from zhanggui.realtime.brokers.outgoing import Outgoing

log = structlog.get_logger("zhanggui.realtime")
PATIENCE = 2.0
"""So long a start waits for the wire. Then the house opens without: until the wire is there, others are heard a second
later and typing does not cross."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
HEALTHY_SECONDS = 5.0
"""A wire that held so long is laid again at once; one that is cut again and again is waited for longer and longer."""


class Wire(ABC):
    """A broker with a connection of its own. Every process sends under its own name and ignores what it said itself."""

    shared = True
    name: str

    def __init__(self, process: str) -> None:
        self._process = process.encode()
        self._outgoing = Outgoing(self._send)
        self._connected = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._on_wake: Callable[[], None] = lambda: None
        self._on_live: Callable[[bytes], None] = lambda _message: None

    async def start(self, on_wake: Callable[[], None], on_live: Callable[[bytes], None]) -> None:
        """Connect and listen, or keep trying while the house opens."""
        self._on_wake, self._on_live = on_wake, on_live
        self._task = asyncio.create_task(self._stay_connected(), name="zhanggui-listen")
        self._outgoing.start()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._connected.wait()

    async def stop(self) -> None:
        """Hang up."""
        await self._outgoing.stop()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """Tell the others that something was committed."""
        self._outgoing.wake()

    def live(self, message: bytes) -> None:
        """Carry a passing message to the others."""
        self._outgoing.live(message)

    @abstractmethod
    async def _listen(self) -> None:
        """Connect, say `_up()`, and stay until the connection is lost; leave nothing open."""

    @abstractmethod
    async def _send(self, kind: bytes, message: bytes) -> None:
        """Send a `_letter`, if there is a connection."""

    async def _stay_connected(self) -> None:
        clock, wait = asyncio.get_running_loop().time, FIRST_WAIT
        while True:
            begun = clock()
            try:
                await self._listen()
            except Exception as error:
                log.warning("broker_lost", broker=self.name, error=repr(error)[:200])
            else:
                log.warning("broker_lost", broker=self.name, error="")
            healthy = self._connected.is_set() and clock() - begun > HEALTHY_SECONDS
            wait = FIRST_WAIT if healthy else wait
            self._connected.clear()
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    def _up(self) -> None:
        self._connected.set()
        self._on_wake()

    def _letter(self, kind: bytes, message: bytes) -> bytes:
        return b" ".join((self._process, kind, message))

    def _hear(self, letter: bytes) -> None:
        process, _, rest = letter.partition(b" ")
        kind, _, message = rest.partition(b" ")
        if process == self._process:
            return
        if kind == b"w":
            self._on_wake()
        elif kind == b"l":
            self._on_live(message)
