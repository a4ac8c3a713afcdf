"""The queue: first come first served, by who has room, and never twice."""

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.chat.builders import Person, Shop
from tests.team.builders import a_group
from zhanggui.chat import actions
from zhanggui.foundation.database import Database, open_database
from zhanggui.foundation.errors import Unavailable
from zhanggui.foundation.events import Reactions
from zhanggui.main import connect_rooms
from zhanggui.realtime.hub import Hub, Subscription
from zhanggui.reception.actions import do_serve_queue
from zhanggui.reception.queue import Queue
from zhanggui.team.actions import do_choose_presence, do_socket_up
from zhanggui.team.tables import agent as agents


async def room_for(shop: Shop, agent: Person, capacity: int) -> None:
    await shop.db.write(
        lambda tx: tx.execute(agents.update().where(agents.c.id == agent.id).values(capacity=capacity)).rowcount
    )


async def waiting(shop: Shop, many: int) -> list[str]:
    return [(await shop.said(await shop.customer(f"客{n}"))).conversation for n in range(many)]


async def served_by(shop: Shop, talks: list[str]) -> list[str | None]:
    return [(await shop.state(talk)).assignee for talk in talks]


async def test_first_come_first_served_within_capacity(shop: Shop):
    talks = await waiting(shop, 4)
    tang = await shop.agent()
    await room_for(shop, tang, 2)
    assert await shop.db.write(do_serve_queue) == 2
    assert await served_by(shop, talks) == [tang.id, tang.id, None, None]
    assert await shop.db.write(do_serve_queue) == 0
    await shop.db.write(actions.do_end_by_agent, talks[0], viewer=tang.agent)
    assert await shop.db.write(do_serve_queue) == 1
    assert await served_by(shop, talks[2:]) == [tang.id, None]


async def test_load_is_spread(shop: Shop):
    talks = await waiting(shop, 4)
    tang, xia = await shop.agent("小棠"), await shop.agent("小夏")
    await shop.db.write(do_serve_queue)
    assert sorted(map(str, await served_by(shop, talks))) == sorted([tang.id, xia.id] * 2)


@pytest.mark.parametrize("choice", ["busy", "away"])
async def test_who_is_busy_or_away_gets_none(shop: Shop, choice: Literal["busy", "away"]):
    talks = await waiting(shop, 1)
    tang = await shop.agent()
    await shop.db.write(do_choose_presence, tang.id, choice=choice)
    assert await shop.db.write(do_serve_queue) == 0
    assert await served_by(shop, talks) == [None]


async def test_who_may_not_answer_gets_none(shop: Shop):
    talks = await waiting(shop, 1)
    await shop.agent(role="viewer")
    await shop.db.write(do_serve_queue)
    assert await served_by(shop, talks) == [None]


async def test_who_returned_it_is_not_given_it_again(shop: Shop):
    tang = await shop.agent()
    [talk] = await waiting(shop, 1)
    await shop.db.write(actions.do_transfer, talk, viewer=tang.agent, to="queue")
    assert await shop.db.write(do_serve_queue) == 0
    xia = await shop.agent("小夏")
    assert await shop.db.write(do_serve_queue) == 1
    assert await served_by(shop, [talk]) == [xia.id]


async def test_who_returned_it_may_take_it_again_himself(shop: Shop):
    tang = await shop.agent()
    [talk] = await waiting(shop, 1)
    await shop.db.write(actions.do_transfer, talk, viewer=tang.agent, to="queue")
    await shop.db.write(actions.do_take, talk, viewer=tang.agent)
    assert await served_by(shop, [talk]) == [tang.id]


async def test_a_group_serves_its_own(shop: Shop):
    tang, xia = await shop.agent("小棠"), await shop.agent("小夏", online=False)
    [talk] = await waiting(shop, 1)
    group = await a_group(shop.db, xia.id, name="售后")
    await shop.db.write(actions.do_transfer, talk, viewer=tang.agent, to=group.id)
    await shop.agent("小秋")
    assert await shop.db.write(do_serve_queue) == 0
    await shop.db.write(do_socket_up, xia.id, "p")
    assert await shop.db.write(do_serve_queue) == 1
    assert await served_by(shop, [talk]) == [xia.id]


