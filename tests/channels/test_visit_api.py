"""What the widget asks over HTTP, from right and wrong pages, with true and forged words."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jwt
import pytest
from sqlalchemy import select

from tests.house.scene import Scene, an_open_house
from tests.storefront.builders import ORIGIN
from zhanggui.channels.pace import Pace
from zhanggui.customers.tables import visitor as visitors
from zhanggui.store import queries as store

SCRIPT = '<img src=x onerror="alert(1)">'


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A house with two customers who talk."""
    async with an_open_house(tmp_path) as scene:
        yield scene


async def secret_of(scene: Scene) -> str:
    shop = await scene.desk.db.read(store.shop, scene.shop)
    assert shop is not None
    return shop.identity_secret


async def identify(scene: Scene, token: str, **changed: object) -> httpx.Response:
    """The shop vouches, with whatever is wrong about it."""
    key = str(changed.pop("key", "") or await secret_of(scene))
    algorithm = str(changed.pop("algorithm", "HS256"))
    body = {"aud": scene.shop, "sub": "u7", "name": "周先生", "exp": int(time.time()) + 600} | changed
    signed = jwt.encode(body, "" if algorithm == "none" else key, algorithm=algorithm)
    async with scene.visitor(token) as browser:
        return await browser.post("/visit-api/identify", json={"identity": signed})


async def talk(
    scene: Scene, path: str, *, origin: str | None = None, token: str = "", **body: object
) -> httpx.Response:
    headers = {} if origin is None else {"Origin": origin}
    async with scene.visitor(token) as browser:
        return await browser.post(f"/visit-api/{path}", json=body, headers=headers)


async def test_only_allowed_pages_begin_a_visit(scene: Scene):
    assert (await talk(scene, f"{scene.shop}/start", origin=ORIGIN)).status_code == 200
    answer = await talk(scene, f"{scene.shop}/start", origin="https://evil.example")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "channels.origin")
    assert answer.headers["access-control-allow-origin"] == "*", "so that the page can read why"
    assert (await talk(scene, "s_none/start")).status_code == 404


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://[", "data:text/html,x", "https://shop.example/p?q=1"])
async def test_a_page_is_known_by_an_address_of_the_web_or_by_none(scene: Scene, url: str):
    kept = url if url.startswith("http") else ""

    async def seen() -> object:
        found = await scene.desk.db.read(lambda rx: rx.all(select(visitors.c.page)))
        return [row.page["url"] for row in found if row.page.get("title") == "页"]

    answer = await talk(scene, f"{scene.shop}/start", token=scene.token, page={"url": url, "title": "页"})
    assert answer.status_code == 200
    assert await seen() == [kept]
    async with scene.widget(scene.token) as wire:
        wire.say("page", url=url, title="页")
        assert not [frame for frame in await wire.answers() if frame["t"] == "error"]
    assert await seen() == [kept, kept]


async def test_a_stolen_token_is_of_no_use_on_another_page(scene: Scene):
    async with scene.visitor(scene.token) as browser:
        before = f"{scene.keys['conversation']}:9"
        for origin, status in ((ORIGIN, 200), ("https://evil.example", 403)):
            answer = await browser.get("/visit-api/messages", params={"before": before}, headers={"Origin": origin})
            assert answer.status_code == status


async def test_browsers_may_ask(scene: Scene):
    async with scene.visitor("") as browser:
        answer = await browser.options(f"/visit-api/{scene.shop}/start", headers={"Origin": "https://any.example"})
        other = await browser.options("/api/desk", headers={"Origin": "https://any.example"})
    assert answer.status_code == 204
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in other.headers


