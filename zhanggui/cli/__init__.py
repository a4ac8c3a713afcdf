"""The command line: thin, each command calls a room. Chinese or English by locale; examples in every help."""

import io
import sys
from typing import Any

import click

import zhanggui
from zhanggui.cli.db import db
from zhanggui.cli.language import say
from zhanggui.cli.people import agent, owner
from zhanggui.cli.serve import demo, serve


class Commands(click.Group):
    """The commands. What a terminal cannot show becomes a question mark instead of an end with a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as in click
        """Run the command line."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*args, **kwargs)


@click.group(
    cls=Commands,
    help=say(
        "掌柜：网店客服工作台。\n\n\b\n示例：\n  zhanggui demo shop && zhanggui serve --data shop\n  zhanggui serve --port 8600",
        "Zhanggui: the customer-service desk for online shops.\n\n\b\nExamples:\n"
        "  zhanggui demo shop && zhanggui serve --data shop\n  zhanggui serve --port 8600",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def main() -> None:
    """Lead to the commands."""


@main.command(help=say("显示版本。示例：zhanggui version", "Show the version. Example: zhanggui version"))
def version() -> None:
    """Say which version this is."""
    click.echo(zhanggui.__version__)


for command in (serve, demo, db, owner, agent):
    main.add_command(command)

__all__ = ["main"]
