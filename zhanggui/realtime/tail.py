"""From commits to the hub, in the order of the numbers, whichever process committed.

A process hands its own commits over at once when they follow directly on the last number it has seen; otherwise the
missing ones are read from the delivery log. A broker only wakes readers up: when its message is lost, a poll once a
second finds what came.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

import structlog
from sqlalchemy import select

from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.events import Stored, decode_stored
from zhanggui.realtime.hub import Hub

log = structlog.get_logger("zhanggui.realtime")
PAGE = 2_000
POLL_SECONDS = 1.0


class Broker(Protocol):
    """What wakes other processes up and carries what is never stored (typing, presence)."""

    shared: bool

    async def start(self, on_wake: Callable[[], None], on_live: Callable[[bytes], None]) -> None:
        """Connect; call back for every message of another process."""
        ...

    async def stop(self) -> None:
        """Disconnect."""
        ...

    def wake(self) -> None:
        """Tell the others that something was committed. Never fails, never waits."""
        ...

    def live(self, message: bytes) -> None:
        """Carry a passing message to the others. Never fails, never waits."""
        ...


def read_log(rx: Rx, after: int, limit: int = PAGE) -> list[Stored]:
    """Return the changes after number `after`, oldest first."""
    columns = (event_log.c.n, event_log.c.at, event_log.c.kind, event_log.c.subject, event_log.c.body)
    rows = rx.all(select(*columns).where(event_log.c.n > after).order_by(event_log.c.n).limit(limit))
    return [decode_stored(*cast(tuple[int, int, str, str, str], tuple(row))) for row in rows]


class Tail:
    """Keeps one hub in step with the log."""

    def __init__(self, database: Database, hub: Hub, broker: Broker) -> None:
        self._database = database
        self._hub = hub
        self._broker = broker
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.on_caught_up: Callable[[], Awaitable[None]] | None = None

    async def start(self) -> None:
        """Begin after the last committed change."""
        self._hub.start_at(await self._database.read(lambda rx: rx.number()))
        self._database.committed = self.committed
        await self._broker.start(self._wanted.set, lambda message: None)
        self._task = asyncio.create_task(self._follow(), name="zhanggui-tail")

    async def stop(self) -> None:
        """Stop following."""
        await self._broker.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def committed(self, stored: list[Stored]) -> None:
        """Take a group of this process: straight to the hub when nothing is missing before it."""
        if stored[0].n == self._hub.last + 1:
            self._hub.publish(stored)
        elif stored[-1].n > self._hub.last:
            self._wanted.set()
        self._broker.wake()

    async def _follow(self) -> None:
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS if self._broker.shared else None):
                    await self._wanted.wait()
            except TimeoutError:
                pass
            self._wanted.clear()
            try:
                await self._catch_up()
            except Exception as error:
                log.warning("tail_behind", error=repr(error)[:200])
                await asyncio.sleep(POLL_SECONDS)

    async def _catch_up(self) -> None:
        while True:
            missed = await self._database.read(read_log, self._hub.last)
            # commits of this process may have been published while we read
            self._hub.publish(change for change in missed if change.n > self._hub.last)
            if len(missed) < PAGE:
                return
