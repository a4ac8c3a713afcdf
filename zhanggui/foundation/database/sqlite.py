"""SQLite: one writer thread with group commit at synchronous=FULL, read-only readers beside it.

Only the writer thread writes and checkpoints (PASSIVE, when idle), so that no commit ever waits for a checkpoint.
SQLite below 3.51.3 can lose commits when the WAL is reset; such a library is refused.
"""

import asyncio
import queue
import sqlite3 as _stdlib_sqlite
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from zhanggui.foundation.database.base import (
    GROUP_LIMIT,
    Database,
    GroupFailed,
    Job,
    cause_of,
    fail_all,
    log,
    run_jobs,
)
from zhanggui.foundation.database.trouble import storage_failure
from zhanggui.foundation.database.tx import Rx, Tx
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.foundation.events import Reactions, Stored

try:  # brings its own, current SQLite; see pyproject.toml for where it has no wheel
    from pysqlite3 import dbapi2 as _bundled
except ImportError:  # pragma: no cover
    _bundled = None

driver_module: ModuleType = _bundled or _stdlib_sqlite
MINIMUM = (3, 51, 3)
T = TypeVar("T")

_IDLE_SECONDS = 0.2
_CHECKPOINT_PAGES = 1_000
_WAL_HIGH_WATER = 256 * 1024 * 1024


def version_problem() -> str | None:
    """Return why this SQLite may not be used, or None."""
    found = tuple(int(part) for part in driver_module.sqlite_version.split("."))
    if found < MINIMUM:
        return f"SQLite {driver_module.sqlite_version} is older than {'.'.join(map(str, MINIMUM))}"
    return None


class SqliteDriver:
    """The raw connection, for statements that are prepared once and run often."""

    dialect = "sqlite"

    def __init__(self, connection: Connection) -> None:
        self._raw = cast("_stdlib_sqlite.Connection", connection.connection.dbapi_connection)

    def rows(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        """Run one statement and return all its rows."""
        return self._raw.execute(sql, params).fetchall()

    def run(self, sql: str, params: Sequence[object]) -> None:
        """Run one statement for its effect."""
        self._raw.execute(sql, params)


def make_engine(path: Path, *, writes: bool) -> Engine:
    """Return an engine on the file: for the one writer (who makes it, for its owner alone), or read-only."""

    def connect() -> object:
        if writes:  # sessions and second factors are in it; its log and index take their rights from it
            path.touch(mode=0o600)
        mode = "rwc" if writes else "ro"
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        raw = driver_module.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=1024, timeout=10
        )
        for pragma in _pragmas(writes=writes):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    return create_engine("sqlite://", module=driver_module, creator=connect, poolclass=NullPool)


def _pragmas(*, writes: bool) -> list[str]:
    shared = ["foreign_keys=ON", "temp_store=MEMORY", "cache_size=-65536", "busy_timeout=10000"]
    if not writes:
        return [*shared, "query_only=ON"]
    return ["journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=0", "journal_size_limit=67108864", *shared]


