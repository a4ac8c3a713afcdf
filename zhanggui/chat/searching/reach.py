"""Whose lines they are, in words the index understands: as `access.visible` says, without asking each row."""

from zhanggui.chat.access import READ_ALL, READ_GROUP, READ_OWN, TAKE
from zhanggui.foundation.access import Viewer

QUEUE = "queue"


def tags_of(*, assignee: str | None, group: str | None, state: str) -> tuple[str, ...]:
    """Return the tags under which a conversation's lines are indexed: its agent or the queue, its group."""
    waiting = (QUEUE,) if assignee is None and state == "open" else ()
    return tuple(tag for tag in (assignee, group) if tag is not None) + waiting


def readable(viewer: Viewer) -> tuple[str, ...] | None:
    """Return the tags this person may read, any of which opens a line; None means everything, () nothing."""
    if viewer.may(READ_ALL):
        return None
    own = (str(viewer.agent),) if viewer.may(READ_OWN) else ()
    queue = (QUEUE,) if viewer.may(TAKE) else ()
    return own + queue + (tuple(sorted(viewer.groups)) if viewer.may(READ_GROUP) else ())
