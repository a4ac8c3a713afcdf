"""Places where a database can be: a folder of our own, or an emptied database on the server."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
from sqlalchemy import Connection

from tests.conftest import HAS_POSTGRES, drop_postgres, fresh_postgres
from zhanggui import migrations
from zhanggui.foundation.database.offline import on_connection

T = TypeVar("T")
ENGINES = ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])]


@dataclass(frozen=True)
class Place:
    """What the settings would say: where the database is, and the data folder."""

    url: str
    data: Path

    async def does(self, work: Callable[[Connection], T], *, writes: bool = False) -> T:
        """Run `work` on one connection in one transaction."""
        return await on_connection(self.url, self.data, work, writes=writes)

    async def upgraded(self, *, to: str = "head") -> "Place":
        """With the schema made."""
        await migrations.upgrade(self.url, self.data, to=to)
        return self

    async def anew(self) -> "Place":
        """An empty place of the same kind; on the server what was there is gone."""
        if self.url:
            return Place(await emptied(self.url), self.data)
        return Place("", self.data / "anew")


async def emptied(url: str) -> str:
    """The same database without anything in it."""
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    return url


@pytest.fixture(scope="module")
def _server() -> Iterator[str]:
    if not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable: half of the suite is not run")
    url = asyncio.run(fresh_postgres())
    yield url
    asyncio.run(drop_postgres(url))


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place where nothing is yet: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return Place("", tmp_path)
    return Place(asyncio.run(emptied(request.getfixturevalue("_server"))), tmp_path)
