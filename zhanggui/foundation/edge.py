"""The edge of HTTP: every refusal in the reader's language, no traceback ever, safe headers on every answer."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhanggui.foundation.errors import TooMany, ZhangguiError
from zhanggui.foundation.words import preferred_language, say

log = structlog.get_logger("zhanggui.edge")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_PAGE_POLICY = (
    b"default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    b"script-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    b"object-src 'none'"
)


def refusal(code: str, status: int, language: str, *, field: str | None = None, **args: object) -> JSONResponse:
    """Return a refusal as clients read it: code, arguments, the field it is about, and words."""
    error = {"code": code, "args": args, "field": field, "message": say(code, language, **args)}
    headers = {"Retry-After": str(args["retry_after"])} if "retry_after" in args else None
    return JSONResponse({"error": error}, status, headers=headers)


def _language(request: Request) -> str:
    return preferred_language(request.headers.get("accept-language"))


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ZhangguiError)  # noqa: S101
    return refusal(error.code, error.status, _language(request), field=error.field, **error.args_for_words)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Name the fields only: what was typed (a password, perhaps) is never sent back."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = error.errors()
    places = [".".join(str(part) for part in item["loc"][1:]) for item in found]
    problem = ", ".join(dict.fromkeys(place or "body" for place in places))[:200]
    problem = problem.encode("utf-8", "replace").decode()
    return refusal("http.invalid", 422, _language(request), field=places[0] if places else None, problem=problem)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = {404: "http.not_found", 405: "http.method", 413: "http.too_large"}.get(error.status_code, "http.invalid")
    args: dict[str, object] = {"problem": ""} if code == "http.invalid" else {}
    if error.status_code == 413:
        args = {"limit": error.detail}
    return refusal(code, error.status_code, _language(request), field=None, **args)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, error=repr(error)[:300])
    return refusal("http.internal", 500, _language(request))


def install(app: FastAPI) -> None:
    """Answer every error of this app in words."""
    app.add_exception_handler(ZhangguiError, _refuse)
    app.add_exception_handler(TooMany, _refuse)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


class SafeHeaders:
    """Adds the headers that every answer carries, and a content policy to pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through; sockets are left alone."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                present = {name.lower() for name, _ in headers}
                headers.extend(pair for pair in _HEADERS if pair[0] not in present)
                is_page = any(n.lower() == b"content-type" and v.startswith(b"text/html") for n, v in headers)
                if is_page and b"content-security-policy" not in present:
                    headers.append((b"content-security-policy", _PAGE_POLICY))
            await send(message)

        await self.app(scope, receive, with_headers)
