"""Which wire the settings mean."""

import hashlib

from zhanggui.foundation.database import Database
from zhanggui.foundation.keys import do_key
from zhanggui.realtime.brokers.memory import MemoryBroker
from zhanggui.realtime.brokers.nats import NatsBroker
from zhanggui.realtime.brokers.postgres import PostgresBroker
from zhanggui.realtime.tail import Broker


def broker_for(kind: str, *, database: Database, nats_url: str, process: str) -> Broker:
    """Return the broker: "auto" is memory on SQLite and NOTIFY on PostgreSQL.

    "postgres" and "nats" need PostgreSQL (SQLite has one process). There "memory" is not refused: it is right for a
    single process, and with several, each still polls once a second, so that only typing does not cross.
    """
    if database.dialect == "sqlite" or kind == "memory":
        return MemoryBroker()
    if kind == "nats":
        return NatsBroker(nats_url, process, lambda: _house(database))
    return PostgresBroker(database.url, process)


async def _house(database: Database) -> str:
    key = await database.write(do_key, "broker")
    return hashlib.sha256(key.encode()).hexdigest()[:32]
