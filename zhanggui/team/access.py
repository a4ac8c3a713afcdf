"""What may be done in the team room, and how far one agent's hand reaches over another.

Two rules hold beside the permissions: nobody grants what he does not hold, and nobody touches the account of
somebody who may do more than he. Otherwise "may reset passwords" would mean "may become the owner".
"""

from collections.abc import Collection
from typing import Final

from zhanggui.foundation.access import PERMISSIONS, ROLES, Permission, Viewer, role_permissions
from zhanggui.foundation.audit import Actor
from zhanggui.foundation.database import Rx
from zhanggui.foundation.errors import Forbidden, Invalid, NotFound
from zhanggui.team import queries, rules
from zhanggui.team.queries import AgentRow, RoleRow
from zhanggui.team.shapes import RoleView

OWNER: Final = "owner"
_LEADS: Final = ("owner", "lead")

AGENT_READ = Permission("team.agent.read", "查看同事", "See colleagues", ROLES)
AGENT_CREATE = Permission("team.agent.create", "新建子账号", "Create sub-accounts", _LEADS)
AGENT_EDIT = Permission("team.agent.edit", "修改子账号", "Edit sub-accounts", _LEADS)
AGENT_DISABLE = Permission("team.agent.disable", "停用和启用子账号", "Disable and enable sub-accounts", _LEADS)
AGENT_PASSWORD = Permission("team.agent.password", "重置子账号密码", "Reset sub-account passwords", _LEADS)
ROLE_READ = Permission("team.role.read", "查看角色和权限", "See roles and permissions", _LEADS)
ROLE_EDIT = Permission("team.role.edit", "管理自定义角色", "Manage custom roles")
GROUP_READ = Permission("team.group.read", "查看分组", "See groups", ROLES)
GROUP_EDIT = Permission("team.group.edit", "管理分组", "Manage groups", _LEADS)
AUDIT_READ = Permission("team.audit.read", "查看操作日志", "Read the audit log")


def builtin_permissions(role: str) -> frozenset[str]:
    """What a built-in role allows; the owner may do everything, also what a room forgot to give him."""
    return frozenset(PERMISSIONS) if role == OWNER else role_permissions(role)


def permissions_of(rx: Rx, role: str) -> frozenset[str]:
    """What a role allows now, built-in or own. A permission that no longer exists gives nothing."""
    own = queries.role(rx, role)
    return builtin_permissions(role) if own is None else frozenset(own.permissions) & frozenset(PERMISSIONS)


def held_by(actor: Actor) -> frozenset[str]:
    """What the actor may do; the command line of the server may do everything."""
    return actor.permissions if isinstance(actor, Viewer) else frozenset(PERMISSIONS)


def access_agent(rx: Rx, agent_id: str) -> AgentRow:
    """The agent, or 404."""
    found = queries.agent(rx, agent_id)
    if found is None:
        raise NotFound("team.agent_unknown")
    return found


def access_agent_below(rx: Rx, agent_id: str, *, actor: Actor) -> AgentRow:
    """The agent, if the actor may do at least as much as he: 404 for nobody, 403 for somebody above."""
    found = access_agent(rx, agent_id)
    if found.id != actor.agent and rules.lacks(held_by(actor), permissions_of(rx, found.role)):
        raise Forbidden("team.above_you")
    return found


def access_own_role(rx: Rx, role_id: str, *, actor: Actor) -> RoleRow:
    """A custom role that allows no more than the actor may himself."""
    if role_id in ROLES:
        raise Forbidden("team.role_builtin")
    found = queries.role(rx, role_id)
    if found is None:
        raise NotFound("team.role_unknown")
    check_grant(actor, found.permissions)
    return found


def check_role(rx: Rx, role: str, *, actor: Actor) -> None:
    """The role exists, and the actor may hand it out."""
    if role not in ROLES and queries.role(rx, role) is None:
        raise Invalid("team.role_unknown", field="role")
    check_grant(actor, permissions_of(rx, role))


def check_grant(actor: Actor, permissions: Collection[str]) -> None:
    """The actor holds every one of these permissions himself."""
    if rules.lacks(held_by(actor), frozenset(permissions) & frozenset(PERMISSIONS)):
        raise Forbidden("team.not_yours_to_grant")


def check_permissions(permissions: Collection[str]) -> list[str]:
    """The permissions, sorted and once each; an unknown one is refused by name."""
    for name in permissions:
        if name not in PERMISSIONS:
            raise Invalid("team.permission_unknown", field="permissions", permission=name[:64])
    return sorted(set(permissions))


def role_view(rx: Rx, row: RoleRow) -> RoleView:
    """An own role, with how many accounts have it."""
    accounts = len(queries.holders(rx, row.id))
    return RoleView(id=row.id, name=row.name, builtin=False, permissions=row.permissions, agents=accounts)


def every_role(rx: Rx) -> list[RoleView]:
    """The built-in roles in order of what they may do, then the own ones."""
    counted = queries.count_by_role(rx)
    builtin = [RoleView(key, key, True, sorted(builtin_permissions(key)), counted.get(key, 0)) for key in ROLES]
    return builtin + [role_view(rx, row) for row in queries.own_roles(rx)]
