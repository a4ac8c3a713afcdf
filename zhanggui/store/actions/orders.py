"""Orders: placed, taken from step to step, moved when two customers turn out to be one."""

import secrets
from typing import Final

from sqlalchemy import func, select

from zhanggui.foundation.audit import Actor, note
from zhanggui.foundation.clock import HOUR
from zhanggui.foundation.database import AnyRow, Tx
from zhanggui.foundation.errors import Conflict, NotFound
from zhanggui.foundation.ids import OrderId, new_id
from zhanggui.foundation.masking import phone_tail
from zhanggui.foundation.texts import need_line
from zhanggui.store import events, queries, rules, selling
from zhanggui.store.actions.catalog import tell_products
from zhanggui.store.order_views import purchase_of
from zhanggui.store.shapes import (
    OrderState,
    OrderView,
    PlaceIn,
    ReceiverField,
    ReceiverIn,
    Revealed,
    Step,
    StepName,
)
from zhanggui.store.tables import order_event, order_line, trade_order, variant

BUYER: Final = "customer"
SYSTEM: Final = "system"
HELD: Final = 24 * HOUR
"""How long an unpaid order keeps its pieces."""

_STAMPS: Final = {
    "paid": "paid_at", "shipped": "shipped_at", "completed": "completed_at", "closed": "closed_at",
}  # fmt: skip


def do_place(tx: Tx, shop_id: str, customer_id: str, *, given: PlaceIn) -> OrderView:
    """Place an order: prices are the shop's own, the pieces are taken from the shelf at once.

    The same `request` again returns the order placed before. Two buyers of the last piece: one is told sold out.
    """
    shop = queries.shop(tx, shop_id)
    if shop is None:
        raise NotFound("store.shop_unknown")
    request = rules.clean_request(given.request)
    placed = queries.placed_as(tx, shop_id, customer_id, request)
    if placed is not None:
        return placed
    wanted = rules.clean_lines(given.lines)
    receiver = rules.clean_receiver(given.receiver)
    note_text = rules.clean_text(given.note, field="note", limit=rules.REMARK_LENGTH)
    goods = selling.on_shelf(tx, shop_id, wanted)
    bill = selling.bill_for(tx, shop, customer_id, goods, wanted, region=receiver.region)
    order_id = OrderId(new_id("o", at=tx.now))
    number = _free_number(tx, shop.timezone)
    _take_stock(tx, goods, wanted)
    _insert(tx, order_id, number, shop_id, customer_id, request, receiver, bill, note_text)
    _insert_lines(tx, order_id, goods, wanted)
    _note_event(tx, order_id, "placed", by=BUYER)
    tell_products(tx, sorted({row.product for row in goods}))
    return _tell(tx, order_id, "placed")


def do_step(tx: Tx, order_id: str, step: StepName, *, by: str, text: str = "", carrier: str = "", tracking: str = "") -> OrderView:  # fmt: skip  # noqa: E501
    """Take an order one step on (see `rules.TRANSITIONS`); `by` is customer, system or an agent's id."""
    before = queries.order(tx, order_id)
    if before is None:
        raise NotFound("store.order_unknown")
    reached = before.shipped_at is not None, before.completed_at is not None
    state = rules.next_state(before.state, step, shipped=reached[0], completed=reached[1])
    text = rules.clean_text(text, field="text", limit=rules.REMARK_LENGTH)
    values: dict[str, object] = {"state": state}
    if step in ("pay", "ship", "complete", "close"):
        values[_STAMPS[state]] = tx.now
    if step == "ship":
        values |= {"carrier": carrier, "tracking": tracking}
    tx.execute(trade_order.update().where(trade_order.c.id == order_id).values(values))
    _note_event(tx, order_id, state, by=by, text=text)
    if rules.gives_stock_back(state, shipped=reached[0]):
        _give_back(tx, order_id)
    return _tell(tx, order_id, state)


def do_close_overdue(tx: Tx, *, held: int = HELD, limit: int = 100) -> int:
    """Close orders that nobody paid for in time, so that others can buy the pieces; returns how many."""
    late = queries.overdue(tx, before=tx.now - held, limit=limit)
    for order_id in late:
        do_step(tx, order_id, "close", by=SYSTEM)
    return len(late)


