"""Processes over one PostgreSQL wake each other up with NOTIFY. Whoever may connect to the database is trusted."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress

import asyncpg
import structlog

from zhanggui.realtime.brokers.outgoing import Outgoing

log = structlog.get_logger("zhanggui.realtime")
CHANNEL = "zhanggui"
PAYLOAD_LIMIT = 7_900
"""PostgreSQL takes 8,000 bytes; a longer passing message is dropped, as if the wire had been down."""
BEAT_SECONDS = 5.0
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0


class PostgresBroker:
    """One connection of its own, opened again for ever; after each opening the tail looks what it missed."""

    shared = True

    def __init__(self, url: str, process: str) -> None:
        self._url = url.replace("postgresql+asyncpg://", "postgresql://")
        self._process = process
        self._connection: asyncpg.Connection | None = None
        self._outgoing = Outgoing(self._send)
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def start(self, on_wake: Callable[[], None], on_live: Callable[[bytes], None]) -> None:
        """Connect (or keep trying) and listen."""
        self._on_wake, self._on_live = on_wake, on_live
        self._task = asyncio.create_task(self._stay_connected(), name="zhanggui-listen")
        self._outgoing.start()

    async def stop(self) -> None:
        """Hang up."""
        await self._outgoing.stop()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._hang_up()

    def wake(self) -> None:
        """Tell the others that something was committed."""
        self._outgoing.wake()

    def live(self, message: bytes) -> None:
        """Carry a passing message to the others."""
        self._outgoing.live(message)

    async def _send(self, kind: bytes, message: bytes) -> None:
        payload = f"{self._process} {kind.decode()} {base64.b64encode(message).decode()}"
        if len(payload) <= PAYLOAD_LIMIT:
            await self._run("SELECT pg_notify($1, $2)", CHANNEL, payload)

    async def _run(self, sql: str, *params: str) -> None:
        async with self._turn:  # a connection does one thing at a time
            if self._connection is not None:
                await self._connection.execute(sql, *params, timeout=10)

    async def _stay_connected(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                await self._listen()
                wait = FIRST_WAIT
            except Exception as error:
                log.warning("broker_lost", broker="postgres", error=repr(error)[:100])
            await self._hang_up()
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    async def _listen(self) -> None:
        """Connect and stay until the connection is lost. One that starves never says so by itself, so it is asked."""
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._url, timeout=10)
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, self._heard)
        self._connection = connection
        self._on_wake()
        while not lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await lost.wait()
            await self._run("SELECT 1")

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            with suppress(Exception):
                await connection.close(timeout=2)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        process, kind, message = str(payload).split(" ", 2)
        if process == self._process:
            return
        if kind == "w":
            self._on_wake()
        else:
            self._on_live(base64.b64decode(message))
