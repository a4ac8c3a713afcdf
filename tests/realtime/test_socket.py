"""A socket's life from its handshake to its end, driven as raw ASGI."""

import asyncio

import pytest

from tests.realtime.builders import a_stored
from tests.realtime.doors import HELLO, an_endpoint, door_of, let_in, open_wire
from zhanggui.realtime import frames
from zhanggui.realtime.socket import MISTAKES

# -- talking -----------------------------------------------------------------------------------------------------------


async def test_a_ping_is_answered_and_a_command_obeyed():
    endpoint = an_endpoint()
    async with let_in(endpoint) as wire:
        wire.say(t="ping")
        wire.say(t="say", id="k", times=3)
        await wire.until("pong")
        wire.say(t="ping")
        await wire.until("pong", count=2)
    assert door_of(endpoint).said == [("k", 3)]


MISTAKEN = {
    "unknown kind": '{"t":"fly","id":"k"}',
    "no kind": '{"id":"k"}',
    "no object": '["say"]',
    "hello again": '{"t":"hello","v":1}',
    "unknown field": '{"t":"say","id":"k","admin":true}',
    "missing field": '{"t":"say"}',
    "wrong type": '{"t":"say","id":7}',
    "out of range": '{"t":"say","id":"k","times":10}',
    "huge number": '{"t":"from","n":1e999}',
    "no number": '{"t":"from","n":1e3}',
    "null": "null",
}


@pytest.mark.parametrize("text", MISTAKEN.values(), ids=MISTAKEN)
async def test_a_mistaken_frame_is_refused_and_the_talk_goes_on(text: str):
    endpoint = an_endpoint()
    async with let_in(endpoint) as wire:
        wire.text(text)
        refusal = await wire.until("error")
        assert refusal["code"] == "protocol.invalid"
        assert not refusal.get("retry")
        wire.say(t="ping")
        await wire.until("pong")
        assert wire.closed is None
    assert door_of(endpoint).said == []


async def test_a_refusal_names_the_line_it_is_about():
    async with let_in(an_endpoint()) as wire:
        wire.text('{"t":"say","id":"k7","times":10}')
        assert (await wire.until("error"))["id"] == "k7"


