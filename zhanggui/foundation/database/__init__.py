"""One durable store with two engines: SQLite with a group-commit writer thread, PostgreSQL through asyncpg.

Rooms see `Database.write(fn)`, `Database.read(fn)`, `Tx`, `Rx`, the column types and the bulk statements; which engine
stands behind is nobody's business above this package.
"""

from zhanggui.foundation.database.base import BatchKind, Database, Job
from zhanggui.foundation.database.bulk import BulkInsert, BulkSelect, BulkUpdate
from zhanggui.foundation.database.matching import has_part
from zhanggui.foundation.database.opening import open_database
from zhanggui.foundation.database.schema import Instant, Json, Money, metadata
from zhanggui.foundation.database.tx import AnyRow, Rx, Tx

__all__ = [
    "AnyRow",
    "BatchKind",
    "BulkInsert",
    "BulkSelect",
    "BulkUpdate",
    "Database",
    "Instant",
    "Job",
    "Json",
    "Money",
    "Rx",
    "Tx",
    "has_part",
    "metadata",
    "open_database",
]
