"""A desk ready for the load: people signed in, visitors with an open conversation each, before the server starts."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from zhanggui import migrations
from zhanggui.chat.opening import do_open
from zhanggui.customers.actions import do_make_visitor
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database import Database, Tx, open_database
from zhanggui.main import connect_rooms, register_words
from zhanggui.store import queries as store
from zhanggui.team import secrets
from zhanggui.team.actions import Arrival, NewAgent, do_count_open, do_create_agent, do_set_up, do_sign_in
from zhanggui.team.door import COOKIE

T = TypeVar("T")
NO_HASH = "made for the bench, fits no password"


@dataclass(frozen=True)
class Seat:
    """An agent at his desk: what his page knows."""

    agent: str
    cookie: str
    csrf: str


@dataclass(frozen=True)
class Stage:
    """Who is there; conversation i is between `visitors[i]` (a token) and `seats[i % len(seats)]`."""

    seats: list[Seat]
    visitors: list[str]
    conversations: list[str]
    number: int


def make_stage(url: str, data: Path, *, agents: int, visitors: int) -> Stage:
    """Fill an empty database (`url` as in the settings) with so many agents and visitors."""
    register_words()
    return asyncio.run(_make(url, data, agents, visitors))


async def _make(url: str, data: Path, agents: int, visitors: int) -> Stage:
    database = open_database(url, data, connect_rooms())
    await migrations.upgrade(url, data)
    await database.start()
    try:
        shop = await database.write(_open_shop)
        seats = await _in_parts(database, _make_seat, agents)
        talks = await _in_parts(database, lambda tx, i: _make_talk(tx, shop, seats[i % len(seats)]), visitors)
        number = await database.read(lambda rx: rx.number())
    finally:
        await database.stop()
    return Stage(seats, [token for token, _ in talks], [conversation for _, conversation in talks], number)


async def _in_parts(database: Database, make: Callable[[Tx, int], T], count: int) -> list[T]:
    """Make `count` things, a few hundred in one transaction."""
    made: list[T] = []
    for start in range(0, count, 250):
        part = range(start, min(count, start + 250))
        made.extend(await database.write(lambda tx, part=part: [make(tx, index) for index in part]))  # type: ignore[misc]
    return made


def _open_shop(tx: Tx) -> str:
    owner = NewAgent(login="bench", name="bench", password=NO_HASH, role="owner", must_change=False)
    do_set_up(tx, new=owner, shop_name="bench", address="127.0.0.1")
    return store.shops(tx)[0].id


def _make_seat(tx: Tx, index: int) -> Seat:
    new = NewAgent(login=f"agent{index}", name=f"agent {index}", password=NO_HASH, capacity=200, must_change=False)
    view = do_create_agent(tx, actor=SystemActor(), new=new, limit=1_000_000)
    token = secrets.new_token()
    arrival = Arrival(
        agent_id=view.id, verified=NO_HASH, code="", token=token, address="127.0.0.1", device="bench", lifetime=DAY
    )
    do_sign_in(tx, arrival, keys=[])
    return Seat(view.id, f"{COOKIE}={token}", secrets.csrf_of(token))


def _make_talk(tx: Tx, shop: str, seat: Seat) -> tuple[str, str]:
    visitor = do_make_visitor(tx, shop)
    state = do_open(tx, shop, visitor.customer, assignee=seat.agent)
    do_count_open(tx, seat.agent, by=1)
    return visitor.token, state.id


def plan_of(stage: Stage) -> str:
    """Return the load program's plan: one socket for each seat, one for each visitor; see load.c."""
    number = '"from":%'
    lines = [
        f'r\t/ws/desk\tCookie: {seat.cookie}\t{{"t":"hello","v":1,"device":"d{i}","csrf":"{seat.csrf}",{number}}}\t'
        for i, seat in enumerate(stage.seats)
    ]
    lines += [
        f's\t/ws/visit\t\t{{"t":"hello","v":1,"device":"v{i}","token":"{token}",{number}}}\tb{i}-'
        for i, token in enumerate(stage.visitors)
    ]
    return "\n".join(lines) + "\n"
