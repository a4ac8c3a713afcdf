"""Small writes for the database's own tests: a note is one row with one event, kept in a table of the ground."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from zhanggui.foundation.database import Database, Rx, Tx
from zhanggui.foundation.database.base import Job
from zhanggui.foundation.database.schema import event_log, house_key
from zhanggui.foundation.errors import Conflict
from zhanggui.foundation.events import Change, Face, Stored

NOTED = "test.noted"


def a_change(name: str, *, tags: tuple[str, ...] = ("agent:1",), kind: str = NOTED) -> Change:
    """A change whose one part says its name."""
    return Change(kind, put={"note": {"id": name}}, faces=(Face(tags, ("note",)),), subject=name)


def do_note(tx: Tx, name: str, value: str = "") -> str:
    """Write a note and announce it; the same name twice breaks the primary key."""
    tx.execute(house_key.insert().values(name=name, value=value, created_at=tx.now))
    tx.announce(a_change(name))
    return name


def do_jot(tx: Tx, name: str) -> str:
    """Write a note that nobody hears of."""
    tx.execute(house_key.insert().values(name=name, value="", created_at=tx.now))
    return name


def do_refuse(tx: Tx, name: str) -> str:
    """Refuse before the first write."""
    tx.scalar(select(house_key.c.name))
    raise Conflict("test.refused", name=name)


def do_fail(tx: Tx, name: str) -> str:
    """Refuse too late: after a note was written and announced."""
    do_note(tx, name)
    raise Conflict("test.refused", name=name)


def notes(rx: Rx) -> set[str]:
    """The names of all notes."""
    return {str(row.name) for row in rx.all(select(house_key.c.name))}


def logged(rx: Rx) -> list[tuple[int, str]]:
    """Number and subject of every stored event, in order."""
    rows = rx.all(select(event_log.c.n, event_log.c.subject).order_by(event_log.c.n))
    return [(row.n, row.subject) for row in rows]


def counts(rx: Rx) -> tuple[int, int, int]:
    """The number, the events and the notes of one moment."""
    number = rx.number()
    if rx.dialect == "postgresql":
        rx.rows("SELECT pg_sleep(0.001)")
    events = rx.scalar(select(func.count()).select_from(event_log))
    kept = rx.scalar(select(func.count()).select_from(house_key))
    assert isinstance(events, int)
    assert isinstance(kept, int)
    return number, events, kept


class Groups(list[list[Stored]]):
    """What `committed` was called with, group by group."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        database.committed = self.append

    @property
    def numbers(self) -> list[int]:
        """All numbers in the order they came."""
        return [stored.n for group in self for stored in group]

    @property
    def subjects(self) -> list[str]:
        """All subjects in the order they came."""
        return [stored.subject for group in self for stored in group]


@contextmanager
def one_group(database: Database) -> Iterator[None]:
    """Let every write submitted inside wait, so that the database finds them together."""
    # PostgreSQL's writer is a task of this loop: it cannot begin before the caller waits
    gate, reached = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> None:
        reached.set()
        gate.wait(10)

    if database.dialect == "sqlite":
        database.submit(Job(lambda _result, _error: None, fn=hold))
        assert reached.wait(10)
    try:
        yield
    finally:
        gate.set()


def together(database: Database, *writes: tuple[object, ...]) -> "asyncio.Future[list[object]]":
    """Submit `(action, *arguments)` at once as one group; the future has a result or error for each."""
    loop = asyncio.get_running_loop()
    futures: list[asyncio.Future[object]] = []
    with one_group(database):
        for action, *arguments in writes:
            future: asyncio.Future[object] = loop.create_future()
            futures.append(future)
            database.submit(_job(future, action, arguments))
    return asyncio.gather(*futures, return_exceptions=True)


def _job(future: "asyncio.Future[object]", action: object, arguments: list[object]) -> Job:
    assert callable(action)

    def done(result: object, error: BaseException | None) -> None:
        future.set_result(result) if error is None else future.set_exception(error)

    return Job(done, fn=lambda tx: action(tx, *arguments))
