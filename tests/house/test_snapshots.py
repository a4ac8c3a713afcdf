"""Law: events are complete. Whatever is done, a page that heard of it holds what a page opened afterwards holds."""

import importlib
import re

import pytest
from sqlalchemy import Table

from tests.house import day, day_people, day_shop
from tests.house.sources import trees
from zhanggui.chat.tables import conversation, message
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.events import Reactions
from zhanggui.main import connect_rooms
from zhanggui.store.tables import shop
from zhanggui.team.tables import agent

INNER = {
    "team.do_count_open": "a step of taking, handing on and ending",
    "customers.do_take_standing": "a step of every order step",
    "customers.do_mark_blocked": "a step of blocking",
    "store.do_move_orders": "a step of joining two customers",
}
"""Actions that only other actions call; what they announce is compared there."""


@pytest.fixture
def reactions() -> Reactions:
    """All of them: a change may only be complete together with what follows from it."""
    return connect_rooms()


def every_action() -> set[str]:
    """ "room.do_…" of every action that a room has, whichever rooms there are."""
    named = {"foundation.do_key", "foundation.do_trim_log"}
    for file in trees():
        found = re.fullmatch(r"(\w+)/actions(\.py|/__init__\.py)", file)
        if found is not None:
            room = importlib.import_module(f"zhanggui.{found[1]}.actions")
            own = [name for name, one in vars(room).items() if getattr(one, "__module__", "").startswith(room.__name__)]
            named |= {f"{found[1]}.{name}" for name in own if name.startswith("do_")}
    return named


def test_the_walk_finds_the_actions():
    assert len(every_action()) > 65
    assert {"chat.do_take", "store.do_place", "reception.do_serve_queue", "team.do_sweep"} <= every_action()


@pytest.mark.slow
async def test_a_page_that_heard_all_holds_what_a_fresh_page_holds(db: Database):
    cast = await day.a_cast(db)
    await day.presence(cast)
    one = await day.talks(cast)
    await day.hands(cast, one)
    await day.arranging(cast, one)
    await day_shop.customers_change(cast)
    wanted = await day_shop.orders(cast)
    await day_shop.somebody_known(cast, wanted)
    await day_shop.a_shop_changes(cast)
    await day_people.colleagues(cast)
    await day_people.sessions(cast)
    await day.the_end(cast)
    assert sorted(every_action() - cast.story.done - INNER.keys()) == []


def do_forget_to_tell(tx: Tx, table: Table, values: dict[str, object]) -> None:
    """What no action may do: change a row that pages show, and say nothing."""
    tx.execute(table.update().values(values))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (agent, {"name": "改名"}),
        (shop, {"name": "改名"}),
        (conversation, {"labels": '["l_1"]'}),
        (message, {"text": "改"}),
    ],
    ids=["agent", "shop", "conversation", "message"],
)
async def test_a_forgotten_event_is_seen(db: Database, table: Table, values: dict[str, object]):
    cast = await day.a_cast(db)
    await cast.story.customer_says(cast.ann, cast.shop, "在吗")
    with pytest.raises(AssertionError, match=rf"{table.name} \S+ is stale"):
        await cast.story.does(do_forget_to_tell, table, values)
