"""The queue at work: waiting conversations find an agent, and waiting customers are told their place.

Both follow what was committed, in a moment of their own: an agent who comes online is one event, whom he then serves
another; a decision inside the transaction that caused it would see half of it.
"""

from collections import Counter

import msgspec

from zhanggui.chat.events import CONVERSATION_CHANGED, CONVERSATION_OPENED
from zhanggui.chat.queries import queued
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.foundation.events import Stored
from zhanggui.realtime.frames import text_of
from zhanggui.realtime.hub import Hub
from zhanggui.reception.actions import do_serve_queue
from zhanggui.team.events import AGENT_CHANGED, LOAD_CHANGED, PRESENCE_CHANGED


class QueuePlace(msgspec.Struct, tag_field="t", tag="live", frozen=True, kw_only=True):
    """Passing news for a waiting customer: he is the `place`-th in line (1 = next)."""

    conversation: str
    place: int
    kind: str = "queue"


class Queue:
    """One process's eye on the queue. Its two jobs run twice a second and do nothing while nothing moved."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub
        self._moved = False
        self._room = True
        self._told: dict[str, int] = {}

    def connect(self) -> None:
        """Notice when the queue, or the room that agents have, may have changed."""
        for kind in (CONVERSATION_OPENED, CONVERSATION_CHANGED):
            self._hub.on_control(kind, self._queue_moved)
        for kind in (AGENT_CHANGED, PRESENCE_CHANGED, LOAD_CHANGED):
            self._hub.on_control(kind, self._room_changed)

    def _queue_moved(self, _stored: Stored) -> None:
        self._moved = self._room = True

    def _room_changed(self, _stored: Stored) -> None:
        self._room = True

    async def serve(self) -> int:
        """Give waiting conversations to agents with room, if either changed; returns how many found one."""
        if not self._room:
            return 0
        self._room = False  # before looking: what changes meanwhile must count
        try:
            if not await self._database.read(queued):
                return 0
            return await self._database.write(do_serve_queue)
        except ZhangguiError:
            self._room = True
            raise

    async def tell_places(self) -> int:
        """Tell whoever has another place than he was told last; returns how many were told."""
        if not self._moved:
            return 0
        self._moved = False
        try:
            waiting = await self._database.read(queued)
        except ZhangguiError:
            self._moved = True
            raise
        places: dict[str, int] = {}
        behind: Counter[str] = Counter()
        told = 0
        for conversation, customer, shop in waiting:
            behind[shop] += 1
            place = places[conversation] = behind[shop]
            tag = f"customer:{customer}"
            if self._told.get(conversation) != place and self._hub.readers(tag):
                self._hub.live((tag,), text_of(QueuePlace(conversation=conversation, place=place)))
                told += 1
        self._told = places
        return told
