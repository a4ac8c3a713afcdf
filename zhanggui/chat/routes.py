"""The chat room over HTTP: the desk's snapshot, history, and everything done seldom enough not to need the socket."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import Field

from zhanggui.chat import access, actions, queries
from zhanggui.chat.actions.reach import sight_of
from zhanggui.chat.desk import Snapshot, scope_of, snapshot
from zhanggui.chat.given import (
    BlockIn,
    BulkIn,
    EndIn,
    HandOverIn,
    LabelIn,
    LabelsIn,
    MarkIn,
    RecallIn,
    SnoozeIn,
    StartIn,
    TransferIn,
)
from zhanggui.chat.queries import Earlier, Listed, Page
from zhanggui.chat.shapes import Label, Mark, Message, Row
from zhanggui.chat.state import row_of
from zhanggui.customers import queries as customers
from zhanggui.customers.shapes import CustomerView
from zhanggui.foundation.access import Viewer, require
from zhanggui.foundation.answers import answer, shaped
from zhanggui.foundation.database import Database, Rx
from zhanggui.settings import Settings

router = APIRouter(prefix="/api", tags=["chat"])


class Opened(msgspec.Struct, frozen=True):
    """A conversation as of change `n`, with its last lines and its customer."""

    n: int
    conversation: Row
    messages: list[Message]
    earlier: Earlier | None
    customer: CustomerView | None


class Count(msgspec.Struct, frozen=True):
    """How many."""

    count: int


def _db(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


@router.get("/desk", **shaped(Snapshot))
async def desk(request: Request, viewer: Annotated[Viewer, require(access.READ_OWN)], scope: str = "") -> Response:
    """Return the desk as of one number; `scope` adds the lists "group" and "all", by comma."""
    return answer(await _db(request).read(snapshot, viewer, scope_of(viewer, scope.split(","))))


@router.get("/conversations", **shaped(Listed))
async def list_conversations(
    request: Request, viewer: Annotated[Viewer, require(access.READ_OWN)], state: Literal["", "open", "ended"] = "",
    customer: str = "", label: str = "", starred: int = 0, cursor: str = "",
) -> Response:  # fmt: skip
    """Return conversations one may see, latest first."""
    found = await _db(request).read(
        queries.listed, viewer, state=state, customer=customer, label_id=label, starred=bool(starred), cursor=cursor
    )
    return answer(found)


@router.get("/conversations/{conversation}", **shaped(Opened))
async def open_conversation(
    request: Request, conversation: str, viewer: Annotated[Viewer, require(access.READ_OWN)]
) -> Response:
    """Return a conversation with its last lines."""

    def read(rx: Rx) -> Opened:
        state = queries.one_for(rx, conversation, viewer)
        page = queries.page(rx, state, recalled=viewer.may(access.READ_RECALLED))
        card = customers.view(rx, state.customer)
        return Opened(rx.number(), row_of(state), page.items, page.earlier, card)

    return answer(await _db(request).read(read))


@router.get("/conversations/{conversation}/messages", **shaped(Page))
async def list_messages(
    request: Request, conversation: str, viewer: Annotated[Viewer, require(access.READ_OWN)],
    before: Annotated[int, Field(ge=0, lt=2**31)] | None = None, limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Response:  # fmt: skip
    """Return earlier lines, running on into the customer's earlier conversations."""
    return answer(await _db(request).read(queries.page_for, conversation, viewer, before=before, limit=limit))


@router.post("/conversations", **shaped(Row))
async def start_conversation(
    request: Request, given: StartIn, viewer: Annotated[Viewer, require(access.START)]
) -> Response:
    """Begin a conversation with a customer, or return the open one."""
    return answer(await _db(request).write(actions.do_start, given.customer, viewer=viewer))


@router.post("/conversations/bulk", **shaped(dict[str, str]))
async def change_many(request: Request, given: BulkIn, viewer: Annotated[Viewer, require(access.END)]) -> Response:
    """End or hand on many; answers a code for each that was refused."""
    done = await _db(request).write(
        actions.do_bulk, given.ids, viewer=viewer, what=given.do, to=given.to, reason=given.reason, note=given.note
    )
    return answer(done)


@router.post("/handover", **shaped(Count))
async def hand_over(
    request: Request, given: HandOverIn, viewer: Annotated[Viewer, require(access.TRANSFER)]
) -> Response:
    """Hand all of one's conversations on at the end of a shift."""
    return answer(Count(await _db(request).write(actions.do_hand_over, viewer=viewer, to=given.to, note=given.note)))


@router.post("/conversations/{conversation}/take", **shaped(Row))
async def take(request: Request, conversation: str, viewer: Annotated[Viewer, require(access.TAKE)]) -> Response:
    """Take a conversation from the queue."""
    return answer(await _db(request).write(actions.do_take, conversation, viewer=viewer))


