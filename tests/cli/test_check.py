"""`db check` finds what is not as it was written, and says so in a line each."""

import asyncio
import json
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from tests.cli.builders import change, command, content, more_lines
from tests.places import Place
from zhanggui.chat.checking import broken_chains
from zhanggui.chat.tables import message
from zhanggui.cli import language
from zhanggui.foundation.database.sqlite import driver_module
from zhanggui.migrations import head

FINDINGS = {
    "a text was changed": ("UPDATE message SET text = 'forged' WHERE seq = 2", "line 2 was changed"),
    "a card was changed": ("UPDATE message SET body = '{}' WHERE seq = 2", "line 2 was changed"),
    "somebody else said it": ("UPDATE message SET sender = 'agent' WHERE seq = 2", "chain breaks at line 2"),
    "it was said later": ("UPDATE message SET at = at + 1 WHERE seq = 2", "chain breaks at line 2"),
    "the first line is gone": ("DELETE FROM message WHERE seq = 1", "line 1 is missing"),
    "a line between is gone": ("DELETE FROM message WHERE seq = 3", "line 3 is missing"),
    "the last line is gone": (
        "DELETE FROM message WHERE seq = (SELECT max(seq) FROM message)", "should end at",
    ),
    "all lines are gone": ("DELETE FROM message", "line 1 is missing"),
    "the number of the last is wrong": ("UPDATE conversation SET last_seq = last_seq + 1", "should end at"),
    "the counter is behind": ("UPDATE event_counter SET n = 1", "counter 1 is behind"),
    "the counter is gone": ("DELETE FROM event_counter", "counter None is behind"),
    "open ones are miscounted": ("UPDATE agent SET open = open + 1 WHERE role = 'agent'", "counts 2 open"),
    "an upload is nowhere": ("UPDATE attachment SET store = 'ffff'", "Attachment f_1"),
}  # fmt: skip


def test_a_whole_shop_has_no_findings(shop: Place):
    done = command(shop, "db", "check")
    assert (done.exit_code, done.output) == (0, "Everything is as it was written\n")


@pytest.mark.parametrize("name", FINDINGS)
def test_what_is_wrong_is_found(name: str, home: Place):
    sql, said = FINDINGS[name]
    change(home, sql)
    found = command(home, "db", "check")
    assert found.exit_code == 1
    assert said in found.output
    assert "Problems found: 1" in found.output


def test_it_is_found_on_the_server_as_well(shop: Place):
    change(shop, "UPDATE message SET text = 'forged' WHERE seq = 2")
    change(shop, "UPDATE event_counter SET n = 1")
    found = command(shop, "db", "check")
    assert found.exit_code == 1
    assert "line 2 was changed" in found.output
    assert "Problems found: 2" in found.output


def test_an_erased_text_is_no_finding(shop: Place):
    erased = update(message).where(message.c.seq == 2).values(text="", body=None, salt=None)
    asyncio.run(shop.does(lambda connection: connection.execute(erased), writes=True))
    assert command(shop, "db", "check").exit_code == 0


def test_rows_that_point_at_nothing_are_found(home: Place):
    connection = driver_module.connect(str(home.data / "zhanggui.db"), isolation_level=None)
    connection.execute("DELETE FROM trade_order")
    connection.close()
    found = command(home, "db", "check")
    assert "order_line" in found.output
    assert "trade_order" in found.output


def test_a_damaged_file_is_a_finding_not_a_crash(home: Place):
    where = "SELECT rootpage FROM sqlite_master WHERE name = 'message'"
    page = int(asyncio.run(home.does(lambda connection: connection.exec_driver_sql(where).scalar_one())))
    with (home.data / "zhanggui.db").open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(b"\xff" * 64)
    (home.data / "zhanggui.db-wal").unlink(missing_ok=True)
    found = command(home, "db", "check")
    assert found.exit_code == 1
    assert "Database file: " in found.output
    assert "Problems found" in found.output


def test_it_speaks_chinese_too(home: Place, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(language, "LANGUAGE", "zh-CN")
    change(home, "UPDATE message SET text = 'forged' WHERE seq = 2")
    found = command(home, "db", "check")
    assert "第 2 条消息被改动过" in found.output
    assert "发现 1 处问题" in found.output


@pytest.mark.parametrize("args", [["check"], ["backup", "x.zip"], ["move", "sqlite:///x.db"], ["reindex"]])
def test_an_older_database_is_named_with_the_command(args: list[str], empty: Place):
    asyncio.run(empty.upgraded(to="0001"))
    refused = command(empty, "db", *args)
    assert refused.exit_code == 1
    assert "zhanggui db upgrade" in refused.output


def test_upgrade_copies_the_file_first(tmp_path: Path):
    place = Place("", tmp_path)
    asyncio.run(place.upgraded(to="0001"))
    done = command(place, "db", "upgrade")
    assert done.exit_code == 0
    assert head() in done.output
    assert len(list((tmp_path / "backups").iterdir())) == 1
    again = command(place, "db", "upgrade")
    assert again.exit_code == 0
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_upgrade_makes_an_empty_database(empty: Place):
    assert command(empty, "db", "upgrade").exit_code == 0
    assert json.loads(content(empty)["event_counter"][0]) == [1, 0]


def test_a_newer_database_is_refused_by_every_command(empty: Place):
    asyncio.run(empty.upgraded())
    change(empty, "UPDATE alembic_version SET version_num = '9000'")
    for args in (["check"], ["upgrade"], ["backup", "x.zip"]):
        refused = command(empty, "db", *args)
        assert refused.exit_code == 1
        assert "newer than this program" in refused.output, args


@pytest.mark.slow
def test_many_lines_are_checked_in_little_memory(home: Place):
    """What is held at once does not grow with them."""
    asyncio.run(more_lines(home, talks=4, lines=500))
    few = asyncio.run(home.does(peak))
    asyncio.run(more_lines(home, talks=6, lines=500))
    assert asyncio.run(home.does(peak)) < 1.3 * few


def peak(connection: Connection) -> int:
    """The most memory that the walk over all lines held, in bytes."""
    tracemalloc.start()
    assert list(broken_chains(connection)) == []
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return top
