"""Own roles and groups: make, change, delete."""

from collections.abc import Collection

from zhanggui.foundation.audit import Actor, note
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Conflict, Invalid, NotFound
from zhanggui.foundation.ids import new_id
from zhanggui.team import access, events, queries, rules
from zhanggui.team.shapes import GroupIn, GroupPatch, GroupView, RoleIn, RolePatch, RoleView
from zhanggui.team.tables import group_member, team_group
from zhanggui.team.tables import role as roles
from zhanggui.team.words import WORDS

NOTE_LENGTH = 200

# ---------------------------------------------------------------- roles


def do_create_role(tx: Tx, *, actor: Actor, new: RoleIn) -> RoleView:
    """Make a role; it can hold nothing that its maker may not do himself."""
    permissions = access.check_permissions(new.permissions)
    access.check_grant(actor, permissions)
    name = _role_name(tx, new.name)
    role_id = new_id("r", at=tx.now)
    tx.execute(roles.insert().values(id=role_id, name=name, permissions=permissions, created_at=tx.now))
    note(tx, actor, "team.role.created", object_id=role_id, detail={"name": name, "permissions": permissions})
    return _tell_role(tx, role_id)


def do_patch_role(tx: Tx, role_id: str, *, actor: Actor, patch: RolePatch) -> RoleView:
    """Change a role; whoever has it gets the new rights with his next request."""
    row = access.access_own_role(tx, role_id, actor=actor)
    values: dict[str, object] = {}
    if patch.permissions is not None:
        permissions = access.check_permissions(patch.permissions)
        access.check_grant(actor, permissions)
        values["permissions"] = permissions
    if patch.name is not None:
        values["name"] = _role_name(tx, patch.name, but=role_id)
    values = {name: value for name, value in values.items() if value != getattr(row, name)}
    if not values:
        return access.role_view(tx, row)
    tx.execute(roles.update().where(roles.c.id == role_id).values(values))
    detail = {name: [getattr(row, name), value] for name, value in values.items()}
    note(tx, actor, "team.role.changed", object_id=role_id, detail=detail)
    return _tell_role(tx, role_id)


def do_delete_role(tx: Tx, role_id: str, *, actor: Actor) -> None:
    """Delete a role that no account has, disabled ones included."""
    row = access.access_own_role(tx, role_id, actor=actor)
    holders = queries.holders(tx, role_id)
    if holders:
        raise Conflict("team.role_in_use", count=len(holders))
    tx.execute(roles.delete().where(roles.c.id == role_id))
    note(tx, actor, "team.role.deleted", object_id=role_id, detail={"name": row.name})
    tx.announce(events.role_gone(role_id))


def _role_name(tx: Tx, text: str, *, but: str = "") -> str:
    name = rules.clean_name(text)
    builtin = {word.casefold() for key, pair in WORDS.items() if key.startswith("team.role.") for word in pair}
    if name.casefold() in builtin or queries.role_named(tx, name) not in (None, but):
        raise Invalid("team.name_taken", field="name")
    return name


def _tell_role(tx: Tx, role_id: str) -> RoleView:
    row = queries.role(tx, role_id)
    assert row is not None  # noqa: S101  written above, in this transaction
    view = access.role_view(tx, row)
    tx.announce(events.role_changed(view, holders=queries.holders(tx, role_id)))
    return view


# ---------------------------------------------------------------- groups


def do_create_group(tx: Tx, *, actor: Actor, new: GroupIn) -> GroupView:
    """Make a group, such as pre-sale (售前) or after-sale (售后)."""
    name = _group_name(tx, new.name)
    text = rules.clean_optional(new.note, field="note", longest=NOTE_LENGTH)
    _check_agents(tx, new.members)
    group_id = new_id("g", at=tx.now)
    tx.execute(team_group.insert().values(id=group_id, name=name, note=text, created_at=tx.now))
    _add(tx, group_id, new.members)
    note(tx, actor, "team.group.created", object_id=group_id, detail={"name": name, "joined": sorted(new.members)})
    view = GroupView(id=group_id, name=name, note=text)
    tx.announce(events.group_changed(view))
    _tell_members(tx, new.members)
    return view


def do_patch_group(tx: Tx, group_id: str, *, actor: Actor, patch: GroupPatch) -> GroupView:
    """Rename a group, change its note, or replace its members."""
    before = _access_group(tx, group_id)
    view = GroupView(
        id=group_id,
        name=before.name if patch.name is None else _group_name(tx, patch.name, but=group_id),
        note=before.note if patch.note is None else rules.clean_optional(patch.note, field="note", longest=NOTE_LENGTH),
    )
    joined, left = _moves(tx, group_id, patch.members)
    if view == before and not (joined or left):
        return view
    tx.execute(team_group.update().where(team_group.c.id == group_id).values(name=view.name, note=view.note))
    _remove(tx, group_id, left)
    _add(tx, group_id, joined)
    detail: dict[str, object] = {"name": view.name, "joined": sorted(joined), "left": sorted(left)}
    note(tx, actor, "team.group.changed", object_id=group_id, detail=detail)
    if view != before:
        tx.announce(events.group_changed(view))
    _tell_members(tx, joined | left)
    return view


def do_delete_group(tx: Tx, group_id: str, *, actor: Actor) -> None:
    """Delete a group; its members stay, and the chat room lets go of its conversations."""
    before = _access_group(tx, group_id)
    members = queries.members(tx, group_id)
    _remove(tx, group_id, members)
    tx.execute(team_group.delete().where(team_group.c.id == group_id))
    note(tx, actor, "team.group.deleted", object_id=group_id, detail={"name": before.name, "left": sorted(members)})
    tx.announce(events.group_gone(group_id))
    _tell_members(tx, members)


def _access_group(tx: Tx, group_id: str) -> GroupView:
    found = queries.group(tx, group_id)
    if found is None:
        raise NotFound("team.group_unknown")
    return found


def _group_name(tx: Tx, text: str, *, but: str = "") -> str:
    name = rules.clean_name(text)
    if queries.group_named(tx, name) not in (None, but):
        raise Invalid("team.name_taken", field="name")
    return name


def _check_agents(tx: Tx, members: Collection[str]) -> None:
    if len(queries.views(tx, sorted(set(members)))) != len(set(members)):
        raise Invalid("team.agent_unknown", field="members")


def _moves(tx: Tx, group_id: str, members: Collection[str] | None) -> tuple[set[str], set[str]]:
    if members is None:
        return set(), set()
    _check_agents(tx, members)
    before = set(queries.members(tx, group_id))
    return set(members) - before, before - set(members)


def _add(tx: Tx, group_id: str, members: Collection[str]) -> None:
    for member in sorted(set(members)):
        tx.execute(group_member.insert().values(group_id=group_id, agent_id=member))


def _remove(tx: Tx, group_id: str, members: Collection[str]) -> None:
    if members:
        c = group_member.c
        tx.execute(group_member.delete().where(c.group_id == group_id, c.agent_id.in_(sorted(members))))


def _tell_members(tx: Tx, members: Collection[str]) -> None:
    for view in queries.views(tx, sorted(set(members))):
        tx.announce(events.agent_changed(view))
