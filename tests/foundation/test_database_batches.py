"""Batch kinds: many items in one call, each answered for itself, all in their order."""

import asyncio
from collections.abc import Sequence

from tests.foundation.builders import do_note, logged, one_group
from zhanggui.foundation.database import BatchKind, Database, Job, Tx
from zhanggui.foundation.errors import Conflict, Unavailable


class Batch:
    """A batch kind that notes its items, refuses those that begin with "no" and remembers how it was called."""

    def __init__(self) -> None:
        self.calls: list[list[object]] = []
        self.failed: list[object] = []
        self.kind = BatchKind("notes", self.run, self.failed.extend)

    def run(self, tx: Tx, items: Sequence[object]) -> list[object]:
        self.calls.append(list(items))
        results: list[object] = [Conflict("test.refused") if str(i).startswith("no") else i for i in items]
        for item in items:
            if not str(item).startswith("no"):
                do_note(tx, str(item))
        if "crash" in items:
            raise ZeroDivisionError
        if "full" in items:
            raise OSError(28, "No space left on device")
        return results

    async def submit(self, db: Database, *items: str) -> list[object]:
        told: list[object] = []
        answered = asyncio.Event()

        def done(result: object, error: BaseException | None) -> None:
            told.append(error or result)
            if len(told) == len(items):
                answered.set()

        with one_group(db):
            for item in items:
                db.submit(Job(done, kind=self.kind, item=item))
        await asyncio.wait_for(answered.wait(), 10)
        return told


async def test_a_batch_answers_each_item_for_itself(db: Database) -> None:
    batch = Batch()
    told = await batch.submit(db, "a", "no", "b")
    assert (told[0], told[2]) == ("a", "b")
    assert isinstance(told[1], Conflict)
    assert batch.calls == [["a", "no", "b"]]
    assert await db.read(logged) == [(1, "a"), (2, "b")]


async def test_items_of_a_failing_batch_are_replayed_alone_in_order(db: Database) -> None:
    batch = Batch()
    told = await batch.submit(db, "a", "crash", "b")
    assert (told[0], told[2]) == ("a", "b")
    assert isinstance(told[1], ZeroDivisionError)
    assert batch.calls[1:] == [["a"], ["crash"], ["b"]]
    assert batch.failed == [], "what fails by its own fault does not come again"
    assert await db.read(logged) == [(1, "a"), (2, "b")]


async def test_a_batch_hears_that_storage_failed_under_it(db: Database) -> None:
    batch = Batch()
    told = await batch.submit(db, "a", "full", "b")
    assert [type(result) for result in told] == [Unavailable] * 3
    assert batch.failed == ["a", "full", "b"]
    assert await db.read(logged) == []
    assert await batch.submit(db, "a") == ["a"]


async def test_actions_and_batches_keep_their_order(db: Database) -> None:
    batch = Batch()
    with one_group(db):
        for name in ("a", "b"):
            db.submit(Job(lambda _result, _error: None, kind=batch.kind, item=name))
        db.submit(Job(lambda _result, _error: None, fn=lambda tx: do_note(tx, "between")))
        db.submit(Job(lambda _result, _error: None, kind=batch.kind, item="c"))
    await db.write(do_note, "last")
    assert [name for _, name in await db.read(logged)] == ["a", "b", "between", "c", "last"]
    assert batch.calls == [["a", "b"], ["c"]]
