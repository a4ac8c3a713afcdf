"""Socket commands of the chat room: send, read, typing, draft, watch."""

from collections.abc import Callable
from typing import cast

from zhanggui.chat import access, actions, rules
from zhanggui.chat.actions.reach import sight_of
from zhanggui.chat.extras import read_extras
from zhanggui.chat.frames import DraftOf, Read, Send, Typing, TypingNow, Watch
from zhanggui.chat.identity import Agent, Visitor
from zhanggui.chat.lines import Spoken, load_state
from zhanggui.chat.nudges import Nudges
from zhanggui.chat.sending import SEND, Receipt, Sending
from zhanggui.chat.state import State, body_tags
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import Database, Job
from zhanggui.foundation.errors import Forbidden, NotFound, TooMany, ZhangguiError
from zhanggui.realtime.frames import Ack, Error, text_of
from zhanggui.realtime.hub import Hub, Origin
from zhanggui.realtime.peer import Peer
from zhanggui.realtime.socket import Command
from zhanggui.realtime.tail import Tail
from zhanggui.settings import Settings


class Commands:
    """The chat room's side of every socket."""

    def __init__(self, database: Database, hub: Hub, tail: Tail, settings: Settings) -> None:
        self.database = database
        self.hub = hub
        self.tail = tail
        self.settings = settings
        self.nudges = Nudges(seconds=settings.nudge_seconds)

    def desk(self) -> tuple[Command, ...]:
        """Return what an agent's socket understands."""
        return (
            Command(Send, self.send_by_agent, access.SEND),
            Command(Read, self.read_by_agent, access.READ_OWN),
            Command(Typing, self.typing_by_agent, access.SEND),
            Command(DraftOf, self.draft, access.SEND),
            Command(Watch, self.watch, access.READ_OWN),
        )

    def visit(self) -> tuple[Command, ...]:
        """Return what a customer's socket understands; his token is his right to his own conversation, no other."""
        own = "a visitor's token opens his own conversation only"
        return (
            Command(Send, self.send_by_visitor, None, own),
            Command(Read, self.read_by_visitor, None, own),
            Command(Typing, self.typing_by_visitor, None, own),
        )

    # -- sending -------------------------------------------------------------------------------------------------

    async def send_by_agent(self, peer: Peer, frame: object) -> None:
        """Queue an agent's line."""
        assert isinstance(frame, Send)  # noqa: S101
        rules.check_id(frame.id)
        agent = cast(Agent, peer.identity)
        viewer = agent.viewer
        spoken = Spoken(
            sender="agent", by=viewer.agent, name=agent.nick, kind=frame.kind, text="", author=viewer.agent,
            client_id=frame.id, claimed_at=frame.at, desk_only=int(frame.kind == "note"),
        )  # fmt: skip
        sending = Sending(
            spoken, agent.lane, frame.seq, conversation=frame.conversation or "",
            may_any=viewer.may(access.SEND_ANY), may_see=_sees(agent),
        )  # fmt: skip
        try:
            if frame.kind == "note" and not viewer.may(access.NOTE):
                raise Forbidden("access.forbidden")
            await self._fill(peer, frame, sending)
        except ZhangguiError as refusal:
            sending.refused = refusal
        self._submit(peer, sending, frame)

    async def send_by_visitor(self, peer: Peer, frame: object) -> None:
        """Queue a customer's line."""
        assert isinstance(frame, Send)  # noqa: S101
        rules.check_id(frame.id)
        visitor = cast(Visitor, peer.identity)
        spoken = Spoken(
            sender="customer", by=visitor.customer, name=visitor.name, kind=frame.kind, text="",
            author=visitor.visitor, client_id=frame.id, claimed_at=frame.at,
        )  # fmt: skip
        sending = Sending(
            spoken, visitor.lane, frame.seq, shop=visitor.shop, customer=visitor.customer,
            conversation=visitor.conversation, reopen_hours=self.settings.reopen_hours,
        )  # fmt: skip
        try:
            await self._fill(peer, frame, sending)
            if frame.kind == "nudge":
                self.nudges.take(visitor.customer, frame.id, now=now_ms())
        except ZhangguiError as refusal:
            sending.refused = refusal
        self._submit(peer, sending, frame)

    async def _fill(self, peer: Peer, frame: Send, sending: Sending) -> None:
        """Give the line its words and what it carries, or refuse it."""
        wait = peer.sends.wait(peer.seen)
        if wait > 0:
            raise TooMany("chat.too_fast", retry_after=wait)
        spoken = sending.spoken
        spoken.text = rules.clean_text(frame.text, limit=self.settings.text_limit)
        has = frozenset(part for part in ("file", "product", "order") if getattr(frame, part) is not None)
        rules.check_line(frame.kind, spoken.text, desk=spoken.sender == "agent", has=has)
        if frame.quote is not None or has:
            spoken.body, spoken.quote = await self.database.read(
                read_extras, frame, sender=spoken.sender, author=spoken.author, customer=sending.customer or "",
                shop=sending.shop,
            )  # fmt: skip

    def _submit(self, peer: Peer, sending: Sending, frame: Send) -> None:
        origin = sending.origin = Origin(peer.subscription, frame.id)
        self.database.submit(Job(_answer(peer, frame.id, origin), kind=SEND, item=sending))

    # -- reading, typing, drafts ---------------------------------------------------------------------------------

    async def read_by_agent(self, peer: Peer, frame: object) -> None:
        """Note how far the desk has read; only who serves the conversation reads for the desk."""
        assert isinstance(frame, Read)  # noqa: S101
        agent = cast(Agent, peer.identity)
        await self.database.write(
            actions.do_read_by_desk, frame.conversation, frame.seq, by=agent.viewer.agent, may_see=_sees(agent)
        )

    async def read_by_visitor(self, peer: Peer, frame: object) -> None:
        """Note how far the customer has read."""
        assert isinstance(frame, Read)  # noqa: S101
        visitor = cast(Visitor, peer.identity)
        await self.database.write(actions.do_read_by_customer, frame.conversation, frame.seq, customer=visitor.customer)

    async def typing_by_agent(self, peer: Peer, frame: object) -> None:
        """Show the customer that somebody writes."""
        assert isinstance(frame, Typing)  # noqa: S101
        agent = cast(Agent, peer.identity)
        state = await self.database.read(load_state, frame.conversation)
        if state is None or not _sees(agent)(state):
            raise NotFound("chat.not_open")
        live = TypingNow(conversation=state.id, who="agent", name=agent.nick, on=frame.on)
        tags = list(body_tags(state))
        # who only looks on may write a note: the customer waits for no answer of his
        if state.state == "open" and (
            state.assignee in (None, agent.viewer.agent) or agent.viewer.may(access.SEND_ANY)
        ):
            tags.append(f"customer:{state.customer}")
        self.tail.live(tags, text_of(live), without=peer.subscription)

    async def typing_by_visitor(self, peer: Peer, frame: object) -> None:
        """Show the desk that the customer writes."""
        assert isinstance(frame, Typing)  # noqa: S101
        visitor = cast(Visitor, peer.identity)
        state = await self.database.read(load_state, frame.conversation)
        if state is None or state.customer != visitor.customer:
            raise NotFound("chat.not_open")
        live = TypingNow(conversation=state.id, who="customer", name=state.name, on=frame.on)
        if state.state == "open":
            self.tail.live(body_tags(state), text_of(live))

    async def draft(self, peer: Peer, frame: object) -> None:
        """Keep what an agent has begun to write."""
        assert isinstance(frame, DraftOf)  # noqa: S101
        agent = cast(Agent, peer.identity)
        text = rules.clean_text(frame.text, limit=self.settings.text_limit)
        await self.database.write(actions.do_draft, frame.conversation, text, viewer=agent.viewer)

    async def watch(self, peer: Peer, frame: object) -> None:
        """Let an agent hear the bodies of a conversation that he has open, or no longer."""
        assert isinstance(frame, Watch)  # noqa: S101
        agent = cast(Agent, peer.identity)
        if not frame.on:
            self._look_away(peer, agent, frame.conversation)
            return
        # twice: of what changed between the first look and the listening (other hands, another customer) nobody told us
        for _ in range(2):
            state = await self.database.read(load_state, frame.conversation)
            if state is None or not _sees(agent)(state):
                self._look_away(peer, agent, frame.conversation)
                raise NotFound("chat.not_open")
            agent.watching.add(state.id)
            agent.about[state.id] = state.customer
            self.hub.retag(peer.subscription, agent_tags(agent))

    def _look_away(self, peer: Peer, agent: Agent, conversation: str) -> None:
        agent.watching.discard(conversation)
        agent.about.pop(conversation, None)
        self.hub.retag(peer.subscription, agent_tags(agent))


def agent_tags(agent: Agent) -> set[str]:
    """Return every tag an agent's socket listens to: his rights' and those of what he has open."""
    tags = set(access.tags_of(agent.viewer, agent.scope))
    tags.update(f"watch:{conversation}" for conversation in agent.watching)
    tags.update(f"about:{customer}" for customer in agent.about.values())
    return tags


def _sees(agent: Agent) -> Callable[[State], bool]:
    return sight_of(agent.viewer)


def _answer(peer: Peer, client_id: str, origin: Origin) -> Callable[[object, BaseException | None], None]:
    def done(result: object, error: BaseException | None) -> None:
        if isinstance(error, ZhangguiError):
            peer.refuse(error, id=client_id)
        elif error is not None or not isinstance(result, Receipt):
            peer.tell(Error(code="http.internal", message="", id=client_id))
        else:
            if isinstance(peer.identity, Visitor):
                peer.identity.conversation = result.conversation
            if not origin.acked:
                n = result.change.n if result.change is not None else None
                peer.tell(Ack(id=client_id, conversation=result.conversation, seq=result.seq, at=result.at, n=n))

    return done
