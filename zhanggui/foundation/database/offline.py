"""A database touched outside of a running server: one synchronous connection, whichever engine it is."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from zhanggui.foundation.database.opening import DATABASE_FILE, async_url
from zhanggui.foundation.database.postgres import APPLICATION
from zhanggui.foundation.database.sqlite import make_engine
from zhanggui.foundation.errors import Conflict

T = TypeVar("T")


def sqlite_path(url: str, data: Path) -> Path | None:
    """Return the file that `url` (as in the settings) means, or None when it is a server."""
    if url in ("", "sqlite"):
        return data / DATABASE_FILE
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def is_served(connection: Connection) -> bool:
    """Tell whether some process serves this PostgreSQL database, on whatever machine; SQLite has its lock file."""
    if connection.dialect.name == "sqlite":
        return False
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name"
    return bool(connection.execute(text(query), {"name": APPLICATION}).scalar())


async def on_connection(url: str, data: Path, work: Callable[[Connection], T], *, writes: bool) -> T:
    """Run `work` on one connection inside one transaction: committed when it returns, undone when it raises.

    A read-only one sees a single moment, also while a server writes.
    """
    path = sqlite_path(url, data)
    if path is not None:
        return await asyncio.to_thread(_on_sqlite, path, work, writes=writes)
    isolation = "READ COMMITTED" if writes else "REPEATABLE READ"
    engine = create_async_engine(async_url(url), poolclass=NullPool, isolation_level=isolation)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _on_sqlite(path: Path, work: Callable[[Connection], T], *, writes: bool) -> T:
    """The driver begins nothing by itself, so the transaction is spoken out. Foreign keys rest while tables are made
    over (a batch rebuild would cascade into the rows that point at it) and are checked before the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(path, writes=writes)
    try:
        with engine.connect() as connection:
            if writes:
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                done = work(connection)
                if writes:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise Conflict("database.broken_references", table=str(broken[0][0]), count=len(broken))
            except BaseException:
                with suppress(DatabaseError):  # a full disk has undone it already; that is what should be told
                    connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT" if writes else "ROLLBACK")
            return done
    finally:
        engine.dispose()
