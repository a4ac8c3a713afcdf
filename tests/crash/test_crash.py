"""The power cut, twenty times: what was acknowledged is there exactly once, in its sender's order, on both engines."""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bench.stage import Stage, make_stage
from tests.conftest import HAS_POSTGRES, drop_postgres, fresh_postgres
from tests.crash.talkers import Reader, Writer
from tests.running import Running
from zhanggui.chat.checking import broken_chains
from zhanggui.chat.tables import message
from zhanggui.foundation.database import open_database
from zhanggui.foundation.database.offline import on_connection
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.events import decode_stored, face_for

KILLS = int(os.environ.get("ZHANGGUI_TEST_KILLS", "20"))
WRITERS, READERS = 50, 5
pytestmark = [pytest.mark.crash, pytest.mark.timeout(600 + KILLS * 10)]


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql",
            marks=[pytest.mark.postgres, pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable")],
        ),
    ]
)
async def url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    address = await fresh_postgres()
    yield address
    await drop_postgres(address)


async def test_killed_at_any_moment(url: str, tmp_path: Path) -> None:
    stage = await asyncio.to_thread(make_stage, url, tmp_path, agents=READERS, visitors=WRITERS)
    server = Running(
        tmp_path, database=url, sends_per_second="100000", sends_burst="100000", frames_per_second="100000"
    )
    await asyncio.to_thread(server.start)
    writers = [Writer(server, token, f"w{i}", stage.number) for i, token in enumerate(stage.visitors)]
    readers = [Reader(server, seat, stage.number) for seat in stage.seats]
    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    tasks += [asyncio.create_task(reader.run()) for reader in readers]
    try:
        await _cut_the_power(server, chance=random.Random(7260917))
        async with asyncio.timeout(60):
            await _let_finish(writers, readers, tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(server.stop)
    await on_connection(url, tmp_path, lambda c: _check(c, stage, writers, readers), writes=False)


async def _cut_the_power(server: Running, *, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.8))
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)


async def _let_finish(writers: list[Writer], readers: list[Reader], tasks: list["asyncio.Task[None]"]) -> None:
    await asyncio.sleep(1)
    for writer in writers:
        writer.stopping = True
    await asyncio.gather(*tasks[: len(writers)])
    await asyncio.sleep(1.5)
    for reader in readers:
        reader.stopping = True
    await asyncio.gather(*tasks[len(writers) :])


def _check(connection: Connection, stage: Stage, writers: list[Writer], readers: list[Reader]) -> None:
    c = message.c
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(
        select(c.author, c.client_id, c.text).where(c.sender == "customer").order_by(c.conversation, c.seq)
    ):
        said[row.author].append((row.client_id, row.text))
    total = sum(len(writer.acked) for writer in writers)
    assert total > 50 * WRITERS, "too few lines to mean anything"
    for writer in writers:
        lines = said[writer.token.partition(".")[0]]
        keys = [key for key, _ in lines]
        numbers = [int(key.rsplit("-", 1)[1]) for key in keys]
        assert len(set(keys)) == len(keys), f"{writer.name}: a line is doubled"
        assert not set(writer.acked) - set(keys), f"{writer.name}: an acknowledged line is lost"
        assert numbers == sorted(numbers), f"{writer.name}: lines stand in another order than they were written"
        assert all(text == f"{writer.name} 第{number}句" for (_, text), number in zip(lines, numbers, strict=True))
    assert list(broken_chains(connection)) == []
    _check_readers(connection, stage, readers)


def _check_readers(connection: Connection, stage: Stage, readers: list[Reader]) -> None:
    e = event_log.c
    query = select(e.n, e.at, e.kind, e.subject, e.body).where(e.n > stage.number).order_by(e.n)
    log = [decode_stored(row.n, row.at, row.kind, row.subject, row.body) for row in connection.execute(query)]
    assert [stored.n for stored in log] == list(range(stage.number + 1, stage.number + 1 + len(log)))
    for reader in readers:
        assert reader.broken == []
        tags = frozenset({"desk", "queue", f"agent:{reader.seat.agent}"})
        expected = [stored.n for stored in log if face_for(stored, tags) and stored.n <= reader.number]
        assert reader.heard == expected
        later = [stored for stored in log if stored.n > reader.number and face_for(stored, tags)]
        assert not any(stored.kind == "message.added" for stored in later)


async def test_durability_is_what_it_should_be(url: str, tmp_path: Path) -> None:
    """SIGKILL cannot tell safe settings from unsafe ones, so they are read back from the connection that writes."""
    await asyncio.to_thread(make_stage, url, tmp_path, agents=1, visitors=1)
    database = open_database(url, tmp_path)
    await database.start()
    kept = await database.durability()
    await database.stop()
    if database.dialect == "sqlite":
        assert tuple(map(int, kept["sqlite"].split("."))) >= (3, 51, 3)
        assert (kept["synchronous"], kept["journal_mode"], kept["wal_autocheckpoint"]) == ("2", "wal", "0")
    else:
        assert kept["fsync"] in ("on", "off")  # the server's own choice; `serve` warns when it is off
        assert kept["synchronous_commit"] == "on"
