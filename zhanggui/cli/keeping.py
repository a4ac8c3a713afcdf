"""What a shop needs to be whole again, in one file: every row, uploads, product pictures, settings.

A backup is a zip: `tables/<name>.jsonl` (see `foundation/database/moving.py`), the data folder's `files/`, `pictures/`
and `zhanggui.toml`, and last `manifest.json`, which tells the schema's revision and of each table its form, how many
rows it has and their digest. It can be restored to either engine, by this version or a later one.
"""

import io
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, text

import zhanggui
from zhanggui import migrations
from zhanggui.cli.language import say
from zhanggui.cli.manifest import Manifest, Told
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import moving
from zhanggui.foundation.database.schema import event_counter
from zhanggui.foundation.errors import Invalid

MANIFEST = "manifest.json"
FOLDERS = ("files", "pictures")
SETTINGS = "zhanggui.toml"
PART = ".part"
"""Ends the name of what is not complete yet: it is never taken for a file of the shop."""


def write_backup(connection: Connection, data: Path, target: Path) -> dict[str, int]:
    """Write the backup of one moment; returns rows by table. An existing file is never overwritten.

    Rows first, then files: a file is written before the row that speaks of it, so none is missing.
    """
    part = part_of(target)
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=True, strict_timestamps=False) as archive:
            tables = {str(table.name): _write_table(connection, archive, table) for table in moving.tables()}
            _write_files(archive, data)
            manifest = Manifest(zhanggui.__version__, migrations.current(connection) or "", now_ms(), tables)
            archive.writestr(MANIFEST, manifest.written())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest.counts()


def _write_table(connection: Connection, archive: zipfile.ZipFile, table: Table) -> Told:
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as raw, _text(raw) as file:
        rows, seen = moving.digest(moving.copied(moving.dump(connection, table), file))
    return Told(moving.form_of(table), rows, seen)


def _write_files(archive: zipfile.ZipFile, data: Path) -> None:
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(PART):
                # pictures are packed already
                archive.write(path, path.relative_to(data).as_posix(), zipfile.ZIP_STORED)
    if (data / SETTINGS).is_file():
        archive.write(data / SETTINGS, SETTINGS)


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup; Invalid when it is none, is damaged, or was made by a later version."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest.read(archive.read(MANIFEST))
            if not migrations.is_known(manifest.revision):
                raise Invalid("cli.newer_backup", found=manifest.revision, known=migrations.head())
            yield archive, manifest
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, json.JSONDecodeError, UnicodeDecodeError):
        raise Invalid("cli.no_backup") from None


def read_rows(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Make the tables as they were in an empty database, fill them, compare each, and bring them up to date."""
    migrations.upgrade_on(connection, to=manifest.revision)
    connection.execute(text("DELETE FROM event_counter"))
    for name, told in manifest.tables.items():
        table = moving.table_of(name, told.form)
        with archive.open(f"tables/{name}.jsonl") as raw, _text(raw) as file:
            moving.load(connection, table, (line.rstrip("\n") for line in file))
        check_same(connection, table, (told.rows, told.sha256))
    migrations.upgrade_on(connection)
    _leap(connection)


def _leap(connection: Connection) -> None:
    """Let numbers go on far above any that was given before: every page that is still open begins afresh.

    Otherwise one that has heard change 5,000 would take the 5,001st of the restored shop for the next of its own. The
    clock serves, as it never comes back to the same number: no shop has a thousand changes a second for years.
    """
    counter = event_counter.c.n
    connection.execute(event_counter.update().where(counter < now_ms()).values(n=now_ms()))


def check_same(connection: Connection, table: Table, expected: tuple[int, str]) -> None:
    """Refuse (and so undo everything) when a table does not say what it should."""
    if moving.digest_of(connection, table) != expected:
        raise Invalid("cli.not_same", table=table.name)


class Files:
    """The files of a backup on their way into the data folder: beside the old ones first, in their place at the end.

    The folders may be links to a place that several processes share, so they are never moved themselves. Settings that
    are there stay (they name the database that was just filled); the backup's are laid beside them.
    """

    def __init__(self, archive: zipfile.ZipFile, data: Path) -> None:
        self._archive = archive
        self._places = {name: data / name for name in archive.namelist() if _belongs(name)}
        if SETTINGS in self._places and (data / SETTINGS).exists():
            self._places[SETTINGS] = data / f"{SETTINGS}.restored"

    def lay_out(self) -> None:
        """Write every file beside its place; when one cannot be written all are taken away again."""
        try:
            for name, place in self._places.items():
                place.parent.mkdir(parents=True, exist_ok=True)
                with self._archive.open(name) as source, part_of(place).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Forget what was laid out."""
        for place in self._places.values():
            part_of(place).unlink(missing_ok=True)

    def take_place(self) -> None:
        """Put every file in its place."""
        for place in self._places.values():
            part_of(place).replace(place)


def part_of(path: Path) -> Path:
    """Return where a file is while it is not complete."""
    return path.with_name(path.name + PART)


def _belongs(name: str) -> bool:
    parts = name.split("/")
    plain = all(part not in ("", ".", "..") and not set(part) & set("\\:\0") for part in parts)
    return name == SETTINGS or (plain and len(parts) > 1 and parts[0] in FOLDERS)


def _text(raw: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, "utf-8", newline="\n")


def told(counts: dict[str, int]) -> str:
    """Return the figures in one line."""
    rows = sum(counts.values())
    lines, talks, orders = (counts.get(name, 0) for name in ("message", "conversation", "trade_order"))
    return say(
        f"共 {rows} 行：{talks} 个会话，{lines} 条消息，{orders} 笔订单",
        f"{rows} rows: {talks} conversations, {lines} messages, {orders} orders",
    )
