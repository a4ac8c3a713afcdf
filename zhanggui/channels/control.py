"""What the server does with visitors' sockets when a visitor turns out to be somebody, or is forgotten."""

from typing import cast

import msgspec

from zhanggui.channels.visit import VisitDoor
from zhanggui.chat.identity import Visitor
from zhanggui.customers.events import CUSTOMER_MERGED, VISITOR_CHANGED
from zhanggui.customers.shapes import Merged
from zhanggui.foundation.events import Stored
from zhanggui.realtime.frames import CLOSE_RESTARTING
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.peer import Peer
from zhanggui.realtime.socket import SocketEndpoint


class VisitControl:
    """Lets sockets that were opened as somebody else come in again, with the token their page has now.

    Whoever knew a token before the login knows a worthless one afterwards: his socket is closed, and shut out.
    """

    def __init__(self, endpoint: SocketEndpoint, door: VisitDoor, hub: Hub) -> None:
        self._endpoint = endpoint
        self._door = door
        self._hub = hub

    def connect(self) -> None:
        """Listen to what concerns visitors."""
        self._hub.on_control(VISITOR_CHANGED, self.visitor_changed)
        self._hub.on_control(CUSTOMER_MERGED, self.customer_merged)

    def visitor_changed(self, stored: Stored) -> None:
        """Close the sockets of a browser whose token is another one now."""
        self._door.turns += 1
        for peer in list(self._endpoint.peers):
            if cast(Visitor, peer.identity).visitor == stored.subject:
                peer.close(CLOSE_RESTARTING, "protocol.identity")

    def customer_merged(self, stored: Stored) -> None:
        """Close the sockets that listen as the anonymous customer who is no more.

        Pages of the customer he turned out to be take everything anew: his history has grown.
        """
        self._door.turns += 1
        merged = msgspec.json.decode(stored.put["merged"], type=Merged)
        for peer in self._listening(merged.former):
            peer.close(CLOSE_RESTARTING, "protocol.identity")
        for peer in self._listening(merged.into):
            peer.resync("merged")

    def _listening(self, customer: str) -> list[Peer]:
        readers = set(self._hub.readers(f"customer:{customer}"))
        return [peer for peer in self._endpoint.peers if peer.subscription in readers]
