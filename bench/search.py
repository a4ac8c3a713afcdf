"""Search over a million lines, on both databases, for those who see everything and for those who see their own.

    python -m bench.search [QUICK]

A hundred thousand customers with a conversation of ten lines each, over a year; two hundred agents with five hundred
conversations each. Every number is one whole query as the route runs it: index, rights, texts, excerpts.
"""

import asyncio
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

import asyncpg
from sqlalchemy import Table, text

from bench import talk
from zhanggui.chat.lines import MESSAGE_COLUMNS
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.searching.queries import Kind, search
from zhanggui.chat.state import COLUMNS
from zhanggui.chat.tables import conversation, message
from zhanggui.customers.tables import customer
from zhanggui.foundation.access import Viewer, role_permissions
from zhanggui.foundation.clock import DAY, SECOND, now_ms
from zhanggui.foundation.database import Database, open_database
from zhanggui.foundation.database.creating import create_tables
from zhanggui.foundation.database.sqlite import SqliteDatabase, driver_module
from zhanggui.foundation.ids import AgentId, new_id
from zhanggui.main import register_words
from zhanggui.store.actions import do_open_shop
from zhanggui.store.tables import trade_order

POSTGRES: Final = os.environ.get("ZHANGGUI_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
LINES_EACH: Final = 10
AGENTS: Final = 200
GROUPS: Final = 4
YEAR: Final = 365 * DAY
AT_ONCE: Final = 20_000
Row = tuple[object, ...]


@dataclass(frozen=True)
class Asked:
    """A question: its name in the table, kind, words."""

    name: str
    kind: Kind
    words: tuple[str, ...]


QUESTIONS: Final = (
    Asked("frequent pair (30 %)", "message", (talk.FREQUENT,)),
    Asked("middling pair (1 %)", "message", (talk.MIDDLING,)),
    Asked("seldom pair (0.1 %)", "message", (talk.SELDOM,)),
    Asked("rare pair (0.005 %)", "message", (talk.RARE,)),
    Asked("absent pair", "message", (talk.ABSENT,)),
    Asked("pair of last year only", "message", (talk.FORMER,)),
    Asked("phrase", "message", ("退货运费谁出", "什么时候发货", "支持七天无理由吗")),
    Asked("frequent pieces, no line", "message", ("退货发货", "运费退货")),
    Asked("two words", "message", ("退货 杭州", "发货 礼盒")),
    Asked("digits", "message", ("8888", "12345", "2024")),
    Asked("one sign", "message", ("退", "鲸")),
    Asked("customer by name", "customer", ("客户77", "没有此人")),
    Asked("customer by phone tail", "customer", ("4321",)),
    Asked("order by number", "order", ("000777", "D2025000012345")),
    Asked("order by phone tail", "order", ("4321",)),
)


def _viewer(role: str, agent: str, *groups: str) -> Viewer:
    return Viewer(AgentId(agent), agent, role, role_permissions(role), groups=frozenset(groups))


VIEWERS: Final = {
    "all": _viewer("owner", "a_owner"),
    "own 0.5 %": _viewer("agent", "a_7"),
    "group 25 %": _viewer("agent", "a_7", "g_1"),
}


def run(quick: bool) -> dict[str, object]:  # noqa: FBT001  the bench's own form
    """Measure on both engines (PostgreSQL only where there is one); `quick` has a tenth of the lines."""
    register_words()
    return asyncio.run(_run(100_000 if quick else 1_000_000, times=30 if quick else 100))


async def _run(lines: int, *, times: int) -> dict[str, object]:
    found: dict[str, object] = {"lines": lines}
    with tempfile.TemporaryDirectory(prefix="zhanggui-search-") as folder:
        found["sqlite"] = await _measure(open_database("", Path(folder)), lines, times=times)
    try:
        server = await asyncpg.connect(POSTGRES, timeout=3)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return found | {"postgresql": None}
    name = f"zhanggui_test_{uuid.uuid4().hex[:12]}"
    await server.execute(f'CREATE DATABASE "{name}"')
    try:
        url = f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        found["postgresql"] = await _measure(open_database(url, Path()), lines, times=times)
    finally:
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await server.close()
    return found


async def _measure(database: Database, lines: int, *, times: int) -> dict[str, object]:
    await create_tables(database)
    await database.start()
    try:
        shop = await database.write(do_open_shop, "bench")
        await _fill(database, shop, lines)
        before, began = await _bytes(database), time.perf_counter()
        await Indexer(database).catch_up()
        took = time.perf_counter() - began
        size = await _bytes(database) - before
        table = {
            f"{asked.name} · {name}": await _time(database, viewer, asked, times=times)
            for asked in QUESTIONS
            for name, viewer in VIEWERS.items()
            if asked.kind == "message" or name == "own 0.5 %"
        }
    finally:
        await database.stop()
    return {"index_seconds": round(took, 1), "index_bytes_a_line": round(size / lines), "ms": table}


async def _time(database: Database, viewer: Viewer, asked: Asked, *, times: int) -> dict[str, float]:
    took: list[float] = []
    items = 0
    for turn in range(times + len(asked.words)):
        words = asked.words[turn % len(asked.words)]
        began = time.perf_counter()
        page = await database.read(search, viewer, words, kind=asked.kind)
        if turn >= len(asked.words):  # the first of each warms up
            took.append((time.perf_counter() - began) * 1000)
            items += len(page.items)
    took.sort()
    p99 = took[min(len(took) - 1, round(len(took) * 0.99))]
    return {"p50": round(took[len(took) // 2], 1), "p99": round(p99, 1), "items": round(items / times, 1)}


# ---------------------------------------------------------------- the shop


async def _fill(database: Database, shop: str, lines: int) -> None:
    count = lines // LINES_EACH
    now = now_ms()
    opened = [now - YEAR + YEAR * i // count for i in range(count)]
    ids = [new_id("c", at=at) for at in opened]
    await _insert(database, customer, (_customer(shop, i, opened[i]) for i in range(count)))
    await _insert(database, trade_order, (_order(shop, i, opened[i]) for i in range(count)))
    await _insert(database, conversation, (_talk(shop, i, ids[i], opened[i]) for i in range(count)), COLUMNS)
    said = enumerate(talk.texts(lines))
    await _insert(database, message, (_said(n, line, ids, opened) for n, line in said), MESSAGE_COLUMNS)
    await _analyze(database)


def _customer(shop: str, i: int, at: int) -> Row:
    phone = f"138{i * 7919 % 10**8:08d}"
    return (
        f"u_{i}", shop, f"客户{i}号", 0, "", 1, f"u{i}", "", phone, phone[-4:], "", "", "{}", None, 0, "0.00", 0, at,
        at, None,
    )  # fmt: skip


def _order(shop: str, i: int, at: int) -> Row:
    phone = f"138{i * 7919 % 10**8:08d}"
    return (
        f"o_{i}", f"D2025{i:09d}", shop, f"u_{i}", f"r{i}", "paid", "99.00", "0.00", "0.00", "陈小姐", phone,
        phone[-4:], "", "", "", "", "", "", "", at, at, None, None, None,
    )  # fmt: skip


def _talk(shop: str, i: int, talk_id: str, at: int) -> Row:
    return (
        talk_id, shop, f"u_{i}", f"客户{i}号", "", 1, None, 0, "ended", "widget", f"g_{i % GROUPS}", f"a_{i % AGENTS}",
        at, at + 600 * SECOND, "agent", LINES_EACH, at, "customer", "text", "", None, 0, 0, 0, 0, "[]", None, b"",
    )  # fmt: skip


def _said(number: int, line: str, ids: Sequence[str], opened: Sequence[int]) -> Row:
    i, seq = divmod(number, LINES_EACH)
    sender = "customer" if seq % 2 == 0 else "agent"
    at = opened[i] + seq * 30 * SECOND
    return (
        ids[i], seq + 1, at, sender, "u", "", "text", line, None, None, ids[i], f"b{seq}", None, None, 0, b"", b"", b"",
    )  # fmt: skip


async def _insert(database: Database, table: Table, rows: object, names: Sequence[str] = ()) -> None:
    columns = list(names) or [column.name for column in table.columns]
    every = iter(rows)  # type: ignore[call-overload]
    if isinstance(database, SqliteDatabase):
        await asyncio.to_thread(_insert_sqlite, database.path, table.name, columns, every)
        return
    money = {i for i, name in enumerate(columns) if type(table.c[name].type).__name__ == "Money"}
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    while part := list(islice(every, AT_ONCE)):
        if money:
            part = [tuple(Decimal(str(v)) if i in money else v for i, v in enumerate(row)) for row in part]
        await connection.copy_records_to_table(table.name, records=part, columns=columns)
    await connection.close()


def _insert_sqlite(path: Path, table: str, columns: Sequence[str], rows: object) -> None:
    connection = driver_module.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    names, marks = ",".join(f'"{name}"' for name in columns), ",".join("?" * len(columns))
    connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def _analyze(database: Database) -> None:
    """PostgreSQL's autovacuum would have done so long ago; SQLite is left as a shop's file is."""
    if database.dialect != "sqlite":
        connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
        await connection.execute("VACUUM ANALYZE")
        await connection.close()


async def _bytes(database: Database) -> int:
    sql = "SELECT pg_database_size(current_database())"
    if database.dialect == "sqlite":
        sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    return int(str(await database.read(lambda rx: rx.scalar(text(sql)))))


def shown(found: dict[str, object], tell: Callable[[str], None] = print) -> None:
    """Print a result as a table."""
    for engine in ("sqlite", "postgresql"):
        one = found.get(engine)
        if not isinstance(one, dict):
            tell(f"{engine}: not reachable, not measured")
            continue
        size = f"{one['index_bytes_a_line']} bytes a line"
        tell(f"{engine}: {found['lines']} lines, index {one['index_seconds']} s, {size}")
        for name, ms in one["ms"].items():
            tell(f"  {name:<42} p50 {ms['p50']:>7.1f} ms   p99 {ms['p99']:>7.1f} ms   {ms['items']:>5.1f} found")


if __name__ == "__main__":
    shown(run(quick=bool(os.environ.get("QUICK")) or "QUICK" in sys.argv[1:]))
