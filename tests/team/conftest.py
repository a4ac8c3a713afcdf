"""A clock that stands still until a test moves it, and a door to the desk."""

from collections.abc import AsyncIterator

import pytest

from tests.team.builders import Clock, Desk, a_door, an_app
from zhanggui.foundation.database import Database
from zhanggui.foundation.database import tx as transactions
from zhanggui.team.door import Door


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of every transaction and snapshot."""
    clock = Clock()
    monkeypatch.setattr(transactions, "now_ms", lambda: clock.now)
    return clock


@pytest.fixture
async def door(db: Database) -> AsyncIterator[Door]:
    """A door that hashes cheaply, in front of a fresh database."""
    door = a_door(db)
    yield door
    door.hasher.close()


@pytest.fixture
async def desk(door: Door) -> AsyncIterator[Desk]:
    """An app with the team's routes, set up by its owner."""
    desk = Desk(an_app(door), door)
    await desk.set_up()
    yield desk
    await desk.close()
