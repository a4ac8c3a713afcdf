"""Law: a visitor reads and touches his own conversation only, a buyer his own orders only."""

from pathlib import Path
from typing import get_args

import httpx

from tests.house.scene import CANARY, PNG, Scene, a_buyer, an_open_house
from tests.house.test_trespass import everything
from tests.house.walk import http_ways, ways
from tests.team.builders import code_of
from zhanggui.storefront.shapes import BuyerStep

IDENTITY = "eyJ.made.up"
OWN = [way for way in http_ways() if way.path.startswith("/visit-api") and "own" in way.public]
BUYERS = [way for way in http_ways() if "else 401" in way.public]


async def asked(scene: Scene, browser: httpx.AsyncClient, name: str) -> httpx.Response:
    """Ask one of the visitor's ways for what is the victim's; a way this does not know fails here."""
    keys = scene.keys
    match name:
        case "GET /visit-api/messages":
            return await browser.get("/visit-api/messages", params={"before": f"{keys['conversation']}:99"})
        case "GET /visit-api/files/{file_id}/link":
            return await browser.get(f"/visit-api/files/{keys['file_id']}/link")
        case "POST /visit-api/files":
            return await browser.post("/visit-api/files", files={"file": ("x.png", PNG, "image/png")})
        case "POST /visit-api/identify":
            return await browser.post("/visit-api/identify", json={"identity": IDENTITY})
        case "POST /visit-api/forget":
            return await browser.post("/visit-api/forget")
    raise AssertionError(f"{name} is new: say here how it is asked for what is somebody else's")


async def test_without_a_token_nothing_of_a_visit_is_there(tmp_path: Path):
    assert len(OWN) >= 5
    async with an_open_house(tmp_path) as scene:
        for token in ("", "made-up", scene.token[:-1]):
            async with scene.visitor(token) as browser:
                answers = {way.name: code_of(await asked(scene, browser, way.name)) for way in OWN}
                assert answers == {way.name: (401, "channels.token") for way in OWN}


async def test_another_visitor_finds_nothing(tmp_path: Path):
    wanted = {
        "GET /visit-api/messages": 404,
        "GET /visit-api/files/{file_id}/link": 404,
        "POST /visit-api/files": 200,  # a file of his own
        "POST /visit-api/identify": 401,  # nobody signed it
        "POST /visit-api/forget": 200,  # he forgets himself
    }
    async with an_open_house(tmp_path) as scene:
        async with scene.visitor(scene.other_token) as browser:
            answers = {name: await asked(scene, browser, name) for name in wanted}
        assert {way.name for way in OWN} == wanted.keys()
        assert {name: answer.status_code for name, answer in answers.items()} == wanted
        assert [name for name, answer in answers.items() if CANARY in answer.text] == []
        async with scene.visitor(scene.token) as browser:
            own = await asked(scene, browser, "GET /visit-api/messages")
            assert CANARY in own.text
            assert "备注" not in own.text  # the desk's note is nobody's outside
            assert (await asked(scene, browser, "GET /visit-api/files/{file_id}/link")).status_code == 200


async def test_no_command_of_a_widget_reaches_anothers_conversation(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        theirs = scene.keys["conversation"]
        said: dict[str, dict[str, object]] = {
            "send": {"id": "x1", "seq": 1, "text": "x", "quote": {"conversation": theirs, "seq": 1}},
            "read": {"conversation": theirs, "seq": 1},
            "typing": {"conversation": theirs, "on": True},
        }
        words = {way.path.split()[1] for way in ways() if way.path.startswith("/ws/visit")}
        assert words == said.keys() | {"page"}  # where he is himself
        before = await scene.desk.db.read(everything)
        async with scene.widget(scene.token) as own, scene.widget(scene.other_token) as wire:
            await own.answers()
            for word, fields in said.items():
                wire.say(word, **fields)
                assert (await wire.until("error"))["code"] in ("chat.not_open", "chat.no_quote"), word
            wire.say("send", id="x2", seq=2, kind="image", file=scene.keys["file_id"])
            assert (await wire.until("error"))["code"] == "chat.no_file"
            wire.say("send", id="x3", seq=3, kind="order", order=scene.keys["order_id"])
            assert (await wire.until("error"))["code"] == "chat.no_card"
            assert [frame for frame in await own.answers() if frame["t"] in ("event", "live")] == []
        assert await scene.desk.db.read(everything) == before


async def test_a_line_goes_to_the_own_conversation_whatever_it_names(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        async with scene.widget(scene.other_token) as wire:
            wire.say("send", id="x1", seq=1, text="不该到那里", conversation=scene.keys["conversation"])
            assert (await wire.until("ack"))["conversation"] == scene.other_conversation
        opened = await scene.victim.get(f"/conversations/{scene.keys['conversation']}")
        assert "不该到那里" not in opened.text


async def test_orders_are_their_buyers_only(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        shop, order = scene.shop, scene.keys["order_id"]
        assert {way.name for way in BUYERS} == {
            "GET /shop-api/{shop_id}/orders",
            "POST /shop-api/{shop_id}/orders",
            "POST /shop-api/{shop_id}/orders/{order_id}/{step}",
        }
        async with a_buyer(scene, "buyer2") as browser:
            assert (await browser.get(f"/shop-api/{shop}/orders")).json()["items"] == []
            for step in get_args(BuyerStep):
                answer = await browser.post(f"/shop-api/{shop}/orders/{order}/{step}")
                assert code_of(answer) == (404, "store.order_unknown"), step
            browser.cookies.clear()
            assert (await browser.get(f"/shop-api/{shop}/orders")).status_code == 401
            assert (await browser.post(f"/shop-api/{shop}/orders/{order}/pay")).status_code == 401
            assert (await browser.get(f"/shop-api/{shop}/identity")).json() == {"identity": None}
