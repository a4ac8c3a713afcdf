"""What both engines share: jobs, groups of jobs in one transaction, and the promise of `write` and `read`.

A group is run in order inside one transaction and committed once. A rule that refuses before its first write fails
alone; anything else that goes wrong rolls the whole group back and each job is replayed alone, so that one bad action
never harms its neighbours. When storage itself fails (disk full, server gone) everybody in the group is told to retry.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Concatenate, ParamSpec, TypeVar, cast

import structlog

from zhanggui.foundation.database.bulk import BulkInsert
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.database.trouble import storage_failure
from zhanggui.foundation.database.tx import Rx, Tx
from zhanggui.foundation.errors import Unavailable, ZhangguiError
from zhanggui.foundation.events import Change, Reactions, Stored, encode_body, encode_parts

P = ParamSpec("P")
T = TypeVar("T")
GROUP_LIMIT = 500

log = structlog.get_logger("zhanggui.database")
_insert_events = BulkInsert(event_log, ("n", "at", "kind", "subject", "body"))


class BatchKind:
    """A kind of write that is always handled many at a time (the hot path).

    `run(tx, items)` returns one result or refusal per item, checks everything before it writes anything, and is
    called with the items in the order they were submitted. `failed(items)` is told, before any later group runs,
    that storage failed under these and that they will come again.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[Tx, Sequence[object]], list[object]],
        failed: Callable[[Sequence[object]], None] = lambda _items: None,
    ) -> None:
        self.name = name
        self.run = run
        self.failed = failed


class Job:
    """One waiting write: an action alone (`fn`) or an item of a batch kind; `done(result, error)` runs on the loop."""

    __slots__ = ("done", "error", "fn", "item", "kind", "result")

    def __init__(
        self,
        done: Callable[[object, BaseException | None], None],
        *,
        fn: Callable[[Tx], object] | None = None,
        kind: BatchKind | None = None,
        item: object = None,
    ) -> None:
        self.done = done
        self.fn = fn
        self.kind = kind
        self.item = item
        self.result: object = None
        self.error: BaseException | None = None


class GroupFailed(Exception):
    """A job failed after something was written: the group must be rolled back."""


def run_jobs(tx: Tx, jobs: Sequence[Job]) -> list[Stored]:
    """Run a group inside its transaction, number and store what it announced; results are left on the jobs."""
    start = 0
    while start < len(jobs):
        kind = jobs[start].kind
        end = start + 1
        if kind is None:
            _run_one(tx, jobs[start])
        else:
            while end < len(jobs) and jobs[end].kind is kind:
                end += 1
            _run_batch(tx, kind, jobs[start:end])
        start = end
    return _number(tx)


def _run_one(tx: Tx, job: Job) -> None:
    assert job.fn is not None  # noqa: S101
    tx.begin_action()
    job.error = None
    try:
        job.result = job.fn(tx)
    except ZhangguiError as error:
        if tx.wrote:
            raise GroupFailed from error
        tx.drop_action()
        job.result, job.error = None, error
    except Exception as error:
        raise GroupFailed from error


def _run_batch(tx: Tx, kind: BatchKind, jobs: Sequence[Job]) -> None:
    tx.begin_action()
    try:
        results = kind.run(tx, [job.item for job in jobs])
    except Exception as error:
        raise GroupFailed from error
    for job, result in zip(jobs, results, strict=True):
        job.error = result if isinstance(result, ZhangguiError) else None
        job.result = None if job.error else result


def _number(tx: Tx) -> list[Stored]:
    changes: list[Change] = tx.changes
    if not changes:
        return []
    found = tx.rows("UPDATE event_counter SET n = n + ? WHERE id = 1 RETURNING n", (len(changes),))
    n = cast(int, found[0][0]) - len(changes)
    stored: list[Stored] = []
    rows: list[tuple[object, ...]] = []
    for change in changes:
        n += 1
        change.n = n
        put = encode_parts(change)
        at = change.at
        stored.append(Stored(n, at, change.kind, change.subject, change.faces, put, change.gone, change.origin))
        rows.append((n, at, change.kind, change.subject, encode_body(change.faces, put, change.gone)))
    _insert_events.run(tx, rows)
    return stored


def fail_all(jobs: Iterable[Job], error: BaseException) -> None:
    """Leave `error` on every job and tell batch kinds, in order, what will come again.

    What failed by its own fault will not: whoever waited for it would wait for ever.
    """
    for job in jobs:
        job.result, job.error = None, error
        if job.kind is not None and isinstance(error, Unavailable):
            job.kind.failed([job.item])


def cause_of(error: BaseException) -> BaseException:
    """Return what stood behind a failed group."""
    return error.__cause__ if isinstance(error, GroupFailed) and error.__cause__ is not None else error


def _settle(future: "asyncio.Future[object]") -> Callable[[object, BaseException | None], None]:
    def done(result: object, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    return done


class Database(ABC):
    """The store that rooms see. `committed` is called on the event loop with every group's changes, in order."""

    dialect: str
    url: str

    def __init__(self, reactions: Reactions | None = None) -> None:
        self.reactions = reactions or Reactions()
        self.committed: Callable[[list[Stored]], None] = lambda _stored: None
        self._stopping = False

    @abstractmethod
    async def start(self) -> None:
        """Open it on the running event loop."""

    @abstractmethod
    async def stop(self) -> None:
        """Finish what was accepted, then close."""

    @abstractmethod
    def submit(self, job: Job) -> None:
        """Queue a write; `job.done` is called on the loop after the commit (or the refusal)."""

    @abstractmethod
    async def _read(self, fn: Callable[[Rx], T]) -> T: ...

    @abstractmethod
    async def durability(self) -> dict[str, str]:
        """Return the durability settings read back from the live connection that writes."""

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous action in one durable transaction; its result is returned after the commit."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.submit(Job(_settle(future), fn=lambda tx: fn(tx, *args, **kwargs)))
        return cast(T, await future)

    async def read(self, fn: Callable[Concatenate[Rx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous query on a read-only snapshot of one moment; Unavailable when storage cannot be read."""
        try:
            return await self._read(lambda rx: fn(rx, *args, **kwargs))
        except Exception as error:
            trouble = storage_failure(error)
            if trouble is None:
                raise
            log.warning("read_failed", reason=repr(error)[:200])
            raise trouble from error

    def _finish(self, jobs: Sequence[Job], stored: list[Stored], callbacks: Sequence[Callable[[], None]]) -> None:
        """On the loop: publish first, then answer, so that an acknowledgement finds its event delivered."""
        for step in ((lambda: self.committed(stored)) if stored else None, *callbacks):
            if step is not None:
                self._guarded(step)
        for job in jobs:
            self._guarded(lambda job=job: job.done(job.result, job.error))  # type: ignore[misc]

    def _refuse(self, job: Job) -> None:
        """Answer a write that came after the end: whoever waits for it would wait for ever."""
        fail_all([job], Unavailable("database.unavailable"))
        self._guarded(lambda: job.done(job.result, job.error))

    @staticmethod
    def _guarded(step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:
            log.exception("after_commit_failed")
