"""Set-up: who becomes the first owner, from where, and that it happens once."""

import asyncio

import pytest

from tests.team.builders import PASSWORD, Desk, Page, agent_id, an_agent, an_app, code_of
from zhanggui.foundation.database import Database
from zhanggui.foundation.events import Change, Reactions
from zhanggui.team import queries
from zhanggui.team.door import Door
from zhanggui.team.events import SET_UP, ShopSetUp

FIRST = {"shop_name": "小店", "login": "boss", "name": "王掌柜", "password": PASSWORD}


async def test_the_first_person_becomes_owner_and_names_the_shop(
    db: Database, door: Door, reactions: Reactions
) -> None:
    told: list[Change] = []
    reactions.on(SET_UP, lambda tx, change: told.append(change))
    page = Page(an_app(door))
    assert (await page.get("/setup")).json() == {"needed": True, "token": False}
    answer = page.took(await page.post("/setup", FIRST))
    assert (answer.status_code, answer.json()["agent"]["role"]) == (201, "owner")
    assert (await page.get("/me")).json()["permissions"] == page.me["permissions"]
    assert [change.put["shop"] for change in told] == [ShopSetUp(agent_id(page), "小店", "zh-CN")]
    assert (await page.get("/setup")).json() == {"needed": False, "token": False}
    assert code_of(await page.post("/setup", FIRST | {"login": "second"})) == (409, "team.already_set_up")


async def test_two_set_ups_at_once_make_one_owner(db: Database, door: Door) -> None:
    app = an_app(door)
    tries = [Page(app).post("/setup", FIRST | {"login": f"boss{i}"}) for i in range(4)]
    answers = await asyncio.gather(*tries)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await db.read(queries.all_views)) == 1


@pytest.mark.parametrize(
    ("address", "host", "headers"),
    [
        ("203.0.113.9", "http://localhost:8600", {}),
        ("127.0.0.1", "http://rebound.example:8600", {}),
        ("127.0.0.1", "http://localhost", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", "http://localhost", {"Forwarded": "for=127.0.0.1"}),
    ],
)
async def test_strangers_need_the_token(door: Door, address: str, host: str, headers: dict[str, str]) -> None:
    await door.start()
    page = Page(an_app(door), address=address, host=host)
    page.http.headers.update(headers)
    assert (await page.get("/setup")).json() == {"needed": True, "token": True}
    assert code_of(await page.post("/setup", FIRST)) == (403, "team.setup_not_here")
    assert code_of(await page.post("/setup", FIRST | {"token": "x" * 43})) == (403, "team.setup_not_here")
    assert (await page.post("/setup", FIRST | {"token": door.setup_token})).status_code == 201
    assert door.setup_token == ""


async def test_an_empty_token_is_none(door: Door) -> None:
    page = Page(an_app(door), address="203.0.113.9")
    assert code_of(await page.post("/setup", FIRST | {"token": ""})) == (403, "team.setup_not_here")


async def test_the_token_is_made_only_while_nobody_is_there(desk: Desk) -> None:
    await desk.door.start()
    assert desk.door.setup_token == ""


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"shop_name": " "}, "team.name_empty"),
        ({"password": "short"}, "team.password_short"),
        ({"password": "boss boss 1"}, "team.password_common"),
        ({"login": "a b"}, "team.login_signs"),
        ({"name": "a\nb"}, "team.name_signs"),
    ],
)
async def test_a_set_up_with_a_fault_leaves_nothing(door: Door, wrong: dict[str, str], code: str) -> None:
    page = Page(an_app(door))
    assert code_of(await page.post("/setup", FIRST | wrong)) == (422, code)
    assert (await page.get("/setup")).json()["needed"]


async def test_an_account_made_elsewhere_means_the_shop_is_set_up(db: Database, door: Door) -> None:
    await an_agent(db, role="owner")
    assert (await Page(an_app(door)).get("/setup")).json()["needed"] is False
