"""A real server in a process of its own, and clients that speak the protocol as a stranger would write them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PASSWORD = "four quiet lanterns 88"
PATIENCE = 60.0
Frame = dict[str, Any]


class Running:
    """`zhanggui serve` on a data folder. It may be killed and started again on the same port."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = 0
        self._settings = {f"ZHANGGUI_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[str] | None = None
        self.log: list[str] = []

    @property
    def base(self) -> str:
        """The address of its pages."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Running":
        """Start it and wait until it listens."""
        environment = {**os.environ, "LC_ALL": "en_US.UTF-8", **self._settings}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # it starts in a third of the time once compiled
        command = [sys.executable, "-m", "zhanggui", "serve", "--data", str(self.data), "--port", str(self.port)]
        self._process = subprocess.Popen(
            command, env=environment, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        listening = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(self._process, listening), daemon=True)
        self._reader.start()
        if not listening.wait(PATIENCE):
            raise AssertionError("the server did not start:\n" + "".join(self.log))
        return self

    def _read(self, process: "subprocess.Popen[str]", listening: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.log.append(line)
            if "/app/" in line and "http" in line:
                self.port = int(line.split("/app/")[0].rsplit(":", 1)[1])
                listening.set()

    def kill(self) -> None:
        """End it as the power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._close_output()

    def stop(self) -> None:
        """End it in good order."""
        if self._process is None or self._process.poll() is not None:
            self._close_output()
            return
        self._process.send_signal(signal.SIGTERM if os.name != "nt" else signal.SIGBREAK)  # type: ignore[attr-defined,unused-ignore]
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
        self._close_output()

    def _close_output(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._reader.join(5)
            self._process.stdout.close()


class Client:
    """One socket with its own numbers: sends, hears, and checks that the chain of `prev` never breaks."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.n = -1
        self.frames: list[Frame] = []
        self._more = asyncio.Event()
        self.closed: int | None = None
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        try:
            async for text in self.socket:
                frame: Frame = json.loads(text)
                if frame["t"] == "event":
                    assert self.n < 0 or frame["prev"] == self.n, (frame, self.n)
                    self.n = frame["n"]
                self.frames.append(frame)
                self._more.set()
        except ConnectionClosed:
            pass
        self.closed = self.socket.close_code or 1006
        self._more.set()

    async def send(self, **frame: object) -> None:
        """Send one frame."""
        await self.socket.send(json.dumps(frame))

    async def until(self, fits: Callable[[Frame], bool], *, seconds: float = 10.0) -> Frame:
        """Return the first frame heard so far, or from now on, that fits."""
        seen = 0
        async with asyncio.timeout(seconds):
            while True:
                for frame in self.frames[seen:]:
                    seen += 1
                    if fits(frame):
                        return frame
                if self.closed is not None:
                    raise AssertionError(f"closed with {self.closed}")
                self._more.clear()
                await self._more.wait()

    async def ended(self, *, seconds: float) -> int:
        """Return the close code once the server has closed the socket."""
        async with asyncio.timeout(seconds):
            await asyncio.shield(self._task)
        assert self.closed is not None
        return self.closed

    async def close(self) -> None:
        """Hang up."""
        self._task.cancel()
        with suppress(Exception):
            await self.socket.close()


def line_with(text: str) -> Callable[[Frame], bool]:
    """Tell whether a frame carries a line with these words."""
    return lambda frame: (frame.get("put") or {}).get("message", {}).get("text") == text


class Person:
    """Somebody signed in at the desk through this server."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.cookies = httpx.Cookies()
        self.me: Mapping[str, Any] = {}

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask a route and return its JSON; a refusal is a failed assertion."""
        headers = {"X-Zhanggui-CSRF": str(self.me.get("csrf", ""))}
        async with httpx.AsyncClient(base_url=self.server.base, timeout=20, cookies=self.cookies) as http:
            answer = await http.request(method, path, json=body, headers=headers)
            self.cookies = http.cookies
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def set_up(self) -> "Person":
        """Become the first owner."""
        given = {"shop_name": "小店", "login": "boss", "name": "王掌柜", "password": PASSWORD}
        self.me = await self.call("POST", "/api/setup", given)
        return self

    async def login(self, login: str, password: str = PASSWORD) -> "Person":
        """Sign in."""
        self.me = await self.call("POST", "/api/login", {"login": login, "password": password})
        return self

    @asynccontextmanager
    async def desk(self, *, start: int | None = None, scope: tuple[str, ...] = ()) -> AsyncIterator[Client]:
        """The desk's socket, listening from a fresh snapshot (or from `start`)."""
        n = (await self.call("GET", f"/api/desk?scope={','.join(scope)}"))["n"] if start is None else start
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies.jar)
        url = self.server.base.replace("http", "ws") + "/ws/desk"
        async with connect(url, additional_headers={"Cookie": cookies}, max_size=None) as socket:
            client = Client(socket)
            client.n = n
            hello = {"t": "hello", "v": 1, "device": "d1", "csrf": self.me["csrf"], "from": n, "scope": list(scope)}
            await client.send(**hello)
            await client.until(lambda frame: frame["t"] == "welcome")
            yield client
            await client.close()


class Buyer:
    """A visitor of the widget through this server."""

    def __init__(self, server: Running, token: str | None = None) -> None:
        self.server = server
        self.token = token
        self.sequence = 0

    async def start(self) -> Mapping[str, Any]:
        """Begin or go on with the visit; returns the snapshot."""
        body = {
            "token": self.token,
            "device": "v1",
            "page": {"url": "", "title": ""},
            "language": "zh-CN",
            "consent": True,
        }
        async with httpx.AsyncClient(base_url=self.server.base, timeout=20) as http:
            shop = (await http.get("/shop-api")).json()["items"][0]["id"]
            answer = await http.post(f"/visit-api/{shop}/start", json=body)
        assert answer.is_success, answer.text
        snapshot: Mapping[str, Any] = answer.json()
        self.token = str(snapshot["token"])
        return snapshot

    @asynccontextmanager
    async def chat(self, *, start: int | None = None) -> AsyncIterator[Client]:
        """The visitor's socket."""
        n = (await self.start())["n"] if start is None else start
        async with connect(self.server.base.replace("http", "ws") + "/ws/visit", max_size=None) as socket:
            client = Client(socket)
            client.n = n
            await client.send(t="hello", v=1, device="v1", token=self.token, **{"from": n})
            await client.until(lambda frame: frame["t"] == "welcome")
            yield client
            await client.close()

    async def say(self, client: Client, text: str, *, key: str | None = None) -> Frame:
        """Send a line and return the frame that acknowledges it."""
        self.sequence += 1
        key = key or f"k{self.sequence}-{time.monotonic_ns()}"
        await client.send(t="send", id=key, seq=self.sequence, text=text)
        answer = await client.until(
            lambda frame: frame.get("ack") == key or (frame["t"] in ("ack", "error") and frame.get("id") == key)
        )
        assert answer["t"] != "error", answer
        return answer
