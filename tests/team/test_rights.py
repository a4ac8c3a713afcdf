"""Roles, permissions, groups and the audit log."""

import pytest

from tests.team.builders import Desk, a_group, a_role, agent_id, an_agent, an_owner, code_of
from zhanggui.foundation.access import PERMISSIONS, ROLES
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database
from zhanggui.foundation.events import Change, Reactions
from zhanggui.team import access, actions, queries, words
from zhanggui.team.events import AGENT_CHANGED, GROUP_CHANGED, ROLE_CHANGED
from zhanggui.team.shapes import RolePatch
from zhanggui.team.tables import role as roles

# ---------------------------------------------------------------- roles


async def test_built_in_roles_are_sets_over_all_permissions(desk: Desk) -> None:
    items = (await desk.owner.get("/roles")).json()["items"]
    assert [one["id"] for one in items] == list(ROLES)
    assert items[0]["permissions"] == sorted(PERMISSIONS)
    assert items[0]["agents"] == 1
    for role in items[1:]:
        assert set(role["permissions"]) < set(PERMISSIONS)
    listed = (await desk.owner.get("/permissions")).json()["items"]
    assert [one["name"] for one in listed] == sorted(PERMISSIONS)
    assert all(one["zh"] and one["en"] for one in listed)
    assert all(f"team.role.{key}" in words.WORDS for key in ROLES)


async def test_an_own_role_from_birth_to_end(desk: Desk) -> None:
    given = {"name": "质检", "permissions": ["team.agent.read", "team.audit.read", "team.audit.read"]}
    made = (await desk.owner.post("/roles", given)).json()
    assert made["permissions"] == ["team.agent.read", "team.audit.read"]
    page = await desk.agent(made["id"])
    assert (await page.get("/audit")).status_code == 200
    patch = {"permissions": ["team.agent.read"], "name": "质检员"}
    changed = (await desk.owner.call("PATCH", f"/roles/{made['id']}", patch)).json()
    assert (changed["name"], changed["agents"]) == ("质检员", 1)
    assert (await page.get("/audit")).status_code == 403
    answer = await desk.owner.call("DELETE", f"/roles/{made['id']}")
    assert (code_of(answer), answer.json()["error"]["args"]) == ((409, "team.role_in_use"), {"count": 1})
    await desk.owner.call("PATCH", f"/agents/{agent_id(page)}", {"role": "viewer"})
    assert (await desk.owner.call("DELETE", f"/roles/{made['id']}")).status_code == 204
    assert len((await desk.owner.get("/roles")).json()["items"]) == len(ROLES)
    kept = [entry["action"] for entry in (await desk.owner.get("/audit?action=team.role")).json()["items"]]
    assert kept == ["team.role.deleted", "team.role.changed", "team.role.created"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "店主", "permissions": []}, "team.name_taken"),
        ({"name": "Owner", "permissions": []}, "team.name_taken"),
        ({"name": "有了", "permissions": []}, "team.name_taken"),
        ({"name": "", "permissions": []}, "team.name_empty"),
        ({"name": "x", "permissions": ["team.everything.do"]}, "team.permission_unknown"),
    ],
)
async def test_roles_that_are_refused(desk: Desk, given: dict[str, object], code: str) -> None:
    await a_role(desk.db, name="有了")
    assert code_of(await desk.owner.post("/roles", given)) == (422, code)


async def test_nobody_makes_a_role_beyond_himself(desk: Desk) -> None:
    keeper = await a_role(desk.db, "team.role.edit", "team.role.read", "team.agent.read")
    strong = await a_role(desk.db, "team.audit.read")
    page = await desk.agent(keeper.id)
    beyond = {"name": "x", "permissions": ["team.audit.read"]}
    assert code_of(await page.post("/roles", beyond)) == (403, "team.not_yours_to_grant")
    assert code_of(await page.call("PATCH", f"/roles/{strong.id}", {"permissions": []}))[0] == 403
    assert code_of(await page.call("PATCH", f"/roles/{strong.id}", {"name": "y"}))[0] == 403
    assert code_of(await page.call("DELETE", f"/roles/{strong.id}"))[0] == 403
    own = {"permissions": [*keeper.permissions, "team.audit.read"]}
    assert code_of(await page.call("PATCH", f"/roles/{keeper.id}", own)) == (403, "team.not_yours_to_grant")
    assert (await page.post("/roles", {"name": "x", "permissions": ["team.agent.read"]})).status_code == 201


@pytest.mark.parametrize(("path", "status"), [("/roles/owner", 403), ("/roles/viewer", 403), ("/roles/r_0", 404)])
async def test_roles_that_cannot_be_touched(desk: Desk, path: str, status: int) -> None:
    assert (await desk.owner.call("PATCH", path, {"name": "x"})).status_code == status
    assert (await desk.owner.call("DELETE", path)).status_code == status


async def test_a_permission_that_is_gone_gives_nothing(db: Database) -> None:
    role = await a_role(db, "team.agent.read")
    kept = ["team.agent.read", "old.thing.do"]
    await db.write(lambda tx: tx.execute(roles.update().values(permissions=kept)))
    assert await db.read(access.permissions_of, role.id) == {"team.agent.read"}
    assert await db.read(access.permissions_of, "r_gone") == frozenset()


async def test_holders_of_a_changed_role_are_told(db: Database, reactions: Reactions) -> None:
    told: list[Change] = []
    reactions.on(ROLE_CHANGED, lambda tx, change: told.append(change))
    role = await a_role(db, "team.agent.read")
    holder = await an_agent(db, role=role.id)
    patch = RolePatch(permissions=["team.group.read"])
    await db.write(actions.do_patch_role, role.id, actor=SystemActor(), patch=patch)
    assert set(told[-1].faces[0].tags) == {"control", f"agent:{holder.id}"}


