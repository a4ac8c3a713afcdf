"""Prebuilt statements that handle many rows in one round: the hot paths' tools.

Python's SQLite driver gives up the interpreter lock at every step, and with a busy event loop beside it each step then
waits for the lock again: a row fetched, inserted or updated alone costs more waiting than work (seen: 70 µs of 160 a
message). So on SQLite one statement takes all rows, and what is read comes back as one JSON value. On PostgreSQL the
same statement takes one array per column. Texts are made once per size and kept.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, Table

from zhanggui.foundation.database.tx import Rx, Tx

AT_ONCE = 128
"""Rows a statement takes at most: its texts stay few enough to be kept prepared."""

_encode = msgspec.json.Encoder().encode
_decode_rows = msgspec.json.Decoder(list[tuple[object, ...]]).decode


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


def _flat(rows: Sequence[Sequence[object]]) -> list[object]:
    return [value for row in rows for value in row]


@lru_cache(maxsize=1024)
def _places(columns: int, rows: int) -> str:
    one = "(" + ",".join("?" * columns) + ")"
    return ",".join([one] * rows)


class BulkInsert:
    """Insert many rows of one table; `columns` fixes the order of the values in each row."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        names = ",".join(f'"{c}"' for c in columns)
        arrays = ",".join(f"?::{_array_type(table, c)}" for c in columns)
        self._width = len(columns)
        self._sqlite = f'INSERT INTO "{table.name}" ({names}) VALUES '  # noqa: S608  names of our own
        self._postgres = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({arrays})'  # noqa: S608

    def run(self, tx: Tx, rows: Sequence[Sequence[object]]) -> None:
        """Insert every row or fail as a whole."""
        if not rows:
            return
        if tx.dialect != "sqlite":
            tx.run(self._postgres, [list(column) for column in zip(*rows, strict=True)])
            return
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            tx.run(self._sqlite + _places(self._width, len(part)), _flat(part))


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
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            tx.run(self._head + _places(self._width, len(part)) + self._tail, _flat(part))


class BulkSelect:
    """Fetch `columns` of the rows whose `keys` (one column or several) are among those given."""

    def __init__(self, table: Table, keys: Sequence[str], columns: Sequence[str]) -> None:
        key_names = ",".join(f'"{k}"' for k in keys)
        on = " AND ".join(f't."{k}" = v."{k}"' for k in keys)
        arrays = ",".join(f"?::{_array_type(table, k)}" for k in keys)
        names = ",".join(f't."{c}"' for c in columns)
        self._blobs = [i for i, c in enumerate(columns) if isinstance(table.c[c].type, LargeBinary)]
        # iif: hex(NULL) is an empty text, which would come back as no bytes instead of nothing
        hexed = [f'iif(t."{c}" IS NULL, NULL, hex(t."{c}"))' for c in columns]
        values = ",".join(hexed[i] if i in self._blobs else f't."{c}"' for i, c in enumerate(columns))
        wanted = " AND ".join(f"t.\"{k}\" = w.value ->> '$[{i}]'" for i, k in enumerate(keys))
        # CROSS JOIN fixes the order: each wanted key is looked up, never the table scanned
        self._sqlite = (
            f"SELECT json_group_array(json_array({values})) "  # noqa: S608
            f'FROM json_each(?) w CROSS JOIN "{table.name}" t WHERE {wanted}'
        )
        self._postgres = f'SELECT {names} FROM unnest({arrays}) AS v({key_names}) JOIN "{table.name}" t ON {on}'  # noqa: S608

    def rows(self, rx: Rx, keys: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
        """Return the rows found, in no particular order; keys should be distinct."""
        if not keys:
            return []
        if rx.dialect != "sqlite":
            return rx.rows(self._postgres, [list(column) for column in zip(*keys, strict=True)])
        found = _decode_rows(str(rx.rows(self._sqlite, (_encode(keys).decode(),))[0][0]))
        return found if not self._blobs else [self._with_bytes(row) for row in found]

    def _with_bytes(self, row: tuple[object, ...]) -> tuple[object, ...]:
        values = list(row)
        for place in self._blobs:
            kept = values[place]
            values[place] = None if kept is None else bytes.fromhex(str(kept))
        return tuple(values)