@router.post("/conversations/{conversation}/transfer", **shaped(Row))
async def transfer(
    request: Request, conversation: str, given: TransferIn, viewer: Annotated[Viewer, require(access.TRANSFER)]
) -> Response:
    """Hand a conversation to an agent, a group or the queue."""
    done = await _db(request).write(
        actions.do_transfer, conversation, viewer=viewer, to=given.to, reason=given.reason, note=given.note
    )
    return answer(done)


@router.post("/conversations/{conversation}/end", **shaped(Row))
async def end(
    request: Request, conversation: str, given: EndIn, viewer: Annotated[Viewer, require(access.END)]
) -> Response:
    """End a conversation."""
    return answer(await _db(request).write(actions.do_end_by_agent, conversation, viewer=viewer, reason=given.reason))


@router.post("/conversations/{conversation}/reopen", **shaped(Row))
async def reopen(request: Request, conversation: str, viewer: Annotated[Viewer, require(access.TAKE)]) -> Response:
    """Open an ended conversation again and take it."""
    return answer(await _db(request).write(actions.do_reopen_by_agent, conversation, viewer=viewer))


@router.post("/conversations/{conversation}/label", **shaped(Row))
async def set_labels(
    request: Request, conversation: str, given: LabelsIn, viewer: Annotated[Viewer, require(access.ARRANGE)]
) -> Response:
    """Set a conversation's labels."""
    return answer(await _db(request).write(actions.do_label, conversation, given.labels, viewer=viewer))


@router.post("/conversations/{conversation}/snooze", **shaped(Row))
async def snooze(
    request: Request, conversation: str, given: SnoozeIn, viewer: Annotated[Viewer, require(access.ARRANGE)]
) -> Response:
    """Put a conversation aside for a while."""
    return answer(await _db(request).write(actions.do_snooze, conversation, given.until, viewer=viewer))


@router.post("/conversations/{conversation}/mark", **shaped(Mark))
async def set_mark(
    request: Request, conversation: str, given: MarkIn, viewer: Annotated[Viewer, require(access.ARRANGE)]
) -> Response:
    """Pin or star a conversation for oneself."""
    done = await _db(request).write(
        actions.do_mark, conversation, viewer=viewer, pinned=given.pinned, starred=given.starred
    )
    return answer(done)


@router.post("/conversations/{conversation}/recall", status_code=204)
async def recall(
    request: Request, conversation: str, given: RecallIn, viewer: Annotated[Viewer, require(access.SEND)]
) -> Response:
    """Take one's own line back."""
    settings: Settings = request.app.state.settings
    await _db(request).write(
        actions.do_recall, conversation, given.seq, by=viewer.agent, seconds=settings.recall_seconds,
        may_see=sight_of(viewer),
    )  # fmt: skip
    return Response(status_code=204)


@router.post("/customers/{customer}/block", status_code=204)
async def block(
    request: Request, customer: str, given: BlockIn, viewer: Annotated[Viewer, require(access.BLOCK)]
) -> Response:
    """Keep a customer from writing."""
    await _db(request).write(actions.do_block, customer, viewer=viewer, reason=given.reason, until=given.until)
    return Response(status_code=204)


@router.post("/customers/{customer}/unblock", status_code=204)
async def unblock(request: Request, customer: str, viewer: Annotated[Viewer, require(access.BLOCK)]) -> Response:
    """Let a customer write again."""
    await _db(request).write(actions.do_unblock, customer, viewer=viewer)
    return Response(status_code=204)


@router.get("/labels", **shaped(list[Label]))
async def list_labels(request: Request, viewer: Annotated[Viewer, require(access.READ_OWN)]) -> Response:
    """Return every label."""
    return answer(await _db(request).read(queries.labels))


@router.post("/labels", **shaped(Label))
async def create_label(request: Request, given: LabelIn, viewer: Annotated[Viewer, require(access.LABELS)]) -> Response:
    """Make a label."""
    return answer(await _db(request).write(actions.do_create_label, given.name, given.color))


@router.patch("/labels/{label}", **shaped(Label))
async def patch_label(
    request: Request, label: str, given: LabelIn, viewer: Annotated[Viewer, require(access.LABELS)]
) -> Response:
    """Rename or recolour a label."""
    return answer(await _db(request).write(actions.do_patch_label, label, given.name, given.color))


@router.delete("/labels/{label}", status_code=204)
async def remove_label(request: Request, label: str, viewer: Annotated[Viewer, require(access.LABELS)]) -> Response:
    """Remove a label everywhere."""
    await _db(request).write(actions.do_remove_label, label)
    return Response(status_code=204)
