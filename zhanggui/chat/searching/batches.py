"""What the index lacks, read in portions: a walk through all lines first, then change by change.

Changes are followed by their numbers, which grow in the order of commits: none can appear behind one that was read.
A portion that was applied half or twice does no harm: lines are put in place of themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import msgspec
from sqlalchemy import select

from zhanggui.chat.searching.index import SHIFT, Entry
from zhanggui.chat.searching.reach import tags_of
from zhanggui.chat.searching.tables import line, state, talk
from zhanggui.chat.searching.tokens import pieces_of
from zhanggui.chat.tables import conversation, message
from zhanggui.foundation.database import BulkSelect, Rx

LINES: Final = 500
CHANGES: Final = 1_000
UNSURE: Final = "?"
"""Tags of a conversation that changed hands while it was walked through: the change, when it is read, sorts it out."""
Key = tuple[str, int]
_LINE = ("conversation", "seq", "at", "sender", "text", "recalled_at")
_messages = BulkSelect(message, ("conversation", "seq"), _LINE)
_known = BulkSelect(line, ("conversation", "seq"), ("conversation", "seq", "id"))
_taken = BulkSelect(line, ("id",), ("id",))
_talks = BulkSelect(talk, ("conversation",), ("conversation", "tags"))
_owners = BulkSelect(conversation, ("id",), ("id", "assignee", "group_id", "state"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the index has come; see the table."""

    n: int
    conversation: str | None
    seq: int
    holder: str
    until: int


@dataclass(frozen=True, slots=True)
class Portion:
    """What to put in and take out, and how far the index has come (`n`, `walked`) when that is done."""

    after: Standing
    n: int
    walked: Key | None
    entries: Sequence[Entry] = ()
    gone: Sequence[int] = ()
    talks: Sequence[tuple[str, str]] = ()


class _Placed(msgspec.Struct):
    seq: int


class _Put(msgspec.Struct):
    message: _Placed | None = None


class _Body(msgspec.Struct):
    put: _Put


_place = msgspec.json.Decoder(_Body).decode


def standing(rx: Rx) -> Standing | None:
    """Return how far the index has come, or None when it has not been begun."""
    columns = (state.c.n, state.c.conversation, state.c.seq, state.c.holder, state.c.until)
    row = rx.one(select(*columns).where(state.c.id == 1))
    return None if row is None else Standing(*row)


def next_portion(rx: Rx, at: Standing) -> Portion | None:
    """Return the next portion; None when nothing is missing."""
    if at.conversation is not None:
        return _walk(rx, at, (at.conversation, at.seq))
    rows = rx.rows(
        "SELECT n, subject, CASE WHEN kind LIKE 'message.%' THEN body END FROM event_log"
        " WHERE n > ? ORDER BY n LIMIT ?",
        (at.n, CHANGES),
    )
    return _follow(rx, at, rows) if rows else None


def is_torn(rx: Rx, at: Standing) -> bool:
    """Tell whether changes are missing that the index should have followed: the delivery log is kept for days only."""
    if at.conversation is not None or at.n == rx.number():
        return False
    oldest = rx.rows("SELECT min(n) FROM event_log")[0][0]
    return at.n > rx.number() or oldest is None or cast(int, oldest) > at.n + 1


def _walk(rx: Rx, at: Standing, walked: Key) -> Portion:
    rows = rx.rows(
        f"SELECT {', '.join(_LINE)} FROM message WHERE (conversation, seq) > (?, ?)"  # noqa: S608  our own names
        " ORDER BY conversation, seq LIMIT ?",
        (*walked, LINES),
    )
    if not rows:
        return Portion(at, at.n, None)
    tags, before = _tags(rx, {str(row[0]) for row in rows})
    begun = walked[0]
    if begun in tags and before.get(begun) != _joined(tags[begun]):
        before[begun] = UNSURE
        talks = [(name, UNSURE if name == begun else _joined(one)) for name, one in tags.items()]
    else:
        talks = [(name, _joined(one)) for name, one in tags.items()]
    last = (str(rows[-1][0]), cast(int, rows[-1][1]))
    entries, gone = _sorted_out(rx, rows, tags)
    return Portion(at, at.n, last, entries, gone, talks)


def _follow(rx: Rx, at: Standing, changes: Sequence[tuple[object, ...]]) -> Portion:
    keys: dict[Key, None] = {}
    for _, subject, body in changes:
        placed = None if body is None else _place(cast(str, body)).put.message
        if placed is not None:
            keys[str(subject), placed.seq] = None
    tags, before = _tags(rx, {str(subject) for _, subject, _ in changes})
    moved = [name for name, one in tags.items() if before.get(name, _joined(one)) != _joined(one)]
    for name in moved:
        for row in rx.all(select(line.c.seq).where(line.c.conversation == name)):
            keys[name, row[0]] = None
    entries, gone = _sorted_out(rx, _messages.rows(rx, list(keys)), tags)
    spoken = {name for name, _ in keys}
    talks = [(name, _joined(one)) for name, one in tags.items() if name in spoken and before.get(name) != _joined(one)]
    return Portion(at, cast(int, changes[-1][0]), None, entries, gone, talks)


def _tags(rx: Rx, names: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return the tags that these conversations have now, and (joined) those their lines were indexed with."""
    keys = [(name,) for name in names]
    now = {
        str(row[0]): tags_of(assignee=cast("str | None", row[1]), group=cast("str | None", row[2]), state=str(row[3]))
        for row in _owners.rows(rx, keys)
    }
    return now, {str(row[0]): str(row[1]) for row in _talks.rows(rx, keys)}


def _joined(tags: tuple[str, ...]) -> str:
    return " ".join(tags)


def _sorted_out(
    rx: Rx, rows: Sequence[tuple[object, ...]], tags: dict[str, tuple[str, ...]]
) -> tuple[list[Entry], list[int]]:
    """Return what these lines of `message` become in the index, and ids of those that must not be found any more."""
    known = {
        (str(row[0]), cast(int, row[1])): cast(int, row[2])
        for row in _known.rows(rx, [(row[0], row[1]) for row in rows])
    }
    kept = {_key(row): row for row in rows if row[5] is None and row[3] != "system" and str(row[4]).strip()}
    ids = known | _fresh_ids(rx, {key: cast(int, row[2]) for key, row in kept.items() if key not in known})
    entries = [
        Entry(ids[key], *key, pieces=frozenset(pieces_of(str(row[4]))), tags=tags.get(key[0], ()))
        for key, row in kept.items()
    ]
    return entries, [line_id for key, line_id in known.items() if key not in kept]


def _key(row: Sequence[object]) -> Key:
    return str(row[0]), cast(int, row[1])


def _fresh_ids(rx: Rx, times: dict[Key, int]) -> dict[Key, int]:
    """Return a free id for each new line, following its time and, within one millisecond, its place in the talk."""
    found: dict[Key, int] = {}
    wishes = {key: (at << SHIFT) + (key[1] & 255) for key, at in times.items()}
    used: set[int] = set()
    while wishes:
        for key, wish in wishes.items():
            while wish in used:
                wish += 1
            wishes[key] = wish
            used.add(wish)
        taken = {cast(int, row[0]) for row in _taken.rows(rx, [(wish,) for wish in wishes.values()])}
        found.update({key: wish for key, wish in wishes.items() if wish not in taken})
        wishes = {key: wish for key, wish in wishes.items() if wish in taken}
    return found
