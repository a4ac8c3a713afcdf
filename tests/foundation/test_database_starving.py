"""A connection to PostgreSQL that starves: open, silent, and never closed by anybody."""

import asyncio
from pathlib import Path

import pytest

from tests.conftest import HAS_POSTGRES
from tests.foundation.builders import do_note, logged, notes
from tests.realtime.wires import proxy_to
from zhanggui.foundation.database import Database, open_database, postgres
from zhanggui.foundation.errors import Unavailable

pytestmark = [
    pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable"),
    pytest.mark.parametrize(
        "db",
        [pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])],
        indirect=True,
    ),
]


async def test_writes_behind_a_starving_connection_are_refused_in_time_and_go_on_afterwards(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(postgres, "CONNECT_SECONDS", 0.5)
    async with proxy_to(db.url.replace("+asyncpg", ""), 5432) as (proxy, url):
        far = open_database(url, Path())
        await far.start()
        await far.write(do_note, "before")
        await far.read(notes)
        proxy.starve()
        told = await asyncio.wait_for(
            asyncio.gather(far.write(do_note, "lost"), far.read(notes), return_exceptions=True), 20
        )
        assert [type(result) for result in told] == [Unavailable, Unavailable]
        proxy.flow()
        proxy.cut()
        assert await far.write(do_note, "after") == "after"
        assert await far.read(notes) == {"before", "after"}
        await far.stop()
    assert await db.read(logged) == [(1, "before"), (2, "after")]
