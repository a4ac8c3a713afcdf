"""One connected socket: what it may hear, what waits to be sent, how fast it may talk."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal

import msgspec

from zhanggui.foundation.errors import TooMany, Unavailable, ZhangguiError
from zhanggui.foundation.words import say
from zhanggui.realtime.frames import Bye, Error, Resync, text_of
from zhanggui.realtime.hub import Subscription

Send = Callable[[dict[str, object]], Awaitable[None]]


class Bucket:
    """So many a second, so many at once."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._at = 0.0

    def wait(self, now: float) -> float:
        """Take one and return 0, or return the seconds until there is one again."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left >= 1.0:
            self._left -= 1.0
            return 0.0
        return (1.0 - self._left) / self._rate


class Peer:
    """The server's side of one socket. `identity` is whatever its door found out; rooms read it, nobody else."""

    def __init__(self, send: Send, *, address: str, language: str) -> None:
        self._send = send
        self._waiter: asyncio.Future[None] | None = None
        self._closing: tuple[int, str] | None = None
        self.address = address
        self.language = language
        self.device = ""
        self.identity: object = None
        self.scope: MutableMapping[str, Any] = {}
        self.subscription = Subscription(self, ())
        self.sends = Bucket(5.0, 20.0)
        self.frames = Bucket(100.0, 400.0)
        self.seen = asyncio.get_running_loop().time()
        self.mistakes = 0
        self.state: Literal["new", "in", "closed"] = "new"
        self.given_up = False
        self._serving = asyncio.current_task()

    def wake(self) -> None:
        """There is something to send."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def tell(self, frame: msgspec.Struct) -> None:
        """Queue a frame for this socket alone."""
        self.subscription.push(text_of(frame))

    def refuse(self, error: ZhangguiError, *, id: str | None = None) -> None:  # noqa: A002
        """Tell why something was refused, in the reader's language."""
        args = error.args_for_words
        after = round(error.retry_after * 1000) if isinstance(error, TooMany) else None
        if after is None and isinstance(error, Unavailable):
            after = 500
        message = say(error.code, self.language, **args)
        self.tell(Error(code=error.code, message=message, id=id, retry=error.retry, after=after, args=args))

    def resync(self, reason: str) -> None:
        """Stop sending events and have the page take a new snapshot."""
        self.subscription.live = False
        self.tell(Resync(reason=reason))

    @property
    def closing(self) -> bool:
        """Goodbye was said: what is sent to us now counts no more."""
        return self._closing is not None

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and close; what already waits is sent before, nothing that comes now is heard any more.

        Who takes his goodbye slowly, or not at all, must not go on listening meanwhile.
        """
        if self._closing is None and self.state != "closed":
            self.subscription.live = False
            self.tell(Bye(code=reason))
            self._closing = (code, reason)
            self.wake()

    def give_up(self) -> None:
        """End the socket's task: its other end takes no goodbye."""
        if not self.given_up and self._serving is not None:
            self.given_up = True
            self._serving.cancel()

    async def pump(self) -> None:
        """Send what waits, in order, until the socket is closed."""
        take = self.subscription.take
        send = self._send
        loop = asyncio.get_running_loop()
        while True:
            frame = take()
            if frame is None:
                if self._closing is not None:
                    code, reason = self._closing
                    self.state = "closed"
                    await send({"type": "websocket.close", "code": code, "reason": reason})
                    return
                if self.subscription.lost:
                    self.subscription.lost = False
                    await send({"type": "websocket.send", "text": '{"t":"resync","reason":"too_slow"}'})
                    continue
                self._waiter = loop.create_future()
                await self._waiter
                self._waiter = None
                continue
            await send({"type": "websocket.send", "text": frame})
