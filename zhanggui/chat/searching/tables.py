"""The search index: which lines are in it, under which pieces, and how far it has come.

It is made from the messages and can be made anew any time, so it stands outside the schema's MetaData, backups and
moves. On SQLite the pieces are in an FTS5 table that keeps no text (`content=''`) and no positions (`detail=none`); on
PostgreSQL in a `tsvector` column under GIN.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, Text, inspect, text

from zhanggui.foundation.database.derived import Derived, register_derived

search_metadata = MetaData()

line = Table(
    "message_search_line",
    search_metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)
"""A line that can be found. Ids follow the time of the line (`at` · 256 and up), so newest first is highest first."""

talk = Table(
    "message_search_talk",
    search_metadata,
    Column("conversation", Text, primary_key=True),
    Column("tags", Text, nullable=False),
)
"""Whose conversation it was when its lines were indexed (see `tags_of`): when that changes they are indexed again."""

state = Table(
    "message_search_state",
    search_metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("conversation", Text),
    Column("seq", Integer, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One row (id 1): every change up to `n` is in the index. While `conversation` is not null, the first walk through all
lines is under way and has come so far. `holder` indexes at present, until `until` (ms UTC)."""

_SHARED: Final = (
    "CREATE TABLE IF NOT EXISTS message_search_talk (conversation TEXT PRIMARY KEY, tags TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS message_search_state (id INTEGER PRIMARY KEY, n BIGINT NOT NULL, conversation TEXT,"
    " seq INTEGER NOT NULL, holder TEXT NOT NULL, until BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX IF NOT EXISTS ix_message_search_line ON message_search_line (conversation, seq)",
)
_SQLITE: Final = (
    "CREATE TABLE IF NOT EXISTS message_search_line"
    " (id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, seq INTEGER NOT NULL)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS message_search_piece USING"
    " fts5(pieces, content='', contentless_delete=1, detail=none, tokenize='ascii')",
)
_POSTGRES: Final = (
    "CREATE TABLE IF NOT EXISTS message_search_line"
    " (id BIGINT PRIMARY KEY, conversation TEXT NOT NULL, seq INTEGER NOT NULL, pieces TSVECTOR NOT NULL)",
    # no pending list: each search would have to read through it
    "CREATE INDEX IF NOT EXISTS ix_message_search_piece ON message_search_line USING gin (pieces)"
    " WITH (fastupdate = off)",
)
TABLES: Final = ("message_search_line", "message_search_talk", "message_search_state")


def create_search(connection: Connection) -> None:
    """Create the index, empty; harmless when it is there."""
    first = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
    for statement in (*first, *_SHARED):
        connection.execute(text(statement))


def clear_search(connection: Connection) -> None:
    """Empty the index, so that it is built anew; harmless when there is none."""
    if not inspect(connection).has_table("message_search_state"):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"TRUNCATE {', '.join(TABLES)}"))
        return
    for name in TABLES:
        connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608  names are our own
    connection.execute(text("INSERT INTO message_search_piece (message_search_piece) VALUES ('delete-all')"))


register_derived(Derived("message_search", create_search, clear_search))
