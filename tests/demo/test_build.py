"""The demo shop: whole, true to its own rules, and told relative to now."""

import stat
from pathlib import Path

import msgspec
import pytest

from zhanggui.chat.desk import snapshot
from zhanggui.chat.queries import page_for
from zhanggui.chat.state import chain, chain_meta, hash_text
from zhanggui.customers import queries as customers
from zhanggui.demo.build import Logins, build_demo, fill
from zhanggui.demo.content import load
from zhanggui.demo.days import Days, days_back
from zhanggui.foundation.access import PERMISSIONS, Viewer
from zhanggui.foundation.clock import DAY, HOUR, from_datetime, now_ms, to_datetime
from zhanggui.foundation.database import Database, open_database
from zhanggui.foundation.database.sqlite import driver_module
from zhanggui.foundation.ids import AgentId
from zhanggui.store import queries as store

NOW = now_ms()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Logins]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    return folder, build_demo(folder, now=NOW)


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = driver_module.connect(str(folder / "zhanggui.db"))
    try:
        found: list[tuple[object, ...]] = connection.execute(sql).fetchall()
    finally:
        connection.close()
    return found


def number(folder: Path, sql: str) -> int:
    return int(str(rows(folder, sql)[0][0]))


async def opened(folder: Path) -> Database:
    database = open_database("", folder)
    await database.start()
    return database


def test_there_is_life_everywhere(built: tuple[Path, Logins]) -> None:
    folder, _ = built
    wanted = {
        "product": 24, "trade_order": 400, "shopper": 60, "agent": 7, "team_group": 3, "label": 7, "draft": 5,
        "conversation WHERE state = 'ended'": 279, "conversation WHERE state = 'open' AND assignee IS NOT NULL": 18,
        "conversation WHERE state = 'open' AND assignee IS NULL": 6, "conversation WHERE trade IS NOT NULL": 40,
        "attachment": 50, "remark": 50, "customer_tag": 60, "mark": 10, "conversation WHERE labels <> '[]'": 60,
    }  # fmt: skip
    for table, least in wanted.items():
        assert number(folder, f"SELECT count(*) FROM {table}") >= least, table


def test_every_hash_chain_holds(built: tuple[Path, Logins]) -> None:
    folder, _ = built
    import hashlib

    ends = {str(row[0]): row[1] for row in rows(folder, "SELECT id, digest FROM conversation")}
    digests = {one: hashlib.sha256(one.encode()).digest() for one in ends}
    columns = "conversation, seq, at, sender, by, kind, client_id, salt, text, body, text_hash, digest"
    for row in rows(folder, f"SELECT {columns} FROM message ORDER BY conversation, seq"):
        conversation, seq, at, sender, by, kind, client_id, salt, text, body, text_hash, digest = row
        assert hash_text(salt, text, body) == text_hash  # type: ignore[arg-type]
        meta = chain_meta(conversation, seq, at, sender, by, kind, client_id)  # type: ignore[arg-type]
        digests[str(conversation)] = chain(digests[str(conversation)], meta, text_hash)
        assert digests[str(conversation)] == digest
    assert digests == ends


def test_nothing_happened_in_the_future_and_lines_are_in_order(built: tuple[Path, Logins]) -> None:
    folder, _ = built
    for table, column in (
        ("message", "at"), ("conversation", "last_at"), ("conversation", "ended_at"), ("order_event", "at"),
        ("customer", "seen_at"), ("customer", "created_at"), ("remark", "at"),
    ):  # fmt: skip
        assert number(folder, f"SELECT max({column}) FROM {table}") <= NOW, (table, column)
    back = "SELECT count(*) FROM message a JOIN message b ON b.conversation = a.conversation AND b.seq = a.seq + 1"
    assert number(folder, f"{back} WHERE b.at < a.at") == 0
    assert number(folder, "SELECT min(at) FROM message") < NOW - 60 * DAY


def test_pictures_and_photos_are_there(built: tuple[Path, Logins]) -> None:
    folder, _ = built
    for (name,) in rows(folder, "SELECT DISTINCT picture FROM product"):
        assert (folder / "pictures" / str(name)).is_file()
    for (kept,) in rows(folder, "SELECT DISTINCT store FROM attachment"):
        file = folder / "files" / str(kept)[-2:] / str(kept)
        assert file.is_file()
        assert file.with_name(file.name + ".thumb").is_file()
    for (body,) in rows(folder, "SELECT body FROM message WHERE kind = 'image'"):
        assert str(body).startswith('{"file":"f_')
        assert msgspec.json.decode(str(body))["width"] > 100


def test_logins_are_for_their_owner_only(built: tuple[Path, Logins]) -> None:
    folder, logins = built
    file = folder / "logins.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {one.role for one in logins.items} == {"owner", "lead", "agent", "trainee", "viewer"}
    passwords = {one.password for one in logins.items}
    assert len(passwords) == len(logins.items)
    assert all(one in file.read_text(encoding="utf-8") for one in passwords)
    assert not any(one in repr(logins) for one in passwords)
    assert "demo = true" in (folder / "zhanggui.toml").read_text(encoding="utf-8")


async def test_customers_stand_as_their_orders_say(built: tuple[Path, Logins]) -> None:
    database = await opened(built[0])
    try:
        for (customer,) in rows(built[0], "SELECT id FROM customer WHERE known = 1"):
            view = await database.read(customers.view, str(customer))
            found = await database.read(store.standing, str(customer))
            assert view is not None
            assert (view.trade, view.orders_count) == (found.trade, found.orders_count)
            assert view.spent == f"{found.spent:.2f}"
    finally:
        await database.stop()


async def test_the_desk_opens_on_it(built: tuple[Path, Logins]) -> None:
    database = await opened(built[0])
    owner = Viewer(AgentId(str(rows(built[0], "SELECT id FROM agent WHERE role = 'owner'")[0][0])), "沈棠", "owner", frozenset(PERMISSIONS))  # fmt: skip  # noqa: E501
    try:
        found = await database.read(snapshot, owner, frozenset({"all", "group"}))
        assert len(found.tables.conversation) == 24
        first = found.tables.conversation[0]
        page = await database.read(page_for, first.id, owner, before=None, limit=50)
        assert page.items
    finally:
        await database.stop()


@pytest.mark.slow
async def test_it_is_the_same_on_both_databases(db: Database, tmp_path: Path) -> None:
    await fill(db, tmp_path, load(), NOW)
    assert (await db.read(lambda rx: rx.rows("SELECT count(*) FROM conversation")))[0][0] == 303


def test_orders_add_up(built: tuple[Path, Logins]) -> None:
    content = load()
    for order in content.orders:
        goods = sum(float(line.price) * line.quantity for line in order.lines)
        assert abs(goods - float(order.discount) + float(order.shipping_fee) - float(order.total)) < 0.01, order.key


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(FileExistsError):
        build_demo(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("hour", [0, 1, 9, 15, 23])
def test_a_story_moves_back_as_a_whole(hour: int) -> None:
    midnight = to_datetime(NOW, zone="Asia/Shanghai").replace(hour=hour, minute=1)
    days = Days(from_datetime(midnight), "Asia/Shanghai")
    ends = [days.at(0, "22:00") + HOUR, days.at(1, "10:00")]
    back = days_back(days, ends)
    assert max(ends) - back < days.now
    assert back % DAY == 0
    assert back <= 2 * DAY
