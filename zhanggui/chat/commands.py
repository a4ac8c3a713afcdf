"""Socket commands of the chat room: send, read, typing, draft, watch."""

from collections.abc import Callable
from typing import Literal, cast

import msgspec
from sqlalchemy import select

from zhanggui.chat import access, actions, rules
from zhanggui.chat.actions.reach import sight_of
from zhanggui.chat.frames import DraftOf, Read, Send, Typing, TypingNow, Watch
from zhanggui.chat.identity import Agent, Visitor
from zhanggui.chat.lines import Spoken, load_state
from zhanggui.chat.sending import SEND, Receipt, Sending
from zhanggui.chat.state import State
from zhanggui.chat.tables import attachment, message
from zhanggui.foundation.database import Database, Job, Rx
from zhanggui.foundation.errors import Forbidden, Invalid, NotFound, TooMany, ZhangguiError
from zhanggui.realtime.frames import Ack, Error, text_of
from zhanggui.realtime.hub import Hub, Origin
from zhanggui.realtime.peer import Peer
from zhanggui.realtime.socket import Command
from zhanggui.realtime.tail import Tail
from zhanggui.settings import Settings
from zhanggui.store import queries as store

QUOTED = 80


class Commands:
    """The chat room's side of every socket."""

    def __init__(self, database: Database, hub: Hub, tail: Tail, settings: Settings) -> None:
        self.database = database
        self.hub = hub
        self.tail = tail
        self.settings = settings

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
        agent = cast(Agent, peer.identity)
        viewer = agent.viewer
        if frame.kind == "note" and not viewer.may(access.NOTE):
            raise Forbidden("access.forbidden")
        if not frame.conversation:
            raise NotFound("chat.not_open")
        self._pace(peer, frame)
        spoken = await self._spoken(frame, sender="agent", by=viewer.agent, name=agent.nick, author=viewer.agent)
        spoken.desk_only = int(frame.kind == "note")
        self._submit(
            peer,
            Sending(
                spoken, agent.lane, frame.seq, conversation=frame.conversation,
                may_any=viewer.may(access.SEND_ANY), may_see=_sees(agent),
            ),
            frame,
        )  # fmt: skip

    async def send_by_visitor(self, peer: Peer, frame: object) -> None:
        """Queue a customer's line."""
        assert isinstance(frame, Send)  # noqa: S101
        visitor = cast(Visitor, peer.identity)
        self._pace(peer, frame)
        if frame.kind == "nudge":
            self._pace_nudge(visitor)
        spoken = await self._spoken(
            frame, sender="customer", by=visitor.customer, name=visitor.name, author=visitor.visitor,
            shop=visitor.shop, customer=visitor.customer,
        )  # fmt: skip
        self._submit(
            peer,
            Sending(
                spoken, visitor.lane, frame.seq, shop=visitor.shop, customer=visitor.customer,
                conversation=visitor.conversation, reopen_hours=self.settings.reopen_hours,
            ),
            frame,
        )  # fmt: skip

    def _pace(self, peer: Peer, frame: Send) -> None:
        wait = peer.sends.wait(peer.seen)
        if wait > 0:
            visit = cast(Agent | Visitor, peer.identity).lane
            visit.broken_at = frame.seq if visit.broken_at is None else min(visit.broken_at, frame.seq)
            raise TooMany("chat.too_fast", retry_after=wait)

    def _pace_nudge(self, visitor: Visitor) -> None:
        from zhanggui.foundation.clock import now_ms

        now = now_ms()
        if now - visitor.nudged_at < self.settings.nudge_seconds * 1000:
            raise Invalid("chat.nudge_too_soon")
        visitor.nudged_at = now

    async def _spoken(
        self, frame: Send, *, sender: str, by: str, name: str, author: str, shop: str = "", customer: str = ""
    ) -> Spoken:
        rules.check_id(frame.id)
        text = rules.clean_text(frame.text, limit=self.settings.text_limit)
        has = frozenset(part for part in ("file", "product", "order") if getattr(frame, part) is not None)
        rules.check_line(frame.kind, text, desk=sender == "agent", has=has)
        spoken = Spoken(
            sender=sender, by=by, name=name, kind=frame.kind, text=text, author=author, client_id=frame.id,
            claimed_at=frame.at,
        )  # fmt: skip
        if frame.quote is not None or has:
            spoken.body, spoken.quote = await self.database.read(
                read_extras, frame, sender=sender, author=author, customer=customer, shop=shop
            )
        return spoken

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
        self.tail.live((f"customer:{state.customer}", f"watch:{state.id}"), text_of(live), without=peer.subscription)

    async def typing_by_visitor(self, peer: Peer, frame: object) -> None:
        """Show the desk that the customer writes."""
        assert isinstance(frame, Typing)  # noqa: S101
        visitor = cast(Visitor, peer.identity)
        state = await self.database.read(load_state, frame.conversation)
        if state is None or state.customer != visitor.customer:
            raise NotFound("chat.not_open")
        live = TypingNow(conversation=state.id, who="customer", name=state.name, on=frame.on)
        tags = (f"watch:{state.id}", *([f"agent:{state.assignee}"] if state.assignee else []))
        self.tail.live(tags, text_of(live))

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
        if frame.on:
            state = await self.database.read(load_state, frame.conversation)
            if state is None or not _sees(agent)(state):
                raise NotFound("chat.not_open")
            agent.watching.add(state.id)
            agent.about[state.id] = state.customer
        else:
            agent.watching.discard(frame.conversation)
            agent.about.pop(frame.conversation, None)
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


