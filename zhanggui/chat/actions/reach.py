"""Getting hold of a conversation on behalf of a person: there and his to see, or "not found"."""

from collections.abc import Callable

from zhanggui.chat.access import sees
from zhanggui.chat.lines import load_state
from zhanggui.chat.state import State
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import Rx
from zhanggui.foundation.errors import NotFound


def sight_of(viewer: Viewer) -> Callable[[State], bool]:
    """Return the question whether this person may see a conversation at hand."""
    return lambda state: sees(viewer, assignee=state.assignee, group=state.group_id, state=state.state)


def access_conversation(rx: Rx, conversation_id: str, viewer: Viewer) -> State:
    """Return a conversation this person may see; anything else is not found."""
    state = load_state(rx, conversation_id)
    if state is None or not sight_of(viewer)(state):
        raise NotFound("chat.not_open")
    return state
