"""What the server itself does when rights, sessions or the hands a conversation is in change: in every process."""

import asyncio
from typing import cast

import msgspec

from zhanggui.chat import access
from zhanggui.chat.commands import agent_tags
from zhanggui.chat.desk import DeskDoor
from zhanggui.chat.events import CONVERSATION_CHANGED
from zhanggui.chat.identity import Agent
from zhanggui.customers.events import CUSTOMER_MERGED
from zhanggui.customers.shapes import Merged
from zhanggui.foundation.events import Stored
from zhanggui.realtime.frames import CLOSE_SIGNED_OUT
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.peer import Peer
from zhanggui.realtime.socket import SocketEndpoint
from zhanggui.team.events import AGENT_CHANGED, GROUP_CHANGED, ROLE_CHANGED, SESSION_ENDED


class _Ended(msgspec.Struct):
    sessions: list[str]


class _Hands(msgspec.Struct):
    id: str
    state: str
    assignee: str | None
    group: str | None


class DeskControl:
    """Keeps the desk's sockets of this process to what their people may hear now."""

    def __init__(self, endpoint: SocketEndpoint, door: DeskDoor, hub: Hub) -> None:
        self._endpoint = endpoint
        self._door = door
        self._hub = hub
        self._looking: set[asyncio.Task[None]] = set()

    def connect(self) -> None:
        """Listen to what concerns sockets."""
        self._hub.on_control(SESSION_ENDED, self.session_ended)
        self._hub.on_control(AGENT_CHANGED, self.agent_changed)
        self._hub.on_control(ROLE_CHANGED, self.rights_changed)
        self._hub.on_control(GROUP_CHANGED, self.rights_changed)
        self._hub.on_control(CONVERSATION_CHANGED, self.hands_changed)
        self._hub.on_control(CUSTOMER_MERGED, self.customer_merged)

    def session_ended(self, stored: Stored) -> None:
        """Close the sockets of sessions that are over."""
        self._door.turns += 1
        ended = set(msgspec.json.decode(stored.put["session"], type=_Ended).sessions)
        for peer in list(self._endpoint.peers):
            if _agent(peer).viewer.session in ended:
                peer.close(CLOSE_SIGNED_OUT, "access.signed_out")

    def agent_changed(self, stored: Stored) -> None:
        """Look again at what this agent may do."""
        self._door.turns += 1
        self._look_again([peer for peer in self._endpoint.peers if _agent(peer).viewer.agent == stored.subject])

    def rights_changed(self, stored: Stored) -> None:
        """A role or group changed: look again at everybody."""
        self._door.turns += 1
        self._look_again(list(self._endpoint.peers))

    def hands_changed(self, stored: Stored) -> None:
        """Whoever has a conversation open but may no longer see it hears nothing more of it, from the next line on."""
        watchers = list(self._hub.readers(f"watch:{stored.subject}"))
        if not watchers or "conversation" not in stored.put:
            return
        hands = msgspec.json.decode(stored.put["conversation"], type=_Hands)
        for reader in watchers:
            agent = _agent(cast(Peer, reader.sink))
            if not access.sees(agent.viewer, assignee=hands.assignee, group=hands.group, state=hands.state):
                agent.watching.discard(hands.id)
                agent.about.pop(hands.id, None)
                self._hub.retag(reader, agent_tags(agent))

    def customer_merged(self, stored: Stored) -> None:
        """Two customers are one: whoever has either open begins afresh, with the history of both."""
        merged = msgspec.json.decode(stored.put["merged"], type=Merged)
        for reader in {*self._hub.readers(f"about:{merged.former}"), *self._hub.readers(f"about:{merged.into}")}:
            peer = cast(Peer, reader.sink)
            agent = _agent(peer)
            agent.about.update({key: merged.into for key, who in agent.about.items() if who == merged.former})
            self._hub.retag(reader, agent_tags(agent))
            peer.resync("merged")

    def _look_again(self, peers: list[Peer]) -> None:
        for peer in peers:
            task = asyncio.create_task(self._look(peer))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    async def _look(self, peer: Peer) -> None:
        if not await self._door.look_again(peer):
            peer.close(CLOSE_SIGNED_OUT, "access.signed_out")


def _agent(peer: Peer) -> Agent:
    return cast(Agent, peer.identity)
