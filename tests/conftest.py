"""What every test can have: a fresh database on each engine, and no way to the outside."""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

import zhanggui.main  # imports every room, so that all tables and events are known
from zhanggui.chat.searching.tables import search_metadata
from zhanggui.foundation.database import Database, metadata, open_database
from zhanggui.foundation.database.creating import create_tables
from zhanggui.foundation.events import Reactions

zhanggui.main.register_words()
POSTGRES = os.environ.get("ZHANGGUI_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def _postgres_there() -> bool:
    async def ask() -> None:
        await (await asyncpg.connect(POSTGRES, timeout=3)).close()

    try:
        asyncio.run(ask())
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True


HAS_POSTGRES = _postgres_there()
if os.environ.get("CI") == "true" and not HAS_POSTGRES:
    raise pytest.UsageError("CI=true needs PostgreSQL; set ZHANGGUI_TEST_POSTGRES or start one at 127.0.0.1:5432")


@pytest.fixture(autouse=True)
def no_outside_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0]) if isinstance(address, tuple) else str(address)
            if not (host.startswith("127.") or host in ("localhost", "::1")):
                raise AssertionError(f"a test tried to reach {host}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def reactions() -> Reactions:
    """The reactions of this test's database; none are connected unless the test connects them."""
    return Reactions()


async def fresh_postgres() -> str:
    """Make an empty database of our own and return its address."""
    name = f"zhanggui_test_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(POSTGRES)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return POSTGRES.rsplit("/", 1)[0] + "/" + name


async def drop_postgres(url: str) -> None:
    """Remove a database made by `fresh_postgres`."""
    name = url.rsplit("/", 1)[1]
    assert name.startswith("zhanggui_test_")
    connection = await asyncpg.connect(POSTGRES)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.close()


_shared_postgres: dict[str, str] = {}


async def _postgres_database(reactions: Reactions) -> Database:
    """One database per test process, emptied between tests: making one anew costs ten times as much."""
    url = _shared_postgres.get("url")
    if url is None:
        url = _shared_postgres["url"] = await fresh_postgres()
        await create_tables(open_database(url, Path()))
    connection = await asyncpg.connect(url)
    tables = (*metadata.sorted_tables, *search_metadata.sorted_tables)
    names = ",".join(f'"{table.name}"' for table in tables)
    await connection.execute(f"TRUNCATE {names} CASCADE; INSERT INTO event_counter (id, n) VALUES (1, 0)")
    await connection.close()
    return open_database(url, Path(), reactions)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])]
)
async def db(request: pytest.FixtureRequest, tmp_path: Path, reactions: Reactions) -> AsyncIterator[Database]:
    """A fresh, started database with all tables: once SQLite, once PostgreSQL."""
    if request.param == "postgresql":
        if not HAS_POSTGRES:
            pytest.skip("PostgreSQL is not reachable: half of the suite is not run")
        database = await _postgres_database(reactions)
    else:
        database = open_database("", tmp_path, reactions)
        await create_tables(database)
    await database.start()
    yield database
    await database.stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop this process's PostgreSQL database."""
    url = _shared_postgres.pop("url", None)
    if url is not None:
        asyncio.run(drop_postgres(url))
