"""A job belongs to one process; when that one dies, another takes it over; one that fails comes back."""

import asyncio

import pytest

from tests.team.builders import Clock
from zhanggui.foundation.database import Database
from zhanggui.foundation.database import tx as transactions
from zhanggui.foundation.errors import Unavailable
from zhanggui.workshop.actions import do_claim, do_release
from zhanggui.workshop.schedule import LEASES, Periodic, Schedule


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(transactions, "now_ms", lambda: clock.now)
    return clock


async def claims(db: Database, holder: str, name: str = "job") -> bool:
    return await db.write(do_claim, name, holder=holder, lease=3000)


async def test_one_holder_at_a_time(db: Database, clock: Clock):
    assert [await claims(db, "a"), await claims(db, "b"), await claims(db, "a")] == [True, False, True]
    assert await claims(db, "b", "another")


async def test_a_dead_holder_loses_it_when_the_lease_runs_out(db: Database, clock: Clock):
    assert await claims(db, "a")
    clock.pass_by(2999)
    assert not await claims(db, "b")
    clock.pass_by(1)
    assert await claims(db, "b")
    assert not await claims(db, "a"), "who comes back from the dead finds it taken"


async def test_a_living_holder_keeps_it(db: Database, clock: Clock):
    for _ in range(5):
        assert await claims(db, "a")
        clock.pass_by(2000)
        assert not await claims(db, "b")


async def test_who_ends_in_good_order_gives_everything_back(db: Database, clock: Clock):
    assert await claims(db, "a")
    assert await claims(db, "b", "other")
    await db.write(do_release, holder="a")
    assert await claims(db, "b")
    assert not await claims(db, "a", "other")


async def test_two_who_claim_at_once(db: Database, clock: Clock):
    won = await asyncio.gather(*(claims(db, holder) for holder in "abcd"))
    assert sum(won) == 1


async def test_only_one_process_runs_a_job_unless_it_is_everybodys(db: Database, clock: Clock):
    ran: list[str] = []

    async def run(who: str) -> None:
        ran.append(who)

    for who in "ab":
        schedule = Schedule(db, [], holder=who)
        await schedule.once(Periodic("one", 10, lambda who=who: run(who)))  # type: ignore[misc]
        await schedule.once(Periodic("all", 10, lambda who=who: run(who.upper()), everywhere=True))  # type: ignore[misc]
    assert ran == ["a", "A", "B"]
    clock.pass_by(LEASES * 10_000)
    assert await Schedule(db, [], holder="b").once(Periodic("one", 10, lambda: run("b")))
    assert ran[-1] == "b"


async def test_a_job_that_fails_comes_back(db: Database):
    tries: list[int] = []
    enough = asyncio.Event()

    async def shaky() -> None:
        tries.append(1)
        if len(tries) == 3:
            enough.set()
        raise Unavailable("database.full") if len(tries) == 1 else ValueError("broken")

    schedule = Schedule(db, [Periodic("shaky", 0.01, shaky)], holder="a")
    schedule.start()
    async with asyncio.timeout(10):
        await enough.wait()
    await schedule.stop()
    count = len(tries)
    await asyncio.sleep(0.05)
    assert len(tries) == count, "it has stopped"
    assert await claims(db, "b", "shaky")
