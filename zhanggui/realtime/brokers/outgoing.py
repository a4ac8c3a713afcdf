"""What leaves a wire between processes: in its own time, wakes merged, nothing piled up."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

log = structlog.get_logger("zhanggui.realtime")
KEPT = 1_000
"""Passing messages (typing, presence) that may wait while the wire is down; older ones are worth nothing any more."""


class Outgoing:
    """A bounded way out. `wake` and `live` never fail and never wait; `send(kind, message)` is the wire's own."""

    def __init__(self, send: Callable[[bytes, bytes], Awaitable[None]]) -> None:
        self._send = send
        self._live: deque[bytes] = deque(maxlen=KEPT)
        self._wake = False
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._send_forever(), name="zhanggui-broker")

    async def stop(self) -> None:
        """Stop; what still waits is let go (it only wakes, or is passing)."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """Something was committed; many times at once is once."""
        self._wake = True
        self._something.set()

    def live(self, message: bytes) -> None:
        """A passing message."""
        self._live.append(message)
        self._something.set()

    async def _send_forever(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            while self._wake or self._live:
                if self._wake:
                    self._wake = False
                    await self._try(b"w", b"")
                if self._live:
                    await self._try(b"l", self._live.popleft())

    async def _try(self, kind: bytes, message: bytes) -> None:
        try:
            await self._send(kind, message)
        except Exception as error:  # the poll finds what a lost message would have told
            log.debug("broker_send_failed", error=repr(error)[:100])
