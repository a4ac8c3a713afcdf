"""The command line beside a running server: backup while people write, accounts through it, and what it keeps out."""

import asyncio
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.builders import command, content
from tests.places import ENGINES, Place, emptied
from tests.running import Buyer, Person, Running, line_with
from zhanggui.foundation.holding import HEADER, who_serves

at_home = pytest.mark.parametrize("served", ["sqlite"], indirect=True)
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgres")]


@pytest.fixture(params=ENGINES)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Running]]:
    """A server on a fresh folder: once SQLite, once PostgreSQL."""
    url = ""
    if request.param == "postgresql":
        url = asyncio.run(emptied(request.getfixturevalue("_server")))
    settings = {"database": url} if url else {}
    server = Running(tmp_path / "shop", sends_per_second="1000", sends_burst="1000", **settings).start()
    yield Place(url, tmp_path / "shop"), server
    server.stop()


@asynccontextmanager
async def writing(server: Running, enough: asyncio.Event) -> AsyncIterator[list[str]]:
    """Somebody writes without pause; what was acknowledged so far. After twenty lines there is `enough`."""
    buyer, said = Buyer(server), list[str]()
    async with buyer.chat() as chat:

        async def write() -> None:
            while True:
                text = f"line {len(said)}"
                await buyer.say(chat, text)
                said.append(text)
                if len(said) == 20:
                    enough.set()

        task = asyncio.create_task(write())
        try:
            yield said
        finally:
            task.cancel()


async def test_a_backup_taken_while_people_write_is_whole(served: tuple[Place, Running], tmp_path: Path):
    place, server = served
    await Person(server).set_up()
    enough = asyncio.Event()
    async with writing(server, enough) as said:
        await enough.wait()
        before = list(said)
        done = await asyncio.to_thread(command, place, "db", "backup", str(tmp_path / "shop.zip"))
        checked = await asyncio.to_thread(command, place, "db", "check")
        await asyncio.sleep(0.2)
    assert done.exit_code == 0, done.output
    assert checked.exit_code == 0, checked.output
    assert len(said) > len(before)
    new = Place("", tmp_path / "new")
    assert (await asyncio.to_thread(command, new, "db", "restore", str(tmp_path / "shop.zip"))).exit_code == 0
    assert (await asyncio.to_thread(command, new, "db", "check")).exit_code == 0
    kept = [json.loads(line)[7] for line in (await asyncio.to_thread(content, new))["message"]]
    lines = [text for text in kept if text.startswith("line ")]
    assert lines == [f"line {n}" for n in range(len(lines))]
    assert len(before) <= len(lines) <= len(said) + 1
    await goes_on(new)


async def goes_on(place: Place) -> None:
    """People talk in a restored shop, and a page of before the restore is told to begin afresh."""
    server = await asyncio.to_thread(Running(place.data).start)
    try:
        boss = await Person(server).login("boss")
        buyer = Buyer(server)
        async with boss.desk() as desk, buyer.chat() as chat:
            await buyer.say(chat, "hello")
            await buyer.say(chat, "after the restore")
            await desk.until(line_with("after the restore"))
        async with boss.desk(start=30) as page:
            await page.until(lambda frame: frame["t"] == "resync")
    finally:
        await asyncio.to_thread(server.stop)


@at_home
def test_accounts_are_made_through_the_server(served: tuple[Place, Running]):
    place, server = served
    refused = command(place, "agent", "add", "xiaoli")
    assert "no owner yet" in refused.output
    asyncio.run(Person(server).set_up())
    done = command(place, "agent", "add", "xiaoli", "--name", "李小丽")
    assert done.exit_code == 0, done.output
    taken = command(place, "agent", "add", "xiaoli")
    assert (taken.exit_code, "taken" in taken.output) == (1, True)
    renewed = command(place, "owner", "reset-password")
    assert renewed.exit_code == 0, renewed.output
    password = renewed.output.strip().rsplit(" ", 1)[1]
    asyncio.run(Person(server).login("boss", password))
    log = [json.loads(line) for line in content(place)["audit_log"]]
    assert [line[4] for line in log if line[3] == "command line"] == ["team.agent.created", "team.agent.password_reset"]


@at_home
def test_only_who_may_read_the_folder_may_ask(served: tuple[Place, Running]):
    place, server = served
    asyncio.run(Person(server).set_up())
    serving = who_serves(place.data)
    assert serving is not None
    assert serving.url == server.base
    assert stat.S_IMODE((place.data / "local.json").stat().st_mode) == 0o600
    for headers in ({}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: serving.token + "x"}, {HEADER: "é"}):
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = httpx.post(f"{server.base}/api/local/owner-password", json={"login": ""}, headers=encoded)
        assert answer.status_code == 404, headers
    proxied = {HEADER: serving.token, "X-Forwarded-For": "8.8.8.8"}
    assert httpx.post(f"{server.base}/api/local/owner-password", json={}, headers=proxied).status_code == 404


@at_home
def test_what_needs_the_folder_alone_is_kept_out(served: tuple[Place, Running], tmp_path: Path):
    place, server = served
    for args in (["upgrade"], ["reindex"], ["move", f"sqlite:///{tmp_path / 'x.db'}"]):
        refused = command(place, "db", *args)
        assert refused.exit_code == 1
        assert "running server" in refused.output, args
    second = serve(place.data, "--port", "0", ZHANGGUI_DATABASE=place.url)
    assert second.returncode == 1
    assert "running server" in second.stderr
    assert "Traceback" not in second.stderr
    server.stop()
    assert not (place.data / "local.json").exists()
    assert command(place, "db", "upgrade").exit_code == 0


def serve(data: Path, *args: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`zhanggui serve`, which is expected to end by itself."""
    env = {**os.environ, "LC_ALL": "en_US.UTF-8", **{name: value for name, value in environment.items() if value}}
    command_line = [sys.executable, "-m", "zhanggui", "serve", "--data", str(data), *args]
    return subprocess.run(command_line, env=env, capture_output=True, encoding="utf-8", timeout=50, check=False)


def test_a_port_in_use_is_told_in_a_line(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve(tmp_path / "shop", "--port", str(taken.getsockname()[1]))
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "in use" in done.stderr + done.stdout
    assert not (tmp_path / "shop" / "local.json").exists()


def test_a_wrong_setting_ends_it_with_two(tmp_path: Path):
    done = serve(tmp_path / "shop", ZHANGGUI_PORT="eighty")
    assert done.returncode == 2
    assert done.stderr == "Settings are wrong:\n  ZHANGGUI_PORT='eighty': must be a whole number\n"
    assert not (tmp_path / "shop").exists()


def test_a_database_server_that_is_not_there_is_told_in_a_line(tmp_path: Path):
    done = serve(tmp_path / "shop", "--port", "0", ZHANGGUI_DATABASE="postgresql://postgres@127.0.0.1:1/nobody")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_demo_listens_on_this_machine_alone(tmp_path: Path):
    (tmp_path / "zhanggui.toml").write_text("demo = true\n", encoding="utf-8")
    done = serve(tmp_path, "--host", "0.0.0.0", "--port", "0")
    assert done.returncode == 1
    assert "loopback only" in done.stderr
    assert not (tmp_path / "zhanggui.db").exists()
