"""Two processes' bell towers over one PostgreSQL: what one commits the other's readers hear, whatever the wire does."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRES
from tests.foundation.builders import NOTED
from tests.realtime.towers import HandBroker, Listener, Tower, chained
from tests.realtime.wires import NATS, Proxy, a_house, nats_there, proxy_to, until
from zhanggui.foundation.database import Database, open_database
from zhanggui.foundation.database.opening import async_url
from zhanggui.foundation.events import KINDS
from zhanggui.realtime.brokers.memory import MemoryBroker
from zhanggui.realtime.brokers.nats import NatsBroker
from zhanggui.realtime.brokers.postgres import PostgresBroker
from zhanggui.realtime.tail import Broker

POSTGRES = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("postgres"),
    pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable"),
]
NEEDS_NATS = pytest.mark.skipif(not nats_there(), reason="NATS is not reachable")
WIRES = [
    pytest.param("notify", marks=POSTGRES),
    pytest.param(
        "nats",
        marks=[*POSTGRES, pytest.mark.nats, pytest.mark.skipif(not nats_there(), reason="NATS is not reachable")],
    ),
]
NO_WIRE = [pytest.param("memory", marks=POSTGRES), pytest.param("deaf", marks=POSTGRES)]


class Pair:
    """Two towers; the wire of the second goes through a proxy, its database does not."""

    def __init__(self, db: Database, other: Database, kind: str) -> None:
        self._databases = (db, other)
        self._kind = kind
        self._house = uuid.uuid4().hex
        self._stack = AsyncExitStack()
        self.proxy: Proxy

    async def start(self) -> None:
        """Open both."""
        plain = self._databases[0].url.replace("+asyncpg", "")
        url, port = (NATS, 4222) if self._kind == "nats" else (plain, 5432)
        self.proxy, proxied = await self._stack.enter_async_context(proxy_to(url, port))
        self.here = await self._tower(self._databases[0], url, "here")
        self.there = await self._tower(self._databases[1], proxied, "there")

    async def _tower(self, database: Database, url: str, name: str) -> Tower:
        tower = Tower(database, self._broker(url, name))
        await tower.tail.start()
        self._stack.push_async_callback(tower.tail.stop)
        return tower

    def _broker(self, url: str, name: str) -> Broker:
        if self._kind == "nats":
            return NatsBroker(url, name, a_house(self._house))
        if self._kind == "notify":
            return PostgresBroker(async_url(url), name)
        return MemoryBroker() if self._kind == "memory" else HandBroker()

    async def stop(self) -> None:
        """Close both."""
        await self._stack.aclose()


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, NOTED, {"note": dict})


@pytest.fixture
async def pair(request: pytest.FixtureRequest, db: Database) -> AsyncIterator[Pair]:
    other = open_database(db.url, Path())
    await other.start()
    pair = Pair(db, other, request.param)
    await pair.start()
    yield pair
    await pair.stop()
    await other.stop()


def over(wires: Sequence[object]) -> pytest.MarkDecorator:
    """Run on these wires, over PostgreSQL."""
    return pytest.mark.parametrize(("db", "pair"), [_both(wire) for wire in wires], indirect=True)


def _both(wire: object) -> object:
    assert hasattr(wire, "values")
    assert hasattr(wire, "marks")
    (kind,) = wire.values
    return pytest.param("postgresql", kind, marks=wire.marks, id=kind)


async def talk(pair: Pair, rounds: int, name: str = "") -> None:
    """Both processes commit at once, in groups of any size."""
    for i in range(rounds):
        await asyncio.gather(
            pair.here.note(f"{name}h{i}a", f"{name}h{i}b", tags="a" if i % 2 else "b"),
            pair.there.note(f"{name}t{i}", tags="a b"),
            pair.here.note(f"{name}x{i}", tags="nobody"),
        )


def meant_for(tag: str, rounds: int, name: str = "") -> set[str]:
    """What a reader of one tag hears of such a talk."""
    mine = [i for i in range(rounds) if (i % 2 == 1) == (tag == "a")]
    return {f"{name}t{i}" for i in range(rounds)} | {f"{name}h{i}{end}" for i in mine for end in "ab"}


@over(WIRES)
async def test_readers_everywhere_hear_the_same_in_the_same_order(pair: Pair):
    readers = {tag: [Listener(tower.hub, tag) for tower in (pair.here, pair.there)] for tag in ("a", "b")}
    await talk(pair, 20)
    for tag, (one, other) in readers.items():
        expected = meant_for(tag, 20)
        for reader in (one, other):
            await reader.until(len(expected))
            assert set(reader.names) == expected
            assert len(reader.names) == len(expected)
            assert chained(reader.chain, 0)
        assert one.names == other.names
        assert one.chain == other.chain


@over(WIRES)
async def test_passing_words_cross_once(pair: Pair):
    one, other, stranger = Listener(pair.here.hub, "a"), Listener(pair.there.hub, "a"), Listener(pair.there.hub, "b")
    pair.here.tail.live(["a"], '{"t":"live","kind":"typing"}')
    await until(lambda: other.frames == [{"t": "live", "kind": "typing"}])
    pair.there.tail.live(["a"], '{"t":"live","kind":"queue"}')
    await until(lambda: len(one.frames) == 2)
    assert [frame["kind"] for frame in one.frames] == ["typing", "queue"]
    assert [frame["kind"] for frame in other.frames] == ["typing", "queue"]
    assert stranger.frames == []


@over(WIRES)
async def test_a_wire_cut_again_and_again_loses_nothing(pair: Pair):
    readers = [Listener(tower.hub, "a") for tower in (pair.here, pair.there)]
    expected: set[str] = set()
    for turn in range(3):
        pair.proxy.cut()
        await talk(pair, 4, f"{turn}-")
        expected |= meant_for("a", 4, f"{turn}-")
    for reader in readers:
        await reader.until(len(expected))
        assert set(reader.names) == expected
        assert chained(reader.chain, 0)
    assert readers[0].chain == readers[1].chain
    here, there = readers
    await until(lambda: _told(pair, there))
    assert here.names == there.names


def _told(pair: Pair, reader: Listener) -> bool:
    """Whether a passing word crosses again; while the wire is cut it is simply gone."""
    pair.here.tail.live(["a"], '{"t":"live","kind":"typing"}')
    return any(frame["t"] == "live" for frame in reader.frames)


@pytest.mark.slow
@over(WIRES)
async def test_a_starving_wire_costs_a_second_and_nothing_else(pair: Pair):
    reader = Listener(pair.there.hub, "a")
    pair.proxy.starve()
    await check_within_a_second(pair, reader)
    pair.proxy.flow()


@pytest.mark.slow
@over(NO_WIRE)
async def test_without_any_wire_the_others_are_heard_within_a_second(pair: Pair):
    await check_within_a_second(pair, Listener(pair.there.hub, "a"))


async def check_within_a_second(pair: Pair, reader: Listener) -> None:
    """Two commits here, each heard there by the poll."""
    clock = asyncio.get_running_loop().time
    for i in range(2):
        begun = clock()
        await pair.here.note(f"n{i}")
        await reader.until(i + 1)
        assert clock() - begun < 1.6, "a second, and what a busy machine adds"
    assert reader.names == ["n0", "n1"]
    assert chained(reader.chain, 0)


@over(WIRES[:1])
async def test_a_wire_wakes_long_before_the_poll(pair: Pair):
    reader = Listener(pair.there.hub, "a")
    clock, waits = asyncio.get_running_loop().time, []
    for i in range(20):
        begun = clock()
        await pair.here.note(f"n{i}")
        await reader.until(i + 1)
        waits.append(clock() - begun)
    assert sorted(waits)[10] < 0.25
