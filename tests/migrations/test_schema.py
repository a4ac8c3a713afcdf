"""Law: the way through the versions leads to the tables as they are written down, from empty, on both databases."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Integer, inspect, text

from tests.places import Place
from zhanggui import migrations
from zhanggui.foundation.database.creating import create_all
from zhanggui.foundation.database.schema import event_counter, metadata
from zhanggui.foundation.errors import Conflict
from zhanggui.team.tables import agent, live_socket


def difference(connection: Connection) -> list[object]:
    """What alembic would still change."""
    options = {"include_object": migrations.include, "render_as_batch": True, **migrations.compared()}
    found: list[object] = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    return found


def index(found: Mapping[str, object]) -> str:
    """An index in words, its condition as text."""
    options = found.get("dialect_options")
    assert options is None or isinstance(options, dict)
    return str({**found, "dialect_options": {name: str(value) for name, value in (options or {}).items()}})


def schema(connection: Connection) -> dict[str, object]:
    """Everything the engine itself says of every table, types included."""
    found = inspect(connection)
    return {
        name: {
            "columns": {c["name"]: (repr(c["type"]), c["nullable"]) for c in found.get_columns(name)},
            "key": found.get_pk_constraint(name),
            "points": sorted(map(str, found.get_foreign_keys(name))),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
            "indexes": sorted(map(index, found.get_indexes(name))),
            "checks": sorted(map(str, found.get_check_constraints(name))),
        }
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }


def run(sql: str) -> Callable[[Connection], object]:
    """Work that is one statement."""
    return lambda connection: connection.execute(text(sql))


async def test_up_from_empty_gives_the_tables(empty: Place):
    await empty.upgraded()
    assert await empty.does(difference) == []


@pytest.mark.parametrize(
    "change",
    ["DROP INDEX ix_conversation_one_open", "ALTER TABLE message ADD COLUMN extra TEXT", "DROP TABLE draft",
     "CREATE TABLE left_over (id TEXT)"],
)  # fmt: skip
async def test_a_difference_is_seen(change: str, empty: Place):
    await empty.upgraded()
    await empty.does(run(change), writes=True)
    assert len(await empty.does(difference)) >= 1


async def test_the_engine_itself_sees_no_difference(empty: Place):
    walked = await (await empty.upgraded()).does(schema)
    made = await empty.anew()
    await made.does(create_all, writes=True)
    assert walked == await made.does(schema)
    assert walked.keys() > metadata.tables.keys()  # the search index, too


async def test_the_counter_stands_ready_and_a_second_time_changes_nothing(empty: Place):
    await empty.upgraded()
    await empty.does(run("UPDATE event_counter SET n = 7"), writes=True)
    before = await empty.does(schema)
    await empty.upgraded()
    assert await empty.does(schema) == before
    assert await empty.does(lambda c: list(c.execute(event_counter.select()))) == [(1, 7)]


async def test_how_a_database_stands(empty: Place):
    async def stands() -> tuple[str, str | None]:
        return await migrations.state(empty.url, empty.data)

    assert await stands() == ("fresh", None)
    await empty.upgraded(to="0001")
    assert await stands() == ("older", "0001")
    await empty.upgraded()
    assert await stands() == ("current", migrations.head())
    await empty.does(run("UPDATE alembic_version SET version_num = '9000'"), writes=True)
    assert await stands() == ("newer", "9000")
    with pytest.raises(Conflict, match=r"migrations\.newer"):
        await empty.upgraded()


async def test_tables_of_somebody_else_are_left_alone(empty: Place):
    await empty.does(run("CREATE TABLE customer (id TEXT)"), writes=True)
    with pytest.raises(Conflict, match=r"migrations\.not_ours"):
        await migrations.state(empty.url, empty.data)
    with pytest.raises(Conflict, match=r"migrations\.not_ours"):
        await empty.upgraded()
    assert (await empty.does(schema)).keys() == {"customer"}


def a_pointed_at_row(connection: Connection) -> None:
    """An agent and a socket of his."""
    filled = dict.fromkeys(agent.columns.keys(), "x") | {"id": "a1", "settings": {}}
    numbers = {c.name: 0 for c in agent.columns if isinstance(c.type, Integer)}
    connection.execute(agent.insert().values(filled | numbers))
    connection.execute(live_socket.insert().values(agent_id="a1", process="p", sockets=1))


def make_over(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"render_as_batch": True})
    with Operations(context).batch_alter_table("agent", recreate="always") as made_over:
        made_over.drop_column("avatar")


async def test_a_table_made_over_keeps_the_rows_that_point_at_it(tmp_path: Path):
    """With foreign keys on, SQLite would have deleted the children together with the old table."""
    place = await Place("", tmp_path).upgraded()
    await place.does(a_pointed_at_row, writes=True)
    await place.does(make_over, writes=True)
    assert await place.does(lambda c: c.execute(text("SELECT agent_id FROM live_socket")).all()) == [("a1",)]
    columns = await place.does(lambda c: {column["name"] for column in inspect(c).get_columns("agent")})
    assert "avatar" not in columns
    assert "login" in columns


async def test_rows_that_would_point_at_nothing_undo_everything(tmp_path: Path):
    place = await Place("", tmp_path).upgraded()
    await place.does(a_pointed_at_row, writes=True)
    with pytest.raises(Conflict, match=r"database\.broken_references"):
        await place.does(run("DELETE FROM agent"), writes=True)
    assert await place.does(lambda c: c.execute(text("SELECT count(*) FROM agent")).scalar()) == 1


def half_way(connection: Connection) -> None:
    migrations.upgrade_on(connection)
    raise RuntimeError("the power is gone")


async def test_an_upgrade_that_fails_half_way_leaves_what_was_there(empty: Place):
    await empty.upgraded(to="0001")
    before = await empty.does(schema)
    with pytest.raises(RuntimeError, match="power"):
        await empty.does(half_way, writes=True)
    assert await empty.does(schema) == before
    assert await migrations.state(empty.url, empty.data) == ("older", "0001")
