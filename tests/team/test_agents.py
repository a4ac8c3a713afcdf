"""Accounts: who may make, change and shut whose, and what that ends."""

import asyncio

import pytest

from tests.team.builders import (
    OTHER_PASSWORD,
    PASSWORD,
    Desk,
    a_door,
    a_group,
    a_role,
    agent_id,
    an_agent,
    an_app,
    an_owner,
    code_of,
)
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import Conflict, ZhangguiError
from zhanggui.foundation.events import Change, Reactions
from zhanggui.team import actions, queries
from zhanggui.team.actions import NewAgent
from zhanggui.team.door import Policy
from zhanggui.team.events import SESSION_ENDED, SessionEnd
from zhanggui.team.shapes import AgentPatch

NEW = {"login": "xiaomei", "name": "小美"}


async def test_a_sub_account_with_a_made_up_password(desk: Desk) -> None:
    group = await a_group(desk.db)
    given = NEW | {"nick": "美美", "role": "trainee", "groups": [group.id], "capacity": 3}
    answer = await desk.owner.post("/agents", given)
    made = answer.json()
    assert answer.status_code == 201
    assert {"groups": [group.id], "capacity": 3, "role": "trainee", "state": "active"}.items() <= made["agent"].items()
    assert (await desk.page().login("xiaomei", made["password"])).status_code == 200
    assert made["password"] not in (await desk.owner.get("/agents")).text
    assert made["password"] not in (await desk.owner.get("/audit")).text


async def test_a_chosen_password_is_not_shown(desk: Desk) -> None:
    answer = await desk.owner.post("/agents", NEW | {"password": OTHER_PASSWORD})
    assert answer.json()["password"] is None
    assert OTHER_PASSWORD not in answer.text
    assert (await desk.page().login("xiaomei", OTHER_PASSWORD)).json()["must_change"] is True


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"login": "BOSS"}, "team.login_taken"),
        ({"login": "x"}, "team.login_length"),
        ({"name": "\u200b"}, "team.name_signs"),
        ({"role": "r_nobody"}, "team.role_unknown"),
        ({"groups": ["g_nobody"]}, "team.group_unknown"),
        ({"capacity": 1000}, "team.capacity"),
        ({"password": "short"}, "team.password_short"),
    ],
)
async def test_accounts_that_are_refused(desk: Desk, wrong: dict[str, object], code: str) -> None:
    answer = await desk.owner.post("/agents", NEW | wrong)
    assert code_of(answer) == (422, code)
    assert answer.json()["error"]["field"] == next(iter(wrong))
    assert len(await desk.db.read(queries.all_views)) == 1


async def test_the_limit_is_told_and_freed_by_disabling(desk: Desk) -> None:
    door = a_door(desk.db, Policy(agent_limit=2))
    desk.app.state.sessions = door
    first = (await desk.owner.post("/agents", {"login": "one", "name": "一"})).json()["agent"]
    await desk.owner.post("/agents", {"login": "two", "name": "二"})
    answer = await desk.owner.post("/agents", {"login": "three", "name": "三"})
    assert (code_of(answer), answer.json()["error"]["args"]) == ((409, "team.agent_limit"), {"limit": 2})
    assert (await desk.owner.get("/agents")).json()["limit"] == 2
    await desk.owner.post(f"/agents/{first['id']}/disable")
    assert (await desk.owner.post("/agents", {"login": "three", "name": "三"})).status_code == 201
    assert code_of(await desk.owner.post(f"/agents/{first['id']}/enable")) == (409, "team.agent_limit")
    door.hasher.close()


async def test_the_limit_holds_when_many_come_at_once(db: Database) -> None:
    await an_owner(db)

    async def make(number: int) -> object:
        new = NewAgent(login=f"agent-{number}", name="x", password="hash")
        return await db.write(actions.do_create_agent, actor=SystemActor(), new=new, limit=3)

    answers = await asyncio.gather(*(make(i) for i in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, Conflict) for answer in answers) == 5
    assert await db.read(queries.count_sub_accounts) == 3


