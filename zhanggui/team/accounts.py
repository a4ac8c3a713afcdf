"""Accounts made or rescued, by whoever may: what is slow (argon2) first, then one action."""

from zhanggui.foundation.audit import Actor, CommandLine
from zhanggui.foundation.database import Rx
from zhanggui.foundation.errors import Conflict, Invalid
from zhanggui.team import actions, queries, rules
from zhanggui.team.door import Door
from zhanggui.team.queries import AgentRow
from zhanggui.team.shapes import AgentIn, AgentMade


async def make_agent(door: Door, given: AgentIn, *, actor: Actor) -> AgentMade:
    """Make a sub-account; whatever password he gets, he must replace it at his first login."""
    shown, password = await door.new_password(given.password, login=rules.clean_login(given.login))
    new = actions.NewAgent(
        login=given.login,
        name=given.name,
        nick=given.nick,
        role=given.role,
        groups=given.groups,
        capacity=door.policy.capacity if given.capacity is None else given.capacity,
        password=password,
        language=door.policy.language,
    )
    limit = door.policy.agent_limit
    made = await door.database.write(actions.do_create_agent, actor=actor, new=new, limit=limit)
    return AgentMade(agent=made, password=shown)


async def add_by_command(door: Door, given: AgentIn) -> AgentMade:
    """Make a sub-account for somebody at the command line; an owner comes first, or nobody could set up any more."""
    if await door.database.read(_owner, "") is None:
        raise Conflict("team.no_owner_yet")
    return await make_agent(door, given, actor=CommandLine())


async def renew_owner(door: Door, login: str) -> AgentMade:
    """Give the owner of this login ("" = the first owner) a fresh password, shown once; his second factor goes, too."""
    found = await door.database.read(_owner, login)
    if found is None or found.role != "owner":
        raise Invalid("team.no_owner", field="login")
    shown, password = await door.new_password(None, login=found.login)
    act = actions.do_reset_password
    made = await door.database.write(act, found.id, actor=CommandLine(), password=password, totp_off=True)
    return AgentMade(agent=made, password=shown)


def _owner(rx: Rx, login: str) -> AgentRow | None:
    if login:
        return queries.agent_by_login(rx, rules.clean_login(login))
    return queries.agent(rx, queries.first_owner(rx))
