"""Make or empty all tables at once: for tests and fresh installations' comparison; live schemas come by migrations."""

from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from zhanggui.foundation.database.base import Database
from zhanggui.foundation.database.derived import create_derived
from zhanggui.foundation.database.schema import event_counter, metadata
from zhanggui.foundation.database.sqlite import SqliteDatabase, make_engine


def create_all(connection: Connection) -> None:
    """Create every table of every imported room, what is derived from them, and the counter's one row."""
    metadata.create_all(connection)
    create_derived(connection)
    if connection.execute(event_counter.select()).first() is None:
        connection.execute(event_counter.insert().values(id=1, n=0))


async def create_tables(database: Database) -> None:
    """Create all tables of `database`, which need not be started yet."""
    if isinstance(database, SqliteDatabase):
        database.path.parent.mkdir(parents=True, exist_ok=True)
        engine = make_engine(database.path, writes=True)
        with engine.begin() as connection:
            create_all(connection)
        engine.dispose()
        return
    from sqlalchemy.ext.asyncio import create_async_engine

    server = create_async_engine(database.url, poolclass=NullPool)
    async with server.begin() as connection:
        await connection.execute(text("SELECT 1"))
        await connection.run_sync(create_all)
    await server.dispose()


__all__ = ["create_all", "create_tables"]