async def test_changes_count_at_once(desk: Desk) -> None:
    page = await desk.agent("lead")
    group = await a_group(desk.db)
    patch = {"name": "李四", "nick": "", "role": "viewer", "groups": [group.id], "capacity": 7}
    answer = await desk.owner.call("PATCH", f"/agents/{agent_id(page)}", patch)
    assert patch.items() <= answer.json().items()
    me = (await page.get("/me")).json()
    assert (me["agent"]["role"], [one["id"] for one in me["groups"]]) == ("viewer", [group.id])
    assert set(me["permissions"]) < set(page.me["permissions"])  # type: ignore[call-overload]
    left = await desk.owner.call("PATCH", f"/agents/{agent_id(page)}", {"groups": []})
    assert left.json()["groups"] == []
    entries = (await desk.owner.get(f"/audit?agent={agent_id(page)}&action=team.agent.changed")).json()["items"]
    assert entries[1]["detail"]["role"] == ["lead", "viewer"]


async def test_a_disabled_account_is_out_at_once(desk: Desk, reactions: Reactions) -> None:
    told: list[Change] = []
    reactions.on(SESSION_ENDED, lambda tx, change: told.append(change))
    page = await desk.agent(login="li")
    answer = await desk.owner.post(f"/agents/{agent_id(page)}/disable")
    assert (answer.json()["state"], answer.json()["presence"]) == ("disabled", "offline")
    assert (await page.get("/me")).status_code == 401
    (end,) = [change.put["session"] for change in told]
    assert isinstance(end, SessionEnd)
    assert (end.agent, end.why, len(end.sessions)) == (agent_id(page), "disabled", 1)
    assert {"control", f"agent:{agent_id(page)}"} <= set(told[0].faces[0].tags)
    assert (await desk.page().login("li")).status_code == 401
    await desk.owner.post(f"/agents/{agent_id(page)}/enable")
    assert (await page.get("/me")).status_code == 401  # the old session does not come back
    assert (await page.login("li")).status_code == 200


async def test_the_last_owner_stays(desk: Desk) -> None:
    me = agent_id(desk.owner)
    assert code_of(await desk.owner.post(f"/agents/{me}/disable")) == (409, "team.last_owner")
    assert code_of(await desk.owner.call("PATCH", f"/agents/{me}", {"role": "lead"})) == (409, "team.last_owner")
    second = await desk.agent("owner")
    assert code_of(await desk.owner.post(f"/agents/{me}/disable")) == (403, "team.not_yourself")
    assert (await second.post(f"/agents/{me}/disable")).status_code == 200
    assert code_of(await second.call("PATCH", f"/agents/{agent_id(second)}", {"role": "agent"}))[0] == 409


async def test_two_owners_cannot_shut_each_other_at_once(db: Database) -> None:
    first, second = await an_owner(db), await an_agent(db, role="owner")

    async def demote(who: str) -> object:
        return await db.write(actions.do_patch_agent, who, actor=SystemActor(), patch=AgentPatch(role="agent"))

    answers = await asyncio.gather(demote(first.id), demote(second.id), return_exceptions=True)
    assert [type(answer) for answer in answers].count(Conflict) == 1
    assert len(await db.read(queries.active_owners)) == 1


async def test_a_password_reset_ends_sessions_and_must_be_changed(desk: Desk) -> None:
    page = await desk.agent(login="li")
    answer = await desk.owner.post(f"/agents/{agent_id(page)}/password", {})
    assert (await page.get("/me")).status_code == 401
    assert (await page.login("li", PASSWORD)).status_code == 401
    assert (await page.login("li", answer.json()["password"])).json()["must_change"] is True
    own = await desk.owner.post(f"/agents/{agent_id(desk.owner)}/password", {})
    assert code_of(own) == (403, "team.own_password")