class SqliteDatabase(Database):
    """One file, one writer, many readers."""

    dialect = "sqlite"

    def __init__(self, path: Path, reactions: Reactions | None = None, *, readers: int = 4) -> None:
        super().__init__(reactions)
        self.path = path
        self.url = f"sqlite:///{path}"
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="zhanggui-read")
        self._local = threading.local()
        self._read_connections: list[Connection] = []
        self._read_engine = make_engine(path, writes=False)

    async def start(self) -> None:
        """Open the writer (which makes the file) and begin to take jobs."""
        problem = version_problem()
        if problem:
            raise RuntimeError(problem)
        self._loop = asyncio.get_running_loop()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = make_engine(self.path, writes=True).connect()
        self._driver = SqliteDriver(self._connection)
        self._thread = threading.Thread(target=self._write_forever, name="zhanggui-write", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Commit what was accepted, checkpoint, close."""
        self._stopping = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._readers.shutdown(wait=True)
        for connection in self._read_connections:
            connection.close()
        self._connection.close()
        self._connection.engine.dispose()
        self._read_engine.dispose()

    def submit(self, job: Job) -> None:
        """Queue a write for the writer thread."""
        if self._stopping:
            self._refuse(job)
        else:
            self._queue.put(job)

    async def durability(self) -> dict[str, str]:
        """Return the version and the settings that durability rests on, from the writing connection."""

        def read_back(tx: Tx) -> dict[str, str]:
            names = ("synchronous", "journal_mode", "wal_autocheckpoint", "foreign_keys")
            found = {name: str(tx.rows(f"PRAGMA {name}")[0][0]) for name in names}
            return {"sqlite": str(tx.rows("SELECT sqlite_version()")[0][0]), **found}

        return await self.write(read_back)

    # -- the writer thread ---------------------------------------------------------------------------------------

    def _write_forever(self) -> None:
        idle_since_checkpoint = True
        while True:
            jobs, last = self._next_group(wait_forever=idle_since_checkpoint)
            if jobs:
                self._run_group(jobs)
                idle_since_checkpoint = False
                if self._wal_bytes() > _WAL_HIGH_WATER:
                    self._checkpoint()
            elif not last:
                self._checkpoint()
                idle_since_checkpoint = True
            if last:
                self._checkpoint()
                return

    def _next_group(self, *, wait_forever: bool) -> tuple[list[Job], bool]:
        """Return the waiting jobs (up to the limit) and whether the end was asked for."""
        try:
            first = self._queue.get(timeout=None if wait_forever else _IDLE_SECONDS)
        except queue.Empty:
            return [], False
        jobs: list[Job] = []
        item: Job | None = first
        while item is not None:
            jobs.append(item)
            if len(jobs) == GROUP_LIMIT:
                return jobs, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return jobs, False
        return jobs, True

    def _run_group(self, jobs: list[Job]) -> None:
        try:
            self._commit_group(jobs)
        except Exception as error:
            trouble = storage_failure(error)
            if trouble is not None:
                log.error("storage_failed", reason=repr(cause_of(error))[:200])
                fail_all(jobs, trouble)
                self._answer(jobs, [], [])
                time.sleep(0.05)
            elif len(jobs) == 1:
                fail_all(jobs, cause_of(error))
                if not isinstance(cause_of(error), ZhangguiError):
                    log.error("action_failed", error=repr(cause_of(error))[:300])
                self._answer(jobs, [], [])
            else:
                for job in jobs:
                    self._run_group([job])

    def _commit_group(self, jobs: list[Job]) -> None:
        tx = Tx(self._connection, self._driver, self.reactions)
        self._driver.run("BEGIN IMMEDIATE", ())
        try:
            stored = run_jobs(tx, jobs)
            self._driver.run("COMMIT", ())
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._connection.rollback()  # lets SQLAlchemy forget its own begin; the database is already done
        self._answer(jobs, stored, tx.take_callbacks())

    def _roll_back(self) -> None:
        try:
            self._driver.run("ROLLBACK", ())
        except driver_module.Error:
            log.debug("nothing_to_roll_back")

    def _answer(self, jobs: Sequence[Job], stored: list[Stored], callbacks: Sequence[Callable[[], None]]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._finish, jobs, stored, callbacks)
        except RuntimeError:  # the loop is gone: what was committed stays committed, nobody is left to tell
            log.debug("loop_closed")

    def _wal_bytes(self) -> int:
        try:
            return Path(f"{self.path}-wal").stat().st_size
        except OSError:
            return 0

    def _checkpoint(self) -> None:
        try:
            if self._wal_bytes() > _CHECKPOINT_PAGES * 4096:
                self._driver.rows("PRAGMA wal_checkpoint(PASSIVE)", ())
        except driver_module.Error as error:
            log.warning("checkpoint_failed", reason=str(error))

    # -- readers -------------------------------------------------------------------------------------------------

    async def _read(self, fn: Callable[[Rx], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read_in_thread, fn)

    def _read_in_thread(self, fn: Callable[[Rx], T]) -> T:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._read_engine.connect()
            self._read_connections.append(connection)
        driver = SqliteDriver(connection)
        driver.run("BEGIN", ())
        try:
            return fn(Rx(connection, driver))
        finally:
            driver.run("ROLLBACK", ())
            connection.rollback()


__all__ = ["GroupFailed", "SqliteDatabase", "driver_module", "make_engine", "version_problem"]
