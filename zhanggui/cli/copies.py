"""`db backup`, `db restore`, `db move`: everything a shop has, copied whole or not at all."""

import asyncio
import tempfile
import zipfile
from pathlib import Path

import click
from sqlalchemy import Connection, inspect, text

from zhanggui import migrations
from zhanggui.cli import keeping
from zhanggui.cli.ground import alone, data_option, in_words, need_current, on, settings_for
from zhanggui.cli.language import say
from zhanggui.cli.manifest import Manifest
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import moving
from zhanggui.foundation.database.offline import is_served, sqlite_path
from zhanggui.foundation.errors import Conflict, Invalid
from zhanggui.migrations import SEARCH
from zhanggui.settings import Settings, is_database

SIDES = ("", "-wal", "-shm")
"""A SQLite database is up to three files."""


@click.command(
    help=say(
        "备份全部数据（服务运行时也可以）：所有记录、上传的文件、商品图片和设置，都在一个 zip 里。\n\n\b\n示例：\n"
        "  zhanggui db backup shop-1128.zip --data shop",
        "Back everything up, also while the server runs: every row, uploads, pictures and settings in one zip.\n\n\b\n"
        "Example:\n  zhanggui db backup shop-1128.zip --data shop",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@in_words
def backup(file: Path, data: Path | None) -> None:
    """Write one file from which the shop can be made whole again."""
    settings = settings_for(data=data)
    need_current(settings)
    if file.exists():
        raise Conflict("cli.exists", file=file)
    counts = on(settings, lambda connection: keeping.write_backup(connection, settings.data, file), writes=False)
    click.echo(say(f"已备份到 {file}，", f"Backed up to {file}, ") + keeping.told(counts))


@click.command(
    help=say(
        "从备份恢复到 SQLite 或 PostgreSQL，本版本或更早版本的备份都可以。已有数据时需要 --force；"
        "被覆盖的 SQLite 文件留在 backups/。\n\n\b\n示例：\n  zhanggui db restore shop-1128.zip --data newshop",
        "Restore a backup of this version or an earlier one, to SQLite or PostgreSQL; over existing data only with "
        "--force (a SQLite file goes to backups/).\n\n\b\nExample:\n  zhanggui db restore shop-1128.zip --data newshop",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@data_option
@click.option("--force", is_flag=True, help=say("覆盖已有数据", "overwrite what is there"))
@in_words
def restore(file: Path, data: Path | None, force: bool) -> None:
    """Make the shop whole again; all or nothing."""
    alone(_restore, settings_for(data=data), file, force=force)


def _restore(settings: Settings, file: Path, *, force: bool) -> None:
    with keeping.opened(file) as (archive, manifest):
        if not force and not _is_empty(settings):
            raise Conflict("cli.not_empty_force")
        files = keeping.Files(archive, settings.data)
        files.lay_out()
        try:
            path = sqlite_path(settings.database, settings.data)
            if path is None:
                on(settings, lambda connection: _into_server(connection, archive, manifest), writes=True)
            else:
                _into_file(settings, path, archive, manifest)
        except BaseException:
            files.drop()
            raise
        files.take_place()
    click.echo(say("已恢复，", "Restored, ") + keeping.told(manifest.counts()))
    if settings_for(data=settings.data).database != settings.database:
        click.echo(
            say(
                "注意：恢复的 zhanggui.toml 指定了另一个数据库，请改正后再启动",
                "Mind: the restored zhanggui.toml names another database; put it right before you start",
            )
        )


def _is_empty(settings: Settings) -> bool:
    if any(path.is_file() for folder in keeping.FOLDERS for path in (settings.data / folder).rglob("*")):
        return False
    state, _ = asyncio.run(migrations.state(settings.database, settings.data))
    return state == "fresh" or (state == "current" and on(settings, moving.is_empty, writes=False))


def _into_server(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    if is_served(connection):
        raise Conflict("cli.served")
    ours = [table.name for table in moving.tables()] + ["alembic_version"]
    for name in inspect(connection).get_table_names():
        if name in ours or name.startswith(SEARCH):
            connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
    keeping.read_rows(connection, archive, manifest)


def _into_file(settings: Settings, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Fill a file beside the database and let it take its place when it is whole; what was there is kept."""
    part = keeping.part_of(path)
    try:
        _remove(part)
        url = f"sqlite:///{part}"
        on(settings, lambda connection: keeping.read_rows(connection, archive, manifest), writes=True, url=url)
        if any(path.with_name(path.name + side).exists() for side in SIDES):
            aside = _put_aside(path, settings.data / "backups")
            click.echo(say(f"原来的数据库在 {aside}", f"The former database is {aside}"))
        part.replace(path)
    finally:
        _remove(part)


def _put_aside(path: Path, folder: Path) -> Path:
    """Move a database away as it is, even a damaged one. A log left behind would be played into its successor."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"zhanggui-before-restore-{now_ms()}.db"
    for side in SIDES:
        file = path.with_name(path.name + side)
        if file.exists():
            file.replace(aside.with_name(aside.name + side))
    return aside


def _remove(path: Path) -> None:
    for side in SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)


@click.command(
    help=say(
        "把全部数据搬到另一个数据库（从家用 SQLite 到 PostgreSQL，或搬回来），逐表核对；原来的不动。\n\n\b\n示例：\n"
        "  zhanggui db move postgresql://user@host/zhanggui --data shop\n"
        "  ZHANGGUI_DATABASE=postgresql://user@host/zhanggui zhanggui db move sqlite:///shop/zhanggui.db --data shop",
        "Move all data to another database (home SQLite to PostgreSQL, or back); every table is compared, the source "
        "stays as it is.\n\n\b\nExamples:\n  zhanggui db move postgresql://user@host/zhanggui --data shop\n"
        "  ZHANGGUI_DATABASE=postgresql://user@host/zhanggui zhanggui db move sqlite:///shop/zhanggui.db --data shop",
    )
)
@click.argument("url")
@data_option
@in_words
def move(url: str, data: Path | None) -> None:
    """Copy every row; the source stays as it is."""
    if url == "" or not is_database(url):
        raise Invalid("cli.not_a_url")
    settings = settings_for(data=data)
    need_current(settings)
    alone(_move, settings, url)


def _move(settings: Settings, url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="move-", dir=settings.data) as folder:
        passage = Path(folder)
        told = on(settings, lambda connection: _write_out(connection, passage), writes=False)
        on(settings, lambda connection: _read_in(connection, passage, told), writes=True, url=url)
    counts = {name: count for name, (count, _) in told.items()}
    click.echo(say("已搬完并核对，", "Moved and compared, ") + keeping.told(counts))
    click.echo(
        say(
            f"以后用这个设置启动：ZHANGGUI_DATABASE={url}",
            f"From now on start with the setting ZHANGGUI_DATABASE={url}",
        )
    )


def _write_out(connection: Connection, folder: Path) -> dict[str, tuple[int, str]]:
    if is_served(connection):
        raise Conflict("cli.served")
    digests: dict[str, tuple[int, str]] = {}
    for table in moving.tables():
        with (folder / table.name).open("w", encoding="utf-8", newline="\n") as file:
            digests[table.name] = moving.digest(moving.copied(moving.dump(connection, table), file))
    return digests


def _read_in(connection: Connection, folder: Path, digests: dict[str, tuple[int, str]]) -> None:
    migrations.upgrade_on(connection)
    if is_served(connection):
        raise Conflict("cli.served")
    if not moving.is_empty(connection):
        raise Conflict("cli.not_empty")
    moving.clear(connection)
    for table in moving.tables():
        with (folder / table.name).open(encoding="utf-8", newline="\n") as file:
            moving.load(connection, table, (line.rstrip("\n") for line in file))
        keeping.check_same(connection, table, digests[table.name])
