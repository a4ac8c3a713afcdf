"""Waiting customers are told their place in the queue, at once and whenever it moves."""

from collections import Counter

import msgspec

from zhanggui.chat.events import CONVERSATION_CHANGED, CONVERSATION_OPENED
from zhanggui.chat.queries import queued
from zhanggui.foundation.database import Database
from zhanggui.foundation.events import Stored
from zhanggui.realtime.frames import text_of
from zhanggui.realtime.hub import Hub


class QueuePlace(msgspec.Struct, tag_field="t", tag="live", frozen=True, kw_only=True):
    """Passing news for a waiting customer: he is the `place`-th in line (1 = next)."""

    conversation: str
    place: int
    kind: str = "queue"


class QueuePlaces:
    """Tells this process's waiting customers where they stand. `tell` is a job of every process, each second."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub
        self._moved = False
        self._told: dict[str, int] = {}

    def connect(self) -> None:
        """Notice when the queue may have moved."""
        self._hub.on_control(CONVERSATION_OPENED, self._notice)
        self._hub.on_control(CONVERSATION_CHANGED, self._notice)

    def _notice(self, _stored: Stored) -> None:
        self._moved = True

    async def tell(self) -> int:
        """Tell whoever has another place than he was told last; returns how many were told."""
        if not self._moved:
            return 0
        self._moved = False
        places: dict[str, int] = {}
        behind: Counter[str] = Counter()
        told = 0
        for conversation, customer, shop in await self._database.read(queued):
            behind[shop] += 1
            place = places[conversation] = behind[shop]
            tag = f"customer:{customer}"
            if self._told.get(conversation) != place and self._hub.readers(tag):
                self._hub.live((tag,), text_of(QueuePlace(conversation=conversation, place=place)))
                told += 1
        self._told = places
        return told