async def test_one_that_waits_for_nobody_does_not_hold_up_those_behind(shop: Shop):
    tang = await shop.agent()
    [talk] = await waiting(shop, 1)
    await shop.db.write(actions.do_transfer, talk, viewer=tang.agent, to="queue")
    await shop.goes(tang)
    behind = await waiting(shop, 1)
    await shop.db.write(do_socket_up, tang.id, "p")
    assert await shop.db.write(do_serve_queue) == 1
    assert await served_by(shop, [talk, *behind]) == [None, tang.id]


# ---------------------------------------------------------------- at work


class Page:
    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


async def test_waiting_customers_are_told_their_place_once_and_when_it_changes(shop: Shop):
    hub = Hub()
    queue = Queue(shop.db, hub)
    queue.connect()
    shop.db.committed = hub.publish
    hub.start_at(await shop.db.read(lambda rx: rx.number()))
    people = [await shop.customer(f"客{n}") for n in range(3)]
    pages = [Subscription(Page(), [f"customer:{person.id}"]) for person in people]
    for page in pages:
        page.live = True
        hub.add(page)
    talks = [(await shop.said(person)).conversation for person in people]

    def told() -> list[list[int]]:
        found = [[json.loads(frame) for frame in page.frames] for page in pages]
        for page in pages:
            page.frames.clear()
        return [[frame["place"] for frame in frames if frame["t"] == "live"] for frames in found]

    await queue.tell_places()
    assert told() == [[1], [2], [3]]
    assert await queue.tell_places() == 0
    tang = await shop.agent()
    await shop.db.write(actions.do_take, talks[0], viewer=tang.agent)
    await queue.tell_places()
    assert told() == [[], [1], [2]]


async def test_it_looks_again_when_something_changed_while_it_looked(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    hub = Hub()
    queue = Queue(shop.db, hub)
    queue.connect()
    assert await queue.serve() == 0  # nobody waits
    real = shop.db.read

    async def read_meanwhile(*given: Any) -> object:
        found: object = await real(*given)
        queue._room_changed(None)  # type: ignore[arg-type]
        return found

    queue._room = True
    with monkeypatch.context() as slow:
        slow.setattr(shop.db, "read", read_meanwhile)
        assert await queue.serve() == 0
    talks = await waiting(shop, 1)
    tang = await shop.agent()
    assert await queue.serve() == 1
    assert await served_by(shop, talks) == [tang.id]


async def test_it_tries_again_when_storage_failed(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    queue = Queue(shop.db, Hub())
    await waiting(shop, 1)
    await shop.agent()

    async def full(*_: object) -> None:
        raise Unavailable("database.full")

    queue._moved = True
    for what in ("write", "read"):
        with monkeypatch.context() as broken:
            broken.setattr(shop.db, what, full)
            with pytest.raises(Unavailable):
                await queue.serve()
    with monkeypatch.context() as broken:
        broken.setattr(shop.db, "read", full)
        with pytest.raises(Unavailable):
            await queue.tell_places()
    assert queue._moved, "whoever waits is still told his place"
    assert await queue.serve() == 1


@pytest.mark.postgres
@pytest.mark.parametrize("db", ["postgresql"], indirect=True)  # a SQLite file has one process
async def test_two_processes_serving_at_once_give_nothing_twice(shop: Shop, reactions: Reactions):
    talks = await waiting(shop, 12)
    people = [await shop.agent(f"客服{n}") for n in range(3)]
    for person in people:
        await room_for(shop, person, 4)
    other: Database = open_database(shop.db.url, Path(), connect_rooms())
    await other.start()
    served = await asyncio.gather(*(db.write(do_serve_queue) for db in (shop.db, other) * 3))
    await other.stop()
    assert sum(served) == 12
    found = await served_by(shop, talks)
    assert sorted(map(str, found)) == sorted(person.id for person in people for _ in range(4))
    for talk in talks:
        codes = [json.loads(row.body)["code"] for row in await shop.lines(talk) if row.sender == "system"]
        assert codes == ["queued", "assigned"]
