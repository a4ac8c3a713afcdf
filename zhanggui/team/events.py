"""What the team room announces, and who may read it.

Tags: `desk` everybody signed in at the desk · `agent:<id>` one person's own pages · `control` the server itself
(it closes sockets and looks rights up again).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from zhanggui.foundation.events import GONE, Change, Face, event
from zhanggui.team.shapes import AgentView, GroupView, RoleView

CONTROL: Final = "control"
DESK: Final = "desk"

EndReason = Literal["logout", "ended", "disabled", "password", "expired"]


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """Sessions of `agent` that ended: those in `sessions` (never an empty list)."""

    agent: str
    sessions: list[str]
    why: EndReason


@dataclass(frozen=True, slots=True)
class ShopSetUp:
    """The shop got its first owner and its name: what the store room needs to open the first shop."""

    owner: str
    shop_name: str
    language: str


AGENT_CHANGED: Final = event("agent.changed", agent=AgentView)
PRESENCE_CHANGED: Final = event("presence.changed", agent=AgentView)
LOAD_CHANGED: Final = event("agent.load_changed", agent=AgentView)
GROUP_CHANGED: Final = event("group.changed", group=GroupView)
ROLE_CHANGED: Final = event("role.changed", role=RoleView)
SESSION_ENDED: Final = event("session.ended", session=SessionEnd)
SET_UP: Final = event("team.set_up", shop=ShopSetUp)


def agent_changed(view: AgentView) -> Change:
    """A colleague's card, role, groups or state; the server looks his rights up again."""
    faces = (Face((DESK, CONTROL), ("agent",)),)
    return Change(AGENT_CHANGED, put={"agent": view}, faces=faces, subject=view.id)


def presence_changed(view: AgentView) -> Change:
    """What colleagues see of him: online, busy, away or offline."""
    faces = (Face((DESK,), ("agent",)),)
    return Change(PRESENCE_CHANGED, put={"agent": view}, faces=faces, subject=view.id)


def load_changed(view: AgentView) -> Change:
    """How many conversations he has open; rights are untouched, so the server need not look."""
    faces = (Face((DESK,), ("agent",)),)
    return Change(LOAD_CHANGED, put={"agent": view}, faces=faces, subject=view.id)


def group_changed(view: GroupView) -> Change:
    """A group's name or note. Who is in it is told by the members' own records."""
    faces = (Face((DESK, CONTROL), ("group",)),)
    return Change(GROUP_CHANGED, put={"group": view}, faces=faces, subject=view.id)


def group_gone(group: str) -> Change:
    """A group that is no longer there; the chat room lets go of its conversations."""
    faces = (Face((DESK, CONTROL), (GONE,)),)
    return Change(GROUP_CHANGED, faces=faces, gone=(f"group:{group}",), subject=group)


def role_changed(view: RoleView, *, holders: Sequence[str]) -> Change:
    """An own role and what it allows; its holders' pages start afresh with the new rights."""
    tags = (CONTROL, *(f"agent:{holder}" for holder in holders))
    return Change(ROLE_CHANGED, put={"role": view}, faces=(Face(tags, ("role",)),), subject=view.id)


def role_gone(role: str) -> Change:
    """An own role nobody had any more."""
    return Change(ROLE_CHANGED, faces=(Face((CONTROL,), (GONE,)),), gone=(f"role:{role}",), subject=role)


def session_ended(end: SessionEnd) -> Change:
    """Sessions that are over: every process closes their sockets."""
    faces = (Face((CONTROL, f"agent:{end.agent}"), ("session",)),)
    return Change(SESSION_ENDED, put={"session": end}, faces=faces, subject=end.agent)


def set_up(shop: ShopSetUp) -> Change:
    """The first owner is there; main.py lets the store room open the shop in the same transaction."""
    return Change(SET_UP, put={"shop": shop}, faces=(Face((CONTROL,), ("shop",)),), subject=shop.owner)
