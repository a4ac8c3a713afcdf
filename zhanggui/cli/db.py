"""`db`: upgrade, backup, restore, check, reindex, move."""

import asyncio
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import Connection, func, select, text

from zhanggui import migrations
from zhanggui.chat.checking import broken_chains, missing_files
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.tables import conversation
from zhanggui.cli import keeping
from zhanggui.cli.ground import Failure, alone, data_option, in_words, settings_for
from zhanggui.cli.language import say
from zhanggui.foundation import words
from zhanggui.foundation.database import moving, open_database
from zhanggui.foundation.database.offline import on_connection, sqlite_path
from zhanggui.foundation.database.schema import event_counter, event_log
from zhanggui.foundation.errors import Conflict, Invalid
from zhanggui.foundation.holding import Holding
from zhanggui.settings import Settings
from zhanggui.team.tables import agent

T = TypeVar("T")


@click.group(help=say("数据库：升级、备份、恢复、检查、搬家", "The database: upgrade, back up, restore, check, move"))
def db() -> None:
    """Lead to the commands about the database."""
    from zhanggui.cli.words import WORDS

    words.register(WORDS)


def _on(settings: Settings, work: Callable[[Connection], T], *, writes: bool, url: str | None = None) -> T:
    return asyncio.run(on_connection(settings.database if url is None else url, settings.data, work, writes=writes))


def _need_current(settings: Settings) -> None:
    state, _ = asyncio.run(migrations.state(settings.database, settings.data))
    if state != "current":
        raise Failure(
            say(
                "数据库还没有建立或需要升级，请先运行 zhanggui db upgrade",
                "No database yet, or an old one: run zhanggui db upgrade first",
            )
        )


@db.command(help=say("升级数据库结构。示例：zhanggui db upgrade --data shop", "Upgrade the schema. Example: zhanggui db upgrade --data shop"))  # fmt: skip
@data_option
@in_words
def upgrade(data: Path | None) -> None:
    """Bring the schema up to date; a SQLite file is copied first."""
    from zhanggui.migrations.opening import copy_of

    settings = settings_for(data=data)
    with Holding(settings.data):
        state, revision = asyncio.run(migrations.state(settings.database, settings.data))
        if state == "newer":
            raise Conflict("migrations.newer", found=revision or "", known=migrations.head())
        path = sqlite_path(settings.database, settings.data)
        if state == "older" and path is not None:
            click.echo(say("已备份：", "Backup: ") + str(copy_of(path, settings.data / "backups", revision or "0000")))
        asyncio.run(migrations.upgrade(settings.database, settings.data))
    click.echo(say(f"数据库已是最新版本 {migrations.head()}", f"The schema is {migrations.head()}, the newest"))


