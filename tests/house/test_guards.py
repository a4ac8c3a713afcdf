"""Law: every way into the house is guarded, and what is public stands on a list that somebody has looked at."""

from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from tests.house.walk import Way, http_ways, routes_of, ways
from zhanggui.foundation.access import PERMISSIONS, public

LIST = Path(__file__).with_name("public_routes.txt")


def audited() -> dict[str, str]:
    """Name → reason, as the list says."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    parts = (line.partition(" — ") for line in lines if line and not line.startswith("#"))
    return {name: reason for name, _, reason in parts}


def test_the_walk_finds_the_house():
    names = {way.name for way in ways()}
    assert len(names) > 80
    assert {"GET /api/desk", "POST /api/login", "SOCKET /ws/desk send", "SOCKET /ws/visit send"} <= names


def test_every_way_has_one_guard():
    assert [way.name for way in ways() if way.guards != 1] == []


def test_what_is_public_stands_on_the_list():
    assert {way.name: way.public for way in ways() if way.public} == audited()


def test_every_guard_names_a_declared_permission():
    named = [way for way in ways() if way.permission is not None]
    assert [way.name for way in named if way.permission not in PERMISSIONS.values()] == []


def test_public_ways_lie_apart_from_the_desk():
    """Below /api everybody is somebody; only coming in and the machine's own command line are not."""
    found = {way.path for way in http_ways() if way.public and way.path.startswith("/api")}
    assert {path for path in found if not path.startswith("/api/local/")} == {"/api/setup", "/api/login"}


def unguarded(app: FastAPI) -> list[str]:
    return [way.name for way in routes_of(app) if way.guards != 1]


@pytest.mark.parametrize("how", ["plain", "router", "mount", "route"])
def test_a_forgotten_guard_is_seen(how: str):
    app = FastAPI(openapi_url=None)
    bare = APIRouter()
    bare.get("/bare")(lambda: None)
    if how == "plain":
        app.get("/bare")(lambda: None)
    elif how == "router":
        app.include_router(bare, prefix="/deep")
    elif how == "mount":
        app.router.routes.append(Mount("/deep", routes=[Route("/bare", PlainTextResponse("x"))]))
    else:
        app.router.routes.append(Route("/bare", PlainTextResponse("x")))
    assert unguarded(app) != []


def test_a_guard_on_the_whole_router_counts():
    app = FastAPI(openapi_url=None)
    rooms = APIRouter()
    rooms.get("/open")(lambda: None)
    app.include_router(rooms, dependencies=[public("for the test")])
    assert list(routes_of(app)) == [Way("GET", "/open", public="for the test")]
