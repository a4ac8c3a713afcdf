"""Two processes' towers over one PostgreSQL: every reader of either hears the same log, in order, whoever committed."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRES, _postgres_database
from tests.foundation.builders import NOTED
from tests.realtime.towers import HandBroker, Listener, Tower, chained, do_announce
from tests.realtime.wires import NATS, Line, nats_there, until
from zhanggui.foundation.database import Database, open_database
from zhanggui.foundation.events import KINDS, Reactions, Stored, face_for
from zhanggui.realtime.tail import Broker, read_log

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable"),
]
WIRES = [
    "postgres",
    pytest.param("nats", marks=[pytest.mark.nats, pytest.mark.skipif(not nats_there(), reason="no NATS")]),
]
TAGS = ["a", "b", "c"]


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, NOTED, {"note": dict})


class Pair:
    """Two towers, each with its own connections; the first's wire runs through a proxy."""

    def __init__(self, first: Database, second: Database) -> None:
        self.databases = (first, second)
        self.line: Line | None = None
        self._stack = AsyncExitStack()

    async def stand(self, kind: str) -> None:
        """Build both."""
        brokers: list[Broker] = [HandBroker(), HandBroker()]
        if kind != "deaf":
            url = NATS if kind == "nats" else self.databases[0].url.replace("+asyncpg", "")
            self.line = Line(kind, url)
            await self.line.open()
            self._stack.push_async_callback(self.line.close)
            brokers = [self.line.make("one", proxied=True), self.line.make("two")]
        self.towers = [Tower(database, broker) for database, broker in zip(self.databases, brokers, strict=True)]
        for tower in self.towers:
            await tower.tail.start()
            self._stack.push_async_callback(tower.tail.stop)

    async def fall(self) -> None:
        """Stop both."""
        await self._stack.aclose()

    async def log(self) -> list[Stored]:
        """The whole log."""
        return await self.databases[0].read(lambda rx: read_log(rx, 0))


@pytest.fixture
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    first = await _postgres_database(Reactions())
    second = open_database(first.url, Path())
    for database in (first, second):
        await database.start()
    both = Pair(first, second)
    await both.stand(request.param)
    yield both
    await both.fall()
    for database in (first, second):
        await database.stop()


async def write_much(tower: Tower, name: str, *, count: int = 60) -> None:
    """Many writers at once through one process, with pauses of chance."""
    chance = random.Random(name)

    async def one(n: int) -> None:
        await asyncio.sleep(chance.random() * 0.3)
        tags = " ".join(chance.sample(TAGS, chance.randint(0, 3)))
        await tower.database.write(do_announce, (f"{name} {n}",), tags)

    await asyncio.gather(*(one(n) for n in range(count)))


def heard_by(log: list[Stored], tags: set[str]) -> list[int]:
    """The numbers that a reader of these tags must have heard."""
    return [stored.n for stored in log if face_for(stored, tags)]


async def everybody_heard_everything(pair: Pair, readers: list[Listener]) -> None:
    log = await pair.log()
    assert [stored.n for stored in log] == list(range(1, len(log) + 1))
    await until(lambda: all(tower.hub.last == len(log) for tower in pair.towers))
    for reader in readers:
        assert [n for n, _ in reader.chain] == heard_by(log, reader.subscription.tags)
        assert chained(reader.chain, 0)


def listeners(pair: Pair) -> list[Listener]:
    """Readers of every mixture of tags in both processes."""
    mixtures = [("a",), ("b",), ("a", "c"), ("a", "b", "c"), ()]
    return [Listener(tower.hub, *tags) for tower in pair.towers for tags in mixtures]


@pytest.mark.parametrize("pair", [*WIRES, "deaf"], indirect=True)
async def test_both_write_at_once_and_every_reader_hears_the_same_log(pair: Pair):
    readers = listeners(pair)
    await asyncio.gather(*(write_much(tower, name) for tower, name in zip(pair.towers, "xy", strict=True)))
    await everybody_heard_everything(pair, readers)


@pytest.mark.parametrize("pair", WIRES, indirect=True)
async def test_what_one_commits_the_other_hears_at_once_and_typing_crosses(pair: Pair):
    one, two = pair.towers
    two.tail._shared = False
    await two.tail.reach(10**9)  # from here on no poll helps
    reader = Listener(two.hub, "a")
    await one.note("hello")
    await reader.until(1, seconds=3)
    one.tail.live(["a"], '{"t":"live","kind":"typing"}')
    await until(lambda: len(reader.frames) == 2)
    assert reader.frames[-1] == {"t": "live", "kind": "typing"}


@pytest.mark.parametrize("pair", WIRES, indirect=True)
async def test_a_wire_cut_again_and_again_loses_nothing(pair: Pair):
    assert pair.line is not None
    readers = listeners(pair)

    async def cut() -> None:
        for _ in range(5):
            await asyncio.sleep(0.06)
            assert pair.line is not None
            pair.line.proxy.cut()

    writers = (write_much(tower, name, count=30) for tower, name in zip(pair.towers, "xy", strict=True))
    await asyncio.gather(cut(), *writers)
    await everybody_heard_everything(pair, readers)
    assert pair.line.proxy.connections > 1


@pytest.mark.parametrize("pair", ["deaf"], indirect=True)
async def test_who_took_his_snapshot_elsewhere_goes_on_here(pair: Pair):
    """A snapshot of one process may be ahead of the other that the socket reaches."""
    one, two = pair.towers
    await one.note("one", "two")
    number = await one.database.read(lambda rx: rx.number())
    assert await two.tail.reach(number)
    reader = Listener(two.hub, "a", after=number)
    await two.note("three")
    assert reader.chain == [(3, 2)]


@pytest.mark.parametrize("pair", WIRES, indirect=True)
async def test_passing_words_reach_each_listener_once_and_nobody_else(pair: Pair):
    one, two = pair.towers
    here, there, stranger = Listener(one.hub, "a", "b"), Listener(two.hub, "a", "b"), Listener(two.hub, "c")
    one.tail.live(["a", "b"], '{"t":"live","kind":"typing"}')
    await until(lambda: len(there.frames) == 1)
    two.tail.live(["b"], '{"t":"live","kind":"queue"}')
    await until(lambda: len(here.frames) == 2)
    for reader in (here, there):
        assert [frame["kind"] for frame in reader.frames] == ["typing", "queue"]
    assert stranger.frames == []


@pytest.mark.slow
@pytest.mark.parametrize("pair", [*WIRES, "deaf"], indirect=True)
async def test_a_wire_that_says_nothing_costs_a_second_and_nothing_else(pair: Pair):
    one, two = pair.towers
    reader, clock = Listener(one.hub, "a"), asyncio.get_running_loop().time
    if pair.line is not None:
        pair.line.proxy.starve()
    for n in range(2):
        begun = clock()
        await two.note(f"n{n}")
        await reader.until(n + 1)
        assert clock() - begun < 1.6, "a second, and what a busy machine adds"
    assert reader.chain == [(1, 0), (2, 1)]
    if pair.line is not None:
        pair.line.proxy.flow()
