"""The delivery log lets go of what is old, from its beginning and without a gap."""

import pytest
from sqlalchemy import select, update

from tests.foundation.builders import do_note
from zhanggui.foundation import trimming
from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database import Database, Rx, Tx
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.trimming import do_trim_log


def kept(rx: Rx) -> list[int]:
    """The numbers in the log."""
    return [row.n for row in rx.all(select(event_log.c.n).order_by(event_log.c.n))]


def do_age(tx: Tx, *numbers: int, days: float) -> None:
    """Make these changes older."""
    old = tx.now - round(days * DAY)
    tx.execute(update(event_log).where(event_log.c.n.in_(numbers)).values(at=old))


async def write_notes(db: Database, count: int) -> None:
    for n in range(count):
        await db.write(do_note, str(n))


async def test_old_changes_go_young_ones_stay_and_numbers_go_on(db: Database) -> None:
    assert await db.write(do_trim_log, days=7) == 0
    await write_notes(db, 6)
    await db.write(do_age, 1, 2, 3, days=8)
    await db.write(do_age, 4, days=6.9)
    assert await db.write(do_trim_log, days=7) == 3
    assert await db.read(kept) == [4, 5, 6]
    await db.write(do_note, "next")
    assert await db.read(kept) == [4, 5, 6, 7]


async def test_clocks_that_differ_make_no_gap(db: Database) -> None:
    await write_notes(db, 5)
    await db.write(do_age, 1, 3, 5, days=8)
    assert await db.write(do_trim_log, days=7) == 1
    assert await db.read(kept) == [2, 3, 4, 5]


async def test_much_goes_in_short_transactions(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trimming, "AT_ONCE", 2)
    await write_notes(db, 5)
    await db.write(do_age, 1, 2, 3, 4, 5, days=8)
    assert [await db.write(do_trim_log, days=7) for _ in range(4)] == [2, 2, 1, 0]
    assert await db.read(kept) == []
