"""`serve` and `demo`."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

import click

from zhanggui.cli.ground import Failure, data_option, in_words, settings_for
from zhanggui.cli.language import say
from zhanggui.foundation import log
from zhanggui.foundation.holding import Holding
from zhanggui.migrations.opening import prepare
from zhanggui.settings import Settings
from zhanggui.team.addresses import is_loopback


@click.command(
    help=say(
        "启动服务。\n\n\b\n示例：\n  zhanggui serve\n  zhanggui serve --data shop --port 8080",
        "Start the server.\n\n\b\nExamples:\n  zhanggui serve\n  zhanggui serve --data shop --port 8080",
    )
)
@data_option
@click.option(
    "--port", type=int, help=say("端口（默认 8600，0 为任意空闲端口）", "port (default 8600; 0 takes a free one)")
)
@click.option("--host", help=say("监听地址（默认 127.0.0.1）", "address to listen on (default 127.0.0.1)"))
@in_words
def serve(data: Path | None, port: int | None, host: str | None) -> None:
    """Open the desk until a signal ends it."""
    settings = settings_for(data=data, port=port, host=host)
    if settings.demo and not is_loopback(settings.host):
        raise Failure(
            say(
                "演示店只允许在本机访问（演示顾客没有密码）",
                "A demo listens on loopback only: its buyers have no passwords",
            )
        )
    log.configure(settings.log_level, as_json=settings.log_json)
    with Holding(settings.data) as holding:
        asyncio.run(prepare(settings.database, settings.data))
        _serve(settings, holding)


def _serve(settings: Settings, holding: Holding) -> None:
    from zhanggui.main import build_app, serving

    app = build_app(settings)
    app.state.local_token = holding.token

    def ready(port: int) -> None:
        holding.tell(f"http://{_reached_at(settings.host)}:{port}")
        _greet(settings, port, setup_token=app.state.sessions.setup_token)

    server = serving(app, settings, ready=ready)
    # the server hands its signal on once it has ended in good order: what stands behind us must still be put away
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise Failure(
            say(
                f"无法在 {settings.host}:{settings.port} 启动，详见上面的日志",
                f"Could not start on {settings.host}:{settings.port}, see the log above",
            )
        )


def _reached_at(host: str) -> str:
    """Return how this machine itself reaches a server that listens on `host`."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"[{host}]" if ":" in host else host


def _greet(settings: Settings, port: int, *, setup_token: str) -> None:
    home = settings.public_url or f"http://{_reached_at(settings.host)}:{port}"
    click.echo(say(f"工作台  {home}/app/", f"Desk       {home}/app/"))
    click.echo(say(f"店铺页  {home}/shop/", f"Shop page  {home}/shop/"))
    logins = settings.data / "logins.txt"
    if settings.demo and logins.is_file():
        click.echo(say(f"登录账号在 {logins}：", f"Logins, from {logins}:"))
        click.echo(logins.read_text(encoding="utf-8").rstrip())
    if setup_token:
        click.echo(
            say(
                f"首次使用：在本机打开工作台即可开店；从别的电脑打开时需要口令 {setup_token}",
                f"First start: open the desk on this machine to set up; from another one the token is {setup_token}",
            )
        )


@click.command(
    help=say(
        "在空文件夹里建一家演示店，并打印登录账号。\n\n\b\n示例：\n  zhanggui demo shop\n  zhanggui serve --data shop",
        "Build a demo shop into an empty folder and print its logins.\n\n\b\nExamples:\n"
        "  zhanggui demo shop\n  zhanggui serve --data shop",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@in_words
def demo(folder: Path) -> None:
    """Build the demo shop."""
    from zhanggui.demo.build import build_demo

    try:
        logins = build_demo(folder)
    except FileExistsError:
        raise Failure(say(f"{folder} 不是空文件夹", f"{folder} is not empty")) from None
    click.echo(say("演示店「青禾集」已建好。登录账号：", "The demo shop 青禾集 is ready. Logins:"))
    click.echo(logins.text())
    click.echo(say(f"（已保存在 {logins.file}）", f"(kept in {logins.file})"))
    click.echo(say(f"启动：zhanggui serve --data {folder}", f"Start: zhanggui serve --data {folder}"))