async def test_a_visit_goes_on_with_its_token_and_afresh_without_a_good_one(scene: Scene):
    same = (await talk(scene, f"{scene.shop}/start", token_given=1)).status_code
    assert same == 422, "what we do not know is refused"
    again = (await talk(scene, f"{scene.shop}/start", token=scene.token)).json()  # the header is not the body
    assert again["messages"] == []
    async with scene.visitor("") as browser:
        went_on = (await browser.post(f"/visit-api/{scene.shop}/start", json={"token": scene.token})).json()
        for bad in (scene.token + "x", "v_1.x", "", "…", scene.token.split(".")[0]):
            fresh = (await browser.post(f"/visit-api/{scene.shop}/start", json={"token": bad})).json()
            assert fresh["messages"] == []
            assert fresh["customer"]["id"] != went_on["customer"]["id"]
    assert went_on["token"] == scene.token
    assert went_on["conversation"]["id"] == scene.keys["conversation"]


async def test_the_shops_word_makes_him_known_and_the_old_token_worthless(scene: Scene):
    answer = await identify(scene, scene.token)
    assert answer.status_code == 200
    now = answer.json()
    assert now["customer"]["known"]
    assert now["conversation"]["id"] == scene.keys["conversation"]
    assert (await talk(scene, "forget", token=scene.token)).status_code == 401
    left = (await talk(scene, "forget", token=now["token"])).json()
    assert left["messages"] == []
    assert left["customer"]["id"] != now["customer"]["id"]
    assert (await talk(scene, "forget", token=now["token"])).status_code == 401


WRONG: list[dict[str, object]] = [
    {"key": "k" * 40},
    {"aud": "s_other"},
    {"aud": ["s_other"]},
    {"exp": 1},
    {"exp": int(time.time()) + 90_000},
    {"exp": "soon"},
    {"exp": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": "a\x00b"},
    {"name": ""},
    {"name": 5},
    {"algorithm": "none"},
    {"algorithm": "HS512"},
]


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_nobody_else_can_vouch(scene: Scene):
    for wrong in WRONG:
        assert (await identify(scene, scene.token, **wrong)).status_code in (401, 422), wrong
    async with scene.visitor("") as browser:
        still = (await browser.post(f"/visit-api/{scene.shop}/start", json={"token": scene.token})).json()
    assert not still["customer"]["known"]


async def test_a_cursor_that_is_none(scene: Scene):
    async with scene.visitor(scene.token) as browser:
        for before in ("", ":", "c_1:", "c_1:-1", "c_1:²", "c_1:1e3", "c_1:9999999999", "'; --:1", "c\x00:1"):
            answer = await browser.get("/visit-api/messages", params={"before": before})
            assert answer.status_code in (404, 422), before


async def test_strangers_are_slowed_down(scene: Scene):
    scene.app.state.pace = Pace(factor=0.05)
    codes = [(await talk(scene, f"{scene.shop}/start")).status_code for _ in range(5)]
    assert codes[:3] == [200] * 3
    assert codes[-1] == 429


async def test_a_page_of_lines_runs_back_to_the_beginning_without_notes(scene: Scene):
    async with scene.visitor(scene.token) as browser:
        before = f"{scene.keys['conversation']}:99"
        found: list[dict[str, object]] = []
        for _ in range(20):
            given = {"before": before, "limit": "1"}
            page = (await browser.get("/visit-api/messages", params=given)).json()
            found = [*page["items"], *found]
            if page["earlier"] is None:
                break
            before = f"{page['earlier']['conversation']}:{page['earlier']['before']}"
        else:
            pytest.fail("there is no beginning")
    places = [int(str(line["seq"])) for line in found]
    assert places == sorted(set(places))
    assert not any(line["kind"] == "note" for line in found)


async def test_script_is_text(scene: Scene):
    async with scene.widget(scene.token) as wire:
        wire.say("send", id="xss", seq=9, text=SCRIPT)
        assert (await wire.until("ack"))["id"] == "xss"
        wire.say("page", url=f"javascript:{SCRIPT}", title=SCRIPT)
        assert [frame for frame in await wire.answers() if frame["t"] == "error"] == []
    answer = await identify(scene, scene.token, name=SCRIPT)
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["messages"][-1]["text"] == SCRIPT
    shown = await scene.victim.get(f"/conversations/{scene.keys['conversation']}")
    assert SCRIPT in [line["text"] for line in shown.json()["messages"]]
    assert shown.headers["x-content-type-options"] == "nosniff"
