"""The visitor's door on the socket, and what a visitor's page shows."""

import msgspec
from starlette.types import Scope

from zhanggui.chat.commands import Commands
from zhanggui.chat.identity import Visitor
from zhanggui.chat.opening import agent_name, last_ended, open_state
from zhanggui.chat.queries import Earlier, page, queue_place
from zhanggui.chat.sending import Lane
from zhanggui.chat.shapes import Message
from zhanggui.chat.state import State
from zhanggui.customers import actions as customers
from zhanggui.customers.queries import card, visitor, visitor_of
from zhanggui.customers.shapes import Card, VisitorIdentity
from zhanggui.foundation.access import Permission
from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.errors import Unauthenticated, ZhangguiError
from zhanggui.realtime.frames import Frame, Hello
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.peer import Bucket, Peer
from zhanggui.realtime.socket import Command
from zhanggui.settings import Settings

HISTORY_HOURS = 24 * 365


class PageSeen(Frame, tag="page", frozen=True):
    """The customer went to another page of the shop."""

    url: str
    title: str = ""
    product: str | None = None


class TalkNow(msgspec.Struct, frozen=True, kw_only=True):
    """The customer's conversation as of now; `queue_place` only while he waits."""

    id: str
    state: str
    agent: str | None
    desk_read: int
    customer_read: int
    last_seq: int
    queue_place: int | None


class CustomerNow(msgspec.Struct, frozen=True):
    """Who the visitor is to the shop."""

    id: str
    name: str
    known: bool


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's page as of change `n`."""

    token: str
    n: int
    customer: CustomerNow
    conversation: TalkNow | None
    messages: list[Message]
    earlier: Earlier | None


def visit(rx: Rx, who: VisitorIdentity, token: str) -> Visit:
    """Return what this visitor's page shows: his own conversation, nothing else."""
    found = card(rx, who.customer)
    if found is None:
        raise Unauthenticated("channels.token")
    state = latest(rx, found)
    shown = page(rx, state, desk=False) if state is not None else None
    return Visit(
        token=token,
        n=rx.number(),
        customer=CustomerNow(found.id, found.name, found.known),
        conversation=None if state is None else talk_now(rx, state),
        messages=shown.items if shown else [],
        earlier=shown.earlier if shown else None,
    )


def address_of(url: str) -> str:
    """Return a page's address if it is one of the web's, else nothing: the desk must never hold a link that runs."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def latest(rx: Rx, who: Card) -> State | None:
    """Return the open conversation, else the last one."""
    return open_state(rx, who.shop, who.id) or last_ended(rx, who.shop, who.id, within_hours=HISTORY_HOURS)


def talk_now(rx: Rx, state: State) -> TalkNow:
    """Return a conversation as its customer may see it."""
    return TalkNow(
        id=state.id, state=state.state, agent=agent_name(rx, state), desk_read=state.desk_read,
        customer_read=state.customer_read, last_seq=state.last_seq, queue_place=queue_place(rx, state.id),
    )  # fmt: skip


class VisitDoor:
    """Lets customers in by their visitor token."""

    path = "/ws/visit"

    def __init__(self, database: Database, hub: Hub, commands: Commands, settings: Settings) -> None:
        self.database = database
        self.hub = hub
        self.settings = settings
        own = "a visitor tells which page he is on; only the desk reads it"
        self.commands: tuple[Command, ...] = (*commands.visit(), Command(PageSeen, self.page_seen, None, own))
        self.turns = 0
        """Grows when a visitor turns out to be somebody, or is forgotten; only those who are in already hear of it."""

    def origin_allowed(self, scope: Scope) -> bool:
        """Any page may open the socket: no cookie counts here, and the token was given to allowed pages only."""
        return True

    async def admit(self, peer: Peer, hello: Hello, scope: Scope) -> None:
        """Find the visitor behind the token."""

        def read(rx: Rx) -> tuple[VisitorIdentity, Card, str | None]:
            who = visitor(rx, hello.token)
            found = None if who is None else card(rx, who.customer)
            if who is None or found is None:
                raise Unauthenticated("channels.token")
            state = open_state(rx, found.shop, found.id)
            return who, found, None if state is None else state.id

        while True:  # what such news overtook is read again
            turns = self.turns
            who, found, conversation = await self.database.read(read)
            if turns == self.turns:
                break
        peer.device = hello.device[:64]
        peer.sends = Bucket(self.settings.sends_per_second, float(self.settings.sends_burst))
        peer.identity = Visitor(who.visitor, found.id, found.shop, found.name, conversation, Lane())
        peer.subscription.tags = {f"customer:{found.id}", f"visitor:{who.visitor}"}

    async def retag(self, peer: Peer, scope: list[str] | None) -> None:
        """Work out again who the visitor is (he may have signed in since)."""
        await self.look_again(peer)

    async def look_again(self, peer: Peer) -> bool:
        """Follow the visitor to the customer he is now; False when his token was forgotten."""
        me = peer.identity
        if not isinstance(me, Visitor):
            return False

        def read(rx: Rx) -> Card | None:
            who = visitor_of(rx, me.visitor)
            return None if who is None else card(rx, who.customer)

        found = await self.database.read(read)
        if found is None:
            return False
        if found.id != me.customer:
            me.customer, me.name, me.conversation = found.id, found.name, None
            self.hub.retag(peer.subscription, {f"customer:{found.id}", f"visitor:{me.visitor}"})
        return True

    async def may(self, peer: Peer, permission: Permission) -> bool:
        """Visitors hold no permissions: default no."""
        return False

    async def left(self, peer: Peer) -> None:
        """Nothing is kept per socket."""

    async def page_seen(self, peer: Peer, frame: object) -> None:
        """Note which page the customer is on."""
        assert isinstance(frame, PageSeen)  # noqa: S101
        me = peer.identity
        assert isinstance(me, Visitor)  # noqa: S101
        seen = {"url": address_of(frame.url[:500]), "title": frame.title[:200], "product": (frame.product or "")[:64]}
        try:
            await self.database.write(customers.do_see_visitor, me.visitor, language=peer.language, page=seen)
        except ZhangguiError:
            return
