"""What every command stands on: options, settings, and refusals in words instead of tracebacks."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from asyncpg import PostgresError
from sqlalchemy.exc import SQLAlchemyError

from zhanggui.cli.language import LANGUAGE, say
from zhanggui.foundation import words
from zhanggui.foundation.database.sqlite import driver_module
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.foundation.holding import Held, Holding
from zhanggui.settings import Settings, WrongSettings, load_settings

P = ParamSpec("P")
T = TypeVar("T")

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
        for problem in wrong.problems:
            click.echo(f"  {problem}", err=True)
        raise SystemExit(2) from None


def in_words(command: Callable[P, T]) -> Callable[P, T]:
    """Let a command's refusals and the machine's own (disk, rights, no such server) be said in one line; exit code 1."""

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        from zhanggui.main import register_words

        register_words()
        try:
            return command(*args, **kwargs)
        except ZhangguiError as error:
            raise Failure(words.say(error.code, LANGUAGE, **error.args_for_words)) from None
        except Held:
            raise Failure(
                say(
                    "这个数据文件夹正由一个运行中的服务使用，请先停止它",
                    "A running server holds this data folder; stop it first",
                )
            ) from None
        except (OSError, SQLAlchemyError, driver_module.Error, PostgresError) as error:
            first_line = str(error).strip().splitlines()
            raise Failure(first_line[0] if first_line else type(error).__name__) from None

    return told


class Failure(click.ClickException):
    """A refusal, said in one line."""

    def show(self, file: object = None) -> None:
        """Say it on the error stream."""
        click.echo(self.message, err=True)


def alone(work: Callable[Concatenate[Settings, P], T], settings: Settings, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` while no server holds the data folder; raises Held when one does."""
    with Holding(settings.data):
        return work(settings, *args, **kwargs)