# ---------------------------------------------------------------- groups


async def test_a_group_from_birth_to_end(desk: Desk) -> None:
    one, two = await desk.agent(), await desk.agent()
    given = {"name": "售前", "note": "尺码和面料", "members": [agent_id(one)]}
    made = (await desk.owner.post("/groups", given)).json()
    assert [group["name"] for group in (await one.get("/me")).json()["groups"]] == ["售前"]
    patch = {"name": "售前组", "members": [agent_id(two)]}
    changed = (await desk.owner.call("PATCH", f"/groups/{made['id']}", patch)).json()
    assert changed == {"id": made["id"], "name": "售前组", "note": "尺码和面料"}
    assert (await one.get("/me")).json()["groups"] == []
    assert (await two.get("/groups")).json()["items"] == [changed]
    assert (await desk.owner.call("DELETE", f"/groups/{made['id']}")).status_code == 204
    assert (await two.get("/me")).json()["agent"]["groups"] == []
    assert (await desk.owner.get("/groups")).json()["items"] == []
    kept = [entry["action"] for entry in (await desk.owner.get("/audit?action=team.group")).json()["items"]]
    assert kept == ["team.group.deleted", "team.group.changed", "team.group.created"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "有了"}, "team.name_taken"),
        ({"name": "x" * 41}, "team.name_too_long"),
        ({"name": "x", "note": "字" * 201}, "team.name_too_long"),
        ({"name": "x", "members": ["a_nobody"]}, "team.agent_unknown"),
    ],
)
async def test_groups_that_are_refused(desk: Desk, given: dict[str, object], code: str) -> None:
    await a_group(desk.db, name="有了")
    other = await a_group(desk.db)
    assert code_of(await desk.owner.post("/groups", given)) == (422, code)
    assert code_of(await desk.owner.call("PATCH", f"/groups/{other.id}", given)) == (422, code)


async def test_a_group_may_keep_its_name(desk: Desk) -> None:
    group = await a_group(desk.db, name="售后")
    assert (await desk.owner.call("PATCH", f"/groups/{group.id}", {"name": "售后"})).status_code == 200
    assert (await desk.owner.call("PATCH", "/groups/g_0", {"name": "x"})).status_code == 404
    assert (await desk.owner.call("DELETE", "/groups/g_0")).status_code == 404


async def test_members_are_told_by_their_own_records(db: Database, reactions: Reactions) -> None:
    owner = await an_owner(db)
    told: list[tuple[str, str]] = []
    for kind in (AGENT_CHANGED, GROUP_CHANGED):
        reactions.on(kind, lambda tx, change: told.append((change.kind, change.subject)))
    group = await a_group(db, owner.id)
    await db.write(actions.do_delete_group, group.id, actor=SystemActor())
    assert told == 2 * [(GROUP_CHANGED, group.id), (AGENT_CHANGED, owner.id)]


@pytest.mark.parametrize(
    ("role", "method", "path", "body"),
    [
        ("lead", "POST", "/roles", {"name": "x", "permissions": []}),
        ("lead", "PATCH", "/roles/r_0", {"name": "x"}),
        ("lead", "DELETE", "/roles/r_0", None),
        ("lead", "GET", "/audit", None),
        ("agent", "GET", "/roles", None),
        ("agent", "GET", "/permissions", None),
        ("agent", "POST", "/groups", {"name": "x"}),
        ("trainee", "PATCH", "/groups/g_0", {"name": "x"}),
        ("viewer", "DELETE", "/groups/g_0", None),
        ("viewer", "GET", "/audit", None),
    ],
)
async def test_not_everybody_may(desk: Desk, role: str, method: str, path: str, body: dict[str, object] | None) -> None:
    page = await desk.agent(role)
    assert code_of(await page.call(method, path, body)) == (403, "access.forbidden")


# ---------------------------------------------------------------- audit


async def test_the_audit_log_is_read_page_by_page(desk: Desk) -> None:
    for _ in range(103):
        await a_group(desk.db)
    first = (await desk.owner.get("/audit")).json()
    assert len(first["items"]) == 100
    second = (await desk.owner.get(f"/audit?before={first['next']}")).json()
    ids = [entry["id"] for entry in first["items"] + second["items"]]
    assert second["next"] is None
    assert ids == sorted(set(ids), reverse=True)
    assert second["items"][-1]["action"] == "team.set_up"


async def test_the_audit_log_says_who_when_and_from_where(desk: Desk) -> None:
    page = await desk.agent("lead", name="老周")
    page.http.headers["X-Forwarded-For"] = "6.6.6.6"  # nobody believes it
    await page.post("/agents", {"login": "xiaomei", "name": "小美"})
    entry, _ = (await desk.owner.get(f"/audit?agent={agent_id(page)}&action=team.agent.created")).json()["items"]
    view = await desk.db.read(queries.agent_by_login, "xiaomei")
    assert view is not None
    assert entry["actor_name"] == "老周"
    assert entry["address"] == "127.0.0.1"
    assert (entry["action"], entry["object"]) == ("team.agent.created", view.id)


async def test_a_wildcard_is_no_wildcard(desk: Desk) -> None:
    assert (await desk.owner.get("/audit?action=%25")).status_code == 422
    assert (await desk.owner.get("/audit?action=team_set")).json()["items"] == []
