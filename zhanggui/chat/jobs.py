"""What the chat room does by itself."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from zhanggui.chat import actions
from zhanggui.chat.files import path_of
from zhanggui.chat.tables import attachment
from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database import Database, Rx

AT_ONCE = 200


class Orphans:
    """Removes what was uploaded and never sent within a day: first its row, then its bytes.

    Goes through the files from the oldest on, some each time, and remembers in memory how far it came: what was sent
    is looked at once per start.
    """

    def __init__(self, database: Database, data: Path) -> None:
        self._database = database
        self._data = data
        self._after = (0, "")

    async def sweep(self) -> int:
        """Look at the next ones; returns how many were removed."""
        old = await self._database.read(_older, self._after)
        if not old:
            return 0
        gone = await self._database.write(actions.do_forget_files, [file for _, file in old])
        await asyncio.to_thread(self._remove, gone)
        self._after = old[-1]
        return len(gone)

    def _remove(self, stores: list[str]) -> None:
        for store in stores:
            path = path_of(self._data, store)
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".thumb").unlink(missing_ok=True)


def _older(rx: Rx, after: tuple[int, str]) -> list[tuple[int, str]]:
    c = attachment.c
    later = (c.at > after[0]) | ((c.at == after[0]) & (c.id > after[1]))
    query = select(c.at, c.id).where(c.at < rx.now - DAY, later).order_by(c.at, c.id).limit(AT_ONCE)
    return [(row[0], row[1]) for row in rx.all(query)]
