"""Writers that never give up and readers that miss nothing: what the two screens do, without a screen."""

import asyncio
import itertools
import json
from collections import deque
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bench.stage import Seat
from tests.running import Frame, Running

GONE = (OSError, WebSocketException, TimeoutError, EOFError)


@dataclass
class Writer:
    """A buyer with an outbox: a line leaves it only when it was acknowledged, and goes again after every fall."""

    server: Running
    token: str
    name: str
    number: int
    acked: dict[str, int] = field(default_factory=dict)
    waiting: deque[tuple[int, str]] = field(default_factory=deque)
    stopping: bool = False
    resyncs: int = 0

    async def run(self) -> None:
        """Write until told to stop and everything is acknowledged."""
        count = itertools.count(1)
        while not (self.stopping and not self.waiting):
            try:
                async with connect(self.server.base.replace("http", "ws") + "/ws/visit", open_timeout=3) as socket:
                    hello = {"t": "hello", "v": 1, "device": "v", "token": self.token, "from": self.number}
                    await socket.send(json.dumps(hello))
                    for seq, text in self.waiting:
                        await self._send(socket, seq, text)
                    await asyncio.gather(self._hear(socket), self._write(socket, count))
            except GONE:
                await asyncio.sleep(0.05)

    async def _write(self, socket: ClientConnection, count: "itertools.count[int]") -> None:
        while not self.stopping:
            seq = next(count)
            text = f"{self.name} 第{seq}句"
            self.waiting.append((seq, text))
            await self._send(socket, seq, text)
            await asyncio.sleep(0.02)
        while self.waiting:  # noqa: ASYNC110  a poll is plain enough here
            await asyncio.sleep(0.02)
        await socket.close()

    async def _send(self, socket: ClientConnection, seq: int, text: str) -> None:
        await socket.send(json.dumps({"t": "send", "id": f"{self.name}-{seq}", "seq": seq, "text": text}))

    async def _hear(self, socket: ClientConnection) -> None:
        async for message in socket:
            frame: Frame = json.loads(message)
            if frame["t"] == "event":
                self.number = frame["n"]
            key = frame.get("ack") or (frame["id"] if frame["t"] == "ack" else None)
            if key:
                self._acknowledged(key)
            elif frame["t"] == "error" and frame.get("id") and frame["retry"]:
                for seq, text in [one for one in self.waiting if f"{self.name}-{one[0]}" == frame["id"]]:
                    await self._send(socket, seq, text)
            elif frame["t"] == "error":
                raise AssertionError(frame)
            elif frame["t"] == "resync":
                self.resyncs += 1
                await socket.send(json.dumps({"t": "from", "n": self.number}))

    def _acknowledged(self, key: str) -> None:
        self.acked[key] = self.acked.get(key, 0) + 1
        self.waiting = deque(one for one in self.waiting if f"{self.name}-{one[0]}" != key)


@dataclass
class Reader:
    """An agent's page: goes on from the last number it heard; what it heard is compared with the log afterwards."""

    server: Running
    seat: Seat
    number: int
    heard: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    stopping: bool = False

    async def run(self) -> None:
        """Listen until told to stop."""
        while not self.stopping:
            try:
                headers = {"Cookie": self.seat.cookie}
                url = self.server.base.replace("http", "ws") + "/ws/desk"
                async with connect(url, additional_headers=headers, open_timeout=3, max_size=None) as socket:
                    hello = {"t": "hello", "v": 1, "device": "d", "csrf": self.seat.csrf, "from": self.number}
                    await socket.send(json.dumps(hello))
                    await self._hear(socket)
            except GONE:
                await asyncio.sleep(0.05)

    async def _hear(self, socket: ClientConnection) -> None:
        while not self.stopping:
            try:
                async with asyncio.timeout(0.5):
                    frame: Frame = json.loads(await socket.recv())
            except TimeoutError:
                continue
            if frame["t"] == "resync":
                self.broken.append(f"resync at {self.number}: {frame['reason']}")
            if frame["t"] != "event":
                continue
            if frame["prev"] != self.number:
                self.broken.append(f"{frame['n']} says {frame['prev']} went before, heard {self.number}")
            self.number = frame["n"]
            self.heard.append(frame["n"])
