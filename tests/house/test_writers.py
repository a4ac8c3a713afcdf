"""Law: only actions write, only the edge commits; nothing but the settings reads the environment, nothing but the
ground's clock tells the time."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import calls, texts, trees

WRITERS = re.compile(
    r"""
    foundation/.* | migrations/.*         # the ground, and the tables' own history
    | \w+/actions(/\w+)?\.py              # a room's actions
    | chat/(sending|lines|opening)\.py    # the chat room's hot path and what its actions share
    | chat/searching/(index|indexing|tables)\.py  # an index that can be made again from the lines at any time
    | cli/(copies|keeping)\.py            # a whole shop is copied, while no server runs
    | demo/(talks|trade)\.py              # a history that has happened already is written as it was
    """,
    re.VERBOSE,
)
COMMITS = re.compile(r"foundation/database/.* | migrations/.*", re.VERBOSE)
ENVIRONMENT = {"settings.py", "cli/language.py"}
CLOCK = {"foundation/clock.py"}
SQL_WRITE = re.compile(r"\s*(INSERT\s|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|REPLACE\s+INTO\b|(CREATE|DROP|ALTER)\s)")
SQL_COMMIT = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)\b( \w+)?;?\s*$")
VERBS = {"insert", "update", "delete"}
DIALECTS = {"sqlite", "postgresql"}
BULK = {"BulkInsert", "BulkUpdate", "BulkDelete"}
WALL = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}


def tables_in(tree: ast.Module) -> set[str]:
    """The names under which a module knows tables."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith((".tables", ".schema")):
            names |= {one.asname or one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {one.asname or one.name for one in node.names if one.name == "tables"}
    return names


def writes(tree: ast.Module) -> Iterator[str]:
    """Whatever writes or announces, as it stands there."""
    tables = tables_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            yield from (f"import {one.name}" for one in node.names if one.name in VERBS)
        elif isinstance(node, ast.Attribute) and node.attr in VERBS:
            base = ast.unparse(node.value)
            if base.split(".")[0] in tables or base.split(".")[-1] in DIALECTS:
                yield ast.unparse(node)
    for name, call in calls(tree):
        base = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        if name in BULK or (name in ("run", "announce") and base.split(".")[-1] == "tx"):
            yield ast.unparse(call.func)
    yield from (text[:40] for text in texts(tree) if SQL_WRITE.match(text))


def commits(tree: ast.Module) -> Iterator[str]:
    """Whatever begins or ends a transaction."""
    for name, call in calls(tree):
        if name in ("commit", "rollback", "begin", "begin_nested") and isinstance(call.func, ast.Attribute):
            yield ast.unparse(call.func)
    yield from (text for text in texts(tree) if SQL_COMMIT.match(text))


def environment(tree: ast.Module) -> Iterator[str]:
    """Whatever reads the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
            yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (one.name for one in node.names if one.name in ("environ", "getenv"))


def wall_clock(tree: ast.Module) -> Iterator[str]:
    """Whatever asks for the time of day; a loop's or the monotonic clock only measures."""
    for name, call in calls(tree):
        base = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        if name in WALL and base in ("time", "datetime", "date", "datetime.datetime", "datetime.date"):
            yield ast.unparse(call.func)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (one.name for one in node.names if one.name in WALL)


def reads_with_write(tree: ast.Module) -> Iterator[str]:
    """Whatever is handed to `write` and does not call itself an action."""
    for name, call in calls(tree):
        if name == "write" and call.args and isinstance(call.func, ast.Attribute):
            if not ast.unparse(call.func.value).endswith(("database", "db", "_db(request)")):
                continue
            if not ast.unparse(call.args[0]).split(".")[-1].lstrip("_").startswith(("do_", "act")):
                yield ast.unparse(call.args[0])[:60]


def test_only_actions_write_and_announce():
    assert {
        file: found for file, tree in trees().items() if not WRITERS.fullmatch(file) and (found := [*writes(tree)])
    } == {}


def test_only_the_edge_commits():
    assert {
        file: found for file, tree in trees().items() if not COMMITS.fullmatch(file) and (found := [*commits(tree)])
    } == {}


def test_only_actions_are_handed_to_the_writer():
    elsewhere = {file: tree for file, tree in trees().items() if not file.startswith(("foundation/", "demo/", "cli/"))}
    assert {file: found for file, tree in elsewhere.items() if (found := [*reads_with_write(tree)])} == {}


def test_only_the_settings_read_the_environment():
    assert {file for file, tree in trees().items() if [*environment(tree)]} <= ENVIRONMENT


def test_only_the_clock_tells_the_time():
    assert {file for file, tree in trees().items() if [*wall_clock(tree)]} <= CLOCK


def test_every_writer_still_writes():
    """A room that is let through by name and no longer needs it comes off the list."""
    named = ("chat/sending.py", "chat/lines.py", "chat/opening.py", "demo/talks.py", "demo/trade.py")
    assert [file for file in named if not [*writes(trees()[file])]] == []


@pytest.mark.parametrize(
    ("law", "source"),
    [
        (writes, "from zhanggui.chat.tables import message as m\nm.insert()"),
        (writes, "from zhanggui.chat import tables\ntables.message.update()"),
        (writes, "from sqlalchemy import update as change"),
        (writes, "from sqlalchemy.dialects import sqlite\nsqlite.insert(x)"),
        (writes, "tx.run('anything')"),
        (writes, "self.tx.announce(change)"),
        (writes, "rx.rows('UPDATE message SET text = 1')"),
        (commits, "connection.commit()"),
        (commits, "cursor.execute('BEGIN IMMEDIATE')"),
        (environment, "import os\nos.environ['X']"),
        (environment, "from os import getenv"),
        (wall_clock, "import time\ntime.time()"),
        (wall_clock, "from datetime import datetime\ndatetime.now(UTC)"),
        (reads_with_write, "database.write(queries.rows)"),
    ],
)  # fmt: skip
def test_a_breach_is_seen(law, source: str):
    assert [*law(ast.parse(source))] != []


@pytest.mark.parametrize(
    ("law", "source"),
    [
        (writes, "tags.update(x)\nrouter.delete('/x')\nhashed.update(b'')"),
        (commits, "say('BEGIN your day with a smile')"),
        (wall_clock, "loop.time()\ntime.monotonic()"),
        (reads_with_write, "file.write(text)\ndatabase.write(actions.do_end)"),
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_not(law, source: str):
    assert [*law(ast.parse(source))] == []
