"""Who hears what: subscriptions by tag, each with its own chain of numbers, and a short memory for replay.

A change is turned into text once per distinct set of parts, however many readers it has; only the short head with `n`
and `prev` differs. A reader who cannot keep up is told to resync: the server never waits for him.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

import structlog

from zhanggui.foundation.events import GONE, Stored
from zhanggui.realtime.frames import Resync, text_of

log = structlog.get_logger("zhanggui.realtime")
MEMORY = 50_000
BUFFER_FRAMES = 4_000
BUFFER_CHARS = 4_000_000
HEAD_CHARS = 80
"""More than the head of a frame is long: two numbers and their names."""


class Origin:
    """Where a change came from: the subscription that gets the acknowledgement inside its event frame."""

    __slots__ = ("acked", "client_id", "subscription")

    def __init__(self, subscription: "Subscription", client_id: str) -> None:
        self.subscription = subscription
        self.client_id = client_id
        self.acked = False


class Sink(Protocol):
    """What a subscription needs of a connection."""

    def wake(self) -> None:
        """There is something to send."""
        ...


class Subscription:
    """One reader: his tags, the last number sent to him, and what waits to be sent."""

    __slots__ = ("chars", "frames", "live", "lost", "prev", "sink", "tags")

    def __init__(self, sink: Sink, tags: Iterable[str]) -> None:
        self.sink = sink
        self.tags = set(tags)
        self.prev = 0
        self.live = False
        self.lost = False
        self.frames: deque[str] = deque()
        self.chars = 0

    def push(self, frame: str) -> None:
        """Queue a frame; when too much waits, drop it all and remember that he has to resync."""
        self.frames.append(frame)
        self.chars += len(frame)
        if self.chars > BUFFER_CHARS or len(self.frames) > BUFFER_FRAMES:
            self.frames.clear()
            self.chars = 0
            self.live = False
            self.lost = True
        self.sink.wake()

    def take(self) -> str | None:
        """Return the next frame to send, or None."""
        if not self.frames:
            return None
        frame = self.frames.popleft()
        self.chars -= len(frame)
        return frame


def tail_of(stored: Stored, parts: tuple[str, ...]) -> str:
    """Return a change's frame after its head, for readers of these parts."""
    put = ",".join([f'"{part}":{stored.put[part]}' for part in parts if part != GONE])
    text = f'"at":{stored.at},"kind":"{stored.kind}"'
    if put:
        # what is put for this reader is not gone for him
        return f'{text},"put":{{{put}}}}}'
    keys = ",".join([f'"{key}"' for key in stored.gone])
    return f'{text},"gone":[{keys}]}}'


