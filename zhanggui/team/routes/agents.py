"""Colleagues: list, make, change, disable, enable, new password."""

from typing import Annotated

from fastapi import APIRouter, Request

from zhanggui.foundation.access import Viewer, require
from zhanggui.team import access, actions, queries
from zhanggui.team.accounts import make_agent
from zhanggui.team.door import door_of
from zhanggui.team.routes.keys import KeyInPath
from zhanggui.team.shapes import AgentIn, AgentMade, AgentPatch, Agents, AgentView, PasswordResetIn

router = APIRouter(prefix="/agents")


@router.get("")
async def list_agents(_viewer: Annotated[Viewer, require(access.AGENT_READ)], request: Request) -> Agents:
    """Everybody, active ones first, and how many sub-accounts there may be."""
    door = door_of(request)
    return Agents(items=await door.database.read(queries.all_views), limit=door.policy.agent_limit)


@router.post("", status_code=201)
async def create_agent(
    viewer: Annotated[Viewer, require(access.AGENT_CREATE)], given: AgentIn, request: Request
) -> AgentMade:
    """Make a sub-account; whatever password he gets, he must replace it at his first login."""
    return await make_agent(door_of(request), given, actor=viewer)


@router.patch("/{agent_id}")
async def patch_agent(
    viewer: Annotated[Viewer, require(access.AGENT_EDIT)], agent_id: KeyInPath, patch: AgentPatch, request: Request
) -> AgentView:
    """Change name, nick, role, groups or capacity; what is left out stays."""
    return await door_of(request).database.write(actions.do_patch_agent, agent_id, actor=viewer, patch=patch)


@router.post("/{agent_id}/disable")
async def disable_agent(
    viewer: Annotated[Viewer, require(access.AGENT_DISABLE)], agent_id: KeyInPath, request: Request
) -> AgentView:
    """Shut an account: its sessions end at once."""
    return await door_of(request).database.write(actions.do_disable_agent, agent_id, actor=viewer)


@router.post("/{agent_id}/enable")
async def enable_agent(
    viewer: Annotated[Viewer, require(access.AGENT_DISABLE)], agent_id: KeyInPath, request: Request
) -> AgentView:
    """Open a disabled account again."""
    door = door_of(request)
    return await door.database.write(actions.do_enable_agent, agent_id, actor=viewer, limit=door.policy.agent_limit)


@router.post("/{agent_id}/password")
async def reset_password(
    viewer: Annotated[Viewer, require(access.AGENT_PASSWORD)],
    agent_id: KeyInPath,
    given: PasswordResetIn,
    request: Request,
) -> AgentMade:
    """Give somebody a new password, shown this once when it is made up here; his sessions end."""
    door = door_of(request)
    login = (await door.database.read(access.access_agent_below, agent_id, actor=viewer)).login
    shown, password = await door.new_password(given.password, login=login)
    view = await door.database.write(
        actions.do_reset_password, agent_id, actor=viewer, password=password, totp_off=given.totp_off
    )
    return AgentMade(agent=view, password=shown)
