"""Whatever a stranger sends: an answer, an error frame, or a close code of the list; never a fault of ours."""

import asyncio
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.realtime.doors import Told, an_endpoint, open_wire
from zhanggui.realtime import frames

CODES = {
    frames.CLOSE_MALFORMED,
    frames.CLOSE_TOO_LARGE,
    frames.CLOSE_TOO_FAST,
    frames.CLOSE_VERSION,
}
HELLO = '{"t":"hello","v":1,"from":0}'

anything = (
    st.text() | st.text(st.characters()) | st.binary(max_size=60).map(lambda b: b.decode("utf-8", "surrogateescape"))
)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = st.sampled_from(["t", "v", "n", "id", "from", "scope", "times", "token"]) | st.text(max_size=4)
kinds = st.sampled_from(["hello", "ping", "from", "say", "need"])
objects = st.dictionaries(names, values, max_size=5)
typed = st.builds(lambda kind, rest: {**rest, "t": kind}, kinds, objects)
frames_of_strangers = anything | values.map(json.dumps) | objects.map(json.dumps) | typed.map(json.dumps)


async def _talk(texts: list[str]) -> tuple[list[Told], int | None]:
    """Say all this, then ping; hear until the answer or the end."""
    async with open_wire(an_endpoint(frame=2000, frames_per_second=1000)) as wire:
        for text in texts:
            wire.text(text)
        wire.text('{"t":"ping"}')
        pings = 1 + sum(_is_ping(text) for text in texts[1:])
        async with asyncio.timeout(5):
            while wire.closed is None and wire.kinds.count("pong") < pings:
                wire.more.clear()
                await wire.more.wait()
        return wire.told, wire.closed


def _is_ping(text: str) -> bool:
    try:
        return bool(json.loads(text) == {"t": "ping"})
    except (ValueError, RecursionError):
        return False


@settings(max_examples=150, deadline=None)
@given(st.lists(frames_of_strangers, min_size=1, max_size=4))
def test_anything_after_hello_is_answered_refused_or_ends_the_talk(texts: list[str]):
    with capture_logs() as logged:
        told, closed = asyncio.run(_talk([HELLO, *texts]))
    assert not [entry for entry in logged if entry["log_level"] == "error"]
    assert told[0]["t"] == "welcome"
    assert closed is None or closed in CODES
    assert {frame["t"] for frame in told} <= {"welcome", "resync", "error", "pong", "bye"}
    assert (closed is not None) == (told[-1]["t"] == "bye")


@settings(max_examples=150, deadline=None)
@given(frames_of_strangers)
def test_anything_instead_of_hello_is_welcomed_or_shut_out(text: str):
    with capture_logs() as logged:
        told, closed = asyncio.run(_talk([text]))
    assert not [entry for entry in logged if entry["log_level"] == "error"]
    if told[0]["t"] != "welcome":
        assert closed in CODES
        assert [frame["t"] for frame in told] == ["bye"]


@given(
    st.sampled_from([frames.Error, frames.Resync]), st.text(), st.dictionaries(st.text(max_size=5), plain, max_size=3)
)
def test_what_the_server_says_is_always_json(kind: type, text: str, args: dict[str, object]):
    frame = frames.Error(code=text, message=text, args=args) if kind is frames.Error else frames.Resync(reason=text)
    said = json.loads(frames.text_of(frame))
    assert said["t"] == ("error" if kind is frames.Error else "resync")
    assert said.get("code", said.get("reason")) == text