Side = Literal["agent", "customer"]


def read_extras(
    rx: Rx, frame: Send, *, sender: str, author: str, customer: str, shop: str
) -> tuple[str | None, str | None]:
    """Return (body, quote) as JSON texts: what a line carries besides words, checked against the sender's rights."""
    if sender == "agent":
        state = load_state(rx, frame.conversation or "")
        if state is None:
            raise NotFound("chat.not_open")
        customer, shop = state.customer, state.shop
    body: dict[str, object] | None = None
    if frame.kind in ("image", "file", "video"):
        body = _file_body(rx, frame.file or "", kind=frame.kind, owner=author)
    elif frame.kind == "product":
        body = store.product_card(rx, frame.product or "", shop)
    elif frame.kind == "order":
        body = store.order_card(rx, frame.order or "", customer)
    if body is None and frame.kind in ("product", "order"):
        raise NotFound("chat.no_card", field=frame.kind)
    quote = None if frame.quote is None else _quote(rx, frame, customer=customer, desk=sender == "agent")
    return _json(body), _json(quote)


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _file_body(rx: Rx, file_id: str, *, kind: str, owner: str) -> dict[str, object]:
    c = attachment.c
    row = rx.one(select(c.kind, c.type, c.name, c.size, c.width, c.height).where(c.id == file_id, c.owner == owner))
    if row is None or row[0] != kind:
        raise NotFound("chat.no_file", field="file")
    body: dict[str, object] = {"file": file_id, "type": row[1], "name": row[2], "size": row[3]}
    if row[4] is not None:
        body["width"], body["height"] = row[4], row[5]
    return body


def _quote(rx: Rx, frame: Send, *, customer: str, desk: bool) -> dict[str, object]:
    from zhanggui.chat.tables import conversation

    assert frame.quote is not None  # noqa: S101
    c = message.c
    query = (
        select(c.name, c.text, c.kind, c.desk_only)
        .join(conversation, conversation.c.id == c.conversation)
        .where(c.conversation == frame.quote.conversation, c.seq == frame.quote.seq, c.recalled_at.is_(None))
        .where(conversation.c.customer == customer)
    )
    row = rx.one(query)
    # a note may be quoted in a note only: quoting must not carry it to the customer
    if row is None or (row[3] and not (desk and frame.kind == "note")):
        raise NotFound("chat.no_quote", field="quote")
    shown = row[1] or f"[{row[2]}]"
    return {
        "conversation": frame.quote.conversation,
        "seq": frame.quote.seq,
        "name": row[0],
        "text": str(shown)[:QUOTED],
    }
