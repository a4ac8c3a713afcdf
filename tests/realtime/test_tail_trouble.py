"""What should never happen to a tail: the log was trimmed away under it, the database went back, a look failed."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, update

from tests.foundation.builders import NOTED
from tests.realtime.towers import HandBroker, Listener, Tower
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.database.schema import event_counter, event_log
from zhanggui.foundation.events import KINDS
from zhanggui.realtime import tail as tails

RESYNC = {"t": "resync", "reason": "too_old"}


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, NOTED, {"note": dict})


@pytest.fixture
async def tower(db: Database) -> AsyncIterator[Tower]:
    tower = Tower(db, HandBroker(shared=False))
    tower.tail._shared = False
    await tower.tail.start()
    await tower.note("one", "two")
    yield tower
    await tower.tail.stop()


def do_trim(tx: Tx, below: int) -> None:
    """The log lets go of everything below a number."""
    tx.execute(delete(event_log).where(event_log.c.n < below))


def do_go_back(tx: Tx, number: int) -> None:
    """The database is as it was at a number."""
    tx.execute(delete(event_log).where(event_log.c.n > number))
    tx.execute(update(event_counter).values(n=number))


@pytest.mark.parametrize("below", [5, 100], ids=["a part", "everything"])
async def test_who_slept_longer_than_the_log_is_kept_starts_over(tower: Tower, below: int):
    awake, asleep = Listener(tower.hub, "a"), Listener(tower.hub, "b")
    await tower.note_elsewhere("three", "four", "five", "six")
    await tower.database.write(do_trim, below)
    assert await tower.tail.reach(6)
    assert awake.frames == [RESYNC]
    assert asleep.frames == [RESYNC], "he cannot know whether it concerned him"
    assert not tower.hub.resume(awake.subscription, 2)
    late = Listener(tower.hub, "a", after=6)
    assert tower.hub.resume(awake.subscription, 6)
    await tower.note("seven")
    assert late.chain == awake.chain == [(7, 6)]


async def test_memory_begins_behind_the_gap(tower: Tower):
    await tower.note_elsewhere("three", "four", "five", "six")
    await tower.database.write(do_trim, 5)
    assert await tower.tail.reach(6)
    assert Listener(tower.hub, "a", after=4).names == ["five", "six"]
    assert tower.hub.floor == 4


async def test_a_database_that_went_back_is_followed_from_there(tower: Tower):
    reader = Listener(tower.hub, "a")
    await tower.note("three", "four")
    await tower.database.write(do_go_back, 2)
    await tower.note("another three")
    await tower.tail.reach(10**9)  # as the poll does
    assert reader.frames[-1] == RESYNC
    assert tower.hub.last == 3
    assert tower.hub.resume(reader.subscription, 3)
    await tower.note("another four")
    assert reader.chain[-1] == (4, 3)


async def test_nothing_happened_is_no_reason_to_start_over(tower: Tower):
    reader = Listener(tower.hub, "a")
    for n in range(5):
        await tower.tail.reach(10**9)
        await tower.note(str(n))
    await tower.tail.reach(10**9)
    assert [frame["t"] for frame in reader.frames] == ["event"] * 5


async def test_where_nobody_polls_a_look_that_failed_is_repeated_by_itself(
    tower: Tower, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tails, "POLL_SECONDS", 0.01)
    real, tries = tower.tail._catch_up, 0

    async def fails_twice() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError
        await real()

    monkeypatch.setattr(tower.tail, "_catch_up", fails_twice)
    reader = Listener(tower.hub, "a")
    await tower.note_elsewhere("three")
    await tower.note("four")
    await reader.until(2)
    assert (reader.names, tries) == (["three", "four"], 3)
