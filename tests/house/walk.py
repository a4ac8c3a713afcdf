"""Every way into the house: HTTP routes and socket commands, with their guards, found by walking the built app."""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from zhanggui.foundation.access import Permission
from zhanggui.main import build_app
from zhanggui.realtime.socket import Command
from zhanggui.settings import Settings

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Way:
    """One way in: "GET", "POST" … and a path, or "SOCKET" and a command of a socket, as "/ws/desk send"."""

    method: str
    path: str
    permission: Permission | None = None
    signed_in: str = ""
    public: str = ""

    @property
    def name(self) -> str:
        """As it stands on lists."""
        return f"{self.method} {self.path}"

    @property
    def guards(self) -> int:
        """How many guards stand in front; one is right."""
        return (self.permission is not None) + bool(self.signed_in) + bool(self.public)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in braces."""
        return tuple(field.partition(":")[0] for _, field, _, _ in string.Formatter().parse(self.path) if field)

    @property
    def desk(self) -> bool:
        """Whether it is guarded by a person's session."""
        return self.permission is not None or bool(self.signed_in)

    @property
    def unsafe(self) -> bool:
        """Whether it may change something."""
        return self.method not in SAFE


def guards_of(dependant: Dependant) -> dict[str, object]:
    """The marks of every guard among the dependencies, however deep."""
    found: dict[str, object] = {}
    for inner in dependant.dependencies:
        for mark in ("permission", "signed_in", "public"):
            if hasattr(inner.call, mark):
                found[mark] = getattr(inner.call, mark)
        found.update(guards_of(inner))
    return found


def routes_of(app: FastAPI) -> Iterator[Way]:
    """Every HTTP route, whatever router or mount it came by; what FastAPI does not guard has no guard."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        methods = sorted(getattr(route, "methods", None) or ("ANY",))
        path = str(context.path or getattr(route, "path", ""))
        marks = guards_of(route.dependant) if isinstance(route, APIRoute) else {}
        marks.update(_added_above(context) if isinstance(route, APIRoute) else {})
        for method in methods:
            yield _way(method, path, marks)


def _added_above(context: object) -> dict[str, object]:
    """Guards given to a whole router when it was included."""
    dependant = getattr(context, "dependant", None)
    return guards_of(dependant) if isinstance(dependant, Dependant) else {}


def _way(method: str, path: str, marks: dict[str, object]) -> Way:
    permission = marks.get("permission")
    assert permission is None or isinstance(permission, Permission)
    return Way(method, path, permission, str(marks.get("signed_in", "")), str(marks.get("public", "")))


def commands_of(app: FastAPI) -> Iterator[Way]:
    """Every command of every socket."""
    house = app.state.house
    for endpoint in house.endpoints:
        for command in endpoint.door.commands:
            yield Way("SOCKET", f"{endpoint.door.path} {tag_of(command)}", command.permission, "", command.public)


def tag_of(command: Command) -> str:
    """The word a command has on the wire."""
    return str(command.frame.__struct_config__.tag)


@cache
def ways() -> tuple[Way, ...]:
    """Every way in, of an app with everything in it that is never started."""
    with TemporaryDirectory() as folder:
        app = build_app(Settings(data=Path(folder)))
        return (*routes_of(app), *commands_of(app))


def http_ways() -> tuple[Way, ...]:
    """The ways over HTTP."""
    return tuple(way for way in ways() if way.method != "SOCKET")
