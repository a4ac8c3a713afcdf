"""Keeping what somebody uploaded."""

from zhanggui.chat.files import Prepared
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
