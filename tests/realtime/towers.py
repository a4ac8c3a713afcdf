"""One process's bell tower over a database, with a broker that tests hold in their hands."""

import asyncio
import json
from collections.abc import Callable

from tests.foundation.builders import NOTED
from tests.realtime.builders import Frame
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.events import Change, Face
from zhanggui.realtime.hub import Hub, Subscription
from zhanggui.realtime.tail import Broker, Tail


class HandBroker:
    """A broker that tells nobody anything; a test may ring it. With `shared` the tail believes in other processes."""

    def __init__(self, *, shared: bool = True) -> None:
        self.shared = shared
        self.woken = 0
        self.told: list[bytes] = []
        self.ring: Callable[[], None] = lambda: None
        self.hear: Callable[[bytes], None] = lambda _message: None

    async def start(self, on_wake: Callable[[], None], on_live: Callable[[bytes], None]) -> None:
        self.ring, self.hear = on_wake, on_live

    async def stop(self) -> None:
        """Nothing to hang up."""

    def wake(self) -> None:
        self.woken += 1

    def live(self, message: bytes) -> None:
        self.told.append(message)


class Listener:
    """A reader who takes every frame at once."""

    def __init__(self, hub: Hub, *tags: str, after: int | None = None) -> None:
        self.frames: list[Frame] = []
        self.subscription = Subscription(self, tags)
        hub.add(self.subscription)
        assert hub.resume(self.subscription, hub.last if after is None else after)

    def wake(self) -> None:
        while (text := self.subscription.take()) is not None:
            self.frames.append(json.loads(text))

    @property
    def names(self) -> list[str]:
        """The notes heard, in order."""
        return [frame["put"]["note"]["id"] for frame in self.frames if frame["t"] == "event"]

    @property
    def chain(self) -> list[tuple[int, int]]:
        """Their numbers: (n, prev)."""
        return [(frame["n"], frame["prev"]) for frame in self.frames if frame["t"] == "event"]

    async def until(self, count: int, *, seconds: float = 8.0) -> None:
        """Wait for so many events."""
        async with asyncio.timeout(seconds):
            while len(self.names) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.002)


class Tower:
    """Hub and tail of one process."""

    def __init__(self, database: Database, broker: Broker) -> None:
        self.database = database
        self.hub = Hub()
        self.tail = Tail(database, self.hub, broker)

    async def note(self, *names: str, tags: str = "a") -> None:
        """Commit notes through this process."""
        await self.database.write(do_announce, names, tags)

    async def note_elsewhere(self, *names: str, tags: str = "a") -> None:
        """Commit notes of which this process is not told, as if another process had."""
        told, self.database.committed = self.database.committed, lambda _stored: None
        await self.database.write(do_announce, names, tags)
        self.database.committed = told


def do_announce(tx: Tx, names: tuple[str, ...], tags: str = "a") -> None:
    """Announce notes for these tags."""
    for name in names:
        tx.announce(Change(NOTED, put={"note": {"id": name}}, faces=(Face(tuple(tags.split()), ("note",)),)))


def chained(frames: list[tuple[int, int]], start: int) -> bool:
    """Tell whether each `prev` is the number before it."""
    return [prev for _, prev in frames] == [start, *(n for n, _ in frames)][: len(frames)]
