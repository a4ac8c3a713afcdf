"""What every command stands on: options, settings, and refusals in words instead of tracebacks."""

import asyncio
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from asyncpg import InterfaceError, PostgresError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from zhanggui import migrations
from zhanggui.cli.language import by_code, say
from zhanggui.cli.words import WORDS
from zhanggui.foundation import words
from zhanggui.foundation.database.offline import on_connection
from zhanggui.foundation.database.sqlite import driver_module
from zhanggui.foundation.errors import Conflict, NotFound, ZhangguiError
from zhanggui.foundation.holding import Held, Holding
from zhanggui.settings import Problem, Settings, WrongSettings, load_settings

P = ParamSpec("P")
T = TypeVar("T")

MISTAKES = {
    "unknown": "settings.unknown", "unreadable": "settings.unreadable", "not_a_database": "settings.database",
    "int_parsing": "settings.integer", "int_type": "settings.integer", "int_from_float": "settings.integer",
    "float_parsing": "settings.number", "float_type": "settings.number",
    "bool_parsing": "settings.yes_or_no", "bool_type": "settings.yes_or_no",
    "string_type": "settings.text", "path_type": "settings.text", "literal_error": "settings.one_of",
    "greater_than_equal": "settings.at_least", "less_than_equal": "settings.at_most", "greater_than": "settings.above",
}  # fmt: skip
"""What can be wrong with a setting, by the checker's own names; what is not here is said in the checker's English."""

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help=say("数据文件夹（默认 data）", "the data folder (default: data)"),
)


def settings_for(**given: object) -> Settings:
    """Return the settings, or end with every wrong one named."""
    try:
        return load_settings(**given)
    except WrongSettings as wrong:
        click.echo(say("设置有误：", "Settings are wrong:"), err=True)
        words.register(WORDS)
        for problem in wrong.problems:
            click.echo(f"  {problem.where}: {_mistake(problem)}", err=True)
        raise SystemExit(2) from None


def _mistake(problem: Problem) -> str:
    code = MISTAKES.get(problem.kind)
    if code is None:
        return problem.what
    wanted = {**problem.wanted, "expected": str(problem.wanted.get("expected", "")).replace(" or ", ", ")}
    return by_code(code, wanted)


def on(settings: Settings, work: Callable[[Connection], T], *, writes: bool, url: str | None = None) -> T:
    """Run `work` on one connection to the shop's database (or to `url`), in one transaction."""
    return asyncio.run(on_connection(settings.database if url is None else url, settings.data, work, writes=writes))


def need_current(settings: Settings) -> None:
    """Refuse when there is no database yet (a mistyped folder), or one of another version."""
    state, revision = asyncio.run(migrations.state(settings.database, settings.data))
    if state == "fresh":
        raise NotFound("cli.no_database", folder=settings.data)
    if state == "older":
        raise Conflict("migrations.upgrade_needed", found=revision or "", known=migrations.head())
    if state == "newer":
        raise Conflict("migrations.newer", found=revision or "", known=migrations.head())


def in_words(command: Callable[P, T]) -> Callable[P, T]:
    """Let a command's refusals and the machine's own (disk, rights, no such server) be said in one line; exit code 1."""

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        from zhanggui.main import register_words

        register_words()
        words.register(WORDS)
        try:
            return command(*args, **kwargs)
        except ZhangguiError as error:
            raise Failure(by_code(error.code, error.args_for_words)) from None
        except Held:
            raise Failure(
                say(
                    "这个数据文件夹正由一个运行中的服务使用，请先停止它",
                    "A running server holds this data folder; stop it first",
                )
            ) from None
        except (OSError, SQLAlchemyError, driver_module.Error, PostgresError, InterfaceError) as error:
            raise Failure(_first_line(error)) from None

    return told


def _first_line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


class Failure(click.ClickException):
    """A refusal, said in one line."""

    def show(self, file: object = None) -> None:
        """Say it on the error stream."""
        click.echo(self.message, err=True)


def alone(work: Callable[Concatenate[Settings, P], T], settings: Settings, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` while no server holds the data folder; raises Held when one does."""
    with Holding(settings.data):
        return work(settings, *args, **kwargs)
