"""The server's side of one socket: what waits is sent in order, and the goodbye last."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from tests.realtime.builders import Frame
from zhanggui.foundation.errors import Conflict, Unavailable
from zhanggui.realtime import hub as hubs
from zhanggui.realtime.frames import Pong
from zhanggui.realtime.peer import Bucket, Peer


class Line:
    """A peer with its pump running, and what came out of it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.peer = Peer(self._send, address="127.0.0.1", language="en")
        self.pump = asyncio.create_task(self.peer.pump())

    async def _send(self, message: dict[str, object]) -> None:
        await self.flowing.wait()
        self.sent.append(message)

    @property
    def frames(self) -> list[Frame]:
        return [json.loads(str(one["text"])) for one in self.sent if one["type"] == "websocket.send"]

    async def settle(self) -> None:
        """Let the pump send what it can."""
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    one = Line()
    yield one
    one.pump.cancel()
    await asyncio.gather(one.pump, return_exceptions=True)


async def test_what_waits_is_sent_in_order_and_the_goodbye_last(line: Line):
    for n in range(5):
        line.peer.subscription.push(f'{{"t":"event","n":{n}}}')
    line.peer.close(4401, "team.signed_out")
    line.peer.close(1001, "protocol.silent")
    await line.pump
    assert [frame.get("n") for frame in line.frames[:5]] == [0, 1, 2, 3, 4]
    assert line.frames[5:] == [{"t": "bye", "code": "team.signed_out"}]
    assert line.sent[-1] == {"type": "websocket.close", "code": 4401, "reason": "team.signed_out"}
    assert line.peer.state == "closed"


async def test_the_pump_wakes_for_what_comes_later(line: Line):
    await line.settle()
    for count in (1, 2, 3):
        line.peer.tell(Pong())
        await line.settle()
        assert len(line.frames) == count


async def test_who_does_not_read_is_told_to_begin_afresh_once_he_does(line: Line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hubs, "BUFFER_FRAMES", 3)
    line.peer.subscription.live = True
    line.flowing.clear()
    line.peer.tell(Pong())
    await line.settle()
    for n in range(4):
        line.peer.subscription.push(f'{{"t":"event","n":{n}}}')
    assert not line.peer.subscription.live
    line.flowing.set()
    await line.settle()
    assert line.frames == [{"t": "pong"}, {"t": "resync", "reason": "too_slow"}]
    line.peer.tell(Pong())
    await line.settle()
    assert [frame["t"] for frame in line.frames] == ["pong", "resync", "pong"], "told once"


async def test_he_who_may_see_something_else_now_hears_no_event_until_he_asks(line: Line):
    line.peer.subscription.live = True
    line.peer.resync("rights")
    await line.settle()
    assert line.frames == [{"t": "resync", "reason": "rights"}]
    assert not line.peer.subscription.live


async def test_a_refusal_says_whether_and_when_to_try_again(line: Line):
    line.peer.refuse(Conflict("http.conflict"), id="k")
    line.peer.refuse(Unavailable("database.full"), id="k")
    await line.settle()
    final, passing = line.frames
    assert "retry" not in final
    assert "after" not in final
    assert passing["retry"] is True
    assert passing["after"] == 500


def test_a_bucket_gives_its_burst_then_its_rate():
    bucket = Bucket(2.0, 3.0)
    assert [bucket.wait(100.0) for _ in range(3)] == [0, 0, 0]
    assert bucket.wait(100.0) == pytest.approx(0.5)
    assert bucket.wait(100.25) == pytest.approx(0.25)
    assert bucket.wait(100.5) == 0
    assert bucket.wait(100.5) > 0
    assert [bucket.wait(1000.0) for _ in range(4)] == [0, 0, 0, pytest.approx(0.5)], "saves up no more than its burst"
