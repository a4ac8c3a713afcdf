"""A small app with the shop's rooms only, and buyers to visit it."""

from pathlib import Path

from argon2 import PasswordHasher
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from httpx import ASGITransport, AsyncClient
from starlette.requests import HTTPConnection

from tests.customers.builders import a_viewer
from zhanggui.customers.routes import router as customers_router
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.settings import Settings
from zhanggui.store.embedded import EmbeddedStore
from zhanggui.store.routes import pictures
from zhanggui.store.routes import router as store_router
from zhanggui.storefront.actions import do_register
from zhanggui.storefront.routes import router
from zhanggui.team.door import Door, policy_of
from zhanggui.team.passwords import Hasher

ORIGIN = "http://shop.test"
PASSWORD = "平时爱喝桂花乌龙茶配牛轧糖"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Seated:
    """Whoever asks is this person: for tests of routes, not of sessions."""

    def __init__(self, viewer: Viewer | None) -> None:
        self._viewer = viewer

    async def viewer(self, connection: HTTPConnection) -> Viewer | None:
        return self._viewer


def an_app(db: Database, data: Path, *, demo: bool = False) -> FastAPI:
    """The rooms of the shop; `app.state.hasher` wants closing."""
    app = FastAPI()
    for one in (router, store_router, customers_router, pictures):
        app.include_router(one)
    settings = Settings(data=data, demo=demo)
    app.state.settings, app.state.database, app.state.store = settings, db, EmbeddedStore(db)
    app.state.sessions = Door(db, policy_of(settings), Hasher(CHEAP))

    @app.exception_handler(ZhangguiError)
    async def refuse(request: Request, error: ZhangguiError) -> JSONResponse:
        return JSONResponse({"error": {"code": error.code, "field": error.field}}, error.status)

    return app


def a_browser(app: FastAPI, *, origin: str | None = ORIGIN, csrf: str | None = None) -> AsyncClient:
    """A browser on the shop's page."""
    headers = {} if origin is None else {"Origin": origin}
    if csrf is not None:
        headers["X-Zhanggui-CSRF"] = csrf
    return AsyncClient(transport=ASGITransport(app), base_url=ORIGIN, headers=headers)


def a_desk(app: FastAPI, role: str = "agent") -> AsyncClient:
    """A signed-in agent's browser."""
    app.state.sessions = Seated(a_viewer(role))
    return a_browser(app, csrf="c")


async def a_demo_account(db: Database, shop: str, *, login: str = "c01", name: str = "陈小满") -> str:
    """An account without a password; returns its customer."""
    return (await db.write(do_register, shop, login=login, name=name, password=None)).customer
