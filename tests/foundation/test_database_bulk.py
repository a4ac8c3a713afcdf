"""Many rows in one statement: the same on both engines, whatever the values, however many."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, SmallInteger, Table, Text, select
from sqlalchemy.schema import CreateTable, DropTable

from tests.foundation.builders import do_jot, notes, together
from zhanggui.foundation.database import BulkInsert, BulkSelect, BulkUpdate, Database, Rx, Tx
from zhanggui.foundation.database.bulk import AT_ONCE
from zhanggui.foundation.database.schema import house_key
from zhanggui.foundation.errors import Unavailable

Row = tuple[object, ...]
insert = BulkInsert(house_key, ("name", "value", "created_at"))
update = BulkUpdate(house_key, "name", ("value", "created_at"))
by_name = BulkSelect(house_key, ("name",), ("name", "value", "created_at"))
by_both = BulkSelect(house_key, ("name", "created_at"), ("name", "value"))
MOST = 2**63 - 1


def everything(rx: Rx) -> list[Row]:
    """All rows by name."""
    columns = (house_key.c.name, house_key.c.value, house_key.c.created_at)
    return sorted(tuple(row) for row in rx.all(select(*columns)))


def do_insert(tx: Tx, rows: list[Row]) -> None:
    insert.run(tx, rows)


def do_update(tx: Tx, rows: list[Row]) -> None:
    update.run(tx, rows)


def do_empty(tx: Tx) -> None:
    tx.execute(house_key.delete())


# Chinese, quotes, backslashes, JSON's own signs, emoji: everything but the sign that no database keeps
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
rows_of_chance = st.dictionaries(
    texts.filter(bool), st.tuples(texts, st.integers(-MOST - 1, MOST)), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of_chance, rows_of_chance)
async def test_any_values_come_back_as_they_were(
    db: Database, first: dict[str, tuple[str, int]], then: dict[str, tuple[str, int]]
) -> None:
    await db.write(do_empty)
    await db.write(do_insert, [(name, *rest) for name, rest in first.items()])
    assert await db.read(everything) == sorted((name, *rest) for name, rest in first.items())
    await db.write(do_update, [(name, *rest) for name, rest in then.items()])
    expected = first | {name: rest for name, rest in then.items() if name in first}
    assert await db.read(everything) == sorted((name, *rest) for name, rest in expected.items())
    found = await db.read(lambda rx: by_name.rows(rx, [(name,) for name in then]))
    assert sorted(found) == sorted((name, *expected[name]) for name in then if name in expected)
    keys = [(name, at) for name, (_, at) in expected.items()]
    assert sorted(await db.read(lambda rx: by_both.rows(rx, keys))) == sorted(
        (name, value) for name, (value, _) in expected.items()
    )


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7])
async def test_any_number_of_rows(db: Database, count: int) -> None:
    names = [f"n{i:04}" for i in range(count)]
    await db.write(do_insert, [(name, "", i) for i, name in enumerate(names)])
    await db.write(do_update, [(name, "new", -i) for i, name in enumerate(names)])
    assert await db.read(everything) == [(name, "new", -i) for i, name in enumerate(names)]
    found = await db.read(lambda rx: by_name.rows(rx, [(name,) for name in [*names, "other"]]))
    assert len(found) == count


async def test_only_both_keys_together_find_a_row(db: Database) -> None:
    await db.write(do_insert, [("a", "va", 1), ("b", "vb", 2)])
    assert await db.read(lambda rx: by_both.rows(rx, [("a", 2), ("b", 2), ("c", 1)])) == [("b", "vb")]


async def test_rows_are_inserted_all_or_none(db: Database) -> None:
    rows: list[Row] = [(f"n{i}", "", i) for i in range(AT_ONCE + 5)]
    told = await together(db, (do_jot, "neighbour"), (do_insert, [*rows, rows[0]]), (do_jot, "other"))
    assert isinstance(told[1], Exception)
    assert await db.read(notes) == {"neighbour", "other"}


async def test_a_row_of_the_wrong_width_is_a_fault_of_ours(db: Database) -> None:
    told = await together(db, (do_jot, "neighbour"), (do_insert, [("a", "", 1), ("b", "")]))
    assert isinstance(told[1], Exception)
    assert not isinstance(told[1], Unavailable)
    assert await db.read(notes) == {"neighbour"}


async def test_nothing_asked_is_nothing_found(db: Database) -> None:
    await db.write(do_jot, "one")
    assert await db.read(lambda rx: by_name.rows(rx, [])) == []


# -- every kind of column ----------------------------------------------------------------------------------------------

pieces = Table(
    "test_pieces",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("small", SmallInteger),
    Column("whole", Integer),
    Column("big", BigInteger),
    Column("data", LargeBinary),
    Column("words", Text),
)
COLUMNS = ("id", "small", "whole", "big", "data", "words")
insert_pieces = BulkInsert(pieces, COLUMNS)
update_pieces = BulkUpdate(pieces, "id", COLUMNS[1:])
select_pieces = BulkSelect(pieces, ("id",), COLUMNS)
FULL: Row = ("full", -(2**15), 2**31 - 1, -MOST - 1, bytes(range(256)), "货'\"\\\n😀")
EMPTY: Row = ("empty", 0, 0, 0, b"", "")
NOTHING: Row = ("nothing", None, None, None, None, None)


@pytest.fixture
async def with_pieces(db: Database) -> AsyncIterator[Database]:
    await db.write(lambda tx: tx.execute(CreateTable(pieces)))
    yield db
    await db.write(lambda tx: tx.execute(DropTable(pieces)))


async def test_numbers_bytes_words_and_nothing_at_all(with_pieces: Database) -> None:
    rows = [FULL, EMPTY, NOTHING]
    keys = [(row[0],) for row in rows]
    await with_pieces.write(lambda tx: insert_pieces.run(tx, rows))
    assert sorted(await with_pieces.read(lambda rx: select_pieces.rows(rx, keys)), key=str) == sorted(rows, key=str)
    turned = [(FULL[0], *NOTHING[1:]), (NOTHING[0], *FULL[1:])]
    await with_pieces.write(lambda tx: update_pieces.run(tx, turned))
    found = await with_pieces.read(lambda rx: select_pieces.rows(rx, keys))
    assert sorted(found, key=str) == sorted([*turned, EMPTY], key=str)
