"""The search field over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from zhanggui.chat import access
from zhanggui.chat.searching.queries import Hits, Kind, search
from zhanggui.chat.searching.tokens import MOST_SIGNS
from zhanggui.foundation.access import Viewer, require
from zhanggui.foundation.answers import answer, shaped
from zhanggui.foundation.database import Database

router = APIRouter(prefix="/api", tags=["chat"])


@router.get("/search", **shaped(Hits))
async def search_desk(
    request: Request, viewer: Annotated[Viewer, require(access.SEARCH)],
    q: Annotated[str, Query(max_length=MOST_SIGNS)] = "", kind: Kind = "message", cursor: str = "",
) -> Response:  # fmt: skip
    """Return what was said, who said it or what was bought: `kind` says which; see `Hits` for the pages."""
    database: Database = request.app.state.database
    return answer(await database.read(search, viewer, q, kind=kind, cursor=cursor))
