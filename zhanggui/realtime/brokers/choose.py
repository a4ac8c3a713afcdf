"""Which wire the settings mean."""

import hashlib

from zhanggui.foundation.database import Database
from zhanggui.realtime.brokers.memory import MemoryBroker
from zhanggui.realtime.brokers.nats import NatsBroker
from zhanggui.realtime.brokers.postgres import PostgresBroker
from zhanggui.realtime.tail import Broker


def broker_for(kind: str, *, database: Database, nats_url: str, process: str) -> Broker:
    """Return the broker: "auto" is memory on SQLite and NOTIFY on PostgreSQL.

    "postgres" and "nats" need PostgreSQL (SQLite has one process); there "memory" still works, because every process
    polls once a second: only typing does not cross. Houses that share a NATS server are kept apart by a digest of
    their database's address.
    """
    if database.dialect == "sqlite" or kind == "memory":
        return MemoryBroker()
    if kind == "nats":
        address = database.url.rsplit("@", 1)[-1]
        return NatsBroker(nats_url, process, hashlib.sha256(address.encode()).hexdigest()[:16])
    return PostgresBroker(database.url, process)
