"""`owner reset-password` and `agent add`: through the running server, or directly while none runs."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
from pydantic import ValidationError

from zhanggui.cli.ground import Failure, data_option, in_words, need_current, settings_for
from zhanggui.cli.language import say, spoken
from zhanggui.foundation.database import open_database
from zhanggui.foundation.errors import Conflict, Invalid, NotFound
from zhanggui.foundation.holding import HEADER, Held, Holding, who_serves
from zhanggui.settings import Settings
from zhanggui.team.accounts import add_by_command, renew_owner
from zhanggui.team.door import Door, policy_of
from zhanggui.team.passwords import Hasher
from zhanggui.team.shapes import AgentIn, AgentMade


@click.group(help=say("店主账号", "The owner's account"))
def owner() -> None:
    """Lead to the commands about owners."""


@click.group(help=say("子账号", "Sub-accounts"))
def agent() -> None:
    """Lead to the commands about agents."""


@owner.command(
    "reset-password",
    help=say(
        "给店主一个新密码（同时取消两步验证），只显示一次。\n\n\b\n示例：\n  zhanggui owner reset-password --data shop",
        "Give an owner a new password (and take the second factor away); it is shown once.\n\n\b\nExample:\n"
        "  zhanggui owner reset-password --data shop",
    ),
)
@data_option
@click.option("--login", default="", help=say("登录名（默认第一位店主）", "login (default: the first owner)"))
@in_words
def reset_password(data: Path | None, login: str) -> None:
    """Rescue an owner who is locked out."""
    settings = settings_for(data=data)
    login_of, password = _do(settings, "owner-password", {"login": login}, lambda door: renew_owner(door, login))
    click.echo(say(f"{login_of} 的新密码：{password}", f"New password of {login_of}: {password}"))


@agent.command(
    help=say(
        "新建子账号。\n\n\b\n示例：\n  zhanggui agent add xiaoli --name 李小丽 --role agent --data shop",
        "Make a sub-account.\n\n\b\nExample:\n  zhanggui agent add xiaoli --name 'Li Xiaoli' --role agent --data shop",
    )
)
@click.argument("login")
@click.option("--name", default="", help=say("姓名（默认同登录名）", "name (default: the login)"))
@click.option(
    "--role",
    default="agent",
    help=say(
        "角色：owner lead agent trainee viewer，或自定义角色的编号",
        "owner, lead, agent, trainee, viewer, or an own role's id",
    ),
)
@data_option
@in_words
def add(login: str, name: str, role: str, data: Path | None) -> None:
    """Make a sub-account; its password is made up and shown once."""
    settings = settings_for(data=data)
    body = {"login": login, "name": name or login, "role": role}
    try:
        given = AgentIn.model_validate(body)
    except ValidationError as error:
        raise Invalid("cli.argument", names=", ".join(str(one["loc"][0]) for one in error.errors())) from None
    made, password = _do(settings, "agents", body, lambda door: add_by_command(door, given))
    click.echo(say(f"已新建子账号 {made}，初始密码：{password}", f"Made {made}; first password: {password}"))


def _do(
    settings: Settings, path: str, body: dict[str, str], work: Callable[[Door], Awaitable[AgentMade]]
) -> tuple[str, str]:
    """Return (login, password): by the server when one holds the folder, else by ourselves."""
    if not settings.data.is_dir():
        raise NotFound("cli.no_database", folder=settings.data)
    try:
        with Holding(settings.data):
            need_current(settings)
            made = asyncio.run(_directly(settings, work))
            return made.agent.login, made.password or ""
    except Held:
        return _through_server(settings, path, body)


async def _directly(settings: Settings, work: Callable[[Door], Awaitable[AgentMade]]) -> AgentMade:
    from zhanggui.main import connect_rooms

    database = open_database(settings.database, settings.data, connect_rooms())
    hasher = Hasher()
    await database.start()
    try:
        return await work(Door(database, policy_of(settings), hasher))
    finally:
        await database.stop()
        hasher.close()


def _through_server(settings: Settings, path: str, body: dict[str, str]) -> tuple[str, str]:
    serving = who_serves(settings.data)
    if serving is None:
        raise Conflict("cli.not_answering")
    headers = {HEADER: serving.token, "Content-Type": "application/json", "Accept-Language": spoken()}
    url = f"{serving.url}/api/local/{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310  our own file names it
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the token is for nobody else
    try:
        with direct.open(request, timeout=30) as answer:
            made = json.load(answer)
    except urllib.error.HTTPError as error:
        raise Failure(_refusal(error)) from None
    except OSError:
        raise Conflict("cli.not_answering") from None
    return str(made["agent"]["login"]), str(made["password"] or "")


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (ValueError, KeyError):
        return f"HTTP {error.code}"