class Hub:
    """All subscriptions of this process and the last changes in memory."""

    def __init__(self, memory: int = MEMORY) -> None:
        self.last = 0
        self.floor = 0
        self._by_tag: dict[str, set[Subscription]] = {}
        self._memory: dict[int, Stored] = {}
        self._numbers: dict[str, deque[int]] = {}
        self._limit = memory
        self._control: dict[str, list[Callable[[Stored], None]]] = {}

    def start_at(self, n: int, recent: Sequence[Stored] = ()) -> None:
        """Begin with this number; `recent` changes up to it (without gaps) are remembered for replay."""
        self.last = n
        self.floor = recent[0].n - 1 if recent else n
        for stored in recent:
            self._remember(stored)

    def start_over(self, n: int) -> None:
        """Go on after `n` though what led up to it cannot be told: everybody who listens takes a new snapshot.

        It happens to a process that slept longer than the log is kept, and when the database went back (a standby
        that lagged took over).
        """
        self._memory.clear()
        self._numbers.clear()
        self.last = self.floor = n
        for reader in {reader for members in self._by_tag.values() for reader in members if reader.live}:
            reader.live = False
            reader.push(text_of(Resync(reason="too_old")))

    def on_control(self, kind: str, listener: Callable[[Stored], None]) -> None:
        """Let the server itself hear of every change of this kind, in every process."""
        self._control.setdefault(kind, []).append(listener)

    def add(self, subscription: Subscription) -> None:
        """Let a subscription hear its tags."""
        for tag in subscription.tags:
            self._by_tag.setdefault(tag, set()).add(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Forget a subscription."""
        for tag in subscription.tags:
            self._leave(subscription, tag)

    def retag(self, subscription: Subscription, tags: Collection[str]) -> None:
        """Give a subscription other tags."""
        wanted = set(tags)
        for tag in subscription.tags - wanted:
            self._leave(subscription, tag)
        for tag in wanted - subscription.tags:
            self._by_tag.setdefault(tag, set()).add(subscription)
        subscription.tags = wanted

    def _leave(self, subscription: Subscription, tag: str) -> None:
        members = self._by_tag.get(tag)
        if members is not None:
            members.discard(subscription)
            if not members:
                del self._by_tag[tag]

    def readers(self, tag: str) -> Collection[Subscription]:
        """Return who listens to a tag in this process."""
        return self._by_tag.get(tag, ())

    def publish(self, changes: Iterable[Stored]) -> None:
        """Send changes, in the order of their numbers, to everybody with a face in them."""
        for stored in changes:
            self.last = stored.n
            self._remember(stored)
            self._deliver(stored)
            for listener in self._control.get(stored.kind, ()):
                self._tell(listener, stored)

    @staticmethod
    def _tell(listener: Callable[[Stored], None], stored: Stored) -> None:
        """A listener of the server itself that fails must not take the rest of the group from the readers."""
        try:
            listener(stored)
        except Exception:
            log.exception("control_failed", kind=stored.kind, n=stored.n)

    def _remember(self, stored: Stored) -> None:
        self._memory[stored.n] = stored
        numbers = self._numbers
        for face in stored.faces:
            for tag in face.tags:
                known = numbers.get(tag)
                if known is None:
                    known = numbers[tag] = deque()
                known.append(stored.n)
        if len(self._memory) > self._limit:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        self.floor += 1
        stored = self._memory.pop(self.floor)
        for face in stored.faces:
            for tag in face.tags:
                known = self._numbers[tag]
                known.popleft()
                if not known:
                    del self._numbers[tag]

    def _deliver(self, stored: Stored) -> None:
        by_tag = self._by_tag
        chosen: dict[Subscription, tuple[str, ...]] = {}
        for face in stored.faces:
            for tag in face.tags:
                for reader in by_tag.get(tag, ()):
                    had = chosen.get(reader)
                    chosen[reader] = face.parts if had is None else _union(had, face.parts)
        origin, stored.origin = stored.origin, None  # memory must not keep the socket it came from
        tails: dict[tuple[str, ...], str] = {}
        for reader, parts in chosen.items():
            if reader.live:
                tail = tails.get(parts)
                if tail is None:
                    tail = tails[parts] = tail_of(stored, parts)
                self._send(reader, stored.n, tail, origin)

    def _send(self, reader: Subscription, n: int, tail: str, origin: object) -> None:
        ack = ""
        if isinstance(origin, Origin) and origin.subscription is reader:
            origin.acked = True
            ack = f'"ack":"{origin.client_id}",'
        prev, reader.prev = reader.prev, n
        reader.push(f'{{"t":"event","n":{n},"prev":{prev},{ack}{tail}')

    def resume(self, reader: Subscription, n: int) -> bool:
        """Send everything after `n` that this reader may see and go live.

        False, and nothing sent, when memory does not reach back or it is more than one by one would fit his buffer.
        """
        if n < self.floor or n > self.last:
            return False
        missed = self._after(n, reader.tags)
        if len(reader.frames) + len(missed) > BUFFER_FRAMES:
            return False
        tails = [(stored.n, tail_of(stored, _parts_for(stored, reader.tags))) for stored in missed]
        if reader.chars + sum(len(tail) + HEAD_CHARS for _, tail in tails) > BUFFER_CHARS:
            return False
        reader.prev = n
        reader.live = True
        reader.lost = False
        for number, tail in tails:
            self._send(reader, number, tail, None)
        return True

    def _after(self, n: int, tags: Collection[str]) -> list[Stored]:
        """Return what these tags missed since `n`, oldest first; the newest are walked back to `n` per tag."""
        missed: set[int] = set()
        for tag in tags:
            for number in reversed(self._numbers.get(tag, ())):
                if number <= n:
                    break
                missed.add(number)
        return [self._memory[number] for number in sorted(missed)]

    def live(self, tags: Iterable[str], frame: str, *, without: Subscription | None = None) -> None:
        """Send a passing frame (typing, queue place) to whoever listens now; it has no number and is never replayed."""
        seen: set[Subscription] = set()
        for tag in tags:
            for reader in self._by_tag.get(tag, ()):
                if reader is not without and reader.live and reader not in seen:
                    seen.add(reader)
                    reader.push(frame)


def _parts_for(stored: Stored, tags: Collection[str]) -> tuple[str, ...]:
    parts: tuple[str, ...] | None = None
    for face in stored.faces:
        if any(tag in tags for tag in face.tags):
            parts = face.parts if parts is None else _union(parts, face.parts)
    return parts or ()


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    if one == other:
        return one
    return (*one, *(part for part in other if part not in one))
