"""When storage itself fails: a clear refusal, nothing acknowledged that is not stored, and work goes on afterwards."""

import asyncio
import errno
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest
from sqlalchemy import exc

from tests.foundation.builders import Groups, do_jot, do_note, logged, notes, together
from tests.foundation.test_database_numbers import POSTGRES_ONLY
from zhanggui.foundation.database import Database, Tx, open_database
from zhanggui.foundation.database import sqlite as engine
from zhanggui.foundation.database.base import GroupFailed
from zhanggui.foundation.database.creating import create_tables
from zhanggui.foundation.database.trouble import storage_failure
from zhanggui.foundation.errors import Conflict, Unavailable, ZhangguiError

SQLITE_ONLY = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
BIG = "满" * 200_000


# -- durability --------------------------------------------------------------------------------------------------------


@SQLITE_ONLY
async def test_sqlite_commits_reach_the_disk(db: Database) -> None:
    found = await db.durability()
    version = tuple(map(int, found.pop("sqlite").split(".")))
    assert version >= (3, 51, 3)
    assert found == {"synchronous": "2", "journal_mode": "wal", "wal_autocheckpoint": "0", "foreign_keys": "1"}


@POSTGRES_ONLY
async def test_postgresql_commits_reach_the_disk(db: Database) -> None:
    found = await db.durability()
    assert {name: found[name] for name in ("fsync", "synchronous_commit", "full_page_writes")} == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }


@pytest.mark.skipif(os.name == "nt", reason="rights are of another kind there: a new file has those of its folder")
async def test_a_new_file_is_for_its_owner_alone_and_rights_that_were_given_stay(tmp_path: Path) -> None:
    def found() -> list[int]:
        return [stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob("zhanggui.db*")]

    for rights in (0o600, 0o660):
        database = open_database("", tmp_path)
        await create_tables(database)
        await database.start()
        assert found() == [rights] * 3  # the file, its log, the log's index
        await database.stop()
        (tmp_path / "zhanggui.db").chmod(0o660)


async def test_a_sqlite_that_loses_commits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database("", tmp_path / "data")
    monkeypatch.setattr(engine, "driver_module", SimpleNamespace(sqlite_version="3.51.2"))
    with pytest.raises(RuntimeError, match=r"3\.51\.2 is older than 3\.51\.3"):
        await database.start()
    assert not await asyncio.to_thread((tmp_path / "data").exists), "nothing was made"
    monkeypatch.setattr(engine, "driver_module", SimpleNamespace(sqlite_version="3.100.0"))
    assert engine.version_problem() is None


async def test_what_was_accepted_before_the_end_is_stored_and_later_writes_are_refused(tmp_path: Path) -> None:
    database = open_database("", tmp_path)
    await create_tables(database)
    await database.start()
    accepted = [asyncio.create_task(database.write(do_note, f"n{i}")) for i in range(50)]
    await asyncio.sleep(0)
    await database.stop()
    assert await asyncio.gather(*accepted) == [f"n{i}" for i in range(50)]
    with pytest.raises(Unavailable):
        await database.write(do_note, "late")
    again = open_database("", tmp_path)
    await again.start()
    assert len(await again.read(notes)) == 50
    await again.stop()


# -- a full disk -------------------------------------------------------------------------------------------------------


async def fill(database: Database, *, tries: int = 50) -> tuple[set[str], list[BaseException]]:
    """Write big notes until some are refused; returns who was acknowledged and what the others were told."""
    kept: set[str] = set()
    refused: list[BaseException] = []
    for i in range(tries):
        names = [f"{i}-{j}" for j in range(3)]
        told = await together(database, *((do_note, name, BIG) for name in names))
        kept |= {name for name, result in zip(names, told, strict=True) if result == name}
        refused += [result for result in told if isinstance(result, BaseException)]
        if refused:
            break
    return kept, refused


@SQLITE_ONLY
async def test_no_more_pages(db: Database) -> None:
    pages = await db.write(lambda tx: tx.rows("PRAGMA page_count")[0][0])
    assert isinstance(pages, int)
    await db.write(lambda tx: tx.rows(f"PRAGMA max_page_count={pages + 1500}"))
    await check_full(db, lambda: db.write(lambda tx: tx.rows("PRAGMA max_page_count=1000000")))


