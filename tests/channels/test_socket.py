"""The visitor's and the desk's sockets of the whole app: pace, order, bad frames, and whose word reaches whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.test_visit_api import identify
from tests.house.scene import Scene, an_open_house
from tests.house.wire import Wire

CANARY = "内部-canary"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """A house with two customers who talk."""
    async with an_open_house(tmp_path) as scene:
        yield scene


async def answered(wire: Wire, *ids: str) -> dict[str, str]:
    """id → "ok" or the code it was refused with."""
    found: dict[str, str] = {}
    while set(ids) - set(found):
        frame = await wire.next()
        if frame["t"] == "event" and frame.get("ack") in ids:
            found[frame["ack"]] = "ok"
        elif frame["t"] == "ack":
            found[frame["id"]] = "ok"
        elif frame["t"] == "error":
            found[str(frame.get("id"))] = frame["code"]
    return found


async def test_too_many_lines_at_once_wait_and_then_go_on_in_order(scene: Scene):
    async with scene.widget(scene.token) as wire:
        ids = [f"l{n:02}" for n in range(30)]
        for seq, key in enumerate(ids):
            wire.say("send", id=key, seq=seq, text=key)
        first = await answered(wire, *ids)
        refused = [key for key in ids if first[key] != "ok"]
        assert refused, "thirty at once are more than the burst"
        assert refused == ids[-len(refused) :], "none behind the first refused one was stored"
        assert {first[key] for key in refused[1:]} <= {"chat.too_fast", "chat.out_of_order"}
        house = scene.app.state.house
        for peer in house.visit.peers:
            peer.sends = type(peer.sends)(1000.0, 1000.0)
        for key in refused:
            wire.say("send", id=key, seq=ids.index(key), text=key)
        assert set((await answered(wire, *refused)).values()) == {"ok"}
    shown = (await scene.victim.get(f"/conversations/{scene.keys['conversation']}")).json()["messages"]
    assert [line["text"] for line in shown if line["text"] in ids] == ids


async def test_a_retry_is_told_the_same_place(scene: Scene):
    async with scene.widget(scene.token) as wire:
        wire.say("send", id="once", seq=1, text="一次")
        first = await wire.until("ack")  # a page that has not said "from" yet hears no events
        wire.say("send", id="once", seq=1, text="一次")
        again = await wire.until("ack")
        assert (again["seq"], again["conversation"], again["at"]) == (first["seq"], first["conversation"], first["at"])


BAD: list[dict[str, object]] = [
    {"id": ""},
    {"id": "x" * 65},
    {"id": 'a"b'},
    {"id": "\x00"},
    {"text": "  "},
    {"text": "a\x00b"},
    {"text": "\ud800"},
    {"text": "长" * 4001},
    {"text": None},
    {"seq": "1"},
    {"seq": None},
    {"at": -1},
    {"at": 2**60},
    {"kind": "note"},
    {"kind": "system"},
    {"kind": "image"},
    {"kind": "image", "file": "f_none"},
    {"kind": "product", "product": "p\x00"},
    {"kind": "order", "order": "'; DROP TABLE message; --"},
    {"quote": {"conversation": "c_1", "seq": 2**40}},
    {"quote": {"conversation": "c_1", "seq": 1, "more": 1}},
    {"unknown": 1},
    {"conversation": "c\x00"},
]


async def test_a_bad_line_is_refused_and_the_next_is_not(scene: Scene):
    for number, line in enumerate(BAD):
        async with scene.widget(scene.token) as wire:
            wire.say("send", **({"id": f"bad{number}", "seq": 1, "text": "x"} | line))
            frame = await wire.next()
            while frame["t"] not in ("error", "bye"):
                frame = await wire.next()
            if frame["t"] == "error":
                assert not frame.get("retry"), line
                wire.say("send", id=f"good{number}", seq=2, text="好")
                assert (await answered(wire, f"good{number}"))[f"good{number}"] == "ok", line
    shown = (await scene.victim.get(f"/conversations/{scene.keys['conversation']}")).json()["messages"]
    assert "x" not in [one["text"] for one in shown]


async def test_two_pages_of_one_customer_nudge_as_one(scene: Scene):
    async with scene.widget(scene.token) as one, scene.widget(scene.token) as two:
        one.say("send", id="n1", seq=1, kind="nudge")
        assert (await answered(one, "n1"))["n1"] == "ok"
        one.say("send", id="n1", seq=1, kind="nudge")
        assert (await answered(one, "n1"))["n1"] == "ok", "the same one again is no second one"
        two.say("send", id="n2", seq=1, kind="nudge")
        assert (await answered(two, "n2"))["n2"] == "chat.nudge_too_soon"


async def test_typing_and_notes_reach_only_whom_they_concern(scene: Scene):
    talk = scene.keys["conversation"]
    lead = await scene.desk.agent("viewer")
    async with scene.wire(scene.victim) as agent, scene.widget(scene.token) as widget, scene.wire(lead) as looker:
        for wire in (agent, widget, looker):
            await wire.answers()
        n = (await scene.victim.get("/desk")).json()["n"]
        for wire in (agent, widget, looker):
            wire.say("from", n=n)
        looker.say("watch", conversation=talk, on=True)
        await looker.answers()
        agent.say("typing", conversation=talk, on=True)
        assert (await widget.until("live"))["who"] == "agent"
        assert (await looker.until("live"))["who"] == "agent"
        agent.say("send", id="note", seq=90, conversation=talk, kind="note", text=CANARY)
        assert (await answered(agent, "note"))["note"] == "ok"
        agent.say("send", id="line", seq=91, conversation=talk, text="您好")
        heard = await widget.until("event")
        assert heard["put"]["message"]["text"] == "您好"
        widget.say("typing", conversation=talk, on=True)
        assert (await agent.until("live"))["who"] == "customer"
        looker.say("typing", conversation=talk, on=True)
        assert (await looker.until("error"))["code"] == "access.forbidden"
        assert not any(frame["t"] == "live" for frame in await widget.answers())


async def test_when_he_turns_out_to_be_somebody_the_old_socket_is_shut(scene: Scene):
    async with scene.widget(scene.token) as wire:
        assert (await identify(scene, scene.token)).status_code == 200
        assert (await wire.until("bye"))["code"] == "protocol.identity"
    async with scene.widget(scene.token) as late:
        assert late.welcome["t"] == "error"
        assert late.welcome["code"] == "channels.token"


@pytest.mark.parametrize("token", ["", "x", "v_1.abc"])
async def test_no_socket_without_a_good_token(scene: Scene, token: str):
    async with scene.widget(token) as wire:
        assert wire.welcome["t"] == "error"
        assert (await wire.until("close"))["code"] == 4401
