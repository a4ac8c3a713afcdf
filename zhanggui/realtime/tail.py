"""From commits to the hub, in the order of the numbers, whichever process committed.

A process hands its own commits over at once when they follow directly on the last number it has seen; otherwise the
missing ones are read from the delivery log. A broker only wakes readers up: when its message is lost, a poll once a
second finds what came.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import msgspec
import structlog
from sqlalchemy import select

from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.events import Stored, decode_stored
from zhanggui.realtime.hub import Hub, Subscription

log = structlog.get_logger("zhanggui.realtime")
PAGE = 2_000
PRELOAD = 20_000
"""So many changes are read back at start, so that a restart does not make every page start afresh."""
POLL_SECONDS = 1.0
_decode_live = msgspec.json.Decoder(tuple[list[str], str]).decode


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


def read_ahead(rx: Rx, after: int) -> tuple[int, list[Stored]]:
    """Return the last number given and the changes after `after`, both of one moment."""
    return rx.number(), read_log(rx, after)


def _without_gaps(recent: Sequence[Stored], number: int) -> list[Stored]:
    """Return the changes that lead up to `number` one by one: what lies before a gap is no help to a reader."""
    found = {change.n: change for change in recent}
    first = number
    while first in found:
        first -= 1
    return [found[n] for n in range(first + 1, number + 1)]


class Tail:
    """Keeps one hub in step with the log."""

    def __init__(self, database: Database, hub: Hub, broker: Broker) -> None:
        self._database = database
        self._hub = hub
        self._broker = broker
        self._shared = broker.shared or database.dialect != "sqlite"
        self._wanted = asyncio.Event()
        self._begun = self._finished = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin after the last committed change."""
        number = await self._database.read(lambda rx: rx.number())
        recent = await self._database.read(read_log, max(0, number - PRELOAD), PRELOAD)
        self._hub.start_at(number, _without_gaps(recent, number))
        self._database.committed = self.committed
        self._wanted.set()  # what was committed while we began
        await self._broker.start(self._wanted.set, self._on_live)
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

    def live(self, tags: Sequence[str], frame: str, *, without: Subscription | None = None) -> None:
        """Send a passing frame to every listener of these tags, in this process and the others."""
        self._hub.live(tags, frame, without=without)
        if self._broker.shared:
            self._broker.live(json.dumps([list(tags), frame], ensure_ascii=False).encode())

    def _on_live(self, message: bytes) -> None:
        try:
            tags, frame = _decode_live(message)
        except msgspec.DecodeError as error:
            log.warning("live_unreadable", error=repr(error)[:100])
        else:
            self._hub.live(tags, frame)

    async def reach(self, n: int, seconds: float = 3.0) -> bool:
        """Wait until this process has seen change `n` (a snapshot may be ahead of it); False when it takes too long.

        One look into the log that begins after the question is enough: a number it does not hold was never given, and
        who asks for such numbers must not keep the database busy.
        """
        if self._hub.last >= n:
            return True
        deadline = asyncio.get_running_loop().time() + seconds
        look = self._begun + 1
        self._wanted.set()
        while self._hub.last < n and self._finished < look:
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.01)
        return self._hub.last >= n

    async def _follow(self) -> None:
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS if self._shared else None):
                    await self._wanted.wait()
            except TimeoutError:
                pass
            self._wanted.clear()
            self._begun += 1
            look = self._begun
            try:
                await self._catch_up()
                self._finished = look
            except Exception as error:
                log.warning("tail_behind", error=repr(error)[:200])
                self._wanted.set()  # where nobody polls, nobody else would look again
                await asyncio.sleep(POLL_SECONDS)

    async def _catch_up(self) -> None:
        while True:
            before = self._hub.last
            number, missed = await self._database.read(read_ahead, before)
            first = missed[0].n if missed else number + 1
            # commits of this process may have been published while we read
            if number < before or first > self._hub.last + 1:
                log.error("tail_cut", last=self._hub.last, first=first, number=number)
                self._hub.start_over(min(first - 1, number))
            self._hub.publish(change for change in missed if change.n > self._hub.last)
            if len(missed) < PAGE:
                return
