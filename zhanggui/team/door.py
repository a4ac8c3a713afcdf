"""The door: who stands behind a request, and how somebody comes in.

What is slow (argon2) happens here, outside any transaction; what counts is decided again inside one.
"""

import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, cast

from fastapi import Request, WebSocket
from starlette.requests import HTTPConnection

from zhanggui.foundation.access import Viewer
from zhanggui.foundation.clock import DAY, HOUR
from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.errors import Conflict, Forbidden, Invalid, Unauthenticated, Unavailable, ZhangguiError
from zhanggui.foundation.ids import AgentId
from zhanggui.settings import Settings
from zhanggui.team import access, actions, addresses, queries, rules, secrets
from zhanggui.team.actions import Arrival, TryKey
from zhanggui.team.passwords import Hasher
from zhanggui.team.shapes import Language, LoginIn, SetupIn

COOKIE: Final = "zg_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the settings decide about accounts and sessions; times in milliseconds."""

    agent_limit: int = 30
    capacity: int = 20
    idle: int = 12 * HOUR
    lifetime: int = 14 * DAY
    trusted: tuple[addresses.Network, ...] = ()
    public_url: str = ""
    language: Language = "zh-CN"


def policy_of(settings: Settings) -> Policy:
    """Return the part of the settings that the team room goes by; a wrong network is named by a ValueError."""
    return Policy(
        agent_limit=settings.agent_limit,
        capacity=settings.capacity,
        idle=settings.session_hours * HOUR,
        lifetime=settings.session_days * DAY,
        trusted=addresses.parse_networks(settings.trusted_proxies),
        public_url=settings.public_url,
        language=settings.language,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody came in: the token for his cookie, and who he is now."""

    token: str
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Found:
    """Whose a session is; `stale`: its "last seen" wants to be written again."""

    viewer: Viewer
    stale: bool


class Door:
    """Knows who is signed in, and lets people in who can prove who they are."""

    def __init__(self, database: Database, policy: Policy, hasher: Hasher) -> None:
        self.database = database
        self.policy = policy
        self.hasher = hasher
        self.setup_token = ""

    async def start(self) -> None:
        """Make the one-time set-up token when there are no people yet."""
        self.setup_token = "" if await self.database.read(queries.is_set_up) else secrets.new_token()

    # -- where from ----------------------------------------------------------------------------------------------

    def address(self, connection: HTTPConnection) -> str:
        """Return the client's address, believing only our own proxies."""
        peer = connection.client.host if connection.client else ""
        return addresses.client_address(
            peer, connection.headers.getlist("x-forwarded-for"), trusted=self.policy.trusted
        )

    def is_secure(self, connection: HTTPConnection) -> bool:
        """Did the browser come over https (to us, or to our proxy)?"""
        peer = connection.client.host if connection.client else ""
        said = connection.headers.get("x-forwarded-proto", "")
        if said and addresses.is_trusted(peer, trusted=self.policy.trusted):
            return said.split(",")[0].strip() == "https"
        return connection.url.scheme in ("https", "wss") or self.policy.public_url.startswith("https://")

    def is_this_machine(self, connection: HTTPConnection) -> bool:
        """Does a browser on the server itself ask? Not so when anything speaks of a proxy that we do not know, and
        not under another name than localhost (a web page that rebinds its name to 127.0.0.1)."""
        spoken_for = {"x-forwarded-for", "x-real-ip", "forwarded", "via"} & set(connection.headers.keys())
        peer = connection.client.host if connection.client else ""
        known = not spoken_for or addresses.is_trusted(peer, trusted=self.policy.trusted)
        host = connection.headers.get("host", "")
        return known and addresses.is_loopback(self.address(connection)) and addresses.is_loopback_host(host)

    # -- who is it -----------------------------------------------------------------------------------------------

    async def viewer(self, connection: Request | WebSocket) -> Viewer | None:
        """Return who is signed in, with his rights as they are now, or None.

        Read afresh for every request: a disabled account or a changed role counts at once, in every process.
        """
        token = connection.cookies.get(COOKIE, "")
        if not token or len(token) > 200:
            return None
        address = self.address(connection)
        found = await self.database.read(read_viewer, token, address=address, idle=self.policy.idle)
        if found is None:
            return None
        if found.stale:
            with suppress(Unavailable):  # a full disk must not keep people from reading
                await self.touch(found.viewer)
        return found.viewer

    async def touch(self, viewer: Viewer) -> None:
        """Keep a session from idling out while it is used."""
        await self.database.write(actions.do_touch, viewer.session, address=viewer.address)

    # -- come in -------------------------------------------------------------------------------------------------

    async def set_up(self, given: SetupIn, request: Request) -> Entry:
        """Make the first owner and sign him in. Only from this machine, or with the one-time token."""
        if await self.database.read(queries.is_set_up):
            raise Conflict("team.already_set_up")
        token_fits = bool(self.setup_token) and hmac.compare_digest(given.token.encode(), self.setup_token.encode())
        if not (token_fits or self.is_this_machine(request)):
            raise Forbidden("team.setup_not_here")
        login = rules.clean_login(given.login)
        rules.check_new_password(given.password, login=login)
        new = actions.NewAgent(
            login=login,
            name=given.name,
            password=await self.hasher.hash(given.password),
            role=access.OWNER,
            capacity=self.policy.capacity,
            must_change=False,
            language=given.language,
        )
        address = self.address(request)
        made = await self.database.write(actions.do_set_up, new=new, shop_name=given.shop_name, address=address)
        self.setup_token = ""
        return await self._enter(self._arrival(made.id, new.password, request), keys=[])

    async def sign_in(self, given: LoginIn, request: Request) -> Entry:
        """Sign in by login and password, and by code where the account asks for one.

        An unknown login, a disabled account and a wrong password answer alike and take equally long.
        """
        address = self.address(request)
        login = _login_or_nobody(given.login)
        known = await self.database.read(queries.knows_address, login, address)
        keys = actions.account_keys(login, address=address, known=known)
        await self.database.write(actions.do_count_try, keys)
        agent_id, kept = await self.database.read(read_kept, login)
        if not await self.hasher.verify(kept, given.password) or kept is None:
            await self.database.write(actions.do_note_refused, agent_id=agent_id, address=address, why="password")
            raise Unauthenticated("team.login_failed")
        rehashed = await self.hasher.hash(given.password) if self.hasher.is_old(kept) else None
        arrival = self._arrival(agent_id, kept, request, code=given.code or "", rehashed=rehashed)
        return await self._enter(arrival, keys=keys)

    async def check_own_password(self, viewer: Viewer, password: str, *, field: str) -> str:
        """Return the stored hash that my password fits, for what needs it as proof. Counted like a try to sign in:
        an open page must not be a place to guess at."""
        login, kept = await self.database.read(read_login_and_hash, viewer.agent)
        keys = actions.account_keys(login, address=viewer.address, known=True)
        await self.database.write(actions.do_count_try, keys)
        if not await self.hasher.verify(kept, password):
            raise Invalid("team.password_wrong", field=field)
        await self.database.write(actions.do_take_back_try, keys)
        return kept

    async def new_password(self, given: str | None, *, login: str) -> tuple[str | None, str]:
        """Return (the generated password to show once, its hash); the given one is checked and never shown."""
        if given is not None:
            rules.check_new_password(given, login=login)
            return None, await self.hasher.hash(given)
        made = secrets.new_password()
        return made, await self.hasher.hash(made)

    def _arrival(
        self, agent_id: str, kept: str, request: Request, *, code: str = "", rehashed: str | None = None
    ) -> Arrival:
        return Arrival(
            agent_id=agent_id,
            verified=kept,
            code=code,
            token=secrets.new_token(),
            address=self.address(request),
            device=request.headers.get("user-agent", ""),
            lifetime=self.policy.lifetime,
            rehashed=rehashed,
        )

    async def _enter(self, arrival: Arrival, *, keys: Sequence[TryKey]) -> Entry:
        try:
            await self.database.write(actions.do_sign_in, arrival, keys=keys)
        except ZhangguiError as refusal:
            await self._after_refusal(refusal, arrival, keys)
            raise
        found = await self.database.read(read_viewer, arrival.token, address=arrival.address, idle=self.policy.idle)
        if found is None:  # shut in the moment between
            raise Unauthenticated("team.login_failed")
        return Entry(arrival.token, found.viewer)

    async def _after_refusal(self, refusal: ZhangguiError, arrival: Arrival, keys: Sequence[TryKey]) -> None:
        if refusal.code == "team.totp_required":
            await self.database.write(actions.do_take_back_try, keys)
        elif refusal.code == "team.totp_wrong":
            await self.database.write(
                actions.do_note_refused, agent_id=arrival.agent_id, address=arrival.address, why="code"
            )


def door_of(request: Request) -> Door:
    """Return the door of the app that this request came to."""
    return cast(Door, request.app.state.sessions)


# ---------------------------------------------------------------- reads


def read_viewer(rx: Rx, token: str, *, address: str, idle: int) -> Found | None:
    """Return who this token belongs to, or None when the session is over or unknown."""
    session = queries.session(rx, secrets.digest(token))
    if session is None:
        return None
    if rules.session_over(seen_at=session.seen_at, expires_at=session.expires_at, now=rx.now, idle=idle):
        return None
    agent = access.access_agent(rx, session.agent_id)
    # Until he has replaced the password that somebody else knows, he may do nothing but that.
    permissions = frozenset[str]() if session.must_change else access.permissions_of(rx, agent.role)
    viewer = Viewer(
        agent=AgentId(agent.id),
        name=agent.name,
        role_key=agent.role,
        permissions=permissions,
        groups=frozenset(queries.groups_of(rx, agent.id)),
        session=session.id,
        address=address,
        language=agent.language,
        csrf=secrets.csrf_of(token),
    )
    return Found(viewer, stale=rules.needs_touch(seen_at=session.seen_at, now=rx.now))


def read_kept(rx: Rx, login: str) -> tuple[str, str | None]:
    """Return (agent id, stored hash) of this login; no hash when nobody may sign in with it."""
    agent = queries.agent_by_login(rx, login)
    if agent is None:
        return "", None
    return agent.id, queries.proof(rx, agent.id).password if agent.state == "active" else None


def read_login_and_hash(rx: Rx, agent_id: str) -> tuple[str, str]:
    """Return login and stored hash of an agent who is there."""
    return access.access_agent(rx, agent_id).login, queries.proof(rx, agent_id).password


def _login_or_nobody(text: str) -> str:
    """A login as it is compared; one that cannot exist is treated like one that does not."""
    try:
        return rules.clean_login(text)
    except Invalid:
        return secrets.digest(text)
