"""Processes on several machines wake each other up over NATS. Whoever may connect to that server is trusted."""

from collections.abc import Callable

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from zhanggui.realtime.brokers.outgoing import Outgoing

log = structlog.get_logger("zhanggui.realtime")


class NatsBroker:
    """One client that reconnects for ever; after each reconnect the tail looks what it missed."""

    shared = True

    def __init__(self, url: str, process: str, house: str) -> None:
        self._url = url
        self._process = process.encode()
        self._subject = f"zhanggui.{house}"
        self._client: Client | None = None
        self._outgoing = Outgoing(self._send)

    async def start(self, on_wake: Callable[[], None], on_live: Callable[[bytes], None]) -> None:
        """Connect and listen; a server that cannot be reached at start is an error, later it is waited for."""

        async def heard(message: Msg) -> None:
            process, kind, body = message.data.split(b" ", 2)
            if process != self._process:
                on_wake() if kind == b"w" else on_live(body)

        async def back() -> None:
            on_wake()

        async def trouble(error: Exception) -> None:
            log.warning("broker_trouble", broker="nats", error=repr(error)[:100])

        self._client = await nats.connect(
            self._url,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,
            connect_timeout=5,
            ping_interval=10,
            reconnected_cb=back,
            error_cb=trouble,
            allow_reconnect=True,
        )
        await self._client.subscribe(self._subject, cb=heard)
        self._outgoing.start()

    async def stop(self) -> None:
        """Hang up."""
        await self._outgoing.stop()
        if self._client is not None:
            await self._client.close()

    def wake(self) -> None:
        """Tell the others that something was committed."""
        self._outgoing.wake()

    def live(self, message: bytes) -> None:
        """Carry a passing message to the others."""
        self._outgoing.live(message)

    async def _send(self, kind: bytes, message: bytes) -> None:
        if self._client is not None and self._client.is_connected:
            await self._client.publish(self._subject, b" ".join((self._process, kind, message)))
