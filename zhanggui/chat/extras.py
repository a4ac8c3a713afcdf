"""What a line carries besides words: a file, a card, a quote, each checked against the rights of who sends it."""

import msgspec
from sqlalchemy import select

from zhanggui.chat.frames import Send
from zhanggui.chat.lines import load_state
from zhanggui.chat.tables import attachment, conversation, message
from zhanggui.foundation.database import Rx
from zhanggui.foundation.errors import NotFound
from zhanggui.store import queries as store

QUOTED = 80


def read_extras(
    rx: Rx, frame: Send, *, sender: str, author: str, customer: str, shop: str
) -> tuple[str | None, str | None]:
    """Return (body, quote) as JSON texts: what a line carries besides words, checked against the sender's rights."""
    if sender == "agent":
        state = load_state(rx, frame.conversation or "")
        if state is None:
            raise NotFound("chat.not_open")
        customer, shop = state.customer, state.shop
    body: dict[str, object] | None = None
    if frame.kind in ("image", "file", "video"):
        to = customer if sender == "agent" else None
        body = _file_body(rx, frame.file or "", kind=frame.kind, owner=author, to=to)
    elif frame.kind == "product":
        body = store.product_card(rx, frame.product or "", shop)
    elif frame.kind == "order":
        body = store.order_card(rx, frame.order or "", customer)
    if body is None and frame.kind in ("product", "order"):
        raise NotFound("chat.no_card", field=frame.kind)
    quote = None if frame.quote is None else _quote(rx, frame, customer=customer, desk=sender == "agent")
    return _json(body), _json(quote)


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _file_body(rx: Rx, file_id: str, *, kind: str, owner: str, to: str | None) -> dict[str, object]:
    """`to`: an agent's file goes to the customer it was uploaded for and to nobody else."""
    c = attachment.c
    query = select(c.kind, c.type, c.name, c.size, c.width, c.height).where(c.id == file_id, c.owner == owner)
    if to is not None:
        query = query.where(c.conversation.in_(select(conversation.c.id).where(conversation.c.customer == to)))
    row = rx.one(query)
    if row is None or row[0] != kind:
        raise NotFound("chat.no_file", field="file")
    body: dict[str, object] = {"file": file_id, "type": row[1], "name": row[2], "size": row[3]}
    if row[4] is not None:
        body["width"], body["height"] = row[4], row[5]
    return body


def _quote(rx: Rx, frame: Send, *, customer: str, desk: bool) -> dict[str, object]:
    assert frame.quote is not None  # noqa: S101
    c = message.c
    query = (
        select(c.name, c.text, c.kind, c.desk_only)
        .join(conversation, conversation.c.id == c.conversation)
        .where(c.conversation == frame.quote.conversation, c.seq == frame.quote.seq, c.recalled_at.is_(None))
        .where(conversation.c.customer == customer)
    )
    row = rx.one(query)
    # a note may be quoted in a note only: quoting must not carry it to the customer
    if row is None or (row[3] and not (desk and frame.kind == "note")):
        raise NotFound("chat.no_quote", field="quote")
    shown = row[1] or f"[{row[2]}]"
    return {
        "conversation": frame.quote.conversation,
        "seq": frame.quote.seq,
        "name": row[0],
        "text": str(shown)[:QUOTED],
    }
