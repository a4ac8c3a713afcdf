"""Presence follows the sockets: up at once, down after a grace, gone with the process."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.team.builders import an_agent
from zhanggui.foundation.clock import SECOND, now_ms
from zhanggui.foundation.database import Database
from zhanggui.foundation.database import tx as transactions
from zhanggui.foundation.errors import Unavailable
from zhanggui.team import queries
from zhanggui.team.actions import do_expire_processes
from zhanggui.team.sockets import Presence

GRACE = 0.15


@pytest.fixture
async def agent(db: Database) -> str:
    return (await an_agent(db)).id


@pytest.fixture
async def presence(db: Database) -> AsyncIterator[Presence]:
    presence = Presence(db, "p1", grace=GRACE)
    await presence.start(alone=False)
    yield presence
    await presence.stop()


async def seen(db: Database, agent: str) -> str:
    return (await db.read(queries.views, [agent]))[0].presence


async def becomes(db: Database, agent: str, wanted: str) -> None:
    async with asyncio.timeout(5):
        while await seen(db, agent) != wanted:  # noqa: ASYNC110  the database is asked, nobody could set an event
            await asyncio.sleep(0.01)


async def test_the_first_socket_brings_him_the_last_takes_him(db: Database, presence: Presence, agent: str):
    assert await seen(db, agent) == "offline"
    presence.up(agent)
    presence.up(agent)
    await becomes(db, agent, "online")
    presence.down(agent)
    await asyncio.sleep(GRACE * 2)
    assert await seen(db, agent) == "online"
    presence.down(agent)
    await becomes(db, agent, "offline")


async def test_a_page_that_is_loaded_again_does_not_blink(db: Database, presence: Presence, agent: str):
    presence.up(agent)
    await becomes(db, agent, "online")
    n = await db.read(lambda rx: rx.number())
    for _ in range(3):
        presence.down(agent)
        presence.up(agent)
    await asyncio.sleep(GRACE * 2)
    assert await db.read(lambda rx: rx.number()) == n, "nobody was told anything"
    assert await seen(db, agent) == "online"


async def test_with_two_processes_he_stays_until_both_have_lost_him(db: Database, presence: Presence, agent: str):
    other = Presence(db, "p2", grace=0.0)
    await other.start(alone=False)
    for one in (presence, other):
        one.up(agent)
    await becomes(db, agent, "online")
    await asyncio.sleep(0.05)
    await other.stop()
    assert await seen(db, agent) == "online"
    presence.down(agent)
    await becomes(db, agent, "offline")


async def test_a_process_that_ends_takes_its_people_with_it(db: Database, agent: str):
    presence = Presence(db, "p9", grace=60)
    await presence.start(alone=False)
    presence.up(agent)
    await becomes(db, agent, "online")
    await presence.stop()
    assert await seen(db, agent) == "offline"


async def test_a_dead_process_is_given_up_and_one_that_was_only_slow_reports_again(
    db: Database, presence: Presence, agent: str, monkeypatch: pytest.MonkeyPatch
):
    presence.up(agent)
    await becomes(db, agent, "online")
    monkeypatch.setattr(transactions, "now_ms", lambda: now_ms() + 16 * SECOND)
    assert await db.write(do_expire_processes) == ["p1"]
    assert await seen(db, agent) == "offline"
    await presence.beat()
    assert await seen(db, agent) == "online"


async def test_whoever_starts_alone_forgets_what_was_counted_before(db: Database, presence: Presence, agent: str):
    presence.up(agent)
    await becomes(db, agent, "online")
    fresh = Presence(db, "p3", grace=GRACE)
    await fresh.start(alone=True)
    assert await seen(db, agent) == "offline"
    await fresh.stop()


async def test_what_could_not_be_told_is_told_with_the_next_change(
    db: Database, presence: Presence, agent: str, monkeypatch: pytest.MonkeyPatch
):
    async def full(*_: object) -> None:
        raise Unavailable("database.full")

    with monkeypatch.context() as broken:
        broken.setattr(db, "write", full)
        presence.up(agent)
        await asyncio.sleep(0.05)
    assert await seen(db, agent) == "offline"
    await presence.beat()
    await becomes(db, agent, "online")
