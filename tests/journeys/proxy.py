"""A bad network between browser and server: it can swallow everything silently, or hang up on everybody."""

import asyncio
import threading
from contextlib import suppress

Pair = tuple[asyncio.StreamWriter, asyncio.StreamWriter]


class BadNetwork:
    """A TCP relay on a port of its own, in a thread of its own."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._swallowing = False
        self._pairs: set[Pair] = set()
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)

    def swallow(self) -> None:
        """From now on nothing arrives any more, and nobody is told."""
        self._swallowing = True

    def heal(self) -> None:
        """New connections work again; those that starved stay dead."""
        self._loop.call_soon_threadsafe(self._hang_up)
        self._swallowing = False

    def reset(self) -> None:
        """Hang up on everybody."""
        self._loop.call_soon_threadsafe(self._hang_up)

    def stop(self) -> None:
        """Close the relay."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _hang_up(self) -> None:
        for pair in list(self._pairs):
            for writer in pair:
                writer.transport.abort()
        self._pairs.clear()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        self._hang_up()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._pairs.add((writer, back))
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if not self._swallowing:
                    to.write(data)
                    await to.drain()
        if not self._swallowing:
            to.close()
