"""A whole house with two agents and two customers who have nothing to do with each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from tests.house.wire import Wire
from tests.store.builders import a_product, an_order_for
from tests.storefront.builders import ORIGIN
from tests.team.builders import PASSWORD, Desk, Page, a_hasher, a_role, an_agent
from zhanggui.chat.access import READ_ALL, READ_GROUP
from zhanggui.foundation.access import CSRF_HEADER, PERMISSIONS
from zhanggui.foundation.database.creating import create_tables
from zhanggui.main import build_app
from zhanggui.settings import Settings
from zhanggui.team.door import COOKIE

CANARY = "只有他们两个人知道的话"
"""What stands in every line, note, draft and file of the victim: nobody else may ever read it."""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8d"
    "b00000000049454e44ae426082"
)


@dataclass
class Scene:
    """Who is there, and what belongs to whom. `keys`: the victim's objects by the names paths give them."""

    app: FastAPI
    desk: Desk
    shop: str = ""
    victim: Page = field(init=False)
    stranger: Page = field(init=False)
    nobody: Page = field(init=False)
    token: str = ""
    other_token: str = ""
    other_conversation: str = ""
    other_customer: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def visitor(self, token: str) -> httpx.AsyncClient:
        """The widget of a visitor."""
        headers = {"Authorization": f"Visitor {token}"} if token else {}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN, headers=headers)

    def wire(self, page: Page) -> Wire:
        """The desk's socket of this page."""
        cookie = f"{COOKIE}={page.http.cookies[COOKIE]}"
        return Wire(self.app, "/ws/desk", cookie=cookie, csrf=page.http.headers[CSRF_HEADER])

    def widget(self, token: str) -> Wire:
        """The widget's socket of this visitor."""
        return Wire(self.app, "/ws/visit", token=token)


@asynccontextmanager
async def an_open_house(folder: Path) -> AsyncIterator[Scene]:
    """The real app, opened on a fresh SQLite file, with its people and their talks."""
    app = build_app(Settings(data=folder, demo=True))
    house = app.state.house
    house.hasher = house.door.hasher = a_hasher()
    await create_tables(house.database)
    async with app.router.lifespan_context(app):
        scene = Scene(app, Desk(app, house.door))
        await _people(scene)
        await _talks(scene)
        await _orders(scene)
        yield scene
        await scene.desk.close()


async def a_person(scene: Scene, login: str, *permissions: str) -> Page:
    """Somebody with exactly these permissions, signed in."""
    desk = scene.desk
    role = await a_role(desk.db, *permissions)
    await an_agent(desk.db, role=role.id, login=login, password=await desk.door.hasher.hash(PASSWORD))
    page = desk.page()
    assert (await page.login(login)).status_code == 200
    return page


async def _people(scene: Scene) -> None:
    owner = await scene.desk.set_up()
    scene.shop = (await owner.get("/shops")).json()["items"][0]["id"]
    blind = sorted(set(PERMISSIONS) - {READ_ALL.name, READ_GROUP.name})
    scene.victim = await scene.desk.agent("agent", login="victim")
    scene.stranger = await a_person(scene, "stranger", *blind)
    scene.nobody = await a_person(scene, "nobody")
    session = (await scene.victim.get("/me/sessions")).json()["items"][0]["id"]
    scene.keys = {"session_id": session, "agent_id": str(_id(scene.victim.me["agent"]))}


def _id(record: object) -> object:
    assert isinstance(record, dict)
    return record["id"]


async def _talks(scene: Scene) -> None:
    keys = scene.keys
    scene.token, keys["conversation"], keys["customer"] = await _a_talk(scene, scene.victim, f"你好，{CANARY}")
    scene.other_token, scene.other_conversation, scene.other_customer = await _a_talk(scene, scene.stranger, "在吗")
    keys["customer_id"] = keys["customer"]
    form = {"conversation": keys["conversation"]}
    sent = {"file": ("secret.png", PNG, "image/png")}
    uploaded = await scene.victim.http.post("/api/files", data=form, files=sent)
    assert uploaded.status_code == 200, uploaded.text
    keys["file_id"] = uploaded.json()["id"]
    async with scene.wire(scene.victim) as wire:
        for seq, line in enumerate((
            {"kind": "note", "text": f"备注：{CANARY}"}, {"kind": "image", "file": keys["file_id"]},
        )):  # fmt: skip
            wire.say("send", id=f"line-{seq}", seq=seq, conversation=keys["conversation"], **line)
            assert (await wire.until("ack"))["id"] == f"line-{seq}"
        wire.say("draft", conversation=keys["conversation"], text=CANARY)
        assert [frame for frame in await wire.answers() if frame["t"] == "error"] == []


async def _a_talk(scene: Scene, agent: Page, text: str) -> tuple[str, str, str]:
    """(token, conversation, customer) of a visitor who wrote, and whom this agent took."""
    async with scene.visitor("") as browser:
        visit: dict[str, Any] = (await browser.post(f"/visit-api/{scene.shop}/start", json={})).json()
    async with scene.widget(visit["token"]) as wire:
        wire.say("send", id="hello", seq=1, text=text)
        conversation = str((await wire.until("ack"))["conversation"])
    taken = await agent.post(f"/conversations/{conversation}/take")
    assert taken.status_code == 200, taken.text
    return str(visit["token"]), conversation, str(visit["customer"]["id"])


@asynccontextmanager
async def a_buyer(scene: Scene, login: str) -> AsyncIterator[httpx.AsyncClient]:
    """A buyer of the shop page, signed in."""
    way = httpx.ASGITransport(scene.app)
    async with httpx.AsyncClient(transport=way, base_url=ORIGIN, headers={"Origin": ORIGIN}) as browser:
        given = {"login": login, "name": "买家", "password": PASSWORD}
        answer = await browser.post(f"/shop-api/{scene.shop}/register", json=given)
        assert answer.status_code == 201, answer.text
        yield browser


async def _orders(scene: Scene) -> None:
    product = await a_product(scene.desk.db, scene.shop)
    wanted = an_order_for(product.variants[0].id).model_dump(mode="json")
    async with a_buyer(scene, "buyer1") as browser:
        placed = await browser.post(f"/shop-api/{scene.shop}/orders", json=wanted)
        assert placed.status_code == 201, placed.text
        scene.keys |= {"order_id": placed.json()["id"], "shop_id": scene.shop, "product_id": product.id}
