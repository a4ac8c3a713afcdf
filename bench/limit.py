"""The limit: a bare durable server on the same socket layer as the product, and nothing else.

    python -m bench.limit PORT FILE

A line is one insert; lines that wait are committed together (SQLite, WAL, synchronous=FULL); after the commit the
sender gets an acknowledgement and the other side of his pair the line. No accounts, rights, dedupe, numbering, chain,
events, lists: what the product adds is the distance between the two.
"""

import asyncio
import queue
import sys
import threading
from pathlib import Path

import msgspec
import uvicorn

from zhanggui.foundation.database.sqlite import driver_module

INSERT = "INSERT INTO message (pair, at, client_id, text) VALUES (?, ?, ?, ?)"


class Said(msgspec.Struct, tag_field="t", tag="send"):
    """What a sender says."""

    id: str
    seq: int
    text: str


class Limit:
    """The whole program: sockets, one writer thread, one table."""

    def __init__(self, file: Path) -> None:
        self._receivers: dict[int, asyncio.Queue[str]] = {}
        self._waiting: queue.SimpleQueue[tuple[int, Said, asyncio.Queue[str]]] = queue.SimpleQueue()
        self._decode = msgspec.json.Decoder(Said).decode
        self._encode = msgspec.json.Encoder().encode
        self._database = driver_module.connect(str(file), isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000", "cache_size=-65536"):
            self._database.execute(f"PRAGMA {pragma}")
        table = "CREATE TABLE message (id INTEGER PRIMARY KEY, pair INT, at INT, client_id TEXT, text TEXT)"
        self._database.execute(table)

    def write_forever(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit what waits, together; then hand it back to the loop."""
        while True:
            group = [self._waiting.get()]
            while len(group) < 500 and not self._waiting.empty():
                group.append(self._waiting.get())
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(INSERT, [(pair, said.seq, said.id, said.text) for pair, said, _ in group])
            self._database.execute("COMMIT")
            loop.call_soon_threadsafe(self.deliver, group)

    def deliver(self, group: list[tuple[int, Said, asyncio.Queue[str]]]) -> None:
        """Acknowledge and deliver."""
        for pair, said, sender in group:
            sender.put_nowait(f'{{"t":"ack","id":"{said.id}"}}')
            receiver = self._receivers.get(pair)
            if receiver is not None:
                receiver.put_nowait(f'{{"t":"event","text":{self._encode(said.text).decode()}}}')

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # ASGI
        """Serve the lifespan, or one socket: /s/PAIR sends, /r/PAIR receives."""
        if scope["type"] == "lifespan":
            await receive()
            thread = threading.Thread(target=self.write_forever, args=(asyncio.get_running_loop(),), daemon=True)
            thread.start()
            await send({"type": "lifespan.startup.complete"})
            return
        _, role, pair = scope["path"].split("/")
        await receive()
        await send({"type": "websocket.accept"})
        outgoing: asyncio.Queue[str] = asyncio.Queue()
        if role == "r":
            self._receivers[int(pair)] = outgoing
        pump = asyncio.create_task(self._pump(outgoing, send))
        await receive()  # hello
        outgoing.put_nowait('{"t":"welcome","n":0}')
        while (message := await receive())["type"] == "websocket.receive":
            self._waiting.put((int(pair), self._decode(message["text"]), outgoing))
        pump.cancel()

    @staticmethod
    async def _pump(outgoing: "asyncio.Queue[str]", send) -> None:  # type: ignore[no-untyped-def]
        while True:
            await send({"type": "websocket.send", "text": await outgoing.get()})


if __name__ == "__main__":
    uvicorn.run(
        Limit(Path(sys.argv[2])),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="auto",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        log_level="error",
    )
