"""`db`: upgrade, check, reindex; backup, restore and move are in `copies.py`."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DatabaseError

from zhanggui import migrations
from zhanggui.chat.checking import Finding, broken_chains, missing_files
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.tables import conversation
from zhanggui.cli.copies import backup, move, restore
from zhanggui.cli.ground import Failure, alone, data_option, in_words, need_current, on, settings_for
from zhanggui.cli.language import by_code, say
from zhanggui.foundation.database import open_database
from zhanggui.foundation.database.offline import is_served, sqlite_path
from zhanggui.foundation.database.schema import event_counter, event_log
from zhanggui.foundation.errors import Conflict
from zhanggui.migrations.opening import copy_of
from zhanggui.settings import Settings
from zhanggui.team.tables import agent


@click.group(help=say("数据库：升级、备份、恢复、检查、搬家", "The database: upgrade, back up, restore, check, move"))
def db() -> None:
    """Lead to the commands about the database."""


for command in (backup, restore, move):
    db.add_command(command)


@db.command(
    help=say(
        "升级数据库结构；SQLite 文件会先备份到 backups/。\n\n\b\n示例：\n  zhanggui db upgrade --data shop",
        "Upgrade the schema; a SQLite file is copied to backups/ first.\n\n\b\nExample:\n"
        "  zhanggui db upgrade --data shop",
    )
)
@data_option
@in_words
def upgrade(data: Path | None) -> None:
    """Bring the schema up to date, from empty too; a SQLite file is copied first."""
    alone(_upgrade, settings_for(data=data))


def _upgrade(settings: Settings) -> None:
    state, revision = asyncio.run(migrations.state(settings.database, settings.data))
    if state == "older":
        path = sqlite_path(settings.database, settings.data)
        if path is not None:
            copy = copy_of(path, settings.data / "backups", revision or "0000")
            click.echo(say(f"已备份：{copy}", f"Backup: {copy}"))
        elif on(settings, is_served, writes=False):
            raise Conflict("cli.served")
    asyncio.run(migrations.upgrade(settings.database, settings.data))
    click.echo(say(f"数据库已是最新版本 {migrations.head()}", f"The schema is {migrations.head()}, the newest"))


@db.command(
    help=say(
        "检查数据是否完好（消息哈希链、编号、计数、附件），服务运行时也可以；有问题时退出码为 1。\n\n\b\n示例：\n"
        "  zhanggui db check --data shop",
        "Check that everything is as it was written (hash chains, numbers, counts, attachments), also while the server "
        "runs; exit code 1 when it is not.\n\n\b\nExample:\n  zhanggui db check --data shop",
    )
)
@data_option
@in_words
def check(data: Path | None) -> None:
    """Say what is wrong; exit code 1 when anything is."""
    settings = settings_for(data=data)
    need_current(settings)
    found = on(settings, lambda connection: _told(_findings(connection, settings.data)), writes=False)
    if found:
        raise Failure(say(f"发现 {found} 处问题", f"Problems found: {found}"))
    click.echo(say("数据完好", "Everything is as it was written"))


def _told(findings: Iterator[Finding]) -> int:
    count = 0
    for finding in findings:
        click.echo(by_code(finding.code, finding.args))
        count += 1
    return count


def _findings(connection: Connection, data: Path) -> Iterator[Finding]:
    try:
        if connection.dialect.name == "sqlite":
            yield from _engine_findings(connection)
        last = connection.execute(select(func.max(event_log.c.n))).scalar() or 0
        counter = connection.execute(select(event_counter.c.n)).scalar()
        if counter is None or counter < last:
            yield Finding("check.counter", {"counter": counter, "last": last})
        yield from broken_chains(connection)
        yield from _miscounted(connection)
        yield from missing_files(connection, data)
    except DatabaseError as error:  # a damaged file ends every reading of it, not the report
        yield Finding("check.engine", {"said": error.orig})


def _engine_findings(connection: Connection) -> Iterator[Finding]:
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield Finding("check.engine", {"said": said})
    for table, row, target, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("check.foreign_key", {"table": table, "row": row, "target": target})


def _miscounted(connection: Connection) -> Iterator[Finding]:
    open_ones = (
        select(conversation.c.assignee, func.count().label("open"))
        .where(conversation.c.state == "open", conversation.c.assignee.is_not(None))
        .group_by(conversation.c.assignee)
    )
    counted = {row.assignee: row.open for row in connection.execute(open_ones)}
    for row in connection.execute(select(agent.c.id, agent.c.login, agent.c.open)):
        found = counted.get(row.id, 0)
        if row.open != found:
            yield Finding("check.open_count", {"login": row.login, "counted": row.open, "found": found})


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

    need_current(settings)
    return asyncio.run(rebuild())
