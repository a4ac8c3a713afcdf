"""What `serve` does with the schema before it opens: make it, bring it up to date after a backup, or refuse."""

from contextlib import closing
from pathlib import Path

import structlog

from zhanggui import migrations
from zhanggui.foundation.clock import now_ms, to_datetime
from zhanggui.foundation.database.offline import sqlite_path
from zhanggui.foundation.database.sqlite import MINIMUM, driver_module, version_problem
from zhanggui.foundation.errors import Conflict

log = structlog.get_logger("zhanggui.migrations")


async def prepare(url: str, data: Path) -> None:
    """Leave a database of the newest schema behind.

    A fresh one is made. An older SQLite file is copied to `backups/` first, then upgraded. An older PostgreSQL is
    refused (`migrations.upgrade_needed`: other processes may still be serving it), a newer schema always
    (`migrations.newer`).
    """
    path = sqlite_path(url, data)
    if path is not None and version_problem():
        wanted = ".".join(map(str, MINIMUM))
        raise Conflict("migrations.sqlite_too_old", found=driver_module.sqlite_version, wanted=wanted)
    found, revision = await migrations.state(url, data)
    if found == "newer":
        raise Conflict("migrations.newer", found=revision or "", known=migrations.head())
    if found == "older" and path is None:
        raise Conflict("migrations.upgrade_needed", found=revision or "", known=migrations.head())
    if found == "older" and path is not None:
        copy = copy_of(path, data / "backups", revision or "0000")
        log.info("schema_backup", file=str(copy))
    if found != "current":
        await migrations.upgrade(url, data)
        log.info("schema_ready", revision=migrations.head())


def copy_of(path: Path, folder: Path, revision: str) -> Path:
    """Copy a SQLite file whole (what still stands in its log too) and return where the copy is.

    The name appears only when the copy is complete: a full disk leaves none that could be taken for one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = to_datetime(now_ms()).strftime("%Y%m%d-%H%M%S")
    target = folder / f"zhanggui-{revision}-{stamp}.db"
    part = target.with_name(target.name + ".part")
    try:
        part.touch(mode=0o600)
        with (
            closing(driver_module.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(driver_module.connect(str(part))) as copy,
        ):
            source.backup(copy)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return target