UNREADABLE = {
    "not json": "hello",
    "half of it": '{"t":"ping"',
    "two of it": '{"t":"ping"}{"t":"ping"}',
    "empty": "",
    "byte order mark": '\ufeff{"t":"ping"}',
    "half a character": '{"t":"say","id":"\\udc00"}',
    "raw half a character": '{"t":"say","id":"\ud800"}',
    "control sign": '{"t":"say","id":"\x01"}',
    "too deep": '{"x":' + "[" * 1500 + "]" * 1500 + ',"t":"ping"}',
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_is_no_json_ends_the_talk(text: str):
    endpoint = an_endpoint()
    async with let_in(endpoint) as wire:
        wire.text(text)
        assert await wire.ended() == frames.CLOSE_MALFORMED
        assert wire.told[-1] == {"t": "bye", "code": "protocol.malformed"}
    assert len(door_of(endpoint).gone) == 1


async def test_a_binary_frame_ends_the_talk():
    async with let_in(an_endpoint()) as wire:
        wire.to_server.put_nowait({"type": "websocket.receive", "bytes": b'{"t":"ping"}'})
        assert await wire.ended() == frames.CLOSE_MALFORMED


async def test_too_many_mistakes_end_the_talk():
    async with let_in(an_endpoint()) as wire:
        for _ in range(MISTAKES):
            wire.text('{"t":"fly"}')
        await wire.until("error", count=MISTAKES)
        wire.text('{"t":"fly"}')
        assert await wire.ended() == frames.CLOSE_MALFORMED
        assert wire.kinds.count("error") == MISTAKES


@pytest.mark.parametrize("sign", ["x", "货", "😀"])
async def test_the_size_of_a_frame_is_counted_in_bytes(sign: str):
    room = 1000 - len('{"t":"say","id":""}')
    fits = sign * (room // len(sign.encode()))
    endpoint = an_endpoint(frame=1000)
    async with let_in(endpoint) as wire:
        wire.text(f'{{"t":"say","id":"{fits}"}}')
        wire.say(t="ping")
        await wire.until("pong")
        assert [said for said, _ in door_of(endpoint).said] == [fits]
        wire.text(f'{{"t":"say","id":"{fits}{sign}"}}')
        assert await wire.ended() == frames.CLOSE_TOO_LARGE


async def test_too_many_frames_end_the_talk():
    endpoint = an_endpoint(frames_per_second=5)
    async with let_in(endpoint) as wire:
        for _ in range(40):
            wire.say(t="ping")
        assert await wire.ended() == frames.CLOSE_TOO_FAST
        assert 20 <= wire.kinds.count("pong") <= 21, "four seconds' worth at once"


async def test_a_refusal_says_when_to_come_again():
    async with let_in(an_endpoint()) as wire:
        wire.say(t="say", id="fast")
        refusal = await wire.until("error")
        assert (refusal["id"], refusal["retry"], refusal["after"]) == ("fast", True, 1500)


async def test_words_are_in_the_readers_language():
    told = []
    for language in ("zh-CN,zh;q=0.9", "en-GB"):
        async with open_wire(an_endpoint(), **{"accept-language": language}) as wire:
            wire.say(**HELLO)
            await wire.until("welcome")
            wire.text("{}")
            told.append((await wire.until("error"))["message"])
    assert told[0].startswith("数据格式有误")
    assert told[1].startswith("A frame is not valid")


async def test_a_fault_of_ours_costs_one_command_not_the_talk():
    endpoint = an_endpoint()
    async with let_in(endpoint) as wire:
        wire.say(t="break")
        assert (await wire.until("error"))["code"] == "http.internal"
        wire.say(t="say", id="k")
        wire.say(t="ping")
        await wire.until("pong")
    assert door_of(endpoint).said == [("k", 1)]


async def test_a_command_asks_for_its_permission_each_time():
    endpoint = an_endpoint()
    async with let_in(endpoint) as wire:
        wire.say(t="need")
        assert (await wire.until("error"))["code"] == "access.forbidden"
        door_of(endpoint).allowed = True
        wire.say(t="need")
        wire.say(t="ping")
        await wire.until("pong")
    assert door_of(endpoint).said == [("need", 1)]


@pytest.mark.parametrize(("scope", "code"), [("forbidden", "access.forbidden"), ("crash", "http.internal")])
async def test_asking_for_lists_one_may_not_see_costs_no_socket(scope: str, code: str):
    async with let_in(an_endpoint()) as wire:
        wire.say(t="from", n=0, scope=[scope])
        assert (await wire.until("error"))["code"] == code
        wire.say(t="ping")
        await wire.until("pong")


async def test_a_number_nobody_gave_is_a_resync():
    async with let_in(an_endpoint()) as wire:
        wire.text('{"t":"from","n":' + "9" * 30 + "}")
        assert (await wire.until("resync"))["reason"] == "too_old"


# -- the end -----------------------------------------------------------------------------------------------------------


async def test_who_is_silent_for_two_heartbeats_is_closed():
    endpoint = an_endpoint(heartbeat=10)
    now = asyncio.get_running_loop().time
    async with let_in(endpoint) as wire:
        endpoint.sweep(now() + 19)
        wire.say(t="ping")
        await wire.until("pong")
        endpoint.sweep(now() + 21)
        assert await wire.ended() == 1001
    assert not endpoint.peers


async def test_who_does_not_even_take_the_goodbye_is_left_behind():
    endpoint = an_endpoint(heartbeat=10)
    now = asyncio.get_running_loop().time
    async with let_in(endpoint) as wire:
        wire.flowing.clear()
        endpoint.hub.publish([a_stored(1, ("a", "row"))])
        endpoint.sweep(now() + 21)
        await asyncio.sleep(0.01)
        assert endpoint.peers, "the goodbye may still be taken"
        endpoint.sweep(now() + 31)
        async with asyncio.timeout(4):
            while endpoint.peers:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not endpoint.hub.readers("a")
    assert len(door_of(endpoint).gone) == 1


async def test_who_is_shown_out_hears_and_does_nothing_more_while_he_takes_no_goodbye():
    endpoint = an_endpoint()
    async with let_in(endpoint) as wire:
        wire.flowing.clear()
        endpoint.hub.publish([a_stored(1, ("a", "row"))])
        await asyncio.sleep(0.01)
        next(iter(endpoint.peers)).close(frames.CLOSE_SIGNED_OUT, "access.signed_out")
        endpoint.hub.publish([a_stored(2, ("a", "row"))])
        wire.say(t="from", n=0)
        wire.say(t="say", id="late")
        await asyncio.sleep(0.01)
        wire.flowing.set()
        assert await wire.ended() == frames.CLOSE_SIGNED_OUT
        assert [frame["n"] for frame in wire.told if frame["t"] == "event"] == [1]
    assert door_of(endpoint).said == []


async def test_when_the_process_ends_everybody_hears_it():
    endpoint = an_endpoint()
    async with let_in(endpoint) as one, let_in(endpoint) as other:
        endpoint.restart()
        for wire in (one, other):
            assert await wire.ended() == frames.CLOSE_RESTARTING
            assert wire.told[-1] == {"t": "bye", "code": "protocol.restarting"}


async def test_a_wire_that_breaks_while_we_write_ends_quietly():
    endpoint = an_endpoint()
    async with let_in(endpoint):

        async def broken(message: dict[str, object]) -> None:
            raise OSError("gone")

        next(iter(endpoint.peers))._send = broken
        endpoint.hub.publish([a_stored(1, ("a", "row"))])
        await asyncio.sleep(0.01)
    assert not endpoint.peers
    assert len(door_of(endpoint).gone) == 1
