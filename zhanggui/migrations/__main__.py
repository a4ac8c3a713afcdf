"""`python -m zhanggui.migrations "what it does"`: writes the next revision from what the tables now say.

It compares them with a fresh database; what comes out is a draft that a person reads, changes and tests.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from zhanggui import migrations
from zhanggui.foundation.database.offline import on_connection

VERSIONS = Path(__file__).parent / "versions"


def next_name() -> str:
    """Return the revision after the head: 0003 after 0002."""
    return f"{int(migrations.head()) + 1:04}"


def draft(message: str, *, into: Path | None = None) -> Path:
    """Write the draft (`into` a folder of its own, else to the other versions) and return where it is."""

    def compare(connection: Connection) -> Path:
        migrations.upgrade_on(connection)
        config = migrations.config_for(connection)
        if into is not None:
            config.set_main_option("path_separator", "newline")
            config.set_main_option("version_locations", f"{into}\n{VERSIONS}".replace("%", "%%"))
        place = None if into is None else str(into)
        made = command.revision(config, message, autogenerate=True, rev_id=next_name(), version_path=place)
        assert made is not None  # noqa: S101
        assert not isinstance(made, list)  # noqa: S101
        return Path(made.path)

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(on_connection("", Path(folder), compare, writes=True))


if __name__ == "__main__":
    sys.stdout.write(f"{draft(' '.join(sys.argv[1:]))}\n")
