"""Processes over one PostgreSQL wake each other up with NOTIFY, which never leaves the database.

LISTEN needs a connection of its own: a pooler in transaction mode between the house and the server does not do.
"""

import asyncio
import base64
from contextlib import suppress

import asyncpg
import structlog

from zhanggui.realtime.brokers.wire import Wire

log = structlog.get_logger("zhanggui.realtime")
CHANNEL = "zhanggui"
PAYLOAD_LIMIT = 7_900
"""PostgreSQL takes 8,000 bytes; a longer passing message is dropped, as if the wire had been down."""
BEAT_SECONDS = 5.0
SECONDS = 10.0


class PostgresBroker(Wire):
    """NOTIFY and LISTEN. A connection that starves never says so by itself, so it is asked every few seconds."""

    name = "postgres"

    def __init__(self, url: str, process: str) -> None:
        super().__init__(process)
        self._url = url.replace("postgresql+asyncpg://", "postgresql://")
        self._connection: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()

    async def _send(self, kind: bytes, message: bytes) -> None:
        payload = base64.b64encode(self._letter(kind, message)).decode()
        if len(payload) > PAYLOAD_LIMIT:
            log.info("broker_dropped", broker=self.name, size=len(payload))
            return
        await self._run("SELECT pg_notify($1, $2)", CHANNEL, payload)

    async def _run(self, sql: str, *params: str) -> None:
        async with self._turn:  # a connection does one thing at a time
            if self._connection is not None:
                await self._connection.execute(sql, *params, timeout=SECONDS)

    async def _listen(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._url, timeout=SECONDS)
        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._connection = connection
            self._up()
            while not await _set_within(lost, BEAT_SECONDS):
                await self._run("SELECT 1")
        finally:
            self._connection = None
            with suppress(Exception):
                await connection.close(timeout=2)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        try:
            letter = base64.b64decode(str(payload), validate=True)
        except ValueError:
            log.debug("broker_stranger", broker=self.name)
            return
        self._hear(letter)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
