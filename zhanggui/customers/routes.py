"""The customers room over HTTP: the desk reads and keeps what it knows of a customer."""

from typing import Annotated, cast

from fastapi import APIRouter, Path, Request

from zhanggui.customers import access, actions, queries
from zhanggui.customers.shapes import CustomerPatch, CustomerView, Remark, RemarkIn, Revealed, RevealIn, TagsIn
from zhanggui.foundation.access import Viewer, require
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import NotFound

router = APIRouter(prefix="/api/customers", tags=["customers"])

Key = Annotated[str, Path(pattern=r"^[a-z]_[0-9A-Za-z-]{1,40}$")]


def database_of(request: Request) -> Database:
    """Return the database of the app that this request came to."""
    return cast(Database, request.app.state.database)


@router.get("/{customer_id}")
async def get_customer(
    viewer: Annotated[Viewer, require(access.READ)], customer_id: Key, request: Request
) -> CustomerView:
    """A customer, personal data masked; a merged visitor answers as the customer he turned out to be."""
    found = await database_of(request).read(queries.view, customer_id)
    if found is None:
        raise NotFound("customers.unknown")
    return found


@router.patch("/{customer_id}")
async def patch_customer(
    viewer: Annotated[Viewer, require(access.EDIT)], customer_id: Key, patch: CustomerPatch, request: Request
) -> CustomerView:
    """Change name or profile; what is left out stays."""
    return await database_of(request).write(actions.do_patch, customer_id, actor=viewer, patch=patch)


@router.post("/{customer_id}/remarks", status_code=201)
async def add_remark(
    viewer: Annotated[Viewer, require(access.REMARK)], customer_id: Key, given: RemarkIn, request: Request
) -> Remark:
    """Keep a remark; the customer never sees it."""
    return await database_of(request).write(actions.do_add_remark, customer_id, actor=viewer, text=given.text)


@router.delete("/{customer_id}/remarks/{remark_id}", status_code=204)
async def remove_remark(
    viewer: Annotated[Viewer, require(access.REMARK)], customer_id: Key, remark_id: Key, request: Request
) -> None:
    """Take a remark away: one's own, or anybody's with the permission for it."""
    await database_of(request).write(actions.do_remove_remark, customer_id, remark_id, viewer=viewer)


@router.put("/{customer_id}/tags")
async def set_tags(
    viewer: Annotated[Viewer, require(access.TAG)], customer_id: Key, given: TagsIn, request: Request
) -> CustomerView:
    """Let the customer have exactly these tags."""
    return await database_of(request).write(actions.do_set_tags, customer_id, tags=given.tags)


@router.post("/{customer_id}/reveal")
async def reveal(
    viewer: Annotated[Viewer, require(access.REVEAL)], customer_id: Key, given: RevealIn, request: Request
) -> Revealed:
    """A phone number or address in full; who looked, and why, goes into the audit log."""
    return await database_of(request).write(
        actions.do_reveal, customer_id, actor=viewer, field=given.field, reason=given.reason
    )
