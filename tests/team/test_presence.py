"""Who is here: sockets over several processes, processes that die, open conversations."""

import pytest

from tests.team.builders import Clock, an_agent
from zhanggui.foundation.database import Database
from zhanggui.foundation.events import Change, Reactions
from zhanggui.team import actions, queries
from zhanggui.team.events import LOAD_CHANGED, PRESENCE_CHANGED
from zhanggui.team.shapes import AgentView

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def told(reactions: Reactions) -> list[str]:
    """Every presence announced, in order."""
    seen: list[str] = []

    def hear(_: object, change: Change) -> None:
        view = change.put["agent"]
        assert isinstance(view, AgentView)
        seen.append(view.presence)

    reactions.on(PRESENCE_CHANGED, hear)
    return seen


async def presence(db: Database, agent_id: str) -> str:
    """What colleagues see."""
    return (await db.read(queries.view, agent_id)).presence


async def test_the_first_socket_and_the_last(db: Database, told: list[str]) -> None:
    agent = (await an_agent(db)).id
    for process in ("p1", "p1", "p2"):
        await db.write(actions.do_socket_up, agent, process)
    assert told == ["online"]
    for process in ("p2", "p1"):
        await db.write(actions.do_socket_down, agent, process)
    assert await presence(db, agent) == "online"
    await db.write(actions.do_socket_down, agent, "p1")
    assert await presence(db, agent) == "offline"
    assert told == ["online", "offline"]
    await db.write(actions.do_socket_down, agent, "p1")  # never below nothing
    await db.write(actions.do_socket_up, agent, "p1")
    assert told == ["online", "offline", "online"]


async def test_a_choice_is_told_only_when_it_is_seen(db: Database, told: list[str]) -> None:
    agent = (await an_agent(db)).id
    await db.write(actions.do_choose_presence, agent, choice="busy")
    assert told == []
    await db.write(actions.do_socket_up, agent, "p1")
    await db.write(actions.do_choose_presence, agent, choice="busy")
    await db.write(actions.do_choose_presence, agent, choice="offline")
    assert told == ["busy", "offline"]


async def test_a_process_that_fell_silent_takes_its_sockets_along(db: Database, clock: Clock, told: list[str]) -> None:
    both, one = (await an_agent(db)).id, (await an_agent(db)).id
    for process in ("p1", "p2"):
        assert await db.write(actions.do_beat, process) is False
        await db.write(actions.do_socket_up, both, process)
    await db.write(actions.do_socket_up, one, "p2")
    clock.pass_by(actions.BEAT_SILENCE - 1)
    assert await db.write(actions.do_beat, "p1") is True
    assert await db.write(actions.do_expire_processes) == []
    clock.pass_by(2)
    assert await db.write(actions.do_expire_processes) == ["p2"]
    assert (await presence(db, both), await presence(db, one)) == ("online", "offline")
    assert told == ["online", "online", "offline"]
    assert await db.write(actions.do_beat, "p2") is False  # it was only asleep: it reports its sockets again


async def test_a_start_clears_what_a_crash_left(db: Database) -> None:
    agent = (await an_agent(db)).id
    await db.write(actions.do_beat, "p1")
    await db.write(actions.do_socket_up, agent, "p1")
    assert await db.write(actions.do_expire_processes, silence=0) == ["p1"]
    assert await presence(db, agent) == "offline"


async def test_a_good_end_needs_no_silence(db: Database, told: list[str]) -> None:
    agent = (await an_agent(db)).id
    await db.write(actions.do_beat, "p1")
    await db.write(actions.do_socket_up, agent, "p1")
    await db.write(actions.do_leave_process, "p1")
    assert told == ["online", "offline"]
    assert await db.write(actions.do_beat, "p1") is False


async def test_who_is_ready_for_a_conversation(db: Database) -> None:
    here, busy, away = [(await an_agent(db)).id for _ in range(3)]
    for agent in (here, busy):
        await db.write(actions.do_socket_up, agent, "p1")
    await db.write(actions.do_choose_presence, busy, choice="busy")
    assert [view.id for view in await db.read(queries.ready_agents)] == [here]
    assert [await db.read(queries.is_online, agent) for agent in (here, busy, away, "a_0")] == [
        True,
        False,
        False,
        False,
    ]


async def test_open_conversations_are_counted(db: Database, reactions: Reactions) -> None:
    told: list[str] = []
    reactions.on(LOAD_CHANGED, lambda tx, change: told.append(change.subject))
    agent = (await an_agent(db)).id
    for by in (1, 1, -1, 0):
        await db.write(actions.do_count_open, agent, by=by)
    assert (await db.read(queries.view, agent)).open == 1
    await db.write(actions.do_count_open, agent, by=-5)
    assert (await db.read(queries.view, agent)).open == 0
    assert told == [agent] * 4
    await db.write(actions.do_count_open, "a_0", by=1)


async def test_the_name_customers_read(db: Database) -> None:
    agent = await an_agent(db, name="李四")
    assert await db.read(queries.display_name, agent.id) == "李四"
    assert await db.read(queries.display_name, "a_0") == ""
