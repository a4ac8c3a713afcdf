"""Reads about agents, roles and groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Select, func, select

from zhanggui.foundation.database import AnyRow, Rx
from zhanggui.team import rules
from zhanggui.team.shapes import AgentView, GroupView, Language, State
from zhanggui.team.tables import agent as agents
from zhanggui.team.tables import group_member, installation, live_socket, team_group
from zhanggui.team.tables import role as roles


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as stored."""

    id: str
    login: str
    name: str
    nick: str
    avatar: str
    role: str
    capacity: int
    state: State
    language: Language
    settings: dict[str, object]
    presence: rules.Presence
    open: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    """An own role as stored."""

    id: str
    name: str
    permissions: list[str]


_AGENT_COLUMNS = [agents.c[name] for name in AgentRow.__slots__]


def _agent_row(row: AnyRow) -> AgentRow:
    return AgentRow(**row._mapping)


# ---------------------------------------------------------------- agents


def is_set_up(rx: Rx) -> bool:
    """Are there people already?"""
    return rx.scalar(select(installation.c.one)) is not None or rx.scalar(select(agents.c.id).limit(1)) is not None


def first_owner(rx: Rx) -> str:
    """The main account, which does not count as a sub-account; "" before set-up."""
    return str(rx.scalar(select(installation.c.owner_id)) or "")


def agent(rx: Rx, agent_id: str) -> AgentRow | None:
    """One agent, or None."""
    row = rx.one(select(*_AGENT_COLUMNS).where(agents.c.id == agent_id))
    return None if row is None else _agent_row(row)


def agent_by_login(rx: Rx, login: str) -> AgentRow | None:
    """The agent with this (cleaned) login, or None."""
    row = rx.one(select(*_AGENT_COLUMNS).where(agents.c.login == login))
    return None if row is None else _agent_row(row)


def active_owners(rx: Rx) -> list[str]:
    """Ids of the owners who can sign in."""
    return texts(rx, select(agents.c.id).where(agents.c.role == "owner", agents.c.state == "active"))


def count_sub_accounts(rx: Rx) -> int:
    """Active accounts without the main one."""
    wanted = select(func.count()).select_from(agents).where(agents.c.state == "active", agents.c.id != first_owner(rx))
    return cast(int, rx.scalar(wanted))


def holders(rx: Rx, role: str) -> list[str]:
    """Ids of the agents with this role, disabled ones too."""
    return texts(rx, select(agents.c.id).where(agents.c.role == role))


def view(rx: Rx, agent_id: str) -> AgentView:
    """One agent as colleagues see him; he must exist."""
    (found,) = _views(rx, agents.c.id == agent_id)
    return found


def views(rx: Rx, ids: Sequence[str]) -> list[AgentView]:
    """These agents as colleagues see them, by name."""
    return _views(rx, agents.c.id.in_(ids)) if ids else []


def all_views(rx: Rx) -> list[AgentView]:
    """Everybody as colleagues see them, active first, then by name."""
    return _views(rx, None)


def ready_agents(rx: Rx) -> list[AgentView]:
    """Who can be given a conversation: active and online, with capacity and open ones."""
    return [view for view in _views(rx, agents.c.state == "active") if view.presence == "online"]


def is_online(rx: Rx, agent_id: str) -> bool:
    """Is this agent here and not busy or away?"""
    return any(view.presence == "online" for view in views(rx, [agent_id]))


def display_name(rx: Rx, agent_id: str) -> str:
    """The name customers read: the nick, else the name; "" for nobody."""
    row = agent(rx, agent_id)
    return "" if row is None else row.nick or row.name


def _views(rx: Rx, which: ColumnElement[bool] | None) -> list[AgentView]:
    query = select(*_AGENT_COLUMNS, _sockets().label("sockets"))
    query = query.order_by(agents.c.state, agents.c.name, agents.c.id)
    members = select(group_member.c.agent_id, group_member.c.group_id).order_by(group_member.c.group_id)
    if which is not None:
        query = query.where(which)
        members = members.join(agents, agents.c.id == group_member.c.agent_id).where(which)
    groups: dict[str, list[str]] = {}
    for row in rx.all(members):
        groups.setdefault(row.agent_id, []).append(row.group_id)
    return [_view_of(row, groups=groups.get(row.id, [])) for row in rx.all(query)]


def _sockets() -> ColumnElement[int]:
    query: Select[tuple[int]] = select(func.coalesce(func.sum(live_socket.c.sockets), 0))
    return query.where(live_socket.c.agent_id == agents.c.id).correlate(agents).scalar_subquery()


def _view_of(row: AnyRow, *, groups: list[str]) -> AgentView:
    return AgentView(
        id=row.id,
        login=row.login,
        name=row.name,
        nick=row.nick,
        avatar=row.avatar,
        role=row.role,
        groups=groups,
        capacity=row.capacity,
        state=row.state,
        presence=rules.presence_of(choice=row.presence, sockets=row.sockets, active=row.state == "active"),
        open=row.open,
    )


# ---------------------------------------------------------------- roles and groups


def role(rx: Rx, role_id: str) -> RoleRow | None:
    """One own role, or None."""
    row = rx.one(select(roles.c.id, roles.c.name, roles.c.permissions).where(roles.c.id == role_id))
    return None if row is None else RoleRow(**row._mapping)


def own_roles(rx: Rx) -> list[RoleRow]:
    """Every own role, oldest first."""
    return [
        RoleRow(**row._mapping)
        for row in rx.all(select(roles.c.id, roles.c.name, roles.c.permissions).order_by(roles.c.id))
    ]


def role_named(rx: Rx, name: str) -> str | None:
    """Id of the own role with this name."""
    found = rx.scalar(select(roles.c.id).where(roles.c.name == name))
    return None if found is None else str(found)


def count_by_role(rx: Rx) -> dict[str, int]:
    """How many accounts have each role."""
    query = select(agents.c.role, func.count().label("accounts")).group_by(agents.c.role)
    return {row.role: row.accounts for row in rx.all(query)}


def group(rx: Rx, group_id: str) -> GroupView | None:
    """One group, or None."""
    row = rx.one(select(team_group.c.id, team_group.c.name, team_group.c.note).where(team_group.c.id == group_id))
    return None if row is None else GroupView(**row._mapping)


def groups(rx: Rx) -> list[GroupView]:
    """Every group, oldest first."""
    query = select(team_group.c.id, team_group.c.name, team_group.c.note).order_by(team_group.c.id)
    return [GroupView(**row._mapping) for row in rx.all(query)]


def group_named(rx: Rx, name: str) -> str | None:
    """Id of the group with this name."""
    found = rx.scalar(select(team_group.c.id).where(team_group.c.name == name))
    return None if found is None else str(found)


def members(rx: Rx, group_id: str) -> list[str]:
    """Ids of the agents in this group."""
    return texts(rx, select(group_member.c.agent_id).where(group_member.c.group_id == group_id))


def groups_of(rx: Rx, agent_id: str) -> list[str]:
    """Ids of the groups this agent is in."""
    return texts(rx, select(group_member.c.group_id).where(group_member.c.agent_id == agent_id))


def texts(rx: Rx, query: Select[tuple[str]]) -> list[str]:
    """The first column as a list of texts."""
    return [str(text) for text in rx.execute(query).scalars()]
