"""What a shop needs to be whole again, in one file: every row, uploads, product pictures, settings.

A backup is a zip: `manifest.json`, `tables/<name>.jsonl` (see `foundation/database/moving.py`), and the data folder's
`files/`, `pictures/`, `zhanggui.toml`. It can be restored to either engine.
"""

import io
import json
import zipfile
from pathlib import Path

from sqlalchemy import Connection

import zhanggui
from zhanggui import migrations
from zhanggui.cli.language import say
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import moving
from zhanggui.foundation.errors import Invalid

MANIFEST = "manifest.json"
FOLDERS = ("files", "pictures")
SETTINGS = "zhanggui.toml"


def write_backup(connection: Connection, data: Path, target: Path) -> dict[str, int]:
    """Write the backup of one moment; returns rows by table. An existing file is never overwritten."""
    part = target.with_name(target.name + ".part")
    counts: dict[str, int] = {}
    try:
        with zipfile.ZipFile(part, "x", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            Path(part).chmod(0o600)
            digests = {table.name: _write_table(connection, archive, table.name) for table in moving.tables()}
            counts = {name: count for name, (count, _) in digests.items()}
            manifest = {
                "zhanggui": zhanggui.__version__,
                "revision": migrations.head(),
                "at": now_ms(),
                "tables": {name: {"rows": count, "sha256": seen} for name, (count, seen) in digests.items()},
            }
            _write_files(archive, data)
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return counts


def _write_table(connection: Connection, archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    table = next(one for one in moving.tables() if one.name == name)
    with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as file:
        return moving.digest(moving.copied(moving.dump(connection, table), file))


def _write_files(archive: zipfile.ZipFile, data: Path) -> None:
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                # pictures are packed already
                archive.write(path, path.relative_to(data).as_posix(), zipfile.ZIP_STORED)
    if (data / SETTINGS).is_file():
        archive.write(data / SETTINGS, SETTINGS)


def read_manifest(archive: zipfile.ZipFile) -> dict[str, dict[str, dict[str, object]]]:
    """Return what the backup says of itself; Invalid when it is none, or of another schema."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        tables, revision = manifest["tables"], manifest["revision"]
    except (KeyError, ValueError) as error:
        raise Invalid("cli.no_backup") from error
    if revision != migrations.head():
        raise Invalid("cli.other_schema", found=str(revision), known=migrations.head())
    return {"tables": tables}


def read_backup(connection: Connection, data: Path, archive: zipfile.ZipFile) -> dict[str, int]:
    """Put every row of the backup into the (empty) tables and every file into the folder; each table is compared."""
    told = read_manifest(archive)["tables"]
    moving.clear(connection)
    counts: dict[str, int] = {}
    for table in moving.tables():
        with archive.open(f"tables/{table.name}.jsonl") as raw, io.TextIOWrapper(raw, "utf-8") as file:
            counts[table.name] = moving.load(connection, table, (line.rstrip("\n") for line in file))
        check_same(connection, table.name, (int(str(told[table.name]["rows"])), str(told[table.name]["sha256"])))
    for name in archive.namelist():
        if name == SETTINGS or name.split("/")[0] in FOLDERS:
            archive.extract(name, data)
    return counts


def check_same(connection: Connection, name: str, expected: tuple[int, str]) -> None:
    """Refuse (and so undo everything) when a table does not say what it should."""
    table = next(one for one in moving.tables() if one.name == name)
    if moving.digest(moving.dump(connection, table)) != expected:
        raise Invalid("cli.not_same", table=name)


def told(counts: dict[str, int]) -> str:
    """Return the figures in one line."""
    rows = sum(counts.values())
    lines, talks, orders = (counts.get(name, 0) for name in ("message", "conversation", "trade_order"))
    return say(
        f"共 {rows} 行：{talks} 个会话，{lines} 条消息，{orders} 笔订单",
        f"{rows} rows: {talks} conversations, {lines} messages, {orders} orders",
    )
