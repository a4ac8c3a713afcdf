"""All rows of a database as plain JSON lines, and back: what backups are made of, and how a shop moves house.

Values are exact on the way: money as text, bytes as base64, JSON as what it says. The order of tables follows their
foreign keys; the order of rows their primary keys, so that the same rows always have the same digest. Each table brings
its form along (`Form`), so that a backup can be read by a program whose tables have changed since.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TextIO

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    select,
)

from zhanggui.foundation.database.derived import clear_derived
from zhanggui.foundation.database.schema import Json, Money, metadata

AT_ONCE = 500
Kind = type[Text | BigInteger | Money | Json | LargeBinary]
KINDS: dict[str, Kind] = {"text": Text, "integer": BigInteger, "money": Money, "json": Json, "bytes": LargeBinary}


@dataclass(frozen=True, slots=True)
class Form:
    """A table as a backup tells of it: its columns with their kinds, in order, and its primary key."""

    columns: dict[str, str]
    key: list[str]


def form_of(table: Table) -> Form:
    """Return the form of a table; a column of a type that has no kind is a programming error (TypeError)."""
    return Form({str(c.name): _kind(c.type) for c in table.columns}, [str(c.name) for c in table.primary_key.columns])


def table_of(name: str, form: Form) -> Table:
    """Return a table of this form, for reading and writing rows alone. ValueError for an unknown kind or key."""
    if not set(form.columns.values()) <= set(KINDS) or not set(form.key) <= set(form.columns):
        raise ValueError(name)
    columns = [Column(column, KINDS[kind]()) for column, kind in form.columns.items()]
    return Table(name, MetaData(), *columns, PrimaryKeyConstraint(*form.key))


def _kind(found: object) -> str:
    for kind, types in (("money", Money), ("json", Json), ("bytes", LargeBinary), ("integer", Integer), ("text", Text)):
        if isinstance(found, types):
            return kind
    raise TypeError(f"{found!r} cannot be moved: give it a kind")


def tables() -> list[Table]:
    """Return every table, those that are pointed at first."""
    return list(metadata.sorted_tables)


def dump(connection: Connection, table: Table) -> Iterator[str]:
    """Return the rows as JSON texts, a bounded number in memory."""
    # text in the order of its bytes on both engines, whatever language the server sorts by
    by_bytes = connection.dialect.name == "postgresql"
    keys = [key.collate("C") if by_bytes and isinstance(key.type, Text) else key for key in table.primary_key.columns]
    with connection.execute(select(table).order_by(*keys), execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            yield json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))


def load(connection: Connection, table: Table, lines: Iterable[str]) -> int:
    """Insert rows that `dump` wrote; returns how many."""
    rows, count = iter(lines), 0
    while part := list(islice(rows, AT_ONCE)):
        connection.execute(table.insert(), [_row(table, json.loads(line)) for line in part])
        count += len(part)
    return count


def digest(lines: Iterable[str]) -> tuple[int, str]:
    """Return how many rows and a digest of what they say."""
    seen, count = hashlib.sha256(), 0
    for line in lines:
        seen.update(line.encode())
        seen.update(b"\n")
        count += 1
    return count, seen.hexdigest()


def digest_of(connection: Connection, table: Table) -> tuple[int, str]:
    """Return how many rows a table has and the digest of what they say.

    Inside a savepoint: PostgreSQL keeps a cursor until then, and would refuse to change a table that has one.
    """
    passing = connection.begin_nested()
    try:
        return digest(dump(connection, table))
    finally:
        passing.rollback()


def copied(lines: Iterable[str], file: TextIO) -> Iterator[str]:
    """Pass lines on and write them to a file on the way."""
    for line in lines:
        file.write(line + "\n")
        yield line


def is_empty(connection: Connection) -> bool:
    """Tell whether no room has written anything yet (the counter's own row does not count)."""
    return not any(
        connection.execute(select(func.count()).select_from(table)).scalar()
        for table in tables()
        if table.name != "event_counter"
    )


def clear(connection: Connection) -> None:
    """Delete every row, and with it what is derived from them."""
    clear_derived(connection)
    for table in reversed(tables()):
        connection.execute(table.delete())


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def _row(table: Table, values: list[object]) -> dict[str, object]:
    return {column.name: _value(column.type, value) for column, value in zip(table.columns, values, strict=True)}


def _value(kind: object, value: object) -> object:
    if value is None:
        return None
    if isinstance(kind, Money):
        return Decimal(str(value))
    if isinstance(kind, LargeBinary):
        return base64.b64decode(str(value))
    return value
