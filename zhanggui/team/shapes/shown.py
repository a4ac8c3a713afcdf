"""What the team room shows.

Frozen dataclasses: the same class is the record inside an event (msgspec encodes it) and the response model of a
route (so that the generated client knows it).
"""

from dataclasses import dataclass
from typing import Literal

from zhanggui.team.rules import Presence

Language = Literal["zh-CN", "en"]
State = Literal["active", "disabled"]
Detail = dict[str, object]


@dataclass(frozen=True, slots=True)
class AgentView:
    """A colleague as everybody at the desk may see him: a record of the client's table `agent`."""

    id: str
    login: str
    name: str
    nick: str
    avatar: str
    role: str
    groups: list[str]
    capacity: int
    state: State
    presence: Presence
    open: int


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of agents: a record of the client's table `group`."""

    id: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role. `key` names the words of a built-in one (`team.role.owner`); an own one has its name."""

    id: str
    name: str
    builtin: bool
    permissions: list[str]
    agents: int


@dataclass(frozen=True, slots=True)
class PermissionView:
    """One thing that may be allowed, in words."""

    name: str
    zh: str
    en: str
    roles: list[str]


@dataclass(frozen=True, slots=True)
class SessionView:
    """A place where the agent is signed in."""

    id: str
    current: bool
    created_at: int
    seen_at: int
    expires_at: int
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class Me:
    """The signed-in agent and what his page needs to know at the start."""

    agent: AgentView
    permissions: list[str]
    csrf: str
    groups: list[GroupView]
    settings: dict[str, object]
    totp: bool
    language: Language
    must_change: bool


@dataclass(frozen=True, slots=True)
class SetupState:
    """Is the shop still without people, and does setting it up from here need the one-time token?"""

    needed: bool
    token: bool


@dataclass(frozen=True, slots=True)
class AgentMade:
    """A new account, or one with a new password. `password` is there once, when it was generated."""

    agent: AgentView
    password: str | None


@dataclass(frozen=True, slots=True)
class TotpStart:
    """What an authenticator app needs; not in force before a code has confirmed it."""

    secret: str
    uri: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Ten codes for the day the phone is lost; shown once."""

    recovery_codes: list[str]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log: who did what to whom, when, from where."""

    id: str
    at: int
    actor: str
    actor_name: str
    action: str
    object: str
    detail: Detail
    address: str


@dataclass(frozen=True, slots=True)
class Agents:
    """Everybody, active and disabled."""

    items: list[AgentView]
    limit: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Roles:
    """Every role, built-in ones first."""

    items: list[RoleView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Permissions:
    """Every permission of every room."""

    items: list[PermissionView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Groups:
    """Every group."""

    items: list[GroupView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Sessions:
    """Every place where I am signed in."""

    items: list[SessionView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """A page of the audit log, newest first; `next` is the `before` of the next page."""

    items: list[AuditEntry]
    next: str | None = None
