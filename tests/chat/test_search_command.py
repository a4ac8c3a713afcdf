"""`zhanggui db reindex`: the index is made anew from what was said."""

import asyncio
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.chat.search_builders import a_talk, found
from zhanggui import migrations
from zhanggui.cli import main
from zhanggui.foundation.database import open_database
from zhanggui.foundation.holding import Holding


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop's folder in which two lines were said and never indexed."""
    for name in [name for name in os.environ if name.startswith("ZHANGGUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    async def fill() -> None:
        await migrations.upgrade("", tmp_path)
        database = open_database("", tmp_path)
        await database.start()
        await a_talk(database, ["我要退货", "运费谁出"])
        await database.stop()

    asyncio.run(fill())
    return tmp_path


def lines(shop: Path, query: str) -> list[str]:
    async def ask() -> list[str]:
        database = open_database("", shop)
        await database.start()
        try:
            return [hit.text for hit in (await found(database, query)).items]
        finally:
            await database.stop()

    return asyncio.run(ask())


def test_reindex_makes_every_line_found_again(shop: Path):
    assert lines(shop, "退货") == []
    for _ in range(2):
        said = CliRunner().invoke(main, ["db", "reindex", "--data", str(shop)])
        assert said.exit_code == 0, said.output
        assert "2" in said.output
        assert lines(shop, "退货") == ["我要退货"]


def test_reindex_leaves_a_running_server_alone(shop: Path):
    with Holding(shop):
        said = CliRunner().invoke(main, ["db", "reindex", "--data", str(shop)])
    assert said.exit_code == 1
    assert lines(shop, "退货") == []
