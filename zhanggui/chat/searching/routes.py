"""The search field over HTTP."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from zhanggui.chat import access
from zhanggui.chat.searching.queries import Hits, Kind, search
from zhanggui.foundation.access import Viewer, require
from zhanggui.foundation.answers import answer, shaped
from zhanggui.foundation.database import Database

LONGEST: Final = 1_000
"""Signs somebody may paste into the field; lines are looked for by the first 64 (`tokens.MOST_SIGNS`)."""
router = APIRouter(prefix="/api", tags=["chat"])


@router.get("/search", **shaped(Hits))
async def search_desk(
    request: Request, viewer: Annotated[Viewer, require(access.SEARCH)],
    q: Annotated[str, Query(max_length=LONGEST)] = "", kind: Kind = "message", cursor: str = "",
) -> Response:  # fmt: skip
    """Return what was said, who said it or what was bought: `kind` says which; see `Hits` for the pages."""
    database: Database = request.app.state.database
    return answer(await database.read(search, viewer, q, kind=kind, cursor=cursor))
