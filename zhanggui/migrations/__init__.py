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

from zhanggui.foundation.database.offline import on_connection, sqlite_path
from zhanggui.foundation.database.schema import event_counter
from zhanggui.foundation.errors import Conflict
from zhanggui.migrations.tables import metadata

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


def is_known(revision: str) -> bool:
    """Tell whether this program knows the way from there."""
    return revision in {script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()}


def current(connection: Connection) -> str | None:
    """Return the revision of the database behind this connection, None when it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def state_on(connection: Connection) -> tuple[State, str | None]:
    """Return how the schema stands to this program, and its revision.

    Tables of our names without a revision are somebody else's, or of a copy that ended half-way: Conflict.
    """
    found = current(connection)
    if found is None:
        if set(inspect(connection).get_table_names()) & set(metadata.tables):
            raise Conflict("migrations.not_ours")
        return "fresh", None
    if found == head():
        return "current", found
    return ("older" if is_known(found) else "newer"), found


def upgrade_on(connection: Connection, *, to: str = "head") -> None:
    """Bring the database behind this connection to the newest schema (or to `to`); nothing to do is fine.

    Whoever comes second waits, and finds nothing left to do. A newer schema is refused: Conflict.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    found, revision = state_on(connection)
    if found == "newer":
        raise Conflict("migrations.newer", found=revision or "", known=head())
    command.upgrade(config_for(connection), to)
    if connection.execute(event_counter.select()).first() is None:
        connection.execute(event_counter.insert().values(id=1, n=0))


async def state(url: str, data: Path) -> tuple[State, str | None]:
    """Return how the schema stands to this program, and its revision. A missing SQLite file is fresh."""
    path = sqlite_path(url, data)
    if path is not None and not path.exists():
        return "fresh", None
    return await on_connection(url, data, state_on, writes=False)


async def upgrade(url: str, data: Path, *, to: str = "head") -> None:
    """Bring the database to the newest schema, from empty or from any older one, in one transaction."""
    await on_connection(url, data, lambda connection: upgrade_on(connection, to=to), writes=True)