async def test_a_lead_reaches_down_but_not_up(desk: Desk) -> None:
    lead, agent = await desk.agent("lead"), await desk.agent("agent")
    boss = agent_id(desk.owner)
    assert (await lead.call("PATCH", f"/agents/{agent_id(agent)}", {"capacity": 4})).status_code == 200
    for method, path, body in [
        ("PATCH", f"/agents/{boss}", {"name": "x"}),
        ("POST", f"/agents/{boss}/disable", None),
        ("POST", f"/agents/{boss}/enable", None),
        ("POST", f"/agents/{boss}/password", {}),
    ]:
        assert code_of(await lead.call(method, path, body)) == (403, "team.above_you")
    up = await lead.call("PATCH", f"/agents/{agent_id(agent)}", {"role": "owner"})
    assert code_of(up) == (403, "team.not_yours_to_grant")
    assert code_of(await lead.post("/agents", NEW | {"role": "owner"})) == (403, "team.not_yours_to_grant")
    assert code_of(await lead.call("PATCH", f"/agents/{agent_id(lead)}", {"role": "owner"}))[0] == 403
    assert (await lead.post("/agents", NEW | {"role": "lead"})).status_code == 201


async def test_an_own_role_reaches_no_further_than_its_rights(desk: Desk) -> None:
    role = await a_role(desk.db, "team.agent.read", "team.agent.create", "team.agent.edit", "team.agent.password")
    clerk = await desk.agent(role.id)
    agent = await desk.agent("agent")
    assert code_of(await clerk.post(f"/agents/{agent_id(agent)}/password", {})) == (403, "team.above_you")
    assert code_of(await clerk.post("/agents", NEW | {"role": "agent"})) == (403, "team.not_yours_to_grant")
    assert (await clerk.post("/agents", NEW | {"role": role.id})).status_code == 201


@pytest.mark.parametrize("role", ["agent", "trainee", "viewer"])
async def test_who_may_not_touch_accounts(desk: Desk, role: str) -> None:
    page = await desk.agent(role)
    other = agent_id(await desk.agent("viewer"))
    for method, path, body in [
        ("POST", "/agents", NEW),
        ("PATCH", f"/agents/{other}", {"name": "x"}),
        ("PATCH", f"/agents/{agent_id(page)}", {"capacity": 100}),
        ("POST", f"/agents/{other}/disable", None),
        ("POST", f"/agents/{other}/enable", None),
        ("POST", f"/agents/{other}/password", {}),
    ]:
        assert code_of(await page.call(method, path, body)) == (403, "access.forbidden")
    assert (await page.get("/agents")).status_code == 200


@pytest.mark.parametrize("path", ["/agents/a_nobody/disable", "/agents/a_nobody/enable", "/agents/a_nobody/password"])
async def test_nobody_is_404(desk: Desk, path: str) -> None:
    assert code_of(await desk.owner.post(path, {})) == (404, "team.agent_unknown")
    assert code_of(await desk.owner.call("PATCH", "/agents/a_nobody", {"name": "x"}))[0] == 404


async def test_changing_nothing_writes_nothing(desk: Desk) -> None:
    page = await desk.agent(name="小李")
    before = await desk.db.read(lambda rx: rx.number())
    await desk.owner.call("PATCH", f"/agents/{agent_id(page)}", {"name": "小李", "role": "agent", "groups": []})
    await desk.owner.post(f"/agents/{agent_id(page)}/enable")
    await page.call("PATCH", "/me", {"name": "小李"})
    assert await desk.db.read(lambda rx: rx.number()) == before


async def test_the_command_line_may_reset_the_owner(db: Database) -> None:
    owner = await an_owner(db)
    await db.write(actions.do_reset_password, owner.id, actor=SystemActor(), password="new-hash")
    assert (await db.read(queries.proof, owner.id)).must_change == 1


async def test_signed_out_people_get_nothing(desk: Desk) -> None:
    app = an_app(desk.door)
    for route in app.routes:
        for method in getattr(route, "methods", None) or ():
            path = getattr(route, "path", "")
            if not path.startswith("/api") or path in ("/api/setup", "/api/login") or method == "HEAD":
                continue
            answer = await desk.page().http.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, (method, path)


def test_errors_are_one_family() -> None:
    assert issubclass(Conflict, ZhangguiError)
