"""Who is here, told from the sockets of this process: the first one up and, after a short grace, the last one down.

A page that is loaded again closes one socket and opens another; without the grace a colleague would blink.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final

from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.team import actions

BEAT_SECONDS: Final = 5.0
GRACE_SECONDS: Final = 4.0


class Presence:
    """Counts the desk's sockets of one server process and keeps the team room's figures equal to it."""

    def __init__(self, database: Database, process: str, *, grace: float = GRACE_SECONDS) -> None:
        self._database = database
        self._process = process
        self._grace = grace
        self._sockets: Counter[str] = Counter()
        self._told: set[str] = set()
        self._untold: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._order = asyncio.Lock()

    async def start(self, *, alone: bool) -> None:
        """Begin; `alone`: no other process can be alive on this database, so what was counted before is void."""
        if alone:
            await self._database.write(actions.do_expire_processes, silence=0)
        await self._database.write(actions.do_beat, self._process)

    async def stop(self) -> None:
        """This process ends in good order: its sockets are gone now."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(ZhangguiError):
            await self._database.write(actions.do_leave_process, self._process)

    def up(self, agent: str) -> None:
        """A socket of this agent is open."""
        self._sockets[agent] += 1
        if self._sockets[agent] == 1:
            self._later(self._tell(agent))

    def down(self, agent: str) -> None:
        """A socket of this agent is gone."""
        self._sockets[agent] -= 1
        if self._sockets[agent] <= 0:
            del self._sockets[agent]
            self._later(self._tell(agent, after=self._grace))

    async def beat(self) -> None:
        """Say that this process lives and give up those that no longer say so; a job, every five seconds."""
        known = await self._database.write(actions.do_beat, self._process)
        if not known:
            self._told.clear()
            self._untold.update(self._sockets)
        for agent in list(self._untold):
            await self._tell(agent)
        await self._database.write(actions.do_expire_processes)

    def _later(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(telling)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, agent: str, *, after: float = 0.0) -> None:
        """Make the stored state what the sockets say now; whatever happened meanwhile, the last word is right."""
        if after:
            await asyncio.sleep(after)
        async with self._order:
            here = agent in self._sockets
            self._untold.discard(agent)
            if here == (agent in self._told):
                return
            act = actions.do_socket_up if here else actions.do_socket_down
            try:
                await self._database.write(act, agent, self._process)
                (self._told.add if here else self._told.discard)(agent)
            except ZhangguiError:
                self._untold.add(agent)  # the next beat tries again: nobody may stay away because a disk was full
