"""Whose fault was it? Either storage itself failed, then everybody is told to retry, or what was asked was wrong.

The two must not be confused: a value that no column takes, sent by one person, would otherwise fail his neighbours'
writes and drop the connection; a full disk taken for somebody's mistake would be reported as a fault of ours.
"""

import errno
from collections.abc import Iterator

import asyncpg
from sqlalchemy import exc

from zhanggui.foundation.errors import Unavailable, ZhangguiError

SQLITE_FULL = 13
SQLITE_TROUBLE = frozenset({5, 6, 7, 8, 10, 11, 13, 14, 15, 26})
"""BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB."""
POSTGRES_FULL = "53100"
POSTGRES_TROUBLE = ("08", "25006", "28", "3D", "40", "53", "55P03", "57", "58", "XX")
"""Connection lost, read-only standby, let in no more, database gone, deadlock, no resources, lock not
given, server going down, I/O, corrupt data."""
_OF_FILES = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)


def storage_failure(error: BaseException) -> Unavailable | None:
    """Return what to tell people when storage itself failed, or None when the fault lies in what was asked.

    The outermost error that says anything decides. Words are not read: they may hold what somebody wrote.
    """
    for seen in _behind(error):
        # asyncpg's refusal of a value is an "interface error" like a lost connection, but it is a ValueError too
        if isinstance(seen, (ZhangguiError, ValueError)):
            return None
        if _is_full(seen):
            return Unavailable("database.full")
        if _is_trouble(seen):
            return Unavailable("database.unavailable")
    return None


def _behind(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
    return _sqlite_code(error) == SQLITE_FULL or getattr(error, "sqlstate", None) == POSTGRES_FULL


def _is_trouble(error: BaseException) -> bool:
    code, state = _sqlite_code(error), getattr(error, "sqlstate", None)
    if code is not None:
        return code in SQLITE_TROUBLE
    if isinstance(state, str):
        return state.startswith(POSTGRES_TROUBLE)
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated
    if isinstance(error, OSError):
        return not isinstance(error, _OF_FILES)
    return isinstance(error, (asyncpg.InterfaceError, exc.DisconnectionError, exc.TimeoutError))


def _sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code; the extended one carries more in its upper bits."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None
