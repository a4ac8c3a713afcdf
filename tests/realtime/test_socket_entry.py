"""Who comes in by a socket, how, and who does not; driven as raw ASGI."""

import json

import pytest

from tests.realtime.builders import a_stored, numbers
from tests.realtime.doors import HELLO, Wire, an_endpoint, door_of, let_in, open_wire
from zhanggui.realtime import frames
from zhanggui.realtime import socket as sockets
from zhanggui.realtime.socket import Sockets


async def test_who_says_hello_is_welcomed_and_hears_what_comes():
    endpoint = an_endpoint()
    endpoint.hub.publish([a_stored(1, ("a", "row"))])
    async with let_in(endpoint) as wire:
        endpoint.hub.publish([a_stored(2, ("a", "row")), a_stored(3, ("b", "row"))])
        await wire.until("event")
        assert wire.told[0] == {
            "t": "welcome", "v": 1, "n": 1, "heartbeat": 25, "limits": {"text": 10}, "server": "p1",
        }  # fmt: skip
        assert numbers(wire.told) == [(2, 1)]
        assert len(endpoint.peers) == 1
    assert not endpoint.peers
    assert not endpoint.hub.readers("a")
    assert len(door_of(endpoint).gone) == 1


async def test_who_comes_back_hears_what_he_missed_after_the_welcome():
    endpoint = an_endpoint()
    endpoint.hub.publish([a_stored(n, ("a", "row")) for n in range(1, 6)])
    async with let_in(endpoint, **{"from": 2}) as wire:
        await wire.until("event", count=3)
        assert wire.kinds == ["welcome", "event", "event", "event"]
        assert numbers(wire.told) == [(3, 2), (4, 3), (5, 4)]


@pytest.mark.parametrize(("start", "reason"), [(None, "fresh"), (1, "too_old"), (99, "too_old"), (-5, "too_old")])
async def test_who_cannot_go_on_is_told_to_begin_afresh_and_hears_nothing_until_he_has(start: object, reason: str):
    endpoint = an_endpoint()
    endpoint.hub.start_at(10)
    async with let_in(endpoint, **{"from": start}) as wire:
        assert (await wire.until("resync"))["reason"] == reason
        endpoint.hub.publish([a_stored(11, ("a", "row"))])
        wire.say(t="from", n=10)
        await wire.until("event")
        assert numbers(wire.told) == [(11, 10)]


async def test_a_snapshot_ahead_of_this_process_is_waited_for():
    endpoint = an_endpoint()

    async def reach(n: int, seconds: float = 3.0) -> bool:
        endpoint.hub.publish([a_stored(1, ("a", "row")), a_stored(2, ("a", "row"))])
        return True

    endpoint.tail.reach = reach  # type: ignore[method-assign]
    async with let_in(endpoint, **{"from": 1}) as wire:
        await wire.until("event")
        assert numbers(wire.told) == [(2, 1)]


async def test_a_hello_that_does_not_come_ends_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sockets, "HELLO_SECONDS", 0.02)
    async with open_wire(an_endpoint()) as wire:
        assert await wire.ended() == frames.CLOSE_HELLO_LATE
        assert wire.told == [{"t": "bye", "code": "protocol.hello_late"}]


BAD_HELLOS = {
    "not json": ("hello", 4400),
    "empty": ("", 4400),
    "another frame": ('{"t":"ping"}', 4400),
    "unknown field": (json.dumps({**HELLO, "admin": True}), 4400),
    "wrong type": (json.dumps({**HELLO, "from": "7"}), 4400),
    "missing version": ('{"t":"hello"}', 4400),
    "old version": (json.dumps({**HELLO, "v": 0}), 4426),
    "next version": (json.dumps({**HELLO, "v": 2}), 4426),
    "nul": (json.dumps({**HELLO, "token": "a\x00b"}), 4400),
    "half a character": ('{"t":"hello","v":1,"token":"\\ud800 "}', 4400),
    "raw half a character": ('{"t":"hello","v":1,"token":"\ud800"}', 4400),
    "too many lists": (json.dumps({**HELLO, "scope": ["x"] * 100}), 4400),
    "too deep": ('{"x":' + "[" * 1500 + "]" * 1500 + ',"t":"hello","v":1}', 4400),
    "too large": (json.dumps({**HELLO, "token": "x" * 5000}), 4413),
    "stranger": (json.dumps({**HELLO, "token": "stranger"}), 4401),
    "not now": (json.dumps({**HELLO, "token": "later"}), 1013),
}


@pytest.mark.parametrize(("text", "code"), BAD_HELLOS.values(), ids=BAD_HELLOS)
async def test_who_says_hello_wrongly_is_told_why_and_shut_out(text: str, code: int):
    endpoint = an_endpoint()
    async with open_wire(endpoint) as wire:
        wire.text(text)
        assert await wire.ended() == code
        assert wire.kinds[-1] == "bye"
        assert "welcome" not in wire.kinds
        assert not endpoint.peers
    assert not door_of(endpoint).gone, "who never came in does not leave"


async def test_a_binary_hello_is_malformed():
    async with open_wire(an_endpoint()) as wire:
        wire.to_server.put_nowait({"type": "websocket.receive", "bytes": b'{"t":"hello","v":1}'})
        assert await wire.ended() == frames.CLOSE_MALFORMED


async def test_a_fault_of_ours_at_the_door_sends_him_away_to_come_again():
    async with open_wire(an_endpoint()) as wire:
        wire.say(**HELLO, token="crash")
        assert await wire.ended() == frames.CLOSE_RESTARTING


async def test_a_page_of_elsewhere_is_not_even_asked():
    endpoint = an_endpoint()
    door_of(endpoint).origin = False
    async with open_wire(endpoint) as wire:
        wire.say(**HELLO)
        assert await wire.ended() == frames.CLOSE_ORIGIN


async def test_who_hangs_up_before_hello_leaves_nothing():
    endpoint = an_endpoint()
    async with open_wire(endpoint) as wire:
        wire.hang_up()
    assert not endpoint.peers
    assert not endpoint.hub._by_tag


async def test_a_socket_that_nobody_waits_for_is_shut():
    wire = Wire()
    wire.to_server.put_nowait({"type": "websocket.connect"})

    async def app(*_: object) -> None:
        raise AssertionError("a socket is no request")

    await Sockets(app, {})({"type": "websocket", "path": "/ws/other"}, wire.to_server.get, wire.send)  # type: ignore[arg-type]
    assert wire.closed == 1008
