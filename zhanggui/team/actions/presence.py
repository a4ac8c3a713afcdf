"""Who is here: own choice, live sockets, server processes that died; and how much each has open."""

from collections.abc import Callable, Collection
from typing import Final

from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.database import Tx
from zhanggui.team import events, queries
from zhanggui.team.rules import Presence
from zhanggui.team.shapes import AgentView
from zhanggui.team.tables import agent as agents
from zhanggui.team.tables import live_socket, process_beat

BEAT_SILENCE: Final = 15 * SECOND
"""A server process that gave no heartbeat for so long is taken for dead; it should give one every 5 s."""


def do_choose_presence(tx: Tx, agent_id: str, *, choice: Presence) -> AgentView:
    """Set what colleagues shall see of me while I have a page open."""
    row = queries.agent(tx, agent_id)
    if row is not None and row.presence != choice:
        _telling(tx, [agent_id], lambda: _choose(tx, agent_id, choice))
    return queries.view(tx, agent_id)


def do_socket_up(tx: Tx, agent_id: str, process: str) -> None:
    """A socket of this agent opened in this process."""
    _telling(tx, [agent_id], lambda: _count(tx, agent_id, process, by=1))


def do_socket_down(tx: Tx, agent_id: str, process: str) -> None:
    """A socket of this agent closed. One that was never counted (its process had been given up) changes nothing."""
    _telling(tx, [agent_id], lambda: _count(tx, agent_id, process, by=-1))


def do_beat(tx: Tx, process: str) -> bool:
    """This process lives. False: it was new or had been given up, so it must report all its sockets (again)."""
    known = queries.has_beat(tx, process)
    if known:
        tx.execute(process_beat.update().where(process_beat.c.process == process).values(beat_at=tx.now))
    else:
        tx.execute(process_beat.insert().values(process=process, beat_at=tx.now))
    return known


def do_expire_processes(tx: Tx, *, silence: int = BEAT_SILENCE) -> list[str]:
    """Give up processes that fell silent: their sockets no longer count; returns them. 0 = all (the only server
    starts)."""
    dead = queries.silent_processes(tx, before=tx.now - silence if silence else tx.now + 1)
    if dead:
        _telling(tx, queries.agents_in_processes(tx, dead), lambda: _forget(tx, dead))
    return dead


def do_leave_process(tx: Tx, process: str) -> None:
    """This process ends in good order: its sockets are gone now, not fifteen seconds later."""
    _telling(tx, queries.agents_in_processes(tx, [process]), lambda: _forget(tx, [process]))


def do_count_open(tx: Tx, agent_id: str, *, by: int) -> None:
    """The chat room tells that this agent has `by` more (or fewer) open conversations."""
    row = queries.agent(tx, agent_id)
    if row is None or by == 0:
        return
    tx.execute(agents.update().where(agents.c.id == agent_id).values(open=max(0, row.open + by)))
    tx.announce(events.load_changed(queries.view(tx, agent_id)))


def _telling(tx: Tx, agent_ids: Collection[str], change: Callable[[], None]) -> None:
    """Run `change`, then announce those of the agents whose presence is another than before."""
    ids = sorted(set(agent_ids))
    before = {view.id: view.presence for view in queries.views(tx, ids)}
    change()
    for view in queries.views(tx, ids):
        if view.presence != before.get(view.id):
            tx.announce(events.presence_changed(view))


def _choose(tx: Tx, agent_id: str, choice: Presence) -> None:
    tx.execute(agents.update().where(agents.c.id == agent_id).values(presence=choice))


def _count(tx: Tx, agent_id: str, process: str, *, by: int) -> None:
    c = live_socket.c
    here = (c.agent_id == agent_id) & (c.process == process)
    counted = queries.sockets(tx, agent_id, process)
    if counted is None and by > 0:
        tx.execute(live_socket.insert().values(agent_id=agent_id, process=process, sockets=by))
    elif counted is not None and counted + by > 0:
        tx.execute(live_socket.update().where(here).values(sockets=counted + by))
    elif counted is not None:
        tx.execute(live_socket.delete().where(here))


def _forget(tx: Tx, processes: list[str]) -> None:
    tx.execute(live_socket.delete().where(live_socket.c.process.in_(processes)))
    tx.execute(process_beat.delete().where(process_beat.c.process.in_(processes)))
