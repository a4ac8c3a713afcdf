"""What a request may bring: refused before it is read, so that nobody fills the disk with what will be refused anyway.

The parser of uploads writes to disk while it reads, before any guard has been asked; hence the limit stands here.
"""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhanggui.foundation.edge import refusal
from zhanggui.foundation.words import preferred_language


class Intake:
    """Bounds the body of every request: `limit` bytes, or what `larger` says for a path."""

    def __init__(self, app: ASGIApp, *, limit: int, larger: Mapping[str, int]) -> None:
        self.app = app
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted; refuse one that says of itself that it is too long."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        language = preferred_language(headers.get("accept-language"))
        limit = self._larger.get(scope["path"], self._limit)
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
            # no database keeps this sign, so nothing of ours has such an address
            await refusal("http.not_found", 404, language)(scope, receive, send)
        elif _declared(headers) > limit:
            await refusal("http.too_large", 413, language, limit=_words(limit))(scope, receive, send)
        else:
            await self.app(scope, _counted(receive, limit), send)


def _words(limit: int) -> str:
    return f"{limit // 1024 // 1024} MB"


def _declared(headers: Headers) -> int:
    """Return the length the request claims; 0 when it claims none (it is counted then)."""
    given = headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, _words(limit))
        return message

    return counted
