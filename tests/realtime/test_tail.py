"""From commits to the hub: in the order of the numbers, whoever committed, whatever the broker forgets."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import delete

from tests.foundation.builders import NOTED
from tests.realtime.towers import HandBroker, Listener, Tower, chained, do_announce
from zhanggui.foundation.database import Database
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.events import KINDS, Change, Face, Stored
from zhanggui.realtime import tail as tails
from zhanggui.realtime.hub import Origin
from zhanggui.realtime.tail import PAGE


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, NOTED, {"note": dict})


@asynccontextmanager
async def standing(database: Database, broker: HandBroker | None = None) -> AsyncIterator[Tower]:
    """A tower that follows; polling is put off, so that only what a test does is seen."""
    one = Tower(database, broker or HandBroker(shared=False))
    one.tail._shared = False
    await one.tail.start()
    await one.tail.reach(10**9)  # the first look is over
    yield one
    await one.tail.stop()


@pytest.fixture
async def broker() -> HandBroker:
    return HandBroker()


@pytest.fixture
async def tower(db: Database, broker: HandBroker) -> AsyncIterator[Tower]:
    async with standing(db, broker) as one:
        yield one


async def test_own_commits_are_heard_before_the_sender_is_answered_and_without_reading(
    tower: Tower, broker: HandBroker, monkeypatch: pytest.MonkeyPatch
):
    async def forbidden(*_: object) -> None:
        raise AssertionError("read the log")

    monkeypatch.setattr(tower.tail, "_catch_up", forbidden)
    reader = Listener(tower.hub, "a")
    await tower.note("one", "two")
    assert reader.names == ["one", "two"]
    await tower.note("three")
    assert reader.chain == [(1, 0), (2, 1), (3, 2)]
    assert broker.woken == 2, "once a group"


async def test_the_sender_finds_his_acknowledgement_in_his_event(tower: Tower):
    reader = Listener(tower.hub, "a")
    origin = Origin(reader.subscription, "k1")
    change = Change(NOTED, put={"note": {"id": "x"}}, faces=(Face(("a",), ("note",)),), origin=origin)
    await tower.database.write(lambda tx: tx.announce(change))
    assert reader.frames[0]["ack"] == "k1"
    assert origin.acked


async def test_what_others_commit_is_heard_when_the_broker_rings(tower: Tower, broker: HandBroker):
    reader = Listener(tower.hub, "a")
    await tower.note_elsewhere("one", "two")
    await asyncio.sleep(0.02)
    assert reader.names == []
    broker.ring()
    await reader.until(2)
    assert reader.chain == [(1, 0), (2, 1)]


async def test_an_own_commit_after_a_gap_waits_for_what_is_missing(tower: Tower):
    reader = Listener(tower.hub, "a")
    await tower.note("one")
    await tower.note_elsewhere("two", "three")
    await tower.note("four")
    await reader.until(4)
    assert reader.names == ["one", "two", "three", "four"]
    assert chained(reader.chain, 0)
    await tower.note("five")
    assert reader.names[-1] == "five", "the short way is open again"


async def test_groups_handed_over_in_the_wrong_order_are_heard_in_the_right_one_and_once(tower: Tower):
    groups: list[list[Stored]] = []
    tower.database.committed = groups.append
    for name in ("one", "two", "three"):
        await tower.note(name)
    reader = Listener(tower.hub, "a")
    for place in (2, 0, 1, 2, 0):
        tower.tail.committed(groups[place])
    await reader.until(3)
    await asyncio.sleep(0.02)
    assert reader.names == ["one", "two", "three"]
    assert chained(reader.chain, 0)


async def test_more_than_a_page_is_missed_and_all_of_it_heard(tower: Tower, broker: HandBroker):
    count = 2 * PAGE + 5
    reader = Listener(tower.hub, "a")
    await tower.note_elsewhere(*map(str, range(count)))
    broker.ring()
    await reader.until(count)
    assert reader.names == [str(n) for n in range(count)]
    assert chained(reader.chain, 0)


async def test_own_commits_while_the_log_is_read_are_heard_once(tower: Tower, broker: HandBroker):
    reader = Listener(tower.hub, "a")
    for n in range(20):
        await tower.note_elsewhere(f"foreign {n}")
        broker.ring()
        await asyncio.gather(*(tower.note(f"own {n} {i}") for i in range(3)))
    await reader.until(80)
    await asyncio.sleep(0.02)
    assert len(reader.names) == len(set(reader.names)) == 80
    assert [n for n, _ in reader.chain] == list(range(1, 81))
    assert chained(reader.chain, 0)


# -- the start ---------------------------------------------------------------------------------------------------------


async def test_a_restart_remembers_what_was_committed_before(db: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tails, "PRELOAD", 3)
    await db.write(do_announce, ("one", "two", "three", "four", "five"))
    async with standing(db) as tower:
        assert (tower.hub.last, tower.hub.floor) == (5, 2)
        assert Listener(tower.hub, "a", after=2).names == ["three", "four", "five"]
        await tower.note("six")
        assert tower.hub.last == 6


async def test_a_restart_after_the_log_was_trimmed_knows_where_it_begins(db: Database):
    await db.write(do_announce, ("one", "two", "three"))
    await db.write(lambda tx: tx.execute(delete(event_log).where(event_log.c.n <= 2)))
    async with standing(db) as tower:
        assert (tower.hub.last, tower.hub.floor) == (3, 2)


async def test_a_restart_after_a_gap_in_the_log_remembers_what_lies_behind_it(db: Database):
    await db.write(do_announce, ("one", "two", "three", "four", "five"))
    await db.write(lambda tx: tx.execute(delete(event_log).where(event_log.c.n.in_((1, 3)))))
    async with standing(db) as tower:
        assert (tower.hub.last, tower.hub.floor) == (5, 3)
        assert Listener(tower.hub, "a", after=3).names == ["four", "five"]


async def test_a_restart_with_an_empty_log_goes_on_with_the_next_number(db: Database):
    await db.write(do_announce, ("one", "two"))
    await db.write(lambda tx: tx.execute(delete(event_log)))
    async with standing(db) as tower:
        assert (tower.hub.last, tower.hub.floor) == (2, 2)
        reader = Listener(tower.hub, "a")
        await tower.note("three")
        assert reader.chain == [(3, 2)]


async def test_what_is_committed_while_it_begins_is_not_forgotten(db: Database, monkeypatch: pytest.MonkeyPatch):
    real, reads = db.read, 0

    async def read(fn: Callable[..., object], *args: object) -> object:
        nonlocal reads
        found = await real(fn, *args)
        reads += 1
        if reads == 2:
            await db.write(do_announce, ("meanwhile",))
        return found

    monkeypatch.setattr(db, "read", read)
    tower = Tower(db, HandBroker(shared=False))
    await tower.tail.start()
    try:
        async with asyncio.timeout(5):
            while tower.hub.last < 1:  # noqa: ASYNC110
                await asyncio.sleep(0.002)
    finally:
        await tower.tail.stop()


# -- numbers asked for -------------------------------------------------------------------------------------------------


async def test_a_snapshot_ahead_of_this_process_is_waited_for(tower: Tower):
    await tower.note_elsewhere("one", "two")
    assert await tower.tail.reach(2)
    assert tower.hub.last == 2
    assert await tower.tail.reach(1)


async def test_a_number_nobody_gave_is_known_for_one_after_one_look(tower: Tower, monkeypatch: pytest.MonkeyPatch):
    looks = 0
    real = tower.tail._catch_up

    async def counted() -> None:
        nonlocal looks
        looks += 1
        await real()

    monkeypatch.setattr(tower.tail, "_catch_up", counted)
    begun = asyncio.get_running_loop().time()
    asked = await asyncio.gather(*(tower.tail.reach(2**60) for _ in range(50)))
    assert not any(asked)
    assert looks == 1
    assert asyncio.get_running_loop().time() - begun < 2.0


async def test_a_look_that_fails_is_repeated_and_who_waits_waits_no_longer_than_he_said(
    tower: Tower, broker: HandBroker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tails, "POLL_SECONDS", 0.01)
    await tower.note_elsewhere("one")
    reader = Listener(tower.hub, "a")
    with monkeypatch.context() as broken:

        async def fail() -> None:
            raise ConnectionError

        broken.setattr(tower.tail, "_catch_up", fail)
        assert not await tower.tail.reach(1, seconds=0.05)
    assert await tower.tail.reach(1)
    assert reader.names == ["one"]


# -- passing words -----------------------------------------------------------------------------------------------------


async def test_passing_words_are_heard_here_and_told_the_others(tower: Tower, broker: HandBroker):
    one, me = Listener(tower.hub, "a"), Listener(tower.hub, "a")
    tower.tail.live(["a", "b"], '{"t":"live","name":"小李"}', without=me.subscription)
    assert [len(reader.frames) for reader in (one, me)] == [1, 0]
    broker.hear(broker.told[0])
    assert [len(reader.frames) for reader in (one, me)] == [2, 1]
    assert one.frames[1] == {"t": "live", "name": "小李"}


async def test_a_process_that_is_alone_tells_nobody(db: Database):
    broker = HandBroker(shared=False)
    async with standing(db, broker) as tower:
        tower.tail.live(["a"], "{}")
    assert broker.told == []


NONSENSE = (b"", b"\xff", b"[]", b'{"a":1}', b'["a","b"]', b'[["a"],1]', b'[[1],"x"]', b"null")


async def test_nonsense_on_the_wire_harms_nobody(tower: Tower, broker: HandBroker):
    reader = Listener(tower.hub, "a")
    for message in NONSENSE:
        broker.hear(message)
    broker.hear(json.dumps([["a"], '{"t":"live"}']).encode())
    assert reader.frames == [{"t": "live"}]


# -- nobody rings ------------------------------------------------------------------------------------------------------


async def test_a_lost_ring_costs_a_second_never_an_event(db: Database):
    """The broker drops everything; what others commit is found by the poll."""
    tower = Tower(db, HandBroker(shared=True))
    await tower.tail.start()
    try:
        await tower.tail.reach(10**9)
        reader = Listener(tower.hub, "a")
        await tower.note_elsewhere("one", "two")
        begun = asyncio.get_running_loop().time()
        await reader.until(2)
        assert asyncio.get_running_loop().time() - begun < 1.5
        assert reader.chain == [(1, 0), (2, 1)]
    finally:
        await tower.tail.stop()


async def test_on_postgresql_others_are_looked_for_whatever_the_broker_is(db: Database):
    tower = Tower(db, HandBroker(shared=False))
    assert tower.tail._shared == (db.dialect == "postgresql")


async def test_the_log_is_read_as_it_was_committed(db: Database):
    groups: list[list[Stored]] = []
    db.committed = groups.append
    change = Change(
        NOTED, put={"note": {"id": "货\n\"'"}}, faces=(Face(("a", "b"), ("note",)), Face(("c",), ("gone",))),
        gone=("note:x",), subject="s",
    )  # fmt: skip
    await db.write(lambda tx: tx.announce(change))
    assert await db.read(tails.read_log, 0) == groups[0]
    assert await db.read(tails.read_log, 1) == []
