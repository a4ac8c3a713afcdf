"""A socket of the app without a network: what the page sends, and what it hears."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any, Self

from fastapi import FastAPI

from zhanggui.realtime.frames import VERSION

Said = dict[str, Any]
PATIENCE = 5.0


class Wire:
    """A page's socket, opened in-process: `async with Wire(app, "/ws/visit", token=…) as wire`."""

    def __init__(self, app: FastAPI, path: str, *, cookie: str = "", **hello: object) -> None:
        headers = [(b"host", b"localhost:8600")]
        if cookie:
            headers.append((b"cookie", cookie.encode()))
        self._scope: MutableMapping[str, Any] = {
            "type": "websocket", "path": path, "headers": headers, "client": ("127.0.0.1", 50000), "query_string": b"",
            "app": app, "scheme": "ws", "server": ("localhost", 8600), "subprotocols": [], "root_path": "",
        }  # fmt: skip
        self._app = app
        self._hello = hello
        self._sent: asyncio.Queue[Said] = asyncio.Queue()
        self._heard: asyncio.Queue[Said] = asyncio.Queue()
        self._served: asyncio.Task[None] | None = None
        self.welcome: Said = {}

    async def __aenter__(self) -> Self:
        self._served = asyncio.create_task(self._app(self._scope, self._sent.get, self._hear))
        self._sent.put_nowait({"type": "websocket.connect"})
        self.say("hello", v=VERSION, **self._hello)
        self.welcome = await self.next()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
        assert self._served is not None
        await asyncio.wait_for(self._served, PATIENCE)

    async def _hear(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "websocket.send":
            self._heard.put_nowait(json.loads(message["text"]))
        elif message["type"] == "websocket.close":
            self._heard.put_nowait({"t": "close", "code": message["code"]})

    def say(self, word: str, **fields: object) -> None:
        """Send a frame."""
        self._sent.put_nowait({"type": "websocket.receive", "text": json.dumps({"t": word, **fields})})

    async def next(self) -> Said:
        """The next frame."""
        return await asyncio.wait_for(self._heard.get(), PATIENCE)

    async def until(self, word: str) -> Said:
        """The next frame of this kind; others before it are let by."""
        while (frame := await self.next())["t"] != word:
            pass
        return frame

    async def answers(self) -> list[Said]:
        """Everything heard until a ping, sent now, is answered: whatever commands before it had to say."""
        self.say("ping")
        heard = []
        while (frame := await self.next())["t"] != "pong":
            heard.append(frame)
        return heard
