"""For the command line of this machine: it proves itself with a token that only the data folder's owner can read."""

import hmac

from fastapi import APIRouter, Depends, Request

from zhanggui.foundation.access import public
from zhanggui.foundation.errors import NotFound
from zhanggui.foundation.holding import HEADER
from zhanggui.team import addresses
from zhanggui.team.accounts import add_by_command, renew_owner
from zhanggui.team.door import door_of
from zhanggui.team.shapes import AgentIn, AgentMade
from zhanggui.team.shapes.given import LocalLoginIn

router = APIRouter(prefix="/local")
LOCAL = public("the command line of this machine, by the token in the data folder")


async def _from_here(request: Request) -> None:
    token = str(getattr(request.app.state, "local_token", ""))
    given = request.headers.get(HEADER, "")
    fits = bool(token) and hmac.compare_digest(given.encode(), token.encode())
    if not fits or not (door_of(request).is_this_machine(request) or _is_our_own_address(request)):
        raise NotFound("http.not_found")


def _is_our_own_address(request: Request) -> bool:
    """A server that listens on one address of the network alone is reached from that address by its own machine."""
    server, client = request.scope.get("server"), request.client
    if server is None or client is None or addresses.is_loopback(client.host):
        return False
    return bool(server[0] == client.host) and door_of(request).address(request) == client.host


@router.post("/agents", status_code=201, dependencies=[LOCAL, Depends(_from_here)])
async def add_agent(given: AgentIn, request: Request) -> AgentMade:
    """Make a sub-account."""
    return await add_by_command(door_of(request), given)


@router.post("/owner-password", dependencies=[LOCAL, Depends(_from_here)])
async def reset_owner(given: LocalLoginIn, request: Request) -> AgentMade:
    """Give an owner a new password; his second factor goes as well, for the day everything is lost."""
    return await renew_owner(door_of(request), given.login)
