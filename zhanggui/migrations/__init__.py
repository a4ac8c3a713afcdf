"""The schema through time: what it is now, what it should be, and the way from one to the other.

A fresh database goes the same way as an old one, so the way is walked every day.
"""

from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from zhanggui.foundation.database.offline import on_connection
from zhanggui.foundation.database.schema import event_counter

State = Literal["fresh", "current", "older", "newer"]

UPGRADE_LOCK = 7_260_917_305
"""The advisory lock that lets one upgrader in at a time (a number of our own)."""
SEARCH = "message_search"
"""Tables of the search index begin so: their engine makes more of them beside, and they can be made anew any time."""


def include(_object: object, name: str | None, kind: str, _reflected: object, _compare_to: object) -> bool:
    """Tell whether alembic should compare this object: everything but the search index."""
    return not (kind in ("table", "index") and name is not None and SEARCH in name)


def compared() -> dict[str, Any]:
    """Return what is compared beside names: our own column types decide by themselves what they are."""
    return {"compare_type": False, "compare_server_default": False}


def config_for(connection: Connection | None = None) -> Config:
    """Return alembic's configuration, with the connection it shall use."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision this program knows."""
    found = ScriptDirectory.from_config(config_for()).get_current_head()
    assert found is not None  # noqa: S101
    return found


def _known(revision: str) -> bool:
    return revision in {script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()}


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _state(connection: Connection) -> tuple[State, str | None]:
    found = _current(connection)
    if found is None:
        return ("older" if inspect(connection).has_table("event_log") else "fresh"), None
    if found == head():
        return "current", found
    return ("older" if _known(found) else "newer"), found


def upgrade_on(connection: Connection) -> None:
    """Bring the database behind this connection to the newest schema; nothing to do is fine."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    command.upgrade(config_for(connection), "head")
    if connection.execute(event_counter.select()).first() is None:
        connection.execute(event_counter.insert().values(id=1, n=0))


async def state(url: str, data: Path) -> tuple[State, str | None]:
    """Return how the schema stands to this program, and its revision. A missing SQLite file is fresh."""
    from zhanggui.foundation.database.offline import sqlite_path

    path = sqlite_path(url, data)
    if path is not None and not path.exists():
        return "fresh", None
    return await on_connection(url, data, _state, writes=False)


async def upgrade(url: str, data: Path) -> None:
    """Bring the database to the newest schema, from empty or from any older one, in one transaction."""
    await on_connection(url, data, upgrade_on, writes=True)
