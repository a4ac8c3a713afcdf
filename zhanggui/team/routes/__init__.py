"""The team room over HTTP: signing in, oneself, colleagues, roles and groups, the audit log."""

from fastapi import APIRouter

from zhanggui.team.routes import agents, entry, me, rights

router = APIRouter(prefix="/api", tags=["team"])
for room in (entry, me, agents, rights):
    router.include_router(room.router)

__all__ = ["router"]