@db.command(
    help=say(
        "备份全部数据（服务运行时也可以）。\n\n\b\n示例：\n  zhanggui db backup shop-1128.zip --data shop",
        "Back everything up, also while the server runs.\n\n\b\nExample:\n  zhanggui db backup shop-1128.zip --data shop",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@in_words
def backup(file: Path, data: Path | None) -> None:
    """Write one file from which the shop can be made whole again."""
    settings = settings_for(data=data)
    _need_current(settings)
    if file.exists():
        raise Failure(say(f"{file} 已存在", f"{file} exists already"))
    counts = _on(settings, lambda c: keeping.write_backup(c, settings.data, file), writes=False)
    click.echo(say(f"已备份到 {file}，", f"Backed up to {file}, ") + keeping.told(counts))


@db.command(
    help=say(
        "从备份恢复。已有数据时需要 --force。\n\n\b\n示例：\n  zhanggui db restore shop-1128.zip --data newshop",
        "Restore from a backup; over existing data only with --force.\n\n\b\nExample:\n"
        "  zhanggui db restore shop-1128.zip --data newshop",
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
    try:
        with zipfile.ZipFile(file) as archive:
            keeping.read_manifest(archive)
            asyncio.run(migrations.upgrade(settings.database, settings.data))
            if not force and not _on(settings, moving.is_empty, writes=False):
                raise Failure(
                    say(
                        "目标里已有数据；确定要覆盖请加 --force",
                        "There are data already; to overwrite them add --force",
                    )
                )
            counts = _on(settings, lambda c: keeping.read_backup(c, settings.data, archive), writes=True)
    except zipfile.BadZipFile:
        raise Invalid("cli.no_backup") from None
    click.echo(say("已恢复，", "Restored, ") + keeping.told(counts))


@db.command(
    help=say(
        "检查数据是否完好（消息哈希链、编号、附件）。\n\n\b\n示例：\n  zhanggui db check --data shop",
        "Check that everything is as it was written (hash chains, numbers, attachments).\n\n\b\nExample:\n"
        "  zhanggui db check --data shop",
    )
)
@data_option
@in_words
def check(data: Path | None) -> None:
    """Say what is wrong; exit code 1 when anything is."""
    settings = settings_for(data=data)
    _need_current(settings)
    found = 0
    for problem in _on(settings, lambda c: list(_problems(c, settings.data)), writes=False):
        click.echo(problem)
        found += 1
    if found:
        raise Failure(say(f"发现 {found} 处问题", f"{found} problems found"))
    click.echo(say("数据完好", "Everything is as it was written"))


def _problems(connection: Connection, data: Path) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from (str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok")
        yield from (f"foreign key: {tuple(row)}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    last = connection.execute(select(func.max(event_log.c.n))).scalar() or 0
    counter = connection.execute(select(event_counter.c.n)).scalar()
    if counter is None or counter < last:
        yield f"event counter {counter} is behind the delivery log ({last})"
    yield from broken_chains(connection)
    yield from _miscounted(connection)
    yield from missing_files(connection, data)


def _miscounted(connection: Connection) -> Iterator[str]:
    open_ones = (
        select(conversation.c.assignee, func.count().label("open"))
        .where(conversation.c.state == "open", conversation.c.assignee.is_not(None))
        .group_by(conversation.c.assignee)
    )
    counted = {row.assignee: row.open for row in connection.execute(open_ones)}
    for row in connection.execute(select(agent.c.id, agent.c.login, agent.c.open)):
        if row.open != counted.get(row.id, 0):
            yield f"agent {row.login}: counts {row.open} open conversations, has {counted.get(row.id, 0)}"


@db.command(
    help=say(
        "重建搜索索引（正常情况下不需要）。\n\n\b\n示例：\n  zhanggui db reindex --data shop",
        "Build the search index anew (normally never needed).\n\n\b\nExample:\n  zhanggui db reindex --data shop",
    )
)
@data_option
@in_words
def reindex(data: Path | None) -> None:
    """Build the search index anew from the messages; nothing is lost when this is ended half-way."""
    count = alone(_reindex, settings_for(data=data))
    click.echo(say(f"搜索索引已重建，共 {count} 条消息", f"The search index is built anew: {count} messages"))


def _reindex(settings: Settings) -> int:
    async def rebuild() -> int:
        database = open_database(settings.database, settings.data)
        await database.start()
        try:
            return await Indexer(database).rebuild()
        finally:
            await database.stop()

    _need_current(settings)
    return asyncio.run(rebuild())


@db.command(
    help=say(
        "把全部数据搬到另一个数据库（从家用 SQLite 到 PostgreSQL，或搬回来），逐表核对。\n\n\b\n示例：\n"
        "  zhanggui db move postgresql://user@host/zhanggui --data shop\n"
        "  ZHANGGUI_DATABASE=postgresql://user@host/zhanggui zhanggui db move sqlite:///shop/zhanggui.db --data shop",
        "Move all data to another database (home SQLite to PostgreSQL, or back); every table is compared.\n\n\b\n"
        "Examples:\n  zhanggui db move postgresql://user@host/zhanggui --data shop\n"
        "  ZHANGGUI_DATABASE=postgresql://user@host/zhanggui zhanggui db move sqlite:///shop/zhanggui.db --data shop",
    )
)
@click.argument("url")
@data_option
@in_words
def move(url: str, data: Path | None) -> None:
    """Copy every row; the source stays as it is."""
    if not url.startswith(("postgresql://", "postgres://", "sqlite:///")):
        raise Failure(say(f"不认识的数据库地址：{url}", f"Not an address of a database: {url}"))
    alone(_move, settings_for(data=data), url)


def _move(settings: Settings, url: str) -> None:
    _need_current(settings)
    with tempfile.TemporaryDirectory(prefix="zhanggui-move-") as folder:
        passage = Path(folder)
        digests = _on(settings, lambda c: _write_out(c, passage), writes=False)
        asyncio.run(migrations.upgrade(url, settings.data))
        _on(settings, lambda c: _read_in(c, passage, digests), writes=True, url=url)
    counts = {name: count for name, (count, _) in digests.items()}
    click.echo(say("已搬完并核对，", "Moved and compared, ") + keeping.told(counts))
    click.echo(
        say(
            f"以后用这个设置启动：ZHANGGUI_DATABASE={url}",
            f"From now on start with the setting ZHANGGUI_DATABASE={url}",
        )
    )


def _write_out(connection: Connection, folder: Path) -> dict[str, tuple[int, str]]:
    digests: dict[str, tuple[int, str]] = {}
    for table in moving.tables():
        with (folder / table.name).open("w", encoding="utf-8", newline="\n") as file:
            digests[table.name] = moving.digest(moving.copied(moving.dump(connection, table), file))
    return digests


def _read_in(connection: Connection, folder: Path, digests: dict[str, tuple[int, str]]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE event_counter IN EXCLUSIVE MODE"))
    if not moving.is_empty(connection):
        raise Conflict("cli.not_empty")
    moving.clear(connection)
    for table in moving.tables():
        with (folder / table.name).open(encoding="utf-8", newline="\n") as file:
            moving.load(connection, table, (line.rstrip("\n") for line in file))
        keeping.check_same(connection, table.name, digests[table.name])
