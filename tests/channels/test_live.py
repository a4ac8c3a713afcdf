"""A real server and clients of the protocol: nothing lost on the way back, nothing heard that is not one's own."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.running import Buyer, Client, Frame, Person, Running, line_with

CANARY = "内部-canary"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """One server on a fresh folder."""
    running = Running(tmp_path)
    try:
        yield running.start()
    finally:
        running.stop()


def acknowledges(key: str) -> Any:
    return lambda frame: frame.get("ack") == key or (frame["t"] == "ack" and frame.get("id") == key)


def texts(client: Client) -> list[str]:
    """The lines of people in the order they were heard."""
    puts = [(frame.get("put") or {}).get("message") for frame in client.frames if frame["t"] == "event"]
    return [put["text"] for put in puts if put and put["sender"] in ("customer", "agent")]


async def said(desk: Client, talk: str, text: str, *, seq: int, kind: str = "text") -> Frame:
    await desk.send(t="send", id=f"a{seq}", seq=seq, conversation=talk, kind=kind, text=text)
    return await desk.until(acknowledges(f"a{seq}"))


@pytest.mark.slow
async def test_a_talk_over_a_real_wire(server: Running):
    boss = await Person(server).set_up()
    buyer = Buyer(server)
    async with boss.desk() as desk:
        async with buyer.chat() as chat:
            first = await buyer.say(chat, "在吗", key="b1")
            assert first["ack"] == "b1", "the event itself acknowledges"
            message = first["put"]["message"]
            talk, n = message["conversation"], 0
            await boss.call("POST", f"/api/conversations/{talk}/take")
            await buyer.say(chat, "有人吗")
            await desk.until(line_with("有人吗"))
            await desk.send(t="read", conversation=talk, seq=message["seq"])
            await said(desk, talk, CANARY, seq=1, kind="note")
            await said(desk, talk, "您好", seq=2)
            await chat.until(line_with("您好"))
            await chat.send(t="send", id="b1", seq=1, text="在吗")
            again = await chat.until(lambda frame: frame["t"] == "ack" and frame["id"] == "b1")
            assert again["seq"] == message["seq"]
            n = chat.n
        for number in range(3, 33):
            await said(desk, talk, f"第{number}句", seq=number)
        await said(desk, talk, CANARY, seq=33, kind="note")
        await said(desk, talk, "完", seq=34)
        async with buyer.chat(start=n) as back:
            await back.until(line_with("完"))
            assert texts(back) == [*(f"第{number}句" for number in range(3, 33)), "完"]
            assert CANARY not in json.dumps([chat.frames, back.frames], ensure_ascii=False)
        assert texts(desk)[0] == "有人吗"
        await boss.call("POST", "/api/logout")
        assert await desk.ended(seconds=1.5) == 4401


@pytest.mark.slow
async def test_who_is_shut_out_is_told_by_which_number(server: Running):
    boss = await Person(server).set_up()
    cookie = "; ".join(f"{one.name}={one.value}" for one in boss.cookies.jar)
    url = server.base.replace("http", "ws")

    async def code(path: str, *frames: object, **headers: str) -> int:
        async with connect(url + path, additional_headers=headers) as socket:
            with suppress(ConnectionClosed):  # it may be shut before we have said all
                for frame in frames:
                    await socket.send(json.dumps(frame) if not isinstance(frame, str) else frame)
            async with asyncio.timeout(5):
                await socket.wait_closed()
            assert socket.close_code is not None
            return socket.close_code

    hello = {"t": "hello", "v": 1, "csrf": boss.me["csrf"]}
    assert await code("/ws/desk", hello, Cookie=cookie, Origin="https://evil.example") == 4403
    assert await code("/ws/desk", hello, Cookie=cookie, Origin="null") == 4403
    assert await code("/ws/desk", hello | {"csrf": "x"}, Cookie=cookie) == 4401
    assert await code("/ws/desk", hello) == 4401
    assert await code("/ws/desk", hello | {"v": 99}, Cookie=cookie) == 4426
    assert await code("/ws/desk", "{", Cookie=cookie) == 4400
    assert await code("/ws/desk", {"t": "send"}, Cookie=cookie) == 4400
    assert await code("/ws/desk", hello, "{", Cookie=cookie) == 4400
    assert await code("/ws/visit", {"t": "hello", "v": 1, "token": "v_1.forged"}) == 4401
