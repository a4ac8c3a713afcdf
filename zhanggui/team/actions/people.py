"""Accounts: set up the shop, make, change, disable and enable agents, give new passwords."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from zhanggui.foundation.audit import Actor, note
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Conflict, Forbidden, Invalid
from zhanggui.foundation.ids import AgentId, new_id
from zhanggui.team import access, events, queries, rules
from zhanggui.team.actions.sessions import end_sessions
from zhanggui.team.queries import AgentRow
from zhanggui.team.shapes import AgentPatch, AgentView, Language, MePatch
from zhanggui.team.tables import agent as agents
from zhanggui.team.tables import credential, group_member, installation, recovery_code


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgent:
    """An account to be made; `password` is the hash. Texts are cleaned by the action."""

    login: str
    name: str
    password: str
    nick: str = ""
    role: str = "agent"
    groups: Sequence[str] = ()
    capacity: int = 20
    must_change: bool = True
    language: Language = "zh-CN"


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Whoever sets the shop up: he is nobody yet, and becomes its owner."""

    agent: str
    name: str
    address: str


def do_set_up(tx: Tx, *, new: NewAgent, shop_name: str, address: str) -> AgentView:
    """Make the first owner and announce the shop's name. Conflict when there are people already.

    Two at once: writes follow one another, and the table takes only one row.
    """
    if queries.is_set_up(tx):
        raise Conflict("team.already_set_up")
    shop_name = rules.clean_name(shop_name, field="shop_name")
    row = _checked(tx, new)
    _insert(tx, row, new)
    tx.execute(installation.insert().values(one=1, owner_id=row.id, set_up_at=tx.now))
    note(tx, FirstPerson(row.id, row.name, address), "team.set_up", object_id=row.id, detail={"shop": shop_name})
    tx.announce(events.set_up(events.ShopSetUp(owner=row.id, shop_name=shop_name, language=new.language)))
    return _tell(tx, row.id)


def do_create_agent(tx: Tx, *, actor: Actor, new: NewAgent, limit: int) -> AgentView:
    """Make a sub-account. Refused at the limit, for a login in use, or a role that allows more than the actor may."""
    check_room(tx, limit=limit)
    access.check_role(tx, new.role, actor=actor)
    check_groups(tx, new.groups)
    row = _checked(tx, new)
    _insert(tx, row, new)
    _join(tx, row.id, new.groups)
    note(tx, actor, "team.agent.created", object_id=row.id, detail={"login": row.login, "role": row.role})
    return _tell(tx, row.id)


def do_patch_agent(tx: Tx, agent_id: str, *, actor: Actor, patch: AgentPatch) -> AgentView:
    """Change an account: what is None stays. A change of role or groups counts from the next request on."""
    row = access.access_agent_below(tx, agent_id, actor=actor)
    values = _patched(row, name=patch.name, nick=patch.nick, capacity=patch.capacity)
    if patch.role is not None and patch.role != row.role:
        access.check_role(tx, patch.role, actor=actor)
        check_owner_left(tx, agent_id, stays_owner=patch.role == access.OWNER)
        values["role"] = patch.role
    joined, left = _moves(tx, row.id, patch.groups)
    if not (values or joined or left):
        return queries.view(tx, agent_id)
    _update(tx, agent_id, values)
    _leave(tx, agent_id, left)
    _join(tx, agent_id, joined)
    detail: dict[str, object] = {name: [getattr(row, name), value] for name, value in values.items()}
    detail |= {"joined": sorted(joined), "left": sorted(left)} if joined or left else {}
    note(tx, actor, "team.agent.changed", object_id=agent_id, detail=detail)
    return _tell(tx, agent_id)


def do_patch_me(tx: Tx, agent_id: AgentId, *, patch: MePatch) -> AgentView:
    """Change what is my own: name, nick, picture, language and the settings of my pages."""
    row = access.access_agent(tx, agent_id)
    values = _patched(row, name=patch.name, nick=patch.nick)
    if patch.avatar is not None:
        values["avatar"] = rules.check_avatar(patch.avatar)
    if patch.settings is not None:
        rules.check_settings(patch.settings)
        values["settings"] = patch.settings
    if patch.language is not None:
        values["language"] = patch.language
    values = {name: value for name, value in values.items() if value != getattr(row, name)}
    if not values:
        return queries.view(tx, agent_id)
    _update(tx, agent_id, values)
    return _tell(tx, agent_id) if values.keys() & {"name", "nick", "avatar"} else queries.view(tx, agent_id)


def do_disable_agent(tx: Tx, agent_id: str, *, actor: Actor) -> AgentView:
    """Shut an account: its sessions end and its sockets close at once. The last owner and oneself stay."""
    row = access.access_agent_below(tx, agent_id, actor=actor)
    check_owner_left(tx, agent_id, stays_owner=False)
    if agent_id == actor.agent:
        raise Forbidden("team.not_yourself")
    if row.state == "disabled":
        return queries.view(tx, agent_id)
    _update(tx, agent_id, {"state": "disabled", "disabled_at": tx.now})
    end_sessions(tx, agent_id, queries.session_ids(tx, agent_id), why="disabled")
    note(tx, actor, "team.agent.disabled", object_id=agent_id)
    return _tell(tx, agent_id)


