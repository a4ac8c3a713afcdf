"""Conversations to search in: what was said, by whom, whose they are."""

import itertools
from collections.abc import Sequence

from tests.customers.builders import SHOP, a_customer
from zhanggui.chat.lines import Spoken, add_line, load_state, save_state
from zhanggui.chat.opening import announce_changed, do_open
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.searching.queries import Hits, Kind, search
from zhanggui.foundation.access import Viewer, role_permissions
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.ids import AgentId

_count = itertools.count(1)
OWNER = Viewer(AgentId("a_owner"), "掌柜", "owner", role_permissions("owner"))


def a_reader(role: str, agent: str, *groups: str) -> Viewer:
    """Somebody at the desk with the rights of a built-in role."""
    return Viewer(AgentId(agent), agent, role, role_permissions(role), groups=frozenset(groups))


async def a_talk(
    db: Database, lines: Sequence[str], *, assignee: str | None = "a_1", group: str | None = None, name: str = "陈小姐",
    sender: str = "customer", desk_only: int = 0,
) -> str:  # fmt: skip
    """A conversation in which these lines were said."""
    customer = await a_customer(db, external_id=f"u{next(_count)}", name=name)

    def build(tx: Tx) -> str:
        state = do_open(tx, SHOP, customer, assignee=assignee)
        state.group_id = group
        save_state(tx, state)
        for text in lines:
            _say(tx, state.id, text, sender, desk_only)
        return state.id

    return await db.write(build)


def _say(tx: Tx, talk: str, text: str, sender: str, desk_only: int) -> int:
    state = load_state(tx, talk)
    assert state is not None
    spoken = Spoken(
        sender=sender, by="u_1", name="", kind="text", text=text, author=talk, client_id=f"t{next(_count)}",
        desk_only=desk_only,
    )  # fmt: skip
    return add_line(tx, state, spoken).seq


async def say(db: Database, talk: str, text: str, *, sender: str = "customer", desk_only: int = 0) -> int:
    """One more line; returns its place."""
    return await db.write(_say, talk, text, sender, desk_only)


async def hand_to(
    db: Database, talk: str, assignee: str | None, *, group: str | None = None, ended: bool = False
) -> None:
    """The conversation changes hands, as transfers and ends do it."""

    def change(tx: Tx) -> None:
        state = load_state(tx, talk)
        assert state is not None
        state.assignee, state.group_id, state.state = assignee, group, "ended" if ended else "open"
        save_state(tx, state)
        announce_changed(tx, state)

    await db.write(change)


async def found(db: Database, query: str, viewer: Viewer = OWNER, *, kind: Kind = "message", cursor: str = "") -> Hits:
    """A page of what the search field shows."""
    return await db.read(search, viewer, query, kind=kind, cursor=cursor)


async def texts(db: Database, query: str, viewer: Viewer = OWNER) -> list[str]:
    """The lines found, newest first, after the index has caught up."""
    await Indexer(db, holder="test").catch_up()
    return [hit.text for hit in (await found(db, query, viewer)).items]
