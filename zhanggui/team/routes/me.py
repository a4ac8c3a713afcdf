"""Oneself: profile, password, second factor, sessions, presence. Everybody may do this, for himself only."""

from typing import Annotated, Final

from fastapi import APIRouter, Request

from zhanggui.foundation.access import Viewer, signed_in
from zhanggui.foundation.errors import Invalid, Unauthenticated
from zhanggui.team import access, actions, queries, rules, secrets
from zhanggui.team.door import door_of
from zhanggui.team.routes.entry import read_me
from zhanggui.team.routes.keys import KeyInPath
from zhanggui.team.shapes import (
    AgentView,
    CodeIn,
    Me,
    MePatch,
    OwnPasswordIn,
    PasswordIn,
    PresenceIn,
    RecoveryCodes,
    Sessions,
    TotpStart,
)

ISSUER: Final = "掌柜 Zhanggui"
Myself = Annotated[Viewer, signed_in("one's own account")]

router = APIRouter(prefix="/me")


@router.get("")
async def me(viewer: Myself, request: Request) -> Me:
    """Who am I, what may I do, and the CSRF value of this session."""
    return await door_of(request).database.read(read_me, viewer)


@router.patch("")
async def patch_me(viewer: Myself, patch: MePatch, request: Request) -> Me:
    """Change my name, nick, picture, language or the settings of my pages."""
    await door_of(request).database.write(actions.do_patch_me, viewer.agent, patch=patch)
    return await door_of(request).database.read(read_me, viewer)


@router.post("/password")
async def change_password(viewer: Myself, given: PasswordIn, request: Request) -> Me:
    """Set my new password; my other sessions end. Answers with what I may do from now on."""
    door = door_of(request)
    verified = await door.check_own_password(viewer, given.old, field="old")
    if given.new == given.old:
        raise Invalid("team.password_same", field="new")
    login = (await door.database.read(access.access_agent, viewer.agent)).login
    rules.check_new_password(given.new, login=login, field="new")
    password = await door.hasher.hash(given.new)
    await door.database.write(actions.do_change_password, viewer=viewer, verified=verified, password=password)
    fresh = await door.viewer(request)
    if fresh is None:
        raise Unauthenticated("access.signed_out")
    return await door.database.read(read_me, fresh)


@router.post("/totp/start")
async def totp_start(viewer: Myself, request: Request) -> TotpStart:
    """A fresh secret and its QR code for an authenticator app; in force once a code confirms it."""
    database = door_of(request).database
    secret = await database.write(actions.do_totp_start, viewer=viewer)
    login = (await database.read(access.access_agent, viewer.agent)).login
    uri = secrets.totp_uri(secret, login=login, issuer=ISSUER)
    return TotpStart(secret=secret, uri=uri, qr_svg=secrets.qr_svg(uri))


@router.post("/totp/confirm")
async def totp_confirm(viewer: Myself, given: CodeIn, request: Request) -> RecoveryCodes:
    """Put the second factor in force; the recovery codes are shown this once."""
    codes = await door_of(request).database.write(actions.do_totp_confirm, viewer=viewer, code=given.code)
    return RecoveryCodes(recovery_codes=codes)


@router.post("/totp/off", status_code=204)
async def totp_off(viewer: Myself, given: OwnPasswordIn, request: Request) -> None:
    """Take the second factor away, with the password as proof."""
    door = door_of(request)
    verified = await door.check_own_password(viewer, given.password, field="password")
    await door.database.write(actions.do_totp_off, viewer=viewer, verified=verified)


@router.get("/sessions")
async def my_sessions(viewer: Myself, request: Request) -> Sessions:
    """Where I am signed in."""
    door = door_of(request)
    items = await door.database.read(queries.sessions, viewer.agent, current=viewer.session, idle=door.policy.idle)
    return Sessions(items=items)


@router.delete("/sessions", status_code=204)
async def end_other_sessions(viewer: Myself, request: Request) -> None:
    """Sign me out everywhere but here."""
    await door_of(request).database.write(actions.do_end_other_sessions, actor=viewer, kept=viewer.session)


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(viewer: Myself, session_id: KeyInPath, request: Request) -> None:
    """End one of my sessions; somebody else's is not found."""
    await door_of(request).database.write(actions.do_end_session, session_id, actor=viewer)


@router.post("/presence")
async def choose_presence(viewer: Myself, given: PresenceIn, request: Request) -> AgentView:
    """Tell colleagues (and the routing) whether I am online, busy, away, or want to be taken for offline."""
    return await door_of(request).database.write(actions.do_choose_presence, viewer.agent, choice=given.choice)
