"""Snapshot + events = fresh snapshot, for everything the team room does."""

import json
import random
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import pytest
from sqlalchemy import select

from tests.team.builders import a_group, a_role, an_agent, an_owner
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.events import decode_stored, face_for
from zhanggui.foundation.ids import AgentId
from zhanggui.team import actions, queries
from zhanggui.team.shapes import AgentPatch, AgentView, GroupPatch, GroupView, MePatch

Tables = dict[str, dict[str, object]]
SYSTEM = SystemActor()


def snapshot(rx: Rx) -> Tables:
    """What a desk page reads at its start."""
    tables: dict[str, Sequence[AgentView | GroupView]] = {"agent": queries.all_views(rx), "group": queries.groups(rx)}
    return {name: {view.id: json.loads(msgspec.json.encode(view)) for view in views} for name, views in tables.items()}


def replay(rx: Rx, tables: Tables, *, tags: set[str]) -> Tables:
    """What the page makes of every event it may read."""
    for row in rx.all(select(event_log).order_by(event_log.c.n)):
        stored = decode_stored(row.n, row.at, row.kind, row.subject, row.body)
        for part in face_for(stored, tags):
            if part == "gone":
                for key in stored.gone:
                    table, _, key_of = key.partition(":")
                    tables[table].pop(key_of, None)
            elif part in tables:
                record = json.loads(stored.put[part])
                tables[part][record["id"]] = record
    return tables


async def everything_once(db: Database) -> None:
    """Each action of the room at least once."""
    owner, role = await an_owner(db), await a_role(db, "team.agent.read")
    agents = [await an_agent(db, role=role.id if i else "agent") for i in range(3)]
    group, other = await a_group(db, agents[0].id), await a_group(db, owner.id)
    one = agents[0].id
    patch = AgentPatch(name="改名", groups=[other.id], role="lead", capacity=3)
    await db.write(actions.do_patch_agent, one, actor=SYSTEM, patch=patch)
    await db.write(actions.do_patch_me, AgentId(one), patch=MePatch(nick="昵称", avatar="/a.png"))
    await db.write(actions.do_patch_group, group.id, actor=SYSTEM, patch=GroupPatch(name="新名", members=[owner.id]))
    await db.write(actions.do_delete_group, other.id, actor=SYSTEM)
    await db.write(actions.do_socket_up, one, "p1")
    await db.write(actions.do_choose_presence, one, choice="away")
    await db.write(actions.do_count_open, one, by=2)
    await db.write(actions.do_socket_up, agents[1].id, "p1")
    await db.write(actions.do_disable_agent, agents[1].id, actor=SYSTEM)
    await db.write(actions.do_socket_down, agents[1].id, "p1")
    await db.write(actions.do_disable_agent, agents[2].id, actor=SYSTEM)
    await db.write(actions.do_enable_agent, agents[2].id, actor=SYSTEM, limit=100)


async def test_a_page_that_heard_everything_knows_everything(db: Database) -> None:
    await everything_once(db)
    fresh = await db.read(snapshot)
    assert await db.read(replay, {"agent": {}, "group": {}}, tags={"desk"}) == fresh


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_in_whatever_order(db: Database, seed: int) -> None:
    dice = random.Random(seed)
    ids = [(await an_owner(db)).id, *[(await an_agent(db)).id for _ in range(3)]]
    groups = [(await a_group(db, dice.choice(ids))).id for _ in range(3)]
    deeds: list[Callable[[str], Awaitable[object]]] = [
        lambda who: db.write(actions.do_socket_up, who, dice.choice(["p1", "p2"])),
        lambda who: db.write(actions.do_socket_down, who, dice.choice(["p1", "p2"])),
        lambda who: db.write(actions.do_choose_presence, who, choice=dice.choice(["online", "busy", "offline"])),
        lambda who: db.write(actions.do_count_open, who, by=dice.choice([-1, 1])),
        lambda who: db.write(
            actions.do_patch_agent, who, actor=SYSTEM, patch=AgentPatch(groups=dice.sample(groups, dice.randrange(3)))
        ),
        lambda who: db.write(
            actions.do_patch_group, dice.choice(groups), actor=SYSTEM, patch=GroupPatch(members=dice.sample(ids, 2))
        ),
        lambda who: db.write(actions.do_leave_process, "p2"),
    ]
    for _ in range(40):
        await dice.choice(deeds)(dice.choice(ids))
    assert await db.read(replay, {"agent": {}, "group": {}}, tags={"desk"}) == await db.read(snapshot)


async def test_nothing_of_the_team_reaches_customers_or_strangers(db: Database) -> None:
    await everything_once(db)

    def readers(rx: Rx) -> set[str]:
        rows = rx.all(select(event_log))
        stored = [decode_stored(row.n, row.at, row.kind, row.subject, row.body) for row in rows]
        return {tag.partition(":")[0] for one in stored for face in one.faces for tag in face.tags}

    assert await db.read(readers) <= {"desk", "control", "agent"}
