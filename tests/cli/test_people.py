"""Accounts from the command line: directly while nobody serves, else through the server; shown once, written down."""

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.cli.builders import change, command, content
from tests.places import Place
from zhanggui.foundation.database.schema import audit_log
from zhanggui.foundation.holding import Holding
from zhanggui.team.passwords import Hasher
from zhanggui.team.tables import agent as agents
from zhanggui.team.tables import credential

PASSWORD = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){3}")


def audit(place: Place) -> list[tuple[str, str, str]]:
    """(who, what, by which name) of every line of the audit log."""
    query = select(audit_log.c.actor, audit_log.c.action, audit_log.c.actor_name).order_by(audit_log.c.id)
    return [tuple(row) for row in asyncio.run(place.does(lambda connection: connection.execute(query).all()))]


def fits(place: Place, login: str, password: str) -> bool:
    """Would this password open the account?"""
    query = (
        select(credential.c.password).join(agents, agents.c.id == credential.c.agent_id).where(agents.c.login == login)
    )
    kept = str(asyncio.run(place.does(lambda connection: connection.execute(query).scalar_one())))
    return asyncio.run(Hasher().verify(kept, password))


def shown(output: str) -> str:
    """The password in what was said."""
    [found] = {match.group() for match in PASSWORD.finditer(output)}
    return found


def test_an_agent_is_made_with_a_password_shown_once(shop: Place):
    done = command(shop, "agent", "add", "xiaoli", "--name", "李小丽", "--role", "trainee")
    assert done.exit_code == 0, done.output
    password = shown(done.output)
    assert fits(shop, "xiaoli", password)
    assert not any(password in line for lines in content(shop).values() for line in lines)
    assert audit(shop)[-1] == ("system", "team.agent.created", "command line")
    [made] = [line for line in content(shop)["agent"] if '"xiaoli"' in line]
    assert "李小丽" in made
    assert '"trainee"' in made


def test_an_owner_gets_a_new_password(shop: Place):
    done = command(shop, "owner", "reset-password")
    assert done.exit_code == 0, done.output
    assert fits(shop, "boss", shown(done.output))
    assert audit(shop)[-1][0] == "system"
    assert audit(shop)[-1][2] == "command line"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("agent", "add", "boss"), "taken"),
        (("agent", "add", "xx", "--role", "emperor"), "role"),
        (("agent", "add", "x" * 200), "login"),
        (("owner", "reset-password", "--login", "nobody"), "no owner"),
    ],
)
def test_what_cannot_be_is_refused_in_words(args: tuple[str, ...], said: str, home: Place):
    before = content(home)
    refused = command(home, *args)
    assert refused.exit_code == 1
    assert said in refused.output.lower()
    assert content(home) == before


def test_an_owner_comes_first(empty: Place):
    asyncio.run(empty.upgraded())
    refused = command(empty, "agent", "add", "xiaoli")
    assert refused.exit_code == 1
    assert "no owner yet" in refused.output
    assert content(empty)["agent"] == []


def test_an_agent_of_the_command_line_is_no_owner(home: Place):
    change(home, "UPDATE agent SET role = 'lead' WHERE login = 'boss'")
    refused = command(home, "owner", "reset-password", "--login", "boss")
    assert refused.exit_code == 1


def test_a_mistyped_folder_is_not_made(tmp_path: Path):
    for args in (("agent", "add", "xiaoli"), ("owner", "reset-password")):
        refused = command(Place("", tmp_path / "typo"), *args)
        assert refused.exit_code == 1
        assert "No database" in refused.output
    assert not (tmp_path / "typo").exists()


def test_a_server_that_is_just_starting_is_not_passed_by(home: Place):
    before = content(home)
    with Holding(home.data):
        refused = command(home, "agent", "add", "xiaoli")
    assert refused.exit_code == 1
    assert "try again" in refused.output
    assert content(home) == before


def test_a_server_that_was_killed_is_not_waited_for(home: Place):
    """Its `local.json` is still there, but the lock is gone with it."""
    (home.data / "local.json").write_text('{"url": "http://127.0.0.1:1", "token": "old"}', encoding="utf-8")
    assert command(home, "agent", "add", "xiaoli").exit_code == 0


def test_a_server_that_does_not_answer_is_told(home: Place):
    with Holding(home.data) as holding:
        holding.tell("http://127.0.0.1:1")
        refused = command(home, "agent", "add", "xiaoli")
    assert refused.exit_code == 1
    assert "try again" in refused.output