def do_move_orders(tx: Tx, former: str, into: str) -> int:
    """Give the orders of one customer to another: two turned out to be one person. Returns how many."""
    moved = [view.id for view in queries.orders_of(tx, former)]
    if moved:
        # his own key for an order may stand in both: the moved one gets the order's id for a key
        own = {"customer": into, "request": trade_order.c.id}
        tx.execute(trade_order.update().where(trade_order.c.customer == former).values(own))
    for order_id in moved:
        _tell(tx, order_id, None)
    return len(moved)


def do_reveal(tx: Tx, order_id: str, *, actor: Actor, field: ReceiverField, reason: str) -> Revealed:
    """Show a receiver's phone or address in full; the log keeps who saw it and why (never the value)."""
    found = queries.receiver(tx, order_id)
    if found is None:
        raise NotFound("store.order_unknown")
    stated = need_line(reason, "store.reason", field="reason", limit=rules.REASON_LENGTH)
    note(tx, actor, "store.receiver.revealed", object_id=order_id, detail={"field": field, "reason": stated})
    return Revealed(field=field, value=found[field])


# ---------------------------------------------------------------- steps


def _take_stock(tx: Tx, goods: list[AnyRow], wanted: dict[str, int]) -> None:
    for row in goods:
        there = (variant.c.id == row.id) & (variant.c.stock >= wanted[row.id])
        taken = tx.execute(variant.update().where(there).values(stock=variant.c.stock - wanted[row.id]))
        if taken.rowcount != 1:  # writers follow one another, so this cannot be; if it ever can, nobody gets nothing
            raise Conflict("store.sold_out", field="lines", name=selling.full_name(row), left=0, variant=row.id)


def _give_back(tx: Tx, order_id: str) -> None:
    c = order_line.c
    rows = tx.all(select(c.variant, c.product, c.quantity).where(c.order_id == order_id))
    for row in rows:
        tx.execute(variant.update().where(variant.c.id == row.variant).values(stock=variant.c.stock + row.quantity))
    tell_products(tx, sorted({row.product for row in rows}))


def _free_number(tx: Tx, timezone: str) -> str:
    while True:
        number = rules.order_number(tx.now, timezone, secrets.randbelow(1_000_000))
        if not queries.number_taken(tx, number):
            return number


def _insert(
    tx: Tx, order_id: OrderId, number: str, shop_id: str, customer_id: str, request: str, receiver: ReceiverIn,
    bill: rules.Bill, note_text: str,
) -> None:  # fmt: skip
    tx.execute(
        trade_order.insert().values(
            id=order_id, number=number, shop=shop_id, customer=customer_id, request=request, state="placed",
            amount=bill.amount, shipping_fee=bill.shipping, discount=bill.discount, receiver=receiver.name,
            phone=receiver.phone, phone_tail=phone_tail(receiver.phone), region=receiver.region,
            address=receiver.address, note=note_text, remark="", flag="", carrier="", tracking="", placed_at=tx.now,
        )
    )  # fmt: skip


def _insert_lines(tx: Tx, order_id: OrderId, goods: list[AnyRow], wanted: dict[str, int]) -> None:
    for position, row in enumerate(goods, 1):
        tx.execute(
            order_line.insert().values(
                order_id=order_id, position=position, product=row.product, variant=row.id, name=row.name,
                variant_name=row.variant_name, picture=row.picture, quantity=wanted[row.id], price=row.price,
            )
        )  # fmt: skip


def _note_event(tx: Tx, order_id: str, kind: OrderState, *, by: str, text: str = "") -> None:
    last = tx.scalar(select(func.max(order_event.c.position)).where(order_event.c.order_id == order_id))
    position = int(str(last or 0)) + 1
    values = {"order_id": order_id, "position": position, "at": tx.now, "kind": kind, "by": by, "text": text}
    tx.execute(order_event.insert().values(values))


def _tell(tx: Tx, order_id: str, kind: OrderState | None) -> OrderView:
    view = queries.order(tx, order_id)
    assert view is not None  # noqa: S101  written above, in this transaction
    step = None
    if kind is not None:
        step = Step(view.id, view.customer, view.shop, view.number, kind, tx.now)
    standing = queries.standing(tx, view.customer)
    tx.announce(events.order_changed(view, purchase_of(view), standing, step))
    return view
