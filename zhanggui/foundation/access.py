"""Who may do what: permissions, the viewer, and the guard that every route carries in its signature. Default: no.

A permission is declared once, in its room's `access.py`, with its words and the built-in roles that hold it. A route
names its permission (`require`) or says in so many words why everybody may use it (`public`); a law test walks every
route and socket command.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, cast

from fastapi import Depends, Request, WebSocket
from fastapi.params import Depends as DependsMarker

from zhanggui.foundation.errors import Forbidden, Unauthenticated
from zhanggui.foundation.ids import AgentId

PERMISSIONS: dict[str, "Permission"] = {}
ROLES = ("owner", "lead", "agent", "trainee", "viewer")
CSRF_HEADER = "X-Zhanggui-CSRF"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Permission:
    """The right to do one thing: `room.object.action`, its words, and the built-in roles that hold it."""

    name: str
    zh: str
    en: str
    roles: tuple[str, ...] = ("owner",)

    def __post_init__(self) -> None:
        if PERMISSIONS.setdefault(self.name, self) is not self:
            raise ValueError(f"permission {self.name} is declared twice")
        if self.name.count(".") != 2 or not set(self.roles) <= set(ROLES):
            raise ValueError(f"permission {self.name} is not room.object.action of known roles")


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request: an agent with his rights as they are now."""

    agent: AgentId
    name: str
    role_key: str
    permissions: frozenset[str]
    groups: frozenset[str] = frozenset()
    session: str = ""
    address: str = ""
    language: str = "zh-CN"
    csrf: str = field(default="", repr=False)

    def may(self, permission: Permission) -> bool:
        """Tell whether this person holds the permission."""
        return permission.name in self.permissions


class SessionReader(Protocol):
    """What the ground wants from the team room: the person behind a request or socket, as of now."""

    async def viewer(self, connection: Request | WebSocket) -> Viewer | None:
        """Return who is signed in, or None."""
        ...


Guard = Callable[[Request], Awaitable[Viewer]]


async def _viewer_of(request: Request) -> Viewer:
    reader = cast(SessionReader, request.app.state.sessions)
    viewer = await reader.viewer(request)
    if viewer is None:
        raise Unauthenticated("access.signed_out")
    given = request.headers.get(CSRF_HEADER, "")
    if request.method not in _SAFE_METHODS and not hmac.compare_digest(given.encode(), viewer.csrf.encode()):
        raise Forbidden("access.csrf")
    return viewer


def require(permission: Permission) -> DependsMarker:
    """Guard a route: `viewer: Annotated[Viewer, require(AGENT_CREATE)]`. Signed out → 401, not allowed → 403."""

    async def guard(request: Request) -> Viewer:
        viewer = await _viewer_of(request)
        if not viewer.may(permission):
            raise Forbidden("access.forbidden")
        return viewer

    guard.permission = permission  # type: ignore[attr-defined]  # read by the law that walks every route
    return cast(DependsMarker, Depends(guard))


def signed_in(why: str) -> DependsMarker:
    """Guard a route that every signed-in person may use for himself (own profile, own sessions)."""

    async def guard(request: Request) -> Viewer:
        return await _viewer_of(request)

    guard.signed_in = why  # type: ignore[attr-defined]
    return cast(DependsMarker, Depends(guard))


def public(why: str) -> DependsMarker:
    """Mark a route that needs no session, with the reason: `dependencies=[public("…")]`."""

    async def guard() -> None:
        return None

    guard.public = why  # type: ignore[attr-defined]
    return cast(DependsMarker, Depends(guard))


def role_permissions(role_key: str) -> frozenset[str]:
    """Return the permissions that a built-in role holds by default."""
    return frozenset(name for name, permission in PERMISSIONS.items() if role_key in permission.roles)
