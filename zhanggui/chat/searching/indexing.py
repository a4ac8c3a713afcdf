"""Keeping the index up to date, a moment behind the talk and never on its way.

What is missing is read and cut into pieces on a reader's snapshot; the writer is given short transactions only. One
process indexes at a time: who writes holds the index for some seconds, and another takes over when he is gone.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, insert, update

from zhanggui.chat.searching import index
from zhanggui.chat.searching.batches import Portion, Standing, is_torn, next_portion, standing
from zhanggui.chat.searching.tables import clear_search, state, talk
from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.database import BulkInsert, Database, Rx, Tx
from zhanggui.foundation.ids import new_id

HELD: Final = 10 * SECOND
AT_ONCE: Final = 200
"""Lines in one transaction: some ten milliseconds of the writer."""
_insert_talks = BulkInsert(talk, ("conversation", "tags"))


class Indexer:
    """Brings the index up to date whenever it is asked (`catch_up`, by a job twice a second).

    `rest`: so many times as long as a portion took, nothing is done after it. In a flood of lines the talk itself then
    keeps the machine, and the index falls behind for as long as the flood lasts.
    """

    def __init__(self, database: Database, *, holder: str = "", rest: float = 0) -> None:
        self._database = database
        self._holder = holder or new_id("x")
        self._rest = rest

    async def catch_up(self) -> int:
        """Index everything that is missing; returns how many lines went in or out. Stops when another process does it.

        Safe to be ended anywhere: what was not noted as done is done again.
        """
        time = asyncio.get_running_loop().time
        count, began = 0, time()
        while (done := await self._step()) is not None:
            count += done
            await asyncio.sleep(self._rest * (time() - began))
            began = time()
        return count

    async def rebuild(self) -> int:
        """Empty the index and build it anew."""
        await self._database.write(do_clear)
        return await self.catch_up()

    async def _step(self) -> int | None:
        portion = await self._database.read(self._read)
        if portion is None:
            return None
        if not isinstance(portion, Portion):
            return 0 if await self._database.write(do_begin, portion) else None
        for start in range(0, len(portion.entries), AT_ONCE):
            part = portion.entries[start : start + AT_ONCE]
            if not await self._database.write(do_put, portion, part, holder=self._holder):
                return None
        if not await self._database.write(do_note, portion, holder=self._holder):
            return None
        return len(portion.entries) + len(portion.gone)

    def _read(self, rx: Rx) -> "Portion | _Beginning | None":
        found = standing(rx)
        if found is None or is_torn(rx, found):
            return _Beginning(found)
        if found.holder != self._holder and found.until > rx.now:
            return None
        return next_portion(rx, found)


class _Beginning:
    """The walk through all lines has to be begun; `after` is what was found."""

    def __init__(self, after: Standing | None) -> None:
        self.after = after


def do_clear(tx: Tx) -> None:
    """Empty the index; it is built anew by the next `catch_up`."""
    tx.wrote = True
    clear_search(tx.connection)


def do_begin(tx: Tx, beginning: _Beginning) -> bool:
    """Begin to walk through all lines; changes after this moment are followed later. False when somebody was faster.

    What is in the index stays and can be found meanwhile, unless it comes from another past than this database.
    """
    if standing(tx) != beginning.after:
        return False
    if beginning.after is not None and beginning.after.n > tx.number():
        clear_search(tx.connection)
    tx.execute(delete(state))
    tx.execute(insert(state).values(id=1, n=tx.number(), conversation="", seq=0, holder="", until=0))
    return True


def do_put(tx: Tx, portion: Portion, part: Sequence[index.Entry], *, holder: str) -> bool:
    """Put some lines of a portion in; False when another process has the index now."""
    if not _hold(tx, portion, holder):
        return False
    index.put(tx, part)
    return True


def do_note(tx: Tx, portion: Portion, *, holder: str) -> bool:
    """Take out what must go and note the portion as done; False when another process has the index now."""
    if not _hold(tx, portion, holder):
        return False
    index.remove(tx, portion.gone)
    tx.execute(delete(talk).where(talk.c.conversation.in_([name for name, _ in portion.talks])))
    _insert_talks.run(tx, portion.talks)
    name, seq = portion.walked or (None, 0)
    tx.execute(update(state).values(n=portion.n, conversation=name, seq=seq))
    return True


def _hold(tx: Tx, portion: Portion, holder: str) -> bool:
    now, then = standing(tx), portion.after
    if now is None or (now.n, now.conversation, now.seq) != (then.n, then.conversation, then.seq):
        return False
    if now.holder != holder and now.until > tx.now:
        return False
    tx.execute(update(state).values(holder=holder, until=tx.now + HELD))
    return True
