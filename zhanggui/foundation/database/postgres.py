"""PostgreSQL through asyncpg: the same groups, one at a time over all processes.

Each process gathers its writes; each group takes one advisory transaction lock, runs, takes its numbers from the
counter row and commits, so that numbers grow in commit order without gaps. A snapshot is REPEATABLE READ: number and
data are of one moment.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

import asyncpg
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from zhanggui.foundation.database.base import (
    GROUP_LIMIT,
    Database,
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

T = TypeVar("T")
GROUP_LOCK = 7_260_917_304
"""The advisory lock that puts groups of all processes in one order (a number of our own)."""
APPLICATION = "zhanggui"
"""How a running process is called in `pg_stat_activity`; commands that need the database alone look for it."""
ANSWER_SECONDS = 60.0
"""So long a statement may take. An open connection can starve without ever saying so, and all writes wait behind it."""
CONNECT_SECONDS = 10.0

_numbered: dict[str, str] = {}


def numbered(sql: str) -> str:
    """Return SQL with `?` placeholders as asyncpg wants it: `$1`, `$2` …"""
    found = _numbered.get(sql)
    if found is None:
        parts = sql.split("?")
        found = "".join(f"{part}${i}" for i, part in enumerate(parts[:-1], 1)) + parts[-1]
        _numbered[sql] = found
    return found


class PostgresDriver:
    """The asyncpg connection under a SQLAlchemy one, used inside `run_sync`."""

    dialect = "postgresql"

    def __init__(self, connection: Connection) -> None:
        self._raw: asyncpg.Connection = connection.connection.driver_connection

    def rows(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        """Run one statement and return all its rows."""
        return await_only(self._raw.fetch(numbered(sql), *params))

    def run(self, sql: str, params: Sequence[object]) -> None:
        """Run one statement for its effect."""
        await_only(self._raw.execute(numbered(sql), *params))


class PostgresDatabase(Database):
    """One server that several processes share."""

    dialect = "postgresql"

    def __init__(self, url: str, reactions: Reactions | None = None, *, readers: int = 8) -> None:
        super().__init__(reactions)
        self.url = url
        connect = {
            "server_settings": {"application_name": APPLICATION},
            "command_timeout": ANSWER_SECONDS,
            "timeout": CONNECT_SECONDS,
        }
        self._engine: AsyncEngine = create_async_engine(
            url, pool_size=readers, max_overflow=4, pool_pre_ping=True, connect_args=connect
        )
        self._waiting: deque[Job] = deque()
        self._wake = asyncio.Event()

    async def start(self) -> None:
        """Begin to take jobs; the server must answer."""
        async with self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        self._task = asyncio.create_task(self._write_forever(), name="zhanggui-write")

    async def stop(self) -> None:
        """Commit what was accepted, then close."""
        self._stopping = True
        self._wake.set()
        await self._task
        await self._engine.dispose()

    def submit(self, job: Job) -> None:
        """Queue a write for the next group."""
        if self._stopping:
            self._refuse(job)
            return
        self._waiting.append(job)
        self._wake.set()

    async def durability(self) -> dict[str, str]:
        """Return the settings that durability rests on, from the writing connection."""

        def read_back(tx: Tx) -> dict[str, str]:
            names = ("fsync", "synchronous_commit", "full_page_writes", "server_version")
            return {name: str(tx.rows(f"SHOW {name}")[0][0]) for name in names}

        return await self.write(read_back)

    async def _write_forever(self) -> None:
        connection: AsyncConnection | None = None
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                jobs = [self._waiting.popleft() for _ in range(min(GROUP_LIMIT, len(self._waiting)))]
                connection = await self._run_group(connection, jobs)
            if self._stopping:
                if connection is not None:
                    await connection.close()
                return

    async def _run_group(self, kept: AsyncConnection | None, jobs: list[Job]) -> AsyncConnection | None:
        connection = kept
        try:
            connection = await self._locked(kept)
            await self._commit_group(connection, jobs)
        except Exception as error:
            trouble = storage_failure(error)
            if trouble is not None:
                log.error("storage_failed", reason=repr(cause_of(error))[:200])
                fail_all(jobs, trouble)
                self._finish(jobs, [], [])
                await self._drop(connection)
                await asyncio.sleep(0.2)
                return None
            if len(jobs) == 1:
                fail_all(jobs, cause_of(error))
                if not isinstance(cause_of(error), ZhangguiError):
                    log.error("action_failed", error=repr(cause_of(error))[:300])
                self._finish(jobs, [], [])
            else:
                for job in jobs:
                    connection = await self._run_group(connection, [job])
        return connection

    async def _locked(self, kept: AsyncConnection | None) -> AsyncConnection:
        """Return a connection whose transaction holds the group lock. A kept one that died meanwhile is replaced:
        nothing was asked of it yet, so nobody need hear of it.
        """
        if kept is not None:
            try:
                await self._take_lock(kept)
            except Exception as error:
                if storage_failure(error) is None:
                    raise
                log.warning("connection_replaced", reason=repr(error)[:200])
                await self._drop(kept)
            else:
                return kept
        fresh = await self._engine.connect()
        try:
            await self._take_lock(fresh)
        except BaseException:
            await self._drop(fresh)
            raise
        return fresh

    @staticmethod
    async def _take_lock(connection: AsyncConnection) -> None:
        """Begin; this also makes SQLAlchemy open the transaction before the raw connection is used."""
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": GROUP_LOCK})

    async def _commit_group(self, connection: AsyncConnection, jobs: list[Job]) -> None:
        def in_transaction(sync: Connection) -> tuple[list[Stored], Sequence[Callable[[], None]]]:
            tx = Tx(sync, PostgresDriver(sync), self.reactions)
            stored = run_jobs(tx, jobs)
            if not stored:
                # after an error that an action kept to itself, COMMIT would roll back without a word
                tx.rows("SELECT 1")
            return stored, tx.take_callbacks()

        try:
            stored, callbacks = await connection.run_sync(in_transaction)
            await connection.commit()
        except BaseException:
            await self._roll_back(connection)
            raise
        self._finish(jobs, stored, callbacks)

    @staticmethod
    async def _roll_back(connection: AsyncConnection) -> None:
        try:
            await connection.rollback()
        except Exception as error:
            log.debug("nothing_to_roll_back", reason=repr(error)[:200])

    @staticmethod
    async def _drop(connection: AsyncConnection | None) -> None:
        if connection is not None:
            try:
                await connection.invalidate()
                await connection.close()
            except Exception:
                log.debug("connection_dropped")

    async def _read(self, fn: Callable[[Rx], T]) -> T:
        def in_snapshot(sync: Connection) -> T:
            return fn(Rx(sync, PostgresDriver(sync)))

        async with self._engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                await connection.execute(text("SELECT 1"))  # opens the snapshot before raw statements run
                return await connection.run_sync(in_snapshot)
