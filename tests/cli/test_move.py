"""A shop moves to the server and back again, and is the same to the last byte."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table

from tests.cli.builders import a_shop, change, command, content
from tests.conftest import HAS_POSTGRES
from tests.places import Place, emptied
from zhanggui import migrations
from zhanggui.cli import keeping
from zhanggui.foundation.database import moving, open_database
from zhanggui.foundation.errors import Invalid
from zhanggui.foundation.holding import Holding

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@pytest.fixture
def server(request: pytest.FixtureRequest, home: Place) -> Place:
    """An empty database on the server, for the shop at home."""
    if not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable: moving is not tried")
    return Place(asyncio.run(emptied(request.getfixturevalue("_server"))), home.data)


def test_there_and_back_it_is_the_same_shop(home: Place, server: Place):
    before = content(home)
    done = command(home, "db", "move", server.url)
    assert done.exit_code == 0, done.output
    assert f"ZHANGGUI_DATABASE={server.url}" in done.output
    assert content(server) == before
    assert command(server, "db", "check").exit_code == 0
    back = Place(f"sqlite:///{home.data / 'back.db'}", home.data)
    assert command(server, "db", "move", back.url).exit_code == 0
    assert content(back) == before
    assert content(home) == before
    assert [one for one in home.data.iterdir() if one.name.startswith("move-")] == []


def test_money_bytes_and_json_arrive_exactly(home: Place, server: Place):
    assert command(home, "db", "move", server.url).exit_code == 0

    def seen(place: Place) -> tuple[object, ...]:
        sql = (
            "SELECT amount, (SELECT salt FROM message WHERE seq = 1), (SELECT attributes FROM product) FROM trade_order"
        )
        row = asyncio.run(place.does(lambda connection: connection.exec_driver_sql(sql).one()))
        return str(row[0]), bytes(row[1]), row[2]

    assert seen(server) == seen(home)
    assert "." in str(seen(server)[0])


def test_a_talk_goes_on_where_it_stopped(home: Place, server: Place):
    """Numbers go on after the last one: the counter came along."""
    assert command(home, "db", "move", server.url).exit_code == 0
    last = content(home)["event_counter"]
    assert last != ["[1,0]"]

    async def write_more() -> None:
        from tests.team.builders import an_agent
        from zhanggui.main import connect_rooms

        database = open_database(server.url, server.data, connect_rooms())
        await database.start()
        await an_agent(database)
        await database.stop()

    asyncio.run(write_more())
    numbers = [int(line.strip("[").split(",")[0]) for line in content(server)["event_log"]]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[-1] > int(last[0].strip("[]").split(",")[1])


def test_a_target_with_data_is_refused(home: Place, server: Place):
    a_shop(server)
    before = content(server)
    refused = command(home, "db", "move", server.url)
    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert content(server) == before


def test_a_server_at_work_is_refused(home: Place, server: Place):
    async def while_serving(*args: str, url: str = "") -> str:
        database = open_database(server.url, server.data)
        await database.start()
        try:
            return (await asyncio.to_thread(command, server, *args, force_url=url)).output
        finally:
            await database.stop()

    asyncio.run(server.upgraded())
    assert "stop every one" in asyncio.run(while_serving("db", "move", "sqlite:///x.db", url=server.url))
    assert "stop every one" in asyncio.run(while_serving("db", "move", server.url))
    assert content(server)["message"] == []
    asyncio.run(Place(asyncio.run(emptied(server.url)), server.data).upgraded(to="0001"))
    assert "stop every one" in asyncio.run(while_serving("db", "upgrade", url=server.url))
    assert asyncio.run(migrations.state(server.url, server.data)) == ("older", "0001")


def test_a_running_home_server_is_refused(home: Place, server: Place):
    with Holding(home.data):
        refused = command(home, "db", "move", server.url)
    assert "running server" in refused.output
    assert asyncio.run(migrations.state(server.url, server.data)) == ("fresh", None)


def test_a_copy_that_differs_is_undone(home: Place, server: Place, monkeypatch: pytest.MonkeyPatch):
    real = moving.load

    def forgets(connection: Connection, table: Table, lines: Iterable[str]) -> int:
        return real(connection, table, list(lines)[1:] if table.name == "message" else lines)

    monkeypatch.setattr(moving, "load", forgets)
    refused = command(home, "db", "move", server.url)
    assert refused.exit_code == 1
    assert "Table message" in refused.output
    assert asyncio.run(migrations.state(server.url, server.data)) == ("fresh", None)


def test_a_server_that_is_not_there_is_told_in_a_line(home: Place, server: Place):
    refused = command(home, "db", "move", "postgresql://postgres@127.0.0.1:1/nobody")
    assert refused.exit_code == 1
    assert len(refused.output.strip().splitlines()) == 1
    missing = command(home, "db", "move", server.url.rsplit("/", 1)[0] + "/zhanggui_test_not_there")
    assert "does not exist" in missing.output


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite:///", "postgresql://host", "postgresql://host:x/name"])
def test_what_is_no_address_is_refused(url: str, home: Place):
    refused = command(home, "db", "move", url)
    assert refused.exit_code == 1
    assert "Not an address" in refused.output


def test_a_changed_word_is_seen(home: Place):
    """Each value counts in the digest by which tables are compared."""

    def check(connection: Connection) -> None:
        for table in moving.tables():
            keeping.check_same(connection, table, told[table.name])

    told = asyncio.run(home.does(lambda c: {t.name: moving.digest_of(c, t) for t in moving.tables()}))
    asyncio.run(home.does(check))
    change(home, "UPDATE trade_order SET amount = '0.01'")
    with pytest.raises(Invalid, match=r"cli\.not_same"):
        asyncio.run(home.does(check))


def test_a_shop_at_home_can_move_to_another_file(home: Place, tmp_path: Path):
    target = tmp_path / "elsewhere" / "shop.db"
    assert command(home, "db", "move", f"sqlite:///{target}").exit_code == 0
    assert content(Place(f"sqlite:///{target}", home.data)) == content(home)
