"""The index itself on both engines: put lines in, take them out, and name the newest that hold all pieces.

SQLite walks FTS5's lists from the newest id down and stops when it has enough. PostgreSQL's GIN knows no order: first
the newest lines are looked through one by one (a frequent piece is found at once), then GIN is asked for the last weeks
one after the other (a middling piece is found there), then for everything (what is left is seldom, or long ago).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import delete

from zhanggui.chat.searching.tables import line
from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database import BulkInsert, Rx, Tx

SHIFT: Final = 8
TOP: Final = 2**63 - 1
WEEK: Final = 7 * DAY
RECENT: Final = 2_000
"""Lines that PostgreSQL looks through one by one before it asks GIN (3 ms)."""
WEEKS_APART: Final = 4
_insert_lines = BulkInsert(line, ("id", "conversation", "seq"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to be found: under its pieces, by those who may read one of its tags."""

    id: int
    conversation: str
    seq: int
    pieces: frozenset[str]
    tags: tuple[str, ...]


def remove(tx: Tx, ids: Sequence[int]) -> None:
    """Take lines out; those that are not there do not matter."""
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        if tx.dialect == "sqlite":
            marks = ",".join("?" * len(part))
            tx.run(f"DELETE FROM message_search_piece WHERE rowid IN ({marks})", part)  # noqa: S608  only marks
        tx.execute(delete(line).where(line.c.id.in_(part)))


def put(tx: Tx, entries: Sequence[Entry]) -> None:
    """Put lines in, in place of what stood under their ids."""
    remove(tx, [entry.id for entry in entries])
    ordered = sorted(entries, key=lambda entry: entry.id)  # FTS5 writes a new segment whenever ids go down
    if tx.dialect != "sqlite":
        _put_postgres(tx, ordered)
        return
    _insert_lines.run(tx, [(entry.id, entry.conversation, entry.seq) for entry in ordered])
    for start in range(0, len(ordered), 128):
        part = ordered[start : start + 128]
        marks = ",".join(["(?,?)"] * len(part))
        values = [value for entry in part for value in (entry.id, _sqlite_terms(entry))]
        tx.run(f"INSERT INTO message_search_piece (rowid, pieces) VALUES {marks}", values)  # noqa: S608  only marks


def _put_postgres(tx: Tx, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    rows = [(entry.id, entry.conversation, entry.seq, " ".join(_postgres_terms(entry))) for entry in entries]
    tx.run(
        "INSERT INTO message_search_line (id, conversation, seq, pieces)"
        " SELECT i, c, s, array_to_tsvector(string_to_array(p, ' '))"
        " FROM unnest(?::bigint[], ?::text[], ?::integer[], ?::text[]) AS v(i, c, s, p)",
        [list(column) for column in zip(*rows, strict=True)],
    )


def find(rx: Rx, pieces: Sequence[str], tags: Sequence[str] | None, *, below: int, limit: int) -> list[int]:
    """Return ids of lines that hold all pieces and one of the tags (None: whatever), highest first, below `below`."""
    if not pieces and tags is None:
        return _ids(rx, "SELECT id FROM message_search_line WHERE id < ? ORDER BY id DESC LIMIT ?", below, limit)
    if rx.dialect == "sqlite":
        return _ids(
            rx,
            "SELECT rowid FROM message_search_piece WHERE message_search_piece MATCH ? AND rowid < ?"
            " ORDER BY rowid DESC LIMIT ?",
            _match(pieces, tags), below, limit,
        )  # fmt: skip
    return _find_postgres(rx, _query(pieces, tags), below=below, limit=limit)


def _ids(rx: Rx, sql: str, *params: object) -> list[int]:
    return [cast(int, row[0]) for row in rx.rows(sql, params)]


# ---------------------------------------------------------------- SQLite: terms of digits and letters only


class _Codes(dict[str, str]):
    """One sign → five hexadecimal digits, so that no tokenizer has an opinion on it."""

    def __missing__(self, sign: str) -> str:
        code = self[sign] = f"{ord(sign):05x}"
        return code


_CODES: Final = _Codes()


def _coded(piece: str) -> str:
    return "".join([_CODES[sign] for sign in piece])


def _tag_term(tag: str) -> str:
    return "x" + "".join(sign for sign in tag if sign.isascii() and sign.isalnum())


def _sqlite_terms(entry: Entry) -> str:
    return " ".join([*map(_coded, entry.pieces), *map(_tag_term, entry.tags)])


def _match(pieces: Sequence[str], tags: Sequence[str] | None) -> str:
    parts = [f'"{_coded(piece)}"' for piece in pieces]
    if tags is not None:
        parts.append("(" + " OR ".join(f'"{_tag_term(tag)}"' for tag in tags) + ")")
    return " AND ".join(parts)


# ---------------------------------------------------------------- PostgreSQL: pieces as they are


def _week(line_id: int) -> int:
    return (line_id >> SHIFT) // WEEK


def _postgres_terms(entry: Entry) -> list[str]:
    # pieces hold no punctuation, so these can be none of them
    return [*entry.pieces, *(f"@{tag}" for tag in entry.tags), f"#{_week(entry.id)}"]


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _any(terms: Sequence[str]) -> str:
    return "(" + " | ".join(map(_quoted, terms)) + ")"


def _query(pieces: Sequence[str], tags: Sequence[str] | None) -> str:
    parts = [*map(_quoted, pieces)]
    if tags is not None:
        parts.append(_any([f"@{tag}" for tag in tags]))
    return " & ".join(parts)


_AMONG_RECENT: Final = (
    "SELECT id FROM (SELECT id, pieces FROM message_search_line WHERE id < ? ORDER BY id DESC LIMIT ?) AS recent"
    " WHERE pieces @@ ?::tsquery ORDER BY id DESC LIMIT ?"
)
# OFFSET 0 keeps GIN and order apart, or the planner walks all lines from the newest, hoping to meet a rare piece
_IN_WEEKS: Final = (
    "SELECT hit.id FROM generate_series(?::bigint, ?::bigint, -1) AS week, LATERAL ("
    " SELECT id FROM (SELECT id FROM message_search_line"
    "  WHERE pieces @@ (?::text || ' & ''#' || week || '''')::tsquery OFFSET 0) AS every"
    " WHERE id < ? ORDER BY id DESC LIMIT ?) AS hit LIMIT ?"
)
_IN_ALL: Final = (
    "SELECT id FROM (SELECT id FROM message_search_line WHERE pieces @@ ?::tsquery OFFSET 0) AS every"
    " WHERE id < ? ORDER BY id DESC LIMIT ?"
)


def _find_postgres(rx: Rx, query: str, *, below: int, limit: int) -> list[int]:
    found = _ids(rx, _AMONG_RECENT, below, RECENT, query, limit)
    if len(found) == limit:
        return found
    newest = rx.rows("SELECT max(id) FROM message_search_line WHERE id < ?", (below,))[0][0]
    if newest is None:
        return []
    rx.rows("SELECT set_config('enable_seqscan', 'off', true)")
    last = _week(cast(int, newest))
    first = last - WEEKS_APART + 1
    found = _ids(rx, _IN_WEEKS, last, first, query, below, limit, limit)
    if len(found) < limit:
        found += _ids(rx, _IN_ALL, query, min(below, first * WEEK << SHIFT), limit - len(found))
    return found
