"""Agents, roles, doors and pages for tests."""

import itertools
import json
from dataclasses import dataclass, field

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from zhanggui.foundation.access import CSRF_HEADER
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import ZhangguiError
from zhanggui.team import actions, routes
from zhanggui.team.actions import NewAgent
from zhanggui.team.door import Door, Policy
from zhanggui.team.passwords import Hasher
from zhanggui.team.shapes import AgentView, GroupIn, GroupView, RoleIn, RoleView

PASSWORD = "一棵 green 树 and 7 stones"
OTHER_PASSWORD = "three quiet rivers 九月"
_count = itertools.count(1)


@dataclass
class Clock:
    """Time that moves only when told to (ms)."""

    now: int = field(default_factory=now_ms)

    def pass_by(self, ms: int) -> None:
        """Let `ms` milliseconds go by."""
        self.now += ms


def a_hasher() -> Hasher:
    """The real algorithm with parameters that cost nothing."""
    return Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def a_door(db: Database, policy: Policy | None = None) -> Door:
    """A door with cheap hashes."""
    return Door(db, policy or Policy(), a_hasher())


def an_app(door: Door) -> FastAPI:
    """A small app: the team's routes, and errors as the front door answers them."""
    app = FastAPI()
    app.state.sessions = door
    app.include_router(routes.router)

    async def refuse(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ZhangguiError)
        body = {"code": error.code, "args": error.args_for_words, "field": error.field}
        return JSONResponse({"error": body}, error.status)

    async def misshapen(_: Request, error: Exception) -> JSONResponse:
        # never with the "input" that FastAPI would send back: it may be a password, or half a sign
        return JSONResponse({"error": {"code": "http.invalid", "args": {}, "field": None}}, 422)

    app.add_exception_handler(ZhangguiError, refuse)
    app.add_exception_handler(RequestValidationError, misshapen)
    return app


async def an_owner(db: Database, *, login: str = "boss", password: str = "hash") -> AgentView:
    """The first owner, made without hashing."""
    new = NewAgent(login=login, name="王掌柜", password=password, role="owner", must_change=False)
    return await db.write(actions.do_set_up, new=new, shop_name="小店", address="127.0.0.1")


async def an_agent(db: Database, *, role: str = "agent", login: str = "", password: str = "hash", name: str = "小李") -> AgentView:  # fmt: skip  # noqa: E501
    """An account that need not change its password; `password` is the hash kept."""
    login = login or f"agent{next(_count)}"
    new = NewAgent(login=login, name=name, password=password, role=role, must_change=False)
    return await db.write(actions.do_create_agent, actor=SystemActor(), new=new, limit=1000)


async def a_role(db: Database, *permissions: str, name: str = "") -> RoleView:
    """An own role with these permissions."""
    given = RoleIn(name=name or f"角色{next(_count)}", permissions=list(permissions))
    return await db.write(actions.do_create_role, actor=SystemActor(), new=given)


async def a_group(db: Database, *members: str, name: str = "") -> GroupView:
    """A group with these members."""
    given = GroupIn(name=name or f"组{next(_count)}", members=list(members))
    return await db.write(actions.do_create_group, actor=SystemActor(), new=given)


class Page:
    """A browser: keeps cookies, sends the CSRF value like our pages do."""

    def __init__(self, app: FastAPI, *, address: str = "127.0.0.1", host: str = "http://localhost:8600") -> None:
        transport = httpx.ASGITransport(app=app, client=(address, 50000))
        self.http = httpx.AsyncClient(transport=transport, base_url=host)
        self.me: dict[str, object] = {}

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Ask the server; `path` without /api."""
        content = None if body is None else json.dumps(body)  # ASCII with escapes: half a sign can be sent, too
        headers = {} if body is None else {"content-type": "application/json"}
        return await self.http.request(method, "/api" + path, content=content, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        """Read something."""
        return await self.call("GET", path)

    async def post(self, path: str, body: object = None) -> httpx.Response:
        """Do something."""
        return await self.call("POST", path, body)

    async def login(self, login: str, password: str = PASSWORD, **more: object) -> httpx.Response:
        """Sign in; on success the page knows who it is."""
        return self.took(await self.post("/login", {"login": login, "password": password, **more}))

    def took(self, answer: httpx.Response) -> httpx.Response:
        """Keep what a successful sign-in brought."""
        if answer.is_success:
            self.me = answer.json()
            self.http.headers[CSRF_HEADER] = str(self.me["csrf"])
        return answer


class Desk:
    """An app with people, each with a page of his own."""

    def __init__(self, app: FastAPI, door: Door) -> None:
        self.app = app
        self.door = door
        self.db = door.database
        self.pages: list[Page] = []

    def page(self, *, address: str = "127.0.0.1", host: str = "http://localhost:8600") -> Page:
        """A fresh browser."""
        page = Page(self.app, address=address, host=host)
        self.pages.append(page)
        return page

    async def set_up(self) -> Page:
        """The owner's page, signed in as `boss`."""
        self.owner = self.page()
        given = {"shop_name": "小店", "login": "boss", "name": "王掌柜", "password": PASSWORD}
        answer = self.owner.took(await self.owner.post("/setup", given))
        assert answer.status_code == 201, answer.text
        return self.owner

    async def agent(self, role: str = "agent", *, login: str = "", name: str = "小李") -> Page:
        """A page of a fresh account with this role, signed in."""
        login = login or f"agent{next(_count)}"
        await an_agent(self.db, role=role, login=login, password=await self.door.hasher.hash(PASSWORD), name=name)
        page = self.page()
        assert (await page.login(login)).status_code == 200
        return page

    async def close(self) -> None:
        """Close every browser."""
        for page in self.pages:
            await page.http.aclose()


def agent_id(page: Page) -> str:
    """Whose page this is."""
    me = page.me["agent"]
    assert isinstance(me, dict)
    return str(me["id"])


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """(status, error code) of a refusal."""
    return answer.status_code, str(answer.json()["error"]["code"])