async def check_full(db: Database, make_room: Callable[[], object]) -> None:
    """Fill it, read it while it is full, make room, go on."""
    groups = Groups(db)
    kept, refused = await fill(db)
    assert kept
    assert {type(error) for error in refused} == {Unavailable}
    assert {error.code for error in refused if isinstance(error, ZhangguiError)} == {"database.full"}
    assert await db.read(notes) == kept, "exactly what was acknowledged is there"
    assert set(groups.subjects) == kept, "nobody heard of the rest"
    done = make_room()
    if asyncio.iscoroutine(done):
        await done
    assert await db.write(do_note, "after") == "after"
    log = await db.read(logged)
    assert [n for n, _ in log] == list(range(1, len(log) + 1))
    assert {name for _, name in log} == kept | {"after"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes in memory; only root may make one, and only on Linux."""
    place = tmp_path / "disk"
    place.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


async def test_a_full_disk(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 4 * 1024 * 1024)
    database = open_database("", small_disk / "data")
    await create_tables(database)
    await database.start()
    await check_full(database, ballast.unlink)
    await database.stop()
    again = open_database("", small_disk / "data")
    await again.start()
    assert "after" in await again.read(notes)
    assert await again.write(lambda tx: tx.rows("PRAGMA integrity_check")[0][0]) == "ok"
    await again.stop()


# -- a server that goes away -------------------------------------------------------------------------------------------

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"


async def end_connections(database: Database) -> None:
    """Have the server end every connection but this one."""
    judge = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    assert await judge.fetch(KILL, judge.get_server_pid())
    await judge.close()


@POSTGRES_ONLY
async def test_connections_that_died_between_two_writes_are_noticed_by_nobody(db: Database) -> None:
    await db.write(do_note, "before")
    await db.read(notes)
    await end_connections(db)
    assert await db.write(do_note, "after") == "after"
    assert await db.read(notes) == {"before", "after"}


@POSTGRES_ONLY
async def test_a_connection_that_dies_inside_a_group_refuses_the_whole_group(db: Database) -> None:
    def do_die(tx: Tx) -> None:
        do_note(tx, "dying")
        tx.rows("SELECT pg_terminate_backend(pg_backend_pid())")

    groups = Groups(db)
    told = await together(db, (do_note, "a"), (do_die,), (do_note, "b"))
    assert [type(result) for result in told] == [Unavailable] * 3
    assert [result.code for result in told if isinstance(result, ZhangguiError)] == ["database.unavailable"] * 3
    assert await db.write(do_note, "after") == "after"
    assert await db.read(logged) == [(1, "after")]
    assert groups.subjects == ["after"]


@POSTGRES_ONLY
async def test_a_server_that_is_not_there_is_said_clearly(db: Database) -> None:
    away = open_database(db.url.replace(":5432/", ":1/"), Path())
    with pytest.raises(OSError, match=r"refused|Connect"):
        await away.start()
    with pytest.raises(Unavailable, match=r"database\.unavailable"):
        await away.read(notes)


# -- whose fault it was ------------------------------------------------------------------------------------------------


def with_code(error: Exception, **code: object) -> Exception:
    """An error as a driver raises it."""
    for name, value in code.items():
        setattr(error, name, value)
    return error


def behind(outer: BaseException, cause: BaseException) -> BaseException:
    """An error that another one caused."""
    outer.__cause__ = cause
    return outer


def wrapped(kind: type[exc.DBAPIError], cause: Exception) -> BaseException:
    """An error as SQLAlchemy passes it on."""
    return behind(kind("INSERT", {}, cause), cause)


FULL, AWAY = "database.full", "database.unavailable"
JUDGED: list[tuple[str, BaseException, str | None]] = [
    ("sqlite full", with_code(sqlite3.OperationalError("x"), sqlite_errorcode=13), FULL),
    ("sqlite i/o", with_code(sqlite3.OperationalError("x"), sqlite_errorcode=10 | 3 << 8), AWAY),
    ("sqlite busy", with_code(sqlite3.OperationalError("x"), sqlite_errorcode=5), AWAY),
    ("sqlite read-only", with_code(sqlite3.OperationalError("x"), sqlite_errorcode=8), AWAY),
    ("sqlite no table", with_code(sqlite3.OperationalError("x"), sqlite_errorcode=1), None),
    ("sqlite key", wrapped(exc.IntegrityError, with_code(sqlite3.IntegrityError("x"), sqlite_errorcode=19)), None),
    ("key named full", sqlite3.IntegrityError("UNIQUE: disk is full, connection is closed"), None),
    ("postgres full", asyncpg.DiskFullError("x"), FULL),
    ("postgres key", wrapped(exc.IntegrityError, asyncpg.UniqueViolationError("x")), None),
    ("postgres value", asyncpg.DataError("invalid input"), None),
    ("postgres aborted", asyncpg.InFailedSQLTransactionError("x"), None),
    ("postgres deadlock", asyncpg.DeadlockDetectedError("x"), AWAY),
    ("postgres ends", asyncpg.AdminShutdownError("x"), AWAY),
    ("postgres standby", asyncpg.ReadOnlySQLTransactionError("x"), AWAY),
    ("postgres gone", asyncpg.ConnectionDoesNotExistError("x"), AWAY),
    ("driver's own", asyncpg.InterfaceError("connection is closed"), AWAY),
    ("pool exhausted", exc.TimeoutError("x"), AWAY),
    ("disk", OSError(errno.ENOSPC, "No space left on device"), FULL),
    ("network", ConnectionResetError("x"), AWAY),
    ("a picture is missing", FileNotFoundError("x"), None),
    ("a refusal while it was full", behind(Conflict("x"), OSError(errno.ENOSPC, "x")), None),
    ("inside a group", behind(GroupFailed(), wrapped(exc.OperationalError, asyncpg.DiskFullError("x"))), FULL),
    ("our own fault", behind(GroupFailed(), ZeroDivisionError()), None),
    ("text", UnicodeEncodeError("utf-8", "\ud800", 0, 1, "disk is full"), None),
]


@pytest.mark.parametrize(("error", "code"), [case[1:] for case in JUDGED], ids=[case[0] for case in JUDGED])
def test_whose_fault_it_was(error: BaseException, code: str | None) -> None:
    found = storage_failure(error)
    assert (found.code if found else None) == code


async def test_a_key_that_is_taken_is_no_trouble_of_the_storage(db: Database) -> None:
    await db.write(do_jot, "disk is full")
    told = await together(db, (do_note, "a"), (do_jot, "disk is full"), (do_note, "b"))
    assert (told[0], told[2]) == ("a", "b")
    assert isinstance(told[1], exc.IntegrityError)
