"""Small changes and readers for the bell tower's own tests."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from zhanggui.foundation.events import Face, Stored
from zhanggui.realtime.hub import Hub, Subscription

Frame = dict[str, Any]


def a_stored(n: int, *faces: tuple[str, str], gone: Iterable[str] = (), origin: object = None) -> Stored:
    """A committed change; faces are written ("agent:1 group:2", "row line"), every part holds its own name."""
    made = tuple(Face(tuple(tags.split()), tuple(parts.split())) for tags, parts in faces)
    put = {part: f'{{"id":"{part}{n}"}}' for face in made for part in face.parts if part != "gone"}
    return Stored(n, 1000 + n, "test.happened", "s", made, put, tuple(gone), origin)


def a_hub(*, memory: int = 100, at: int = 0) -> Hub:
    """A hub that begins after this number."""
    hub = Hub(memory)
    hub.start_at(at)
    return hub


class Reader:
    """Somebody who reads what the hub gives him, and knows how often he was woken."""

    def __init__(self, *tags: str) -> None:
        self.woken = 0
        self.subscription = Subscription(self, tags)

    def wake(self) -> None:
        """Count."""
        self.woken += 1

    def take(self) -> list[Frame]:
        """Take all frames that wait."""
        frames = []
        while (text := self.subscription.take()) is not None:
            frames.append(json.loads(text))
        return frames


def join(hub: Hub, *tags: str, after: int | None = None) -> Reader:
    """Let a reader in, live after number `after` (the last one if not given)."""
    reader = Reader(*tags)
    hub.add(reader.subscription)
    assert hub.resume(reader.subscription, hub.last if after is None else after)
    return reader


def numbers(frames: Sequence[Frame]) -> list[tuple[int, int]]:
    """The chain: (n, prev) of every event frame."""
    return [(frame["n"], frame["prev"]) for frame in frames if frame["t"] == "event"]
