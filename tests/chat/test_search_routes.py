"""The search field over HTTP: what comes back, who may ask, what is refused."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.chat.search_builders import a_talk
from tests.storefront.builders import a_desk, an_app
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.searching.routes import router
from zhanggui.foundation.database import Database


def a_search(db: Database, data: Path) -> FastAPI:
    """The shop's app with the search field."""
    app = an_app(db, data)
    app.include_router(router)
    return app


async def test_the_search_field_answers_as_the_screen_reads_it(db: Database, tmp_path: Path):
    talk = await a_talk(db, ["你好", "我要退货"], assignee="a_1", name="林女士")
    await Indexer(db).catch_up()
    async with a_desk(a_search(db, tmp_path), "lead") as desk:
        page = (await desk.get("/api/search", params={"q": "退货", "kind": "message"})).json()
    (hit,) = page["items"]
    assert page["next"] is None
    assert (hit["conversation"], hit["name"], hit["seq"]) == (talk, "林女士", 2)
    assert (hit["text"], hit["spans"]) == ("我要退货", [[2, 4]])
    assert "order" not in hit


async def test_a_whole_pasted_line_finds_itself(db: Database, tmp_path: Path):
    said = "您好，这件衬衫昨天收到了，可是袖口有一根线头，" * 6
    await a_talk(db, [said], assignee="a_1")
    await Indexer(db).catch_up()
    async with a_desk(a_search(db, tmp_path), "lead") as desk:
        page = (await desk.get("/api/search", params={"q": said})).json()
    assert len(page["items"]) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "everything"},
        {"q": "长" * 1001},
        {"q": "退货", "cursor": "x"},
        {"q": "客户", "kind": "customer", "cursor": "x"},
    ],
)
async def test_what_cannot_be_meant_is_refused(db: Database, tmp_path: Path, asked: dict[str, str]):
    async with a_desk(a_search(db, tmp_path)) as desk:
        assert (await desk.get("/api/search", params=asked)).status_code == 422
