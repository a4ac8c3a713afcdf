"""Two server processes over one PostgreSQL, with NATS and with NOTIFY alone: the same promises as one process."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import HAS_POSTGRES, drop_postgres, fresh_postgres
from tests.running import Buyer, Client, Person, Running, line_with

NATS = os.environ.get("ZHANGGUI_TEST_NATS", "nats://127.0.0.1:4222")


def _nats_there() -> bool:
    host, port = NATS.removeprefix("nats://").split(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


BROKERS = [
    pytest.param("postgres", id="notify"),
    pytest.param("nats", id="nats", marks=[pytest.mark.nats, pytest.mark.skipif(not _nats_there(), reason="no NATS")]),
]
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("two_processes"),
    pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable"),
]


@pytest.fixture
async def database() -> AsyncIterator[str]:
    url = await fresh_postgres()
    yield url
    await drop_postgres(url)


@pytest.fixture
async def pair(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> AsyncIterator[tuple[Running, Running]]:
    settings = {"database": database, "broker": request.param, "nats_url": NATS, "sends_per_second": "1000"}
    servers = [Running(tmp_path / name, **settings).start() for name in ("one", "two")]
    yield servers[0], servers[1]
    for server in servers:
        await asyncio.to_thread(server.stop)


async def serve(desk: Client, boss: Person, buyer: Buyer, chat: Client) -> None:
    """A first line opens the talk, and the only person at the desk gets it."""
    await buyer.say(chat, "你好")
    me = boss.me["agent"]["id"]
    await desk.until(lambda f: (f.get("put") or {}).get("conversation", {}).get("assignee") == me)


@pytest.mark.parametrize("pair", BROKERS, indirect=True)
async def test_a_customer_here_and_an_agent_there(pair: tuple[Running, Running]) -> None:
    here, there = pair
    await Person(here).set_up()
    boss = await Person(there).login("boss")
    buyer = Buyer(here)
    async with boss.desk(scope=("all",)) as desk, buyer.chat() as chat:
        await serve(desk, boss, buyer, chat)
        await buyer.say(chat, "在吗，帆布包还有货吗")
        heard = await desk.until(line_with("在吗，帆布包还有货吗"), seconds=5)
        talk = heard["put"]["message"]["conversation"]
        await chat.send(t="typing", conversation=talk, on=True)
        await desk.until(lambda frame: frame["t"] == "live" and frame["kind"] == "typing", seconds=5)
        await desk.send(t="send", id="answer", seq=1, conversation=talk, text="有的，马上给您看")
        await chat.until(line_with("有的，马上给您看"), seconds=5)
        for number in range(20):
            await buyer.say(chat, f"第{number}句")
        await desk.until(line_with("第19句"), seconds=5)
        lines = [f["put"]["message"]["seq"] for f in desk.frames if "message" in (f.get("put") or {})]
        assert lines == sorted(lines)


@pytest.mark.parametrize("pair", BROKERS, indirect=True)
async def test_a_disabled_account_is_out_everywhere_within_a_second(pair: tuple[Running, Running]) -> None:
    here, there = pair
    owner = await Person(here).set_up()
    made = await owner.call(
        "POST", "/api/agents", {"login": "xiaoli", "name": "小李", "password": "seven green hills 12"}
    )
    agent = await Person(there).login("xiaoli", "seven green hills 12")
    agent.me = await agent.call(
        "POST", "/api/me/password", {"old": "seven green hills 12", "new": "eight blue lakes 34"}
    )
    async with agent.desk() as desk:
        await owner.call("POST", f"/api/agents/{made['agent']['id']}/disable", {})
        assert await desk.ended(seconds=1.5) == 4401


@pytest.mark.parametrize("pair", [pytest.param("postgres", id="notify")], indirect=True)
async def test_a_cut_wire_heals_and_loses_nothing(pair: tuple[Running, Running], database: str) -> None:
    here, there = pair
    await Person(here).set_up()
    boss = await Person(there).login("boss")
    buyer = Buyer(here)
    async with boss.desk(scope=("all",)) as desk, buyer.chat() as chat:
        await serve(desk, boss, buyer, chat)
        connection = await asyncpg.connect(database)
        cut = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND (query LIKE '%LISTEN%' OR query LIKE '%pg_notify%')"
        )
        await connection.close()
        assert cut
        for number in range(5):
            await buyer.say(chat, f"断线后{number}")
        await desk.until(line_with("断线后4"), seconds=8)
