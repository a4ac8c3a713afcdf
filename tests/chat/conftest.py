"""The rooms connected as the front door connects them, and a shop with people in it."""

import pytest

from tests.chat.builders import Shop
from tests.team.builders import Clock
from zhanggui.foundation.database import Database
from zhanggui.foundation.database import tx as transactions
from zhanggui.foundation.events import Reactions
from zhanggui.main import connect_rooms


@pytest.fixture
def reactions() -> Reactions:
    """As in the house: whoever opens a conversation is greeted and given somebody."""
    return connect_rooms()


@pytest.fixture
async def shop(db: Database) -> Shop:
    """A shop with an owner and nobody else yet."""
    return await Shop.opened(db)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of every transaction and snapshot; it moves when told to."""
    clock = Clock()
    monkeypatch.setattr(transactions, "now_ms", lambda: clock.now)
    return clock
