"""Answers that pages of other sites may read: the visitor API, the widget's files, signed files, product pictures.

Nothing here goes by cookies, so the star is safe: what a page may see is decided by the token it holds, and whether it
may hold one by the shop's list of origins.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPEN = ("/visit-api/", "/files/", "/pictures/")
_ALLOWED = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after"),
]
_PREFLIGHT = [
    *_ALLOWED,
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, accept-language"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class OpenToPages:
    """Adds the headers, and answers the browsers' question whether it may ask."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything but questions of browsers about the open paths."""
        if scope["type"] != "http" or not scope["path"].startswith(_OPEN):
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)})
            await send({"type": "http.response.body", "body": b""})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", []).extend(_ALLOWED)
            await send(message)

        await self.app(scope, receive, with_headers)
