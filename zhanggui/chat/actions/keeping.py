"""Keeping what somebody uploaded, and letting go of what was never sent."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from zhanggui.chat.files import Prepared
from zhanggui.chat.queries import carrying
from zhanggui.chat.tables import attachment
from zhanggui.foundation.database import Tx


def do_keep_file(
    tx: Tx, file_id: str, prepared: Prepared, *, shop: str, conversation_id: str | None, owner: str
) -> None:
    """Note a file whose bytes are on disk already; it belongs to its uploader until he sends it."""
    tx.execute(
        attachment.insert().values(
            id=file_id, shop=shop, conversation=conversation_id, owner=owner, kind=prepared.kind, type=prepared.type,
            name=prepared.name, size=len(prepared.data), width=prepared.width, height=prepared.height, store=file_id,
            at=tx.now,
        )
    )  # fmt: skip


def do_forget_files(tx: Tx, ids: Sequence[str]) -> list[str]:
    """Forget those of the files that no line carries; returns the names of their bytes, to be removed after this."""
    c = attachment.c
    gone = [
        row.store
        for row in tx.all(select(c.id, c.owner, c.conversation, c.store).where(c.id.in_(ids)))
        if tx.one(carrying(row.id, owner=row.owner, conversation_id=row.conversation).limit(1)) is None
    ]
    if gone:
        tx.execute(delete(attachment).where(c.store.in_(gone)))
    return gone
