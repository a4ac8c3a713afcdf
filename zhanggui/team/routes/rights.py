"""Roles, permissions, groups, and the audit log of everything that concerns them."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from zhanggui.foundation.access import PERMISSIONS, Viewer, require
from zhanggui.team import access, actions, queries
from zhanggui.team.door import door_of
from zhanggui.team.routes.keys import KeyInPath
from zhanggui.team.shapes import (
    Audit,
    GroupIn,
    GroupPatch,
    Groups,
    GroupView,
    Permissions,
    PermissionView,
    RoleIn,
    RolePatch,
    Roles,
    RoleView,
)

PAGE: Final = 100
KeyInQuery = Annotated[str, Query(pattern=r"^[a-z0-9_.]{0,64}$")]

router = APIRouter()


@router.get("/roles")
async def list_roles(_viewer: Annotated[Viewer, require(access.ROLE_READ)], request: Request) -> Roles:
    """Every role with what it allows, built-in ones first."""
    return Roles(items=await door_of(request).database.read(access.every_role))


@router.post("/roles", status_code=201)
async def create_role(
    viewer: Annotated[Viewer, require(access.ROLE_EDIT)], given: RoleIn, request: Request
) -> RoleView:
    """Make an own role out of permissions that I hold myself."""
    return await door_of(request).database.write(actions.do_create_role, actor=viewer, new=given)


@router.patch("/roles/{role_id}")
async def patch_role(
    viewer: Annotated[Viewer, require(access.ROLE_EDIT)], role_id: KeyInPath, patch: RolePatch, request: Request
) -> RoleView:
    """Change an own role; its holders get the new rights with their next request."""
    return await door_of(request).database.write(actions.do_patch_role, role_id, actor=viewer, patch=patch)


@router.delete("/roles/{role_id}", status_code=204)
async def delete_role(
    viewer: Annotated[Viewer, require(access.ROLE_EDIT)], role_id: KeyInPath, request: Request
) -> None:
    """Delete an own role that nobody has."""
    await door_of(request).database.write(actions.do_delete_role, role_id, actor=viewer)


@router.get("/permissions")
async def list_permissions(_viewer: Annotated[Viewer, require(access.ROLE_READ)]) -> Permissions:
    """Every permission there is, in words, with the built-in roles that hold it."""
    listed = sorted(PERMISSIONS.values(), key=lambda permission: permission.name)
    return Permissions(items=[PermissionView(p.name, p.zh, p.en, list(p.roles)) for p in listed])


@router.get("/groups")
async def list_groups(_viewer: Annotated[Viewer, require(access.GROUP_READ)], request: Request) -> Groups:
    """Every group; who is in it stands on the agents."""
    return Groups(items=await door_of(request).database.read(queries.groups))


@router.post("/groups", status_code=201)
async def create_group(
    viewer: Annotated[Viewer, require(access.GROUP_EDIT)], given: GroupIn, request: Request
) -> GroupView:
    """Make a group, with members if wanted."""
    return await door_of(request).database.write(actions.do_create_group, actor=viewer, new=given)


@router.patch("/groups/{group_id}")
async def patch_group(
    viewer: Annotated[Viewer, require(access.GROUP_EDIT)], group_id: KeyInPath, patch: GroupPatch, request: Request
) -> GroupView:
    """Rename a group, change its note or replace its members."""
    return await door_of(request).database.write(actions.do_patch_group, group_id, actor=viewer, patch=patch)


@router.delete("/groups/{group_id}", status_code=204)
async def delete_group(
    viewer: Annotated[Viewer, require(access.GROUP_EDIT)], group_id: KeyInPath, request: Request
) -> None:
    """Delete a group; its members stay."""
    await door_of(request).database.write(actions.do_delete_group, group_id, actor=viewer)


@router.get("/audit")
async def read_audit(
    _viewer: Annotated[Viewer, require(access.AUDIT_READ)],
    request: Request,
    before: KeyInQuery = "",
    action: KeyInQuery = "",
    agent: KeyInQuery = "",
) -> Audit:
    """A page of the audit log, newest first. `action` matches from its beginning; `agent` as actor or as object."""
    database = door_of(request).database
    items = await database.read(queries.audit, before=before, action=action, actor=agent, limit=PAGE + 1)
    more = len(items) > PAGE
    return Audit(items=items[:PAGE], next=items[PAGE - 1].id if more else None)
