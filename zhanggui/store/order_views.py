"""Orders as they are shown: rows, lines and events put together in three statements, whatever their number."""

from typing import Final, cast

from sqlalchemy import ColumnElement, select

from zhanggui.foundation.database import AnyRow, Rx
from zhanggui.foundation.masking import mask_address, mask_phone
from zhanggui.store.rules import picture_url
from zhanggui.store.shapes import EventView, LineView, OrderState, OrderView, PurchaseView, ReceiverView
from zhanggui.store.tables import order_event, order_line, trade_order

CHUNK: Final = 500
"""Orders whose lines and events are fetched by one statement; SQLite takes some thousand values at most."""


def orders_where(rx: Rx, which: ColumnElement[bool], *, limit: int | None = None, skip: int = 0) -> list[OrderView]:
    """Return the orders that fit, newest first, up to `limit` after the first `skip`."""
    query = select(trade_order).where(which).order_by(trade_order.c.placed_at.desc(), trade_order.c.id.desc())
    rows = rx.all(query if limit is None else query.limit(limit).offset(skip))
    views: list[OrderView] = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        ids = [str(row.id) for row in part]
        lines, events = _lines(rx, ids), _events(rx, ids)
        views.extend(order_view(row, lines.get(row.id, []), events.get(row.id, [])) for row in part)
    return views


def _lines(rx: Rx, ids: list[str]) -> dict[str, list[LineView]]:
    found: dict[str, list[LineView]] = {}
    query = select(order_line).where(order_line.c.order_id.in_(ids))
    for row in rx.all(query.order_by(order_line.c.order_id, order_line.c.position)):
        view = LineView(
            product=row.product, name=row.name, variant=row.variant_name, picture=picture_url(row.picture),
            quantity=row.quantity, price=f"{row.price:.2f}",
        )  # fmt: skip
        found.setdefault(row.order_id, []).append(view)
    return found


def _events(rx: Rx, ids: list[str]) -> dict[str, list[EventView]]:
    found: dict[str, list[EventView]] = {}
    query = select(order_event).where(order_event.c.order_id.in_(ids))
    for row in rx.all(query.order_by(order_event.c.order_id, order_event.c.position)):
        found.setdefault(row.order_id, []).append(EventView(at=row.at, kind=row.kind, text=row.text))
    return found


def order_view(row: AnyRow, lines: list[LineView], events: list[EventView]) -> OrderView:
    """Return an order as the desk sees it, its receiver masked."""
    receiver = ReceiverView(
        name=row.receiver, phone=mask_phone(row.phone), region=row.region, address=mask_address(row.address)
    )
    return OrderView(
        id=row.id, number=row.number, shop=row.shop, customer=row.customer, state=cast(OrderState, row.state),
        amount=f"{row.amount:.2f}", shipping_fee=f"{row.shipping_fee:.2f}", discount=f"{row.discount:.2f}",
        lines=lines, placed_at=row.placed_at, paid_at=row.paid_at, shipped_at=row.shipped_at,
        completed_at=row.completed_at, closed_at=row.closed_at, receiver=receiver, note=row.note,
        remark=row.remark, flag=row.flag, carrier=row.carrier, tracking=row.tracking, events=events,
    )  # fmt: skip


def purchase_of(view: OrderView) -> PurchaseView:
    """Return an order as its buyer sees it."""
    return PurchaseView(
        id=view.id, number=view.number, shop=view.shop, state=view.state, amount=view.amount,
        shipping_fee=view.shipping_fee, discount=view.discount, lines=view.lines, placed_at=view.placed_at,
        paid_at=view.paid_at, shipped_at=view.shipped_at, receiver=view.receiver, note=view.note, carrier=view.carrier,
        tracking=view.tracking,
    )  # fmt: skip


def card_of(view: OrderView) -> dict[str, object]:
    """Return the body of an order card in a chat."""
    lines = [
        {"name": one.name, "variant": one.variant, "quantity": one.quantity, "picture": one.picture}
        for one in view.lines
    ]
    return {"order": view.id, "number": view.number, "state": view.state, "amount": view.amount, "lines": lines}
