"""Jobs that come back every so often. A job that fails is logged and comes back like any other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.workshop import actions

log = structlog.get_logger("zhanggui.workshop")
LEASES = 3
"""A lease lasts so many rounds: a process that misses one keeps its job, a dead one loses it soon."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job every `seconds`. `everywhere`: each process does it for itself; otherwise one process at a time."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]
    everywhere: bool = False


class Schedule:
    """Runs the jobs of this process."""

    def __init__(self, database: Database, jobs: Sequence[Periodic], *, holder: str) -> None:
        self._database = database
        self._jobs = jobs
        self._holder = holder
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; each job runs for the first time after its own interval."""
        self._tasks = [asyncio.create_task(self._repeat(job), name=f"job {job.name}") for job in self._jobs]

    async def stop(self) -> None:
        """End every job where it stands; what it was writing is written or not, never half."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(ZhangguiError):
            await self._database.write(actions.do_release, holder=self._holder)

    async def _repeat(self, job: Periodic) -> None:
        while True:
            await asyncio.sleep(job.seconds)
            await self.once(job)

    async def once(self, job: Periodic) -> bool:
        """Run a job now, if it is this process's turn; tells whether it ran and went well."""
        try:
            if not job.everywhere and not await self._mine(job):
                return False
            await job.run()
        except Exception as error:
            log.warning("job_failed", job=job.name, error=repr(error)[:300])
            return False
        return True

    async def _mine(self, job: Periodic) -> bool:
        lease = round(LEASES * job.seconds * SECOND)
        return await self._database.write(actions.do_claim, job.name, holder=self._holder, lease=lease)
