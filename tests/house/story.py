"""A day at the desk, told action by action; after each one every page must hold what a fresh page would."""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from tests.house.mirror import DeskPage, WidgetPage, viewer_of
from zhanggui.chat.lines import Spoken
from zhanggui.chat.sending import SEND, Lane, Receipt, Sending, send_batch
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import Database, Rx, Tx
from zhanggui.foundation.events import Stored

P = ParamSpec("P")
T = TypeVar("T")


class Story:
    """The database, the pages that look at it, and what has been done so far."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.desks: list[DeskPage] = []
        self.widgets: list[WidgetPage] = []
        self.done: set[str] = set()
        self.heard: list[Stored] = []
        self.lines = 0
        db.committed = self.heard.extend

    async def opens(self, page: DeskPage | WidgetPage) -> None:
        """A page is opened."""
        await self.db.read(page.begin)
        (self.desks if isinstance(page, DeskPage) else self.widgets).append(page)  # type: ignore[arg-type]

    async def viewer(self, agent: str) -> Viewer:
        """An agent as he is now."""
        found = await self.db.read(viewer_of, agent)
        assert found is not None
        return found

    async def does(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action; every page hears of it and is compared with a fresh one."""
        name = f"{action.__module__}.{action.__name__}"
        self.heard.clear()
        result = await self.db.write(action, *args, **kwargs)
        self.done.add(f"{action.__module__.split('.')[1]}.{action.__name__}")
        await self._compare(name)
        return result

    async def does_silently(self, action: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action that has nothing to announce, and see that it announces nothing and no page goes stale."""
        result = await self.does(action, *args, **kwargs)
        assert [stored.kind for stored in self.heard] == [], action.__name__
        return result

    async def says(self, sending: Sending) -> Receipt:
        """A line on the hot path."""

        def send(tx: Tx) -> object:
            return SEND.run(tx, [sending])[0]

        self.heard.clear()
        receipt = await self.db.write(send)
        if isinstance(receipt, Exception):
            raise receipt
        assert isinstance(receipt, Receipt)
        self.done.add(send_batch.__name__)
        await self._compare(f"send_batch ({sending.spoken.sender}: {sending.spoken.text})")
        return receipt

    async def customer_says(self, widget: WidgetPage, shop: str, text: str, *, reopen_hours: int = 24) -> str:
        """A line of a customer; returns its conversation."""
        spoken = self._spoken("customer", widget.customer, text, author=widget.visitor)
        sending = Sending(spoken, Lane(), 1, shop=shop, customer=widget.customer, reopen_hours=reopen_hours)
        return (await self.says(sending)).conversation

    async def agent_says(self, agent: str, conversation: str, text: str, *, note: bool = False) -> int:
        """A line (or note) of an agent; returns its place."""
        spoken = self._spoken("agent", agent, text, author=agent)
        if note:
            spoken.kind, spoken.desk_only = "note", 1
        sending = Sending(spoken, Lane(), 1, conversation=conversation, may_any=True, may_see=lambda _: True)
        return (await self.says(sending)).seq

    def _spoken(self, sender: str, by: str, text: str, *, author: str) -> Spoken:
        self.lines += 1
        return Spoken(
            sender=sender, by=by, name=by, kind="text", text=text, author=author, client_id=f"line{self.lines}"
        )

    async def _compare(self, name: str) -> None:
        heard = list(self.heard)

        def compare(rx: Rx) -> list[str]:
            people = {page.agent: viewer_of(rx, page.agent) for page in self.desks}
            for page in self.desks:
                page.hear(rx, heard, people[page.agent])
            for widget in self.widgets:
                widget.hear(rx, heard)
            pages: list[DeskPage | WidgetPage] = [*self.desks, *self.widgets]
            return [f"{_who(page)}: {text}" for page in pages for text in page.differences(rx)]

        wrong = await self.db.read(compare)
        assert not wrong, "\n".join([f"after {name}, which announced {kinds(heard)}:", *wrong])


def _who(page: DeskPage | WidgetPage) -> str:
    if isinstance(page, WidgetPage):
        return f"widget {page.visitor}"
    role = page.viewer.role_key if page.viewer else "shut out"
    return f"{role} {page.agent} {sorted(page.scope)}"


def kinds(changes: Sequence[Stored]) -> list[str]:
    """What was announced, in order."""
    return [stored.kind for stored in changes]
