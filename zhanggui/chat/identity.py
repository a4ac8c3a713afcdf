"""Who sits at the other end of a socket, as the chat room needs to know it."""

from dataclasses import dataclass

from zhanggui.chat.sending import Lane
from zhanggui.foundation.access import Viewer


@dataclass(slots=True)
class Agent:
    """An agent at his desk; `nick` is the name customers see."""

    viewer: Viewer
    nick: str
    scope: frozenset[str]
    watching: set[str]
    about: dict[str, str]
    lane: Lane


@dataclass(slots=True)
class Visitor:
    """A customer in the widget: the visitor is his device's token, the customer who he is at present."""

    visitor: str
    customer: str
    shop: str
    name: str
    conversation: str | None
    lane: Lane