def do_enable_agent(tx: Tx, agent_id: str, *, actor: Actor, limit: int) -> AgentView:
    """Let a disabled account sign in again; it counts towards the limit again."""
    row = access.access_agent_below(tx, agent_id, actor=actor)
    if row.state == "active":
        return queries.view(tx, agent_id)
    check_room(tx, limit=limit)
    _update(tx, agent_id, {"state": "active", "disabled_at": None})
    note(tx, actor, "team.agent.enabled", object_id=agent_id)
    return _tell(tx, agent_id)


def do_reset_password(tx: Tx, agent_id: str, *, actor: Actor, password: str, totp_off: bool = False) -> AgentView:
    """Give somebody else a new password (`password` is its hash): he must change it, his sessions end.

    `totp_off` also takes the second factor away, for the day phone and recovery codes are both lost.
    """
    access.access_agent_below(tx, agent_id, actor=actor)
    if agent_id == actor.agent:
        raise Forbidden("team.own_password")
    values: dict[str, object] = {"password": password, "must_change": 1, "changed_at": tx.now}
    if totp_off:
        values |= {"totp_secret": None, "totp_pending": None}
        tx.execute(recovery_code.delete().where(recovery_code.c.agent_id == agent_id))
    tx.execute(credential.update().where(credential.c.agent_id == agent_id).values(values))
    end_sessions(tx, agent_id, queries.session_ids(tx, agent_id), why="password")
    note(tx, actor, "team.agent.password_reset", object_id=agent_id, detail={"totp_off": totp_off})
    return queries.view(tx, agent_id)


# ---------------------------------------------------------------- checks


def check_room(tx: Tx, *, limit: int) -> None:
    """There is room for one more sub-account."""
    if queries.count_sub_accounts(tx) >= limit:
        raise Conflict("team.agent_limit", limit=limit)


def check_owner_left(tx: Tx, agent_id: str, *, stays_owner: bool) -> None:
    """After this change somebody can still do everything."""
    if rules.leaves_no_owner(owners=queries.active_owners(tx), agent=agent_id, stays_owner=stays_owner):
        raise Conflict("team.last_owner")


def check_groups(tx: Tx, groups: Collection[str]) -> None:
    """Every one of these groups exists."""
    if set(groups) - {group.id for group in queries.groups(tx)}:
        raise Invalid("team.group_unknown", field="groups")


def _checked(tx: Tx, new: NewAgent) -> AgentRow:
    login = rules.clean_login(new.login)
    if queries.agent_by_login(tx, login) is not None:
        raise Invalid("team.login_taken", field="login")
    return AgentRow(
        id=new_id("a", at=tx.now),
        login=login,
        name=rules.clean_name(new.name),
        nick=rules.clean_optional(new.nick, field="nick"),
        avatar="",
        role=new.role,
        capacity=rules.check_capacity(new.capacity),
        state="active",
        language=new.language,
        settings={},
        presence="online",
        open=0,
    )


def _patched(
    row: AgentRow, *, name: str | None = None, nick: str | None = None, capacity: int | None = None
) -> dict[str, object]:
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = rules.clean_name(name)
    if nick is not None:
        values["nick"] = rules.clean_optional(nick, field="nick")
    if capacity is not None:
        values["capacity"] = rules.check_capacity(capacity)
    return {key: value for key, value in values.items() if value != getattr(row, key)}


def _moves(tx: Tx, agent_id: str, groups: Collection[str] | None) -> tuple[set[str], set[str]]:
    if groups is None:
        return set(), set()
    check_groups(tx, groups)
    before = set(queries.groups_of(tx, agent_id))
    return set(groups) - before, before - set(groups)


# ---------------------------------------------------------------- writes


def _insert(tx: Tx, row: AgentRow, new: NewAgent) -> None:
    values = {name: getattr(row, name) for name in AgentRow.__slots__}
    tx.execute(agents.insert().values(created_at=tx.now, **values))
    tx.execute(
        credential.insert().values(
            agent_id=row.id,
            password=new.password,
            must_change=int(new.must_change),
            changed_at=tx.now,
            totp_step=0,
        )
    )


def _update(tx: Tx, agent_id: str, values: dict[str, object]) -> None:
    if values:
        tx.execute(agents.update().where(agents.c.id == agent_id).values(values))


def _join(tx: Tx, agent_id: str, groups: Collection[str]) -> None:
    for group in sorted(set(groups)):
        tx.execute(group_member.insert().values(group_id=group, agent_id=agent_id))


def _leave(tx: Tx, agent_id: str, groups: Collection[str]) -> None:
    if groups:
        tx.execute(
            group_member.delete().where(group_member.c.agent_id == agent_id, group_member.c.group_id.in_(groups))
        )


def _tell(tx: Tx, agent_id: str) -> AgentView:
    view = queries.view(tx, agent_id)
    tx.announce(events.agent_changed(view))
    return view
