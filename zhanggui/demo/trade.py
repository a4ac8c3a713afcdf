"""The demo shop's past orders. History is written as it was, in bulk; new orders go through the store's actions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from zhanggui.customers.shapes import Card
from zhanggui.demo.content import Address, Buyer, Line, Order
from zhanggui.demo.days import Days
from zhanggui.demo.goods import Shelf
from zhanggui.foundation.clock import MINUTE
from zhanggui.foundation.database import Tx
from zhanggui.foundation.ids import new_id
from zhanggui.foundation.masking import phone_tail
from zhanggui.store.rules import order_number
from zhanggui.store.tables import order_event, order_line, trade_order

KINDS: Final = {"refund_requested": "refunding"}
_SPREAD: Final = 104_729
"""A prime, so that consecutive orders get numbers that look like chance and never meet."""

Values = dict[str, object]


def make_orders(
    tx: Tx, orders: list[Order], buyers: list[Buyer], cards: Mapping[str, Card], shelf: Shelf, days: Days,
    back: Mapping[str, int],
) -> dict[str, int]:  # fmt: skip
    """Write the orders; returns when each customer last did something. `back` moves a customer's story (ms)."""
    people = {one.key: one for one in buyers}
    rows: list[Values] = []
    lines: list[Values] = []
    events: list[Values] = []
    seen: dict[str, int] = {}
    for index, one in enumerate(orders):
        placed_at = _placed_at(one, days, back.get(one.customer, 0))
        order_id = new_id("o", at=placed_at)
        happened = _happened(one, placed_at, days)
        number = order_number(placed_at, shelf.zone, index * _SPREAD + 310_807)
        where = _address(people[one.customer], one.ship_to)
        rows.append(_row(one, order_id, number, cards[one.customer].id, shelf.shop, where, happened))
        lines.extend(_line(one_line, order_id, position, shelf) for position, one_line in enumerate(one.lines, 1))
        events.extend(_event(order_id, position, *step) for position, step in enumerate(happened, 1))
        seen[one.customer] = max(seen.get(one.customer, 0), placed_at)
    tx.execute(trade_order.insert(), rows)
    tx.execute(order_line.insert(), lines)
    tx.execute(order_event.insert(), events)
    return seen


def _placed_at(one: Order, days: Days, back: int) -> int:
    if one.minutes_ago is not None:
        return days.now - one.minutes_ago * MINUTE
    return days.past(days.at(one.days_ago, one.time) - back)


def _happened(one: Order, placed_at: int, days: Days) -> list[tuple[int, str, str]]:
    """Return (moment, kind, text) of every step, in time and none ahead of now."""
    steps = [(placed_at, "placed", "")]
    for name, minutes in sorted(one.events.items(), key=lambda item: item[1]):
        text = f"{one.carrier} {one.tracking}" if name == "shipped" else ""
        if name == "refund_requested" and one.refund is not None:
            text = one.refund.reason
        steps.append((days.past(placed_at + minutes * MINUTE), KINDS.get(name, name), text))
    return steps


def _row(
    one: Order, order_id: str, number: str, customer: str, shop: str, where: Address,
    happened: list[tuple[int, str, str]],
) -> Values:  # fmt: skip
    at = {kind: moment for moment, kind, _ in happened}
    return {
        "id": order_id, "number": number, "shop": shop, "customer": customer, "request": f"demo-{one.key}",
        "state": one.state, "amount": Decimal(one.total), "shipping_fee": Decimal(one.shipping_fee),
        "discount": Decimal(one.discount), "receiver": where.name, "phone": where.phone,
        "phone_tail": phone_tail(where.phone), "region": f"{where.province} {where.city}", "address": where.address,
        "note": one.buyer_note, "remark": one.remark, "flag": one.flag, "carrier": one.carrier,
        "tracking": one.tracking, "placed_at": at["placed"], "paid_at": at.get("paid"),
        "shipped_at": at.get("shipped"), "completed_at": at.get("completed"), "closed_at": at.get("closed"),
    }  # fmt: skip


def _line(one: Line, order_id: str, position: int, shelf: Shelf) -> Values:
    product = shelf.products[one.product]
    variant = next(size for size in product.variants if size.name == one.variant)
    named = f"{one.variant}（{one.note}）" if one.note else one.variant
    return {
        "order_id": order_id, "position": position, "product": product.id, "variant": variant.id,
        "name": product.name, "variant_name": named, "picture": product.picture.rsplit("/", 1)[-1],
        "quantity": one.quantity, "price": Decimal(one.price),
    }  # fmt: skip


def _event(order_id: str, position: int, at: int, kind: str, text: str) -> Values:
    by = "customer" if kind in ("placed", "paid", "refunding") else "system"
    return {"order_id": order_id, "position": position, "at": at, "kind": kind, "by": by, "text": text}


def _address(buyer: Buyer, label: str) -> Address:
    for one in buyer.other_addresses:
        if label and one.label == label:
            return one
    return Address(buyer.name, buyer.phone, buyer.province, buyer.city, buyer.address)
