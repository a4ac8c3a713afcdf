"""Set-up, login, logout: the few routes that need no session, each with the reason."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from zhanggui.foundation.access import Viewer, public, signed_in
from zhanggui.foundation.database import Rx
from zhanggui.team import access, actions, queries
from zhanggui.team.door import COOKIE, Entry, door_of
from zhanggui.team.shapes import LoginIn, Me, SetupIn, SetupState

router = APIRouter()


@router.get("/setup", dependencies=[public("before set-up there is nobody who could be signed in")])
async def setup_state(request: Request) -> SetupState:
    """Is the shop still without people, and does setting it up from here need the one-time token?"""
    door = door_of(request)
    needed = not await door.database.read(queries.is_set_up)
    return SetupState(needed=needed, token=needed and not door.is_this_machine(request))


@router.post("/setup", status_code=201, dependencies=[public("makes the first owner; own machine or one-time token")])
async def set_up(given: SetupIn, request: Request, response: Response) -> Me:
    """Make the first owner and the shop, and sign him in."""
    return await _come_in(await door_of(request).set_up(given, request), request, response)


@router.post("/login", dependencies=[public("whoever signs in has no session yet; throttled")])
async def login(given: LoginIn, request: Request, response: Response) -> Me:
    """Sign in: the session goes into an HttpOnly cookie, the CSRF value into the answer."""
    return await _come_in(await door_of(request).sign_in(given, request), request, response)


@router.post("/logout", status_code=204)
async def logout(
    viewer: Annotated[Viewer, signed_in("everybody may leave")], request: Request, response: Response
) -> None:
    """End this session; its sockets close."""
    await door_of(request).database.write(actions.do_end_session, viewer.session, actor=viewer, why="logout")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


async def _come_in(entry: Entry, request: Request, response: Response) -> Me:
    door = door_of(request)
    response.set_cookie(
        COOKIE,
        entry.token,
        max_age=door.policy.lifetime // 1000,
        path="/",
        secure=door.is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return await door.database.read(read_me, entry.viewer)


def read_me(rx: Rx, viewer: Viewer) -> Me:
    """Return the signed-in agent and what his page needs to know."""
    row = access.access_agent(rx, viewer.agent)
    proof = queries.proof(rx, viewer.agent)
    return Me(
        agent=queries.view(rx, viewer.agent),
        permissions=sorted(viewer.permissions),
        csrf=viewer.csrf,
        groups=[group for group in queries.groups(rx) if group.id in viewer.groups],
        settings=row.settings,
        totp=proof.totp_secret is not None,
        language=row.language,
        must_change=bool(proof.must_change),
    )
