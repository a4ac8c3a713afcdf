"""The wires between processes: NOTIFY and NATS carry wakes and passing words, and heal whatever is done to them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import HAS_POSTGRES, drop_postgres, fresh_postgres
from tests.realtime.wires import NATS, Ears, Line, nats_there, until
from zhanggui.foundation.database import Database, open_database
from zhanggui.realtime.brokers import nats as nats_wire
from zhanggui.realtime.brokers import outgoing, wire
from zhanggui.realtime.brokers import postgres as postgres_wire
from zhanggui.realtime.brokers.choose import broker_for
from zhanggui.realtime.brokers.memory import MemoryBroker
from zhanggui.realtime.brokers.nats import NatsBroker
from zhanggui.realtime.brokers.outgoing import Outgoing
from zhanggui.realtime.brokers.postgres import PostgresBroker

needs_postgres = pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable")
needs_nats = pytest.mark.skipif(not nats_there(), reason="NATS is not reachable")
KINDS = [
    pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres"), needs_postgres]),
    pytest.param("nats", marks=[pytest.mark.nats, needs_nats]),
]
NOTIFY, OVER_NATS = KINDS


_own: list[str] = []


async def _postgres() -> str:
    """A database of our own: NOTIFY is heard in the whole of it."""
    if not _own:
        _own.append(await fresh_postgres())
    return _own[0]


@pytest.fixture(scope="module", autouse=True)
def cleared() -> Iterator[None]:
    """Drop it after the last test."""
    yield
    while _own:
        asyncio.run(drop_postgres(_own.pop()))


@pytest.fixture(params=KINDS)
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    url = NATS if request.param == "nats" else await _postgres()
    line = Line(request.param, url)
    await line.open()
    yield line
    await line.close()


async def test_wakes_and_passing_words_cross_and_nobody_hears_himself(line: Line) -> None:
    here, mine = await line.join("here")
    _, theirs = await line.join("there")
    before = mine.woken
    await until(lambda: theirs.woken > 0)
    connected = theirs.woken
    here.live('["打字中", "\\u0000"]'.encode())
    here.live(b"two words \xff\x00")
    await until(lambda: len(theirs.heard) == 2)
    assert theirs.heard == ['["打字中", "\\u0000"]'.encode(), b"two words \xff\x00"]
    assert theirs.woken == connected, "passing words wake nobody"
    here.wake()
    await until(lambda: theirs.woken > connected)
    assert (mine.woken, mine.heard) == (before, [])


async def test_a_cut_wire_heals_and_wakes(line: Line) -> None:
    here, mine = await line.join("here", proxied=True)
    there, theirs = await line.join("there")
    for cuts in range(1, 3):
        woken = mine.woken
        line.proxy.cut()
        await until(lambda woken=woken: mine.woken > woken)  # type: ignore[misc]
        there.live(b"%d" % cuts)
        await until(lambda cuts=cuts: len(mine.heard) == cuts)  # type: ignore[misc]
        here.live(b"back %d" % cuts)
        await until(lambda cuts=cuts: len(theirs.heard) == cuts)  # type: ignore[misc]
    assert line.proxy.connections == 3


async def test_a_wire_that_starves_is_laid_anew(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (postgres_wire, nats_wire):
        monkeypatch.setattr(module, "BEAT_SECONDS", 0.1)
        monkeypatch.setattr(module, "SECONDS", 0.5)
    _, mine = await line.join("here", proxied=True)
    there, _ = await line.join("there")
    woken = mine.woken
    line.proxy.starve()
    await until(lambda: line.proxy.connections > 1)
    line.proxy.flow()
    await until(lambda: mine.woken > woken)
    there.live(b"again")
    await until(lambda: b"again" in mine.heard)


async def test_the_house_opens_without_its_wire(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.1)
    line.proxy.starve()
    here, mine = await line.join("here", proxied=True)
    here.wake()
    here.live(b"nobody hears")
    await asyncio.sleep(0.05)
    line.proxy.flow()
    await until(lambda: mine.woken > 0)


async def test_after_the_end_nothing_fails(line: Line) -> None:
    here = line.make("here")
    here.wake()
    here.live(b"too early")
    ears = Ears()
    await here.start(ears.wake, ears.live)
    await here.stop()
    here.wake()
    here.live(b"too late")


@pytest.mark.parametrize("line", [NOTIFY], indirect=True)
async def test_what_strangers_say_is_not_heard(line: Line) -> None:
    _, mine = await line.join("here")
    woken = mine.woken
    stranger = await asyncpg.connect(line.url)
    for payload in ("", "w", "here w ", "§§§", "AAAA", "x" * 7000):
        await stranger.execute("SELECT pg_notify('zhanggui', $1)", payload)
    await stranger.close()
    there, _ = await line.join("there")
    there.live(b"last")
    await until(lambda: mine.heard == [b"last"])
    assert mine.woken == woken


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [NOTIFY], indirect=True)
async def test_what_notify_does_not_take_is_dropped_alone(line: Line) -> None:
    here, _ = await line.join("here")
    _, theirs = await line.join("there")
    here.live(b"x" * 6_000)
    here.live(b"short")
    here.live(b"y" * 5_900)
    await until(lambda: len(theirs.heard) == 2)
    assert theirs.heard == [b"short", b"y" * 5_900]


@pytest.mark.parametrize("line", [NOTIFY], indirect=True)
async def test_the_server_ends_the_connection_and_it_comes_back(line: Line) -> None:
    _, mine = await line.join("here")
    there, _ = await line.join("there")
    woken = mine.woken
    judge = await asyncpg.connect(line.url)
    cut = await judge.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN %zhanggui%'"
    )
    await judge.close()
    assert cut >= 1
    await until(lambda: mine.woken > woken)
    await until(lambda: there._connected.is_set())
    there.live(b"again")
    await until(lambda: mine.heard == [b"again"])


# -- NATS --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [OVER_NATS], indirect=True)
async def test_houses_on_one_server_do_not_hear_each_other(line: Line) -> None:
    ours, mine = await line.join("here", house="ours")
    _, theirs = await line.join("there", house="theirs")
    _, colleague = await line.join("beside", house="ours")
    woken = theirs.woken
    ours.live(b"between us")
    ours.wake()
    await until(lambda: colleague.heard == [b"between us"])
    assert (theirs.woken, theirs.heard, mine.heard) == (woken, [], [])


# -- the way out -------------------------------------------------------------------------------------------------------


class Post:
    """A wire that can be held."""

    def __init__(self, refuse: Callable[[bytes], bool] = lambda _message: False) -> None:
        self.sent: list[tuple[bytes, bytes]] = []
        self.open = asyncio.Event()
        self.outgoing = Outgoing(self.send)
        self._refuse = refuse

    async def send(self, kind: bytes, message: bytes) -> None:
        await self.open.wait()
        if self._refuse(message):
            raise ConnectionError
        self.sent.append((kind, message))


async def test_wakes_are_merged_and_old_passing_words_dropped() -> None:
    post = Post()
    post.outgoing.start()
    post.outgoing.wake()
    await asyncio.sleep(0)  # the first is on its way and is held
    for _ in range(10_000):
        post.outgoing.wake()
    for number in range(outgoing.KEPT + 5):
        post.outgoing.live(b"%d" % number)
    post.open.set()
    await until(lambda: len(post.sent) >= outgoing.KEPT + 1)
    await asyncio.sleep(0.01)
    await post.outgoing.stop()
    assert [kind for kind, _ in post.sent].count(b"w") <= 2
    assert [message for kind, message in post.sent if kind == b"l"] == [b"%d" % n for n in range(5, outgoing.KEPT + 5)]


async def test_one_message_that_cannot_be_sent_holds_up_nobody() -> None:
    post = Post(refuse=lambda message: message == b"bad")
    post.open.set()
    post.outgoing.start()
    for message in (b"a", b"bad", b"b"):
        post.outgoing.live(message)
    await until(lambda: len(post.sent) == 2)
    await post.outgoing.stop()
    assert post.sent == [(b"l", b"a"), (b"l", b"b")]


# -- which one ---------------------------------------------------------------------------------------------------------

CHOICES = [
    ("sqlite", "auto", MemoryBroker),
    ("sqlite", "postgres", MemoryBroker),
    ("sqlite", "nats", MemoryBroker),
    ("postgresql://postgres@127.0.0.1/x", "auto", PostgresBroker),
    ("postgresql://postgres@127.0.0.1/x", "postgres", PostgresBroker),
    ("postgresql://postgres@127.0.0.1/x", "memory", MemoryBroker),
    ("postgresql://postgres@127.0.0.1/x", "nats", NatsBroker),
]


@pytest.mark.parametrize(("url", "kind", "expected"), CHOICES)
def test_which_wire_the_settings_mean(tmp_path: Path, url: str, kind: str, expected: type) -> None:
    database = open_database(url, tmp_path)
    chosen = broker_for(kind, database=database, nats_url=NATS, process="p")
    assert type(chosen) is expected
    assert chosen.shared == (expected is not MemoryBroker)


@needs_nats
@pytest.mark.nats
@pytest.mark.parametrize("db", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_a_house_on_nats_is_known_by_its_database(db: Database) -> None:
    here, there = (broker_for("nats", database=db, nats_url=NATS, process=name) for name in ("here", "there"))
    mine, theirs = Ears(), Ears()
    await here.start(mine.wake, mine.live)
    await there.start(theirs.wake, theirs.live)
    here.live(b"hello")
    await until(lambda: theirs.heard == [b"hello"])
    await here.stop()
    await there.stop()
