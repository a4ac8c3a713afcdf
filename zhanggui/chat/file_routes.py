"""Uploading and serving files: only to those who may see the conversation, never run, never shown where unsafe."""

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from zhanggui.chat import access, actions, queries
from zhanggui.chat.files import keep, path_of, prepare
from zhanggui.chat.queries import carrying
from zhanggui.chat.tables import attachment, conversation, message
from zhanggui.foundation.access import Viewer, public, require
from zhanggui.foundation.answers import answer, shaped
from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.errors import NotFound, TooLarge, Unavailable
from zhanggui.foundation.ids import new_id
from zhanggui.settings import Settings

router = APIRouter(tags=["files"])
LINK_SECONDS = 600
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, max-age=86400, immutable",
}


class FileView(msgspec.Struct, frozen=True):
    """A file that was taken in, ready to be sent by its id."""

    id: str
    kind: str
    type: str
    name: str
    size: int
    width: int | None
    height: int | None
    url: str
    thumb: str | None


async def take_in(
    request: Request, file: UploadFile, *, shop: str, conversation_id: str | None, owner: str, videos: bool
) -> FileView:
    """Check, re-encode and keep an upload; its row is written after its bytes are on disk."""
    settings: Settings = request.app.state.settings
    longest = max(settings.file_limit_mb, settings.video_limit_mb if videos else 0) * 1024 * 1024
    async with _decoding(request):
        data = await file.read(longest + 1)
        if len(data) > longest:
            raise TooLarge("chat.file_too_large", limit=longest // 1024 // 1024)
        prepared = await asyncio.to_thread(
            prepare, data, file.filename or "", limit_mb=settings.file_limit_mb, video_mb=settings.video_limit_mb,
            videos=videos,
        )  # fmt: skip
    file_id = new_id("f")
    try:
        await asyncio.to_thread(keep, settings.data, file_id, prepared)
    except OSError as error:
        raise Unavailable("database.full") from error

    database: Database = request.app.state.database
    await database.write(
        actions.do_keep_file, file_id, prepared, shop=shop, conversation_id=conversation_id, owner=owner
    )
    url = f"/files/{file_id}/{quote(prepared.name)}"
    return FileView(
        file_id, prepared.kind, prepared.type, prepared.name, len(prepared.data), prepared.width, prepared.height,
        url, f"/files/{file_id}/thumb" if prepared.thumb else None,
    )  # fmt: skip


def _decoding(request: Request) -> asyncio.Semaphore:
    """Two pictures at once: decoding must not take every core from the talk."""
    gate: asyncio.Semaphore = request.app.state.decoding
    return gate


@router.post("/api/files", **shaped(FileView))
async def upload(
    request: Request, viewer: Annotated[Viewer, require(access.UPLOAD)], file: Annotated[UploadFile, File()],
    conversation: Annotated[str, Form()],
) -> Response:  # fmt: skip
    """Take in a file for a conversation one may see."""
    database: Database = request.app.state.database
    state = await database.read(queries.one_for, conversation, viewer)
    view = await take_in(request, file, shop=state.shop, conversation_id=state.id, owner=viewer.agent, videos=True)
    return answer(view)


def _found(rx: Rx, file_id: str) -> tuple[str, str, str, str]:
    c = attachment.c
    row = rx.one(select(c.store, c.type, c.name, c.kind).where(c.id == file_id))
    if row is None:
        raise NotFound("chat.no_file")
    return row[0], row[1], row[2], row[3]


def _may_see(rx: Rx, file_id: str, viewer: Viewer) -> bool:
    """Tell whether this person uploaded the file, or sees a customer to or by whom it was sent.

    What was taken back is for the owner only, like its words; what was never sent is its uploader's.
    """
    c = attachment.c
    row = rx.one(select(c.owner, c.conversation).where(c.id == file_id))
    if row is None:
        return False
    if row[0] == viewer.agent:
        return True
    sent = carrying(file_id, owner=row[0], conversation_id=row[1])
    if not viewer.may(access.READ_RECALLED):
        sent = sent.where(message.c.recalled_at.is_(None))
    own = conversation.alias("own")
    query = (
        select(conversation.c.id)
        .join(own, own.c.customer == conversation.c.customer)
        .where(own.c.id.in_(sent), access.visible(viewer))
    )
    return rx.one(query) is not None


@router.get("/files/{file_id}/{name}", dependencies=[public("checked inside: the desk's session, or a signed link")])
async def serve(request: Request, file_id: str, name: str, k: str = "") -> Response:
    """Serve a file, or (name "thumb") its small picture, to those who may see the conversation."""
    database: Database = request.app.state.database
    if k:
        _check_link(request, file_id, k)
    else:
        viewer = await request.app.state.sessions.viewer(request)
        if viewer is None or not await database.read(_may_see, file_id, viewer):
            raise NotFound("chat.no_file")
    store, type_, real_name, kind = await database.read(_found, file_id)
    settings: Settings = request.app.state.settings
    path = path_of(settings.data, store)
    if name == "thumb" and kind == "image":
        path = path.with_name(path.name + ".thumb")
    if not await asyncio.to_thread(Path.is_file, path):
        raise NotFound("chat.no_file")
    inline = kind in ("image", "video")
    disposition = "inline" if inline else "attachment"
    headers = {**_SAFE, "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(real_name)}"}
    return FileResponse(path, media_type=type_ if inline else "application/octet-stream", headers=headers)


def link_of(request: Request, file_id: str) -> str:
    """Return a signed, short-lived query for a file: for customers, whose pages cannot send headers with pictures."""
    signer: URLSafeTimedSerializer = request.app.state.file_signer
    signed = signer.dumps(file_id)
    return f"?k={signed}"


def _check_link(request: Request, file_id: str, signed: str) -> None:
    signer: URLSafeTimedSerializer = request.app.state.file_signer
    try:
        named = signer.loads(signed, max_age=LINK_SECONDS)
    except BadData as error:
        raise NotFound("chat.no_file") from error
    if named != file_id:
        raise NotFound("chat.no_file")


def may_visitor_see(rx: Rx, file_id: str, *, customer: str, visitor: str) -> bool:
    """Tell whether a customer sent this file, or was sent it in a line he can see."""
    c = attachment.c
    row = rx.one(select(c.owner, c.conversation).where(c.id == file_id))
    if row is None:
        return False
    if row[0] == visitor:
        return True
    sent = carrying(file_id, owner=row[0], conversation_id=row[1]).where(
        message.c.desk_only == 0,
        message.c.recalled_at.is_(None),
        message.c.conversation.in_(select(conversation.c.id).where(conversation.c.customer == customer)),
    )
    return rx.one(sent) is not None


__all__ = ["FileView", "link_of", "may_visitor_see", "router", "take_in"]
