"""Rows travel as plain lines: exactly, in one order on both engines, with the form of their table."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    create_engine,
    text,
)

from zhanggui.foundation.database import Database, moving
from zhanggui.foundation.database.moving import Form, form_of, table_of
from zhanggui.foundation.database.offline import on_connection
from zhanggui.foundation.database.schema import Json, Money
from zhanggui.foundation.database.sqlite import driver_module

PARCEL = Table(
    "parcel", MetaData(),
    Column("a", Text), Column("n", BigInteger), Column("few", SmallInteger), Column("price", Money),
    Column("said", Json), Column("raw", LargeBinary), PrimaryKeyConstraint("n", "a"), prefixes=["TEMPORARY"],
)  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROW = st.tuples(
    TEXT, st.integers(-(2**63), 2**63 - 1), st.none() | st.integers(0, 9),
    st.none() | st.decimals(-(10**9), 10**9, places=2), st.none() | st.dictionaries(TEXT, TEXT | st.integers()),
    st.none() | st.binary(),
)  # fmt: skip


def there_and_back(rows: list[tuple[object, ...]]) -> Callable[[Connection], tuple[list[str], list[str], list[object]]]:
    """Insert, dump, empty, load, dump again, in a table that goes with the connection."""

    def work(connection: Connection) -> tuple[list[str], list[str], list[object]]:
        PARCEL.create(connection)
        if rows:
            connection.execute(PARCEL.insert(), [dict(zip(PARCEL.columns.keys(), row, strict=True)) for row in rows])
        first = list(moving.dump(connection, PARCEL))
        connection.execute(PARCEL.delete())
        again = table_of(PARCEL.name, form_of(PARCEL))
        moving.load(connection, again, first)
        second = list(moving.dump(connection, again))
        values = [tuple(row) for row in connection.execute(PARCEL.select())]
        return first, second, list(values)

    return work


@settings(max_examples=50, deadline=None)
@given(st.lists(ROW, max_size=6, unique_by=lambda row: (row[1], row[0])))
def test_whatever_a_row_holds_comes_back(rows: list[tuple[object, ...]]):
    engine = create_engine("sqlite://", module=driver_module)
    with engine.connect() as connection:
        first, second, values = there_and_back(rows)(connection)
    engine.dispose()
    assert first == second
    assert sorted(values, key=repr) == sorted(rows, key=repr)


AWKWARD: list[tuple[object, ...]] = [
    ("ab", 1, 0, Decimal("0.10"), {"": []}, b""),
    ("a_b", 1, None, Decimal("-99999999999.99"), None, b"\x00\xff"),
    ("aB", 1, 1, None, "text", None),
    ("你好\u2028\r\n", -(2**63), 1, Decimal("1"), [1, "😊"], b"\n"),
    ("é", 2**53 + 1, 1, Decimal("2.00"), 3, b"\r"),
    ("", 0, 1, Decimal("2.00"), False, b"\r"),
]


async def test_order_and_values_are_the_same_on_both_engines(db: Database, tmp_path: Path):
    here = await on_connection(db.url, tmp_path, there_and_back(AWKWARD), writes=True)
    home = await on_connection("", tmp_path / "home", there_and_back(AWKWARD), writes=True)
    assert here[0] == here[1] == home[0]
    keys = [tuple(json.loads(line)[:2]) for line in here[0]]
    assert keys == sorted(((row[0], row[1]) for row in AWKWARD), key=lambda key: (key[1], str(key[0]).encode()))


def test_every_table_has_a_form_and_a_key():
    for table in moving.tables():
        form = form_of(table)
        assert form.key, table.name
        assert list(form.columns) == [column.name for column in table.columns]
        assert form_of(table_of(table.name, form)) == form


def test_a_kind_nobody_thought_of_is_refused():
    with pytest.raises(TypeError, match="give it a kind"):
        form_of(Table("x", MetaData(), Column("id", Float, primary_key=True)))
    for form in (Form({"id": "float"}, ["id"]), Form({"id": "text"}, ["other"])):
        with pytest.raises(ValueError, match="x"):
            table_of("x", form)


def test_a_digest_sees_every_change():
    lines = ["[1]", "[2]", "[3]"]
    changed = [["[1]", "[2]"], ["[1]", "[3]", "[2]"], ["[1]", "[2]", "[4]"], ["[1]", "[2][3]"], []]
    assert moving.digest(lines) == moving.digest(iter(lines))
    assert all(moving.digest(lines) != moving.digest(other) for other in changed)


async def test_a_table_just_compared_can_be_changed(db: Database, tmp_path: Path):
    """A restored table is compared, then brought up to date, in one transaction."""

    def work(connection: Connection) -> tuple[tuple[int, str], tuple[int, str]]:
        PARCEL.create(connection)
        connection.execute(PARCEL.insert(), [{"a": str(n), "n": n} for n in range(700)])
        before = moving.digest_of(connection, PARCEL)
        connection.execute(text("ALTER TABLE parcel ADD COLUMN weight TEXT"))
        return before, moving.digest_of(connection, PARCEL)

    first, second = await on_connection(db.url, tmp_path, work, writes=True)
    assert first == second
    assert first[0] == 700
