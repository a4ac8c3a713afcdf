"""Numbers grow in commit order without gaps, whoever writes; what is read at once is of one moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import exc

from tests.foundation.builders import Groups, counts, do_fail, do_jot, do_note, do_refuse, logged, notes
from zhanggui.foundation.database import Database, Rx, open_database
from zhanggui.foundation.errors import Conflict, Unavailable

POSTGRES_ONLY = pytest.mark.parametrize(
    "db",
    [pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])],
    indirect=True,
)


@pytest.fixture
async def other(db: Database) -> AsyncIterator[Database]:
    """A second process's way to the same server."""
    database = open_database(db.url, Path())
    await database.start()
    yield database
    await database.stop()


async def write_many(database: Database, name: str, count: int) -> list[str]:
    """Write notes one after the other, some of them refused or rolled back."""
    stored = []
    for i in range(count):
        if i % 7 == 3:
            with pytest.raises(Conflict):
                await database.write(do_refuse if i % 2 else do_fail, f"{name}-{i}")
        else:
            stored.append(await database.write(do_note, f"{name}-{i}"))
    return stored


async def test_numbers_have_no_gaps_and_each_writer_keeps_his_order(db: Database) -> None:
    groups = Groups(db)
    written = await asyncio.gather(*(write_many(db, f"w{i}", 15) for i in range(8)))
    log = await db.read(logged)
    assert [n for n, _ in log] == list(range(1, len(log) + 1))
    assert groups.numbers == [n for n, _ in log]
    assert groups.subjects == [name for _, name in log]
    for mine in written:
        assert [name for _, name in log if name in mine] == mine


@POSTGRES_ONLY
async def test_two_processes_share_one_order(db: Database, other: Database) -> None:
    here, there = Groups(db), Groups(other)
    written = await asyncio.gather(
        *(write_many(database, f"{name}{i}", 12) for name, database in (("a", db), ("b", other)) for i in range(4))
    )
    log = await db.read(logged)
    assert [n for n, _ in log] == list(range(1, len(log) + 1))
    assert len(log) == sum(map(len, written))
    assert sorted(here.numbers + there.numbers) == [n for n, _ in log]
    for mine in (here, there):
        assert mine.numbers == sorted(mine.numbers)
        assert mine.numbers, "both wrote"
    for names in written:
        assert [name for _, name in log if name in names] == names


@POSTGRES_ONLY
async def test_a_number_that_is_seen_has_no_unseen_number_before_it(db: Database, other: Database) -> None:
    """A plain sequence fails here: its numbers become visible out of order, and a reader would skip one for ever."""
    writing = asyncio.gather(*(write_many(one, name, 25) for name, one in (("a", db), ("b", other), ("c", db))))
    looked = 0
    while not writing.done():
        seen = [n for n, _ in await other.read(logged)]
        assert seen == list(range(1, len(seen) + 1))
        looked += 1
    await writing
    assert looked > 3


async def test_what_is_read_is_of_one_moment(db: Database) -> None:
    writing = asyncio.gather(*(write_many(db, f"w{i}", 20) for i in range(3)))
    seen: set[int] = set()
    while not writing.done():
        number, events, kept = await db.read(counts)
        assert number == events == kept
        seen.add(number)
    await writing
    assert len(seen) > 2, "it was read while it was written"
    assert await db.read(counts) == (51, 51, 51)


async def test_who_was_answered_reads_what_he_wrote(db: Database) -> None:
    for i in range(10):
        await db.write(do_jot, f"n{i}")
        assert f"n{i}" in await db.read(notes)


async def test_a_reader_cannot_write(db: Database) -> None:
    def sneak(rx: Rx) -> None:
        rx.rows("INSERT INTO house_key (name, value, created_at) VALUES (?, ?, ?) RETURNING name", ("x", "", 0))

    with pytest.raises(Unavailable) as refused:
        await db.read(sneak)
    assert "read" in str(refused.value.__cause__)
    assert await db.read(notes) == set()


async def test_a_reader_who_fails_harms_no_later_one(db: Database) -> None:
    def lost(rx: Rx) -> None:
        rx.rows("SELECT * FROM no_such_table")

    def lost_in_core(rx: Rx) -> None:
        rx.connection.exec_driver_sql("SELECT * FROM no_such_table")

    for _ in range(12):  # more often than there are readers
        with pytest.raises(Exception, match="no_such_table"):
            await db.read(lost)
        with pytest.raises(exc.DBAPIError):
            await db.read(lost_in_core)
    await db.write(do_jot, "kept")
    assert await db.read(notes) == {"kept"}
