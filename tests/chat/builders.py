"""A shop whose people and customers talk: each word goes the way it goes from a socket."""

import asyncio
import itertools
from dataclasses import dataclass, field

from sqlalchemy import select

from tests.customers.builders import a_visitor
from tests.store.builders import a_shop
from tests.team.builders import an_agent, an_owner
from zhanggui.chat import access
from zhanggui.chat.checking import broken_chains
from zhanggui.chat.lines import Spoken, load_state
from zhanggui.chat.sending import SEND, Lane, Receipt, Sending
from zhanggui.chat.state import State
from zhanggui.chat.tables import conversation, message
from zhanggui.customers.shapes import NewVisitor
from zhanggui.foundation.access import Viewer, role_permissions
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import AnyRow, Database, Job
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.foundation.ids import AgentId
from zhanggui.store.actions import do_patch_shop
from zhanggui.store.shapes import ShopPatch
from zhanggui.team.actions import do_socket_down, do_socket_up

PROCESS = "test-process"
_count = itertools.count(1)


@dataclass
class Person:
    """Somebody with an open page: an agent (`viewer`) or a customer's browser (`visitor`)."""

    id: str
    name: str
    viewer: Viewer | None = None
    visitor: NewVisitor | None = None
    lane: Lane = field(default_factory=Lane)
    hint: str | None = None
    order: int = 0

    @property
    def agent(self) -> Viewer:
        """The agent, who is one."""
        assert self.viewer is not None
        return self.viewer

    def says(self, text: str = "在吗", *, to: str | None = None, id: str = "", kind: str = "text", order: int = 0, **more: object) -> Sending:  # fmt: skip  # noqa: A002, E501
        """A line of his, on its way."""
        self.order = order or self.order + 1
        client_id = id or f"{self.name}-{next(_count)}"
        sender, author = ("agent", self.id) if self.viewer else ("customer", self.visitor.visitor if self.visitor else "")  # fmt: skip  # noqa: E501
        spoken = Spoken(
            sender=sender, by=self.id, name=self.name, kind=kind, text=text, author=author, client_id=client_id,
            desk_only=int(kind == "note"),
        )  # fmt: skip
        viewer = self.viewer
        if viewer is None:
            return Sending(spoken, self.lane, self.order, shop=str(more.pop("shop")), customer=self.id, conversation=self.hint, **more)  # type: ignore[arg-type]  # fmt: skip  # noqa: E501

        def may_see(state: State) -> bool:
            assert viewer is not None
            return access.sees(viewer, assignee=state.assignee, group=state.group_id, state=state.state)

        may_any = viewer.may(access.SEND_ANY)
        more.pop("shop", None)
        return Sending(spoken, self.lane, self.order, conversation=to or "", may_any=may_any, may_see=may_see, **more)  # type: ignore[arg-type]  # fmt: skip


@dataclass
class Shop:
    """The house of a test."""

    db: Database
    id: str

    @classmethod
    async def opened(cls, db: Database) -> "Shop":
        """Set up with its owner; nobody is online."""
        await an_owner(db)
        shop = await a_shop(db)
        await db.write(do_patch_shop, shop, actor=SystemActor(), patch=ShopPatch(greeting="您好，欢迎光临"))
        return cls(db, shop)

    async def agent(self, name: str = "小棠", *, role: str = "agent", online: bool = True, groups: tuple[str, ...] = ()) -> Person:  # fmt: skip  # noqa: E501
        """An agent, at the desk unless told otherwise."""
        view = await an_agent(self.db, role=role, name=name)
        if online:
            await self.db.write(do_socket_up, view.id, PROCESS)
        viewer = Viewer(AgentId(view.id), name, role, role_permissions(role), groups=frozenset(groups), csrf="c")
        return Person(view.id, name, viewer=viewer)

    async def goes(self, person: Person) -> None:
        """An agent closes his page."""
        await self.db.write(do_socket_down, person.id, PROCESS)

    async def customer(self, name: str = "访客") -> Person:
        """Somebody on the shop's page."""
        made = await a_visitor(self.db, shop=self.id)
        return Person(made.customer, name, visitor=made)

    async def send(self, *sendings: Sending) -> list[Receipt | ZhangguiError]:
        """Hand these lines over at once, as one group."""
        return [one for one in await submit(self.db, *sendings) if isinstance(one, Receipt | ZhangguiError)]

    async def said(self, person: Person, text: str = "在吗", *, to: str | None = None, **more: object) -> Receipt:
        """One line, stored."""
        [done] = await self.send(person.says(text, to=to, shop=self.id, **more))  # type: ignore[arg-type]
        assert isinstance(done, Receipt), done
        person.hint = done.conversation
        return done

    async def refused(self, person: Person, text: str = "在吗", *, to: str | None = None, **more: object) -> str:
        """The code with which one line is refused."""
        [done] = await self.send(person.says(text, to=to, shop=self.id, **more))  # type: ignore[arg-type]
        assert isinstance(done, ZhangguiError), done
        return done.code

    async def state(self, conversation_id: str) -> State:
        """A conversation as it stands."""
        found = await self.db.read(load_state, conversation_id)
        assert found is not None
        return found

    async def lines(self, conversation_id: str) -> list[AnyRow]:
        """Every line of a conversation."""
        c = message.c
        columns = (c.seq, c.sender, c.by, c.kind, c.text, c.body, c.quote, c.client_id, c.author, c.desk_only)
        query = select(*columns).where(c.conversation == conversation_id).order_by(c.seq)
        return list(await self.db.read(lambda rx: rx.all(query)))

    async def texts(self, conversation_id: str) -> list[str]:
        """What people said in it, in order."""
        return [str(row.text) for row in await self.lines(conversation_id) if row.sender in ("agent", "customer")]

    async def conversations(self) -> list[AnyRow]:
        """Every conversation, by birth."""
        c = conversation.c
        query = select(c.id, c.customer, c.state, c.assignee).order_by(c.opened_at, c.id)
        return list(await self.db.read(lambda rx: rx.all(query)))

    async def holds(self) -> None:
        """The hash chain of every conversation holds."""
        assert await self.db.read(lambda rx: list(broken_chains(rx.connection))) == []


async def submit(db: Database, *sendings: Sending) -> list[object]:
    """Queue lines without waiting between them; the answers in their order, errors as they are."""
    loop = asyncio.get_running_loop()
    futures: list[asyncio.Future[object]] = [loop.create_future() for _ in sendings]
    for sending, future in zip(sendings, futures, strict=True):

        def done(result: object, error: BaseException | None, future: "asyncio.Future[object]" = future) -> None:
            future.set_result(result if error is None else error)

        db.submit(Job(done, kind=SEND, item=sending))
    return list(await asyncio.gather(*futures))
