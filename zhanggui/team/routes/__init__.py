"""The team room over HTTP: signing in, oneself, colleagues, roles and groups, the audit log."""

from fastapi import APIRouter

from zhanggui.team.routes import agents, entry, local, me, rights

router = APIRouter(prefix="/api", tags=["team"])
for room in (entry, me, agents, rights, local):
    router.include_router(room.router)

__all__ = ["router"]
