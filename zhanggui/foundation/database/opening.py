"""From a setting to a database: which engine, where."""

from pathlib import Path

from zhanggui.foundation.database.base import Database
from zhanggui.foundation.database.postgres import PostgresDatabase
from zhanggui.foundation.database.sqlite import SqliteDatabase
from zhanggui.foundation.events import Reactions

DATABASE_FILE = "zhanggui.db"


def async_url(url: str) -> str:
    """Return a PostgreSQL address with the driver named."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    return url


def open_database(url: str, data: Path, reactions: Reactions | None = None) -> Database:
    """Return the database of `url`: "" or "sqlite" is the file in the data folder, "postgresql://…" a server."""
    if url in ("", "sqlite"):
        return SqliteDatabase(data / DATABASE_FILE, reactions)
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), reactions)
    return PostgresDatabase(async_url(url), reactions)
