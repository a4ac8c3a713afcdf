"""Prebuilt statements that handle many rows in one round: the hot paths' tools.

Python's SQLite driver gives up the interpreter lock at every step; with a busy event loop beside it, each row of an
`executemany` then waits for the lock again. One statement for many rows waits once. On PostgreSQL the same statement
takes one array per column. Texts are made once per size (powers of two) and kept.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, Table

from zhanggui.foundation.database.tx import Rx, Tx

_CHUNK = 128


def _array_type(table: Table, column: str) -> str:
    kind = table.c[column].type
    if isinstance(kind, SmallInteger):
        return "smallint[]"
    if isinstance(kind, BigInteger):
        return "bigint[]"
    if isinstance(kind, Integer):
        return "integer[]"
    if isinstance(kind, LargeBinary):
        return "bytea[]"
    return "text[]"


def _chunks(count: int) -> list[tuple[int, int]]:
    """Split `count` rows into (start, size) with sizes that are powers of two, at most 128."""
    parts: list[tuple[int, int]] = []
    start = 0
    while start < count:
        size = min(_CHUNK, 1 << ((count - start).bit_length() - 1))
        parts.append((start, size))
        start += size
    return parts


def _flat(rows: Sequence[Sequence[object]]) -> list[object]:
    return [value for row in rows for value in row]


@lru_cache(maxsize=512)
def _values(columns: int, rows: int) -> str:
    one = "(" + ",".join("?" * columns) + ")"
    return ",".join([one] * rows)


class BulkInsert:
    """Insert many rows of one table; `columns` fixes the order of the values in each row."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        names = ",".join(f'"{c}"' for c in columns)
        arrays = ",".join(f"?::{_array_type(table, c)}" for c in columns)
        self._width = len(columns)
        self._sqlite = f'INSERT INTO "{table.name}" ({names}) VALUES '  # noqa: S608  names come from our own tables
        self._postgres = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({arrays})'  # noqa: S608

    def run(self, tx: Tx, rows: Sequence[Sequence[object]]) -> None:
        """Insert every row or fail as a whole."""
        if not rows:
            return
        if tx.dialect != "sqlite":
            tx.run(self._postgres, [list(column) for column in zip(*rows, strict=True)])
            return
        for start, size in _chunks(len(rows)):
            tx.run(self._sqlite + _values(self._width, size), _flat(rows[start : start + size]))


class BulkUpdate:
    """Set `columns` of the rows found by `key`; each given row is (key, *columns)."""

    def __init__(self, table: Table, key: str, columns: Sequence[str]) -> None:
        every = [key, *columns]
        names = ",".join(f'"{c}"' for c in every)
        sets = ",".join(f'"{c}" = v."{c}"' for c in columns)
        arrays = ",".join(f"?::{_array_type(table, c)}" for c in every)
        self._width = len(every)
        self._head = f"WITH v({names}) AS (VALUES "
        self._tail = f') UPDATE "{table.name}" SET {sets} FROM v WHERE "{table.name}"."{key}" = v."{key}"'  # noqa: S608
        self._postgres = (
            f'UPDATE "{table.name}" SET {sets} FROM unnest({arrays}) AS v({names}) '  # noqa: S608
            f'WHERE "{table.name}"."{key}" = v."{key}"'
        )

    def run(self, tx: Tx, rows: Sequence[Sequence[object]]) -> None:
        """Update every row named."""
        if not rows:
            return
        if tx.dialect != "sqlite":
            tx.run(self._postgres, [list(column) for column in zip(*rows, strict=True)])
            return
        for start, size in _chunks(len(rows)):
            tx.run(self._head + _values(self._width, size) + self._tail, _flat(rows[start : start + size]))


class BulkSelect:
    """Fetch `columns` of the rows whose `keys` (one column or several) are among those given."""

    def __init__(self, table: Table, keys: Sequence[str], columns: Sequence[str]) -> None:
        names = ",".join(f't."{c}"' for c in columns)
        key_names = ",".join(f'"{k}"' for k in keys)
        on = " AND ".join(f't."{k}" = v."{k}"' for k in keys)
        arrays = ",".join(f"?::{_array_type(table, k)}" for k in keys)
        self._width = len(keys)
        self._head = f"WITH v({key_names}) AS (VALUES "
        # CROSS JOIN fixes the order on SQLite: each wanted key is looked up, never the table scanned
        self._tail = f') SELECT {names} FROM v CROSS JOIN "{table.name}" t WHERE {on}'  # noqa: S608
        self._postgres = f'SELECT {names} FROM unnest({arrays}) AS v({key_names}) JOIN "{table.name}" t ON {on}'  # noqa: S608

    def rows(self, rx: Rx, keys: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
        """Return the rows found, in no particular order; keys should be distinct."""
        if not keys:
            return []
        if rx.dialect != "sqlite":
            return rx.rows(self._postgres, [list(column) for column in zip(*keys, strict=True)])
        found: list[tuple[object, ...]] = []
        for start, size in _chunks(len(keys)):
            sql = self._head + _values(self._width, size) + self._tail
            found.extend(rx.rows(sql, _flat(keys[start : start + size])))
        return found
