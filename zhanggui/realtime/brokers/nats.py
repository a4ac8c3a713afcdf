"""Processes on several machines wake each other up over NATS.

Houses that share a NATS server are kept apart by their subject, which nobody can guess: it comes from a key in the
house's own database. That also lets processes reach one database under different addresses.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from zhanggui.realtime.brokers.wire import Wire

log = structlog.get_logger("zhanggui.realtime")
SECONDS = 10
BEAT_SECONDS = 5


class NatsBroker(Wire):
    """One client at a time; `house()` returns what only this house's processes know.

    The client's own way to reconnect is not used: it gives up for good on some answers of the server (too many
    connections, credentials changed), and a broker never gives up.
    """

    name = "nats"

    def __init__(self, url: str, process: str, house: Callable[[], Awaitable[str]]) -> None:
        super().__init__(process)
        self._servers = [part.strip() for part in url.split(",")]
        self._house = house
        self._subject = ""
        self._client: Client | None = None

    async def _send(self, kind: bytes, message: bytes) -> None:
        if self._client is not None:
            await self._client.publish(self._subject, self._letter(kind, message))

    async def _listen(self) -> None:
        self._subject = self._subject or f"zhanggui.{await self._house()}"
        lost = asyncio.Event()

        async def closed() -> None:
            lost.set()

        client = Client()
        try:
            async with asyncio.timeout(SECONDS):
                await self._connect(client, closed)
                await client.subscribe(self._subject, cb=self._heard)
                await client.flush()
            self._client = client
            self._up()
            await lost.wait()
        finally:
            self._client = None
            await client.close()

    async def _connect(self, client: Client, closed: Callable[[], Awaitable[None]]) -> None:
        await client.connect(
            self._servers,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # how often a server is tried before `connect` gives up
            reconnect_time_wait=0,
            connect_timeout=SECONDS,
            ping_interval=BEAT_SECONDS,
            closed_cb=closed,
            error_cb=self._trouble,
        )

    async def _heard(self, message: Msg) -> None:
        self._hear(message.data)

    async def _trouble(self, error: Exception) -> None:
        log.debug("broker_trouble", broker=self.name, error=repr(error)[:200])
