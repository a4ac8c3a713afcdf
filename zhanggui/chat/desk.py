"""The desk's door on the socket, and its snapshot: an agent's tables as of one number."""

import hmac
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from zhanggui.chat import queries
from zhanggui.chat.access import READ_ALL, READ_GROUP
from zhanggui.chat.commands import Commands, agent_tags
from zhanggui.chat.identity import Agent
from zhanggui.chat.sending import Lane
from zhanggui.chat.shapes import Draft, Label, Mark, Row
from zhanggui.foundation.access import Permission, SessionReader, Viewer
from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.errors import Forbidden, Unauthenticated
from zhanggui.realtime.frames import Hello
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.peer import Bucket, Peer
from zhanggui.realtime.socket import Command
from zhanggui.settings import Settings
from zhanggui.store import queries as store
from zhanggui.store.shapes import ShopView
from zhanggui.team import queries as team
from zhanggui.team.shapes import AgentView, GroupView
from zhanggui.team.sockets import Presence


class Tables(msgspec.Struct, frozen=True):
    """The records of the desk's tables."""

    conversation: list[Row]
    agent: list[AgentView]
    group: list[GroupView]
    mark: list[Mark]
    draft: list[Draft]
    label: list[Label]
    shop: list[ShopView]


class Snapshot(msgspec.Struct, frozen=True):
    """The desk as of change `n`: apply events after it."""

    n: int
    me: str
    scope: list[str]
    tables: Tables


def scope_of(viewer: Viewer, asked: list[str] | None) -> frozenset[str]:
    """Return which extra lists this person gets of those asked for."""
    wanted = set(asked or ())
    if not viewer.may(READ_GROUP):
        wanted.discard("group")
    if not viewer.may(READ_ALL):
        wanted.discard("all")
    return frozenset(wanted & {"group", "all"})


def snapshot(rx: Rx, viewer: Viewer, scope: frozenset[str]) -> Snapshot:
    """Return the desk of this person: number and data of one moment."""
    return Snapshot(
        n=rx.number(),
        me=viewer.agent,
        scope=sorted(scope),
        tables=Tables(
            conversation=queries.open_rows(rx, viewer, scope),
            agent=team.all_views(rx),
            group=team.groups(rx),
            mark=queries.marks(rx, viewer.agent),
            draft=queries.drafts(rx, viewer.agent),
            label=queries.labels(rx),
            shop=store.shops(rx),
        ),
    )


def same_origin(scope: Scope, public_url: str) -> bool:
    """Tell whether the page that opens a socket is our own: its Origin names the host asked, or the public one.

    Without an Origin it is no browser, and no browser's cookies can be misused.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        given = urlsplit(origin)
    except ValueError:
        return False
    if public_url and given[:2] == urlsplit(public_url)[:2]:
        return True
    return given.netloc != "" and given.netloc == headers.get("host")


class DeskDoor:
    """Lets agents in by their session cookie."""

    path = "/ws/desk"

    def __init__(
        self,
        database: Database,
        hub: Hub,
        commands: Commands,
        sessions: SessionReader,
        presence: Presence,
        settings: Settings,
    ) -> None:
        self.database = database
        self.hub = hub
        self.sessions = sessions
        self.presence = presence
        self.settings = settings
        self.commands: tuple[Command, ...] = commands.desk()
        self.turns = 0
        """Grows with every piece of news about rights and sessions; it reaches only those who are in already."""

    def origin_allowed(self, scope: Scope) -> bool:
        """Only our own pages."""
        return same_origin(scope, self.settings.public_url)

    async def admit(self, peer: Peer, hello: Hello, scope: Scope) -> None:
        """Find the session's person; the page proves with the CSRF value that it is ours."""
        viewer, nick = await self._who(scope)
        if viewer is None:
            raise Unauthenticated("access.signed_out")
        if not hmac.compare_digest(hello.csrf.encode(), viewer.csrf.encode()):
            raise Forbidden("access.csrf")
        peer.language = viewer.language
        peer.device = hello.device[:64]
        agent = Agent(viewer, nick, scope_of(viewer, hello.scope), set(), {}, Lane())
        peer.identity = agent
        peer.sends = Bucket(self.settings.agent_sends_per_second, self.settings.agent_sends_per_second * 4)
        peer.scope = scope
        peer.subscription.tags = agent_tags(agent)
        self.presence.up(viewer.agent)

    async def _who(self, scope: Scope) -> tuple[Viewer | None, str]:
        """Return the session's person and the name customers see; what news overtook is read again."""
        while True:
            turns = self.turns
            viewer = await self._viewer(scope)
            nick = "" if viewer is None else await self.database.read(team.display_name, viewer.agent)
            if viewer is None or turns == self.turns:
                return viewer, nick

    async def _viewer(self, scope: Scope) -> Viewer | None:
        return await self.sessions.viewer(HTTPConnection(scope))  # type: ignore[arg-type]

    async def retag(self, peer: Peer, scope: list[str] | None) -> None:
        """Work the tags out again: other lists were asked for."""
        agent = peer.identity
        assert isinstance(agent, Agent)  # noqa: S101
        if scope is not None:
            agent.scope = scope_of(agent.viewer, scope)
        self.hub.retag(peer.subscription, agent_tags(agent))

    async def look_again(self, peer: Peer) -> bool:
        """Read the person's rights again; False when he may no longer be here."""
        agent = peer.identity
        if not isinstance(agent, Agent):
            return False
        viewer, nick = await self._who(peer.scope)
        if viewer is None:
            return False
        agent.nick = nick
        changed = (viewer.permissions, viewer.groups) != (agent.viewer.permissions, agent.viewer.groups)
        agent.viewer = viewer
        agent.scope = scope_of(viewer, sorted(agent.scope))
        if changed:
            agent.watching.clear()
            agent.about.clear()
            self.hub.retag(peer.subscription, agent_tags(agent))
            peer.resync("rights")
        return True

    async def may(self, peer: Peer, permission: Permission) -> bool:
        """Tell whether this agent holds the permission now (control events keep his rights current)."""
        agent = peer.identity
        return isinstance(agent, Agent) and agent.viewer.may(permission)

    async def left(self, peer: Peer) -> None:
        """One socket of this agent less."""
        if isinstance(peer.identity, Agent):
            self.presence.down(peer.identity.viewer.agent)
