"""Everything that is read in the store room."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, cast

from sqlalchemy import ColumnElement, func, or_, select

from zhanggui.foundation.database import AnyRow, Rx, has_part
from zhanggui.foundation.errors import Invalid
from zhanggui.store import rules
from zhanggui.store.order_views import card_of, orders_where, purchase_of
from zhanggui.store.rules import Freight
from zhanggui.store.shapes import (
    OrderState,
    OrderView,
    Products,
    ProductView,
    PurchaseView,
    Shop,
    ShopView,
    Standing,
    Trade,
    VariantView,
)
from zhanggui.store.tables import product, shipping_template, trade_order, variant
from zhanggui.store.tables import shop as shop_table

PAGE: Final = 50
FOUND: Final = 50

# ---------------------------------------------------------------- shops


def shop(rx: Rx, shop_id: str) -> Shop | None:
    """Return a shop with its keys, for the server itself, or None."""
    found = _shops(rx, shop_table.c.id == shop_id)
    return found[0] if found else None


def shops(rx: Rx) -> list[ShopView]:
    """Return every shop as the desk sees it, oldest first."""
    return [shop_view(found) for found in _shops(rx, None)]


def shop_view(found: Shop) -> ShopView:
    """Return a shop as the desk sees it: without its keys."""
    return ShopView(
        id=found.id, name=found.name, slogan=found.slogan, timezone=found.timezone, currency=found.currency,
        language=found.language, greeting=found.greeting, privacy_notice=found.privacy_notice,
        allowed_origins=found.allowed_origins, settings=found.settings,
    )  # fmt: skip


def _shops(rx: Rx, which: ColumnElement[bool] | None) -> list[Shop]:
    query = select(*[column for column in shop_table.c if column.name != "created_at"])
    query = query.order_by(shop_table.c.created_at, shop_table.c.id)
    rows = rx.all(query if which is None else query.where(which))
    return [Shop(**row._mapping) for row in rows]


# ---------------------------------------------------------------- products


def product_card(rx: Rx, product_id: str, shop_id: str) -> dict[str, object] | None:
    """Return the body of a product card in a chat, or None when the shop does not sell it."""
    found = _products(rx, (product.c.id == product_id) & (product.c.shop == shop_id) & (product.c.on_sale == 1))
    if not found:
        return None
    view = found[0]
    names = [one.name for one in view.variants if one.stock > 0]
    return {
        "product": view.id, "name": view.name, "name_en": view.name_en, "price": view.price, "picture": view.picture,
        "variants": names,
    }  # fmt: skip


def product_view(rx: Rx, product_id: str) -> ProductView | None:
    """Return one product, or None."""
    found = _products(rx, product.c.id == product_id)
    return found[0] if found else None


def product_views(rx: Rx, ids: Sequence[str]) -> list[ProductView]:
    """Return these products in the order of the shelf."""
    return _products(rx, product.c.id.in_(ids)) if ids else []


def products(rx: Rx, *, shop_id: str | None = None, text: str = "", cursor: str | None = None, limit: int = PAGE) -> Products:  # fmt: skip  # noqa: E501
    """Return a page of what is for sale, in the order of the shelf; `text` is looked for in both names."""
    wanted: ColumnElement[bool] = product.c.on_sale == 1
    if shop_id is not None:
        wanted &= product.c.shop == shop_id
    if text:
        lower = text.lower()
        fields = (product.c.name, product.c.name_en, product.c.category)
        wanted &= or_(*(func.lower(one).contains(lower, autoescape=True) for one in fields))
    if cursor is not None:
        wanted &= _after(cursor)
    items = _products(rx, wanted, limit=limit + 1)
    more = len(items) > limit
    items = items[:limit]
    return Products(items=items, next=_cursor(rx, items[-1].id) if more else None)


def _cursor(rx: Rx, product_id: str) -> str:
    return f"{rx.scalar(select(product.c.position).where(product.c.id == product_id))}.{product_id}"


def _after(cursor: str) -> ColumnElement[bool]:
    position, _, product_id = cursor.partition(".")
    if not (position.isascii() and position.isdigit() and len(position) <= 9):
        raise Invalid("store.bad_cursor", field="cursor")
    c = product.c
    return (c.position > int(position)) | ((c.position == int(position)) & (c.id > product_id))


def _products(rx: Rx, which: ColumnElement[bool], *, limit: int | None = None) -> list[ProductView]:
    query = select(product).where(which).order_by(product.c.position, product.c.id)
    rows = rx.all(query if limit is None else query.limit(limit))
    kinds: dict[str, list[VariantView]] = {}
    wanted = select(variant).where(variant.c.product.in_([row.id for row in rows]))
    for row in rx.all(wanted.order_by(variant.c.product, variant.c.position)) if rows else ():
        view = VariantView(row.id, row.name, row.name_en, row.stock, f"{row.price:.2f}")
        kinds.setdefault(row.product, []).append(view)
    return [_product(row, kinds.get(row.id, [])) for row in rows]


def _product(row: AnyRow, variants: list[VariantView]) -> ProductView:
    return ProductView(
        id=row.id, shop=row.shop, name=row.name, name_en=row.name_en, price=f"{row.price:.2f}",
        stock=sum(one.stock for one in variants), picture=rules.picture_url(row.picture), attributes=row.attributes,
        variants=variants, category=row.category, description=row.description, details=row.details,
    )  # fmt: skip


def for_sale(rx: Rx, shop_id: str, variants: Iterable[str]) -> dict[str, AnyRow]:
    """Return what is needed to sell these variants, by variant; those not for sale in this shop are missing."""
    query = (
        select(
            variant.c.id, variant.c.name.label("variant_name"), variant.c.price, variant.c.stock,
            product.c.id.label("product"), product.c.name, product.c.picture,
            shipping_template.c.fee, shipping_template.c.free_from, shipping_template.c.remote_fee,
        )
        .join(product, product.c.id == variant.c.product)
        .join(shipping_template, shipping_template.c.id == product.c.template)
        .where(variant.c.id.in_(sorted(variants)), product.c.shop == shop_id, product.c.on_sale == 1)
    )  # fmt: skip
    return {row.id: row for row in rx.all(query)}


def freight_of(row: AnyRow) -> Freight:
    """Return the shipping numbers of a row of `for_sale`."""
    return Freight(fee=row.fee, free_from=row.free_from, remote_fee=row.remote_fee)


# ---------------------------------------------------------------- orders


def order_card(rx: Rx, order_id: str, customer_id: str) -> dict[str, object] | None:
    """Return the body of an order card in a chat, or None when it is not this customer's."""
    view = order(rx, order_id)
    return card_of(view) if view is not None and view.customer == customer_id else None


def order(rx: Rx, order_id: str) -> OrderView | None:
    """Return one order as the desk sees it, or None."""
    found = orders_where(rx, trade_order.c.id == order_id)
    return found[0] if found else None


def orders_of(rx: Rx, customer_id: str) -> list[OrderView]:
    """Return a customer's orders, newest first."""
    return orders_where(rx, trade_order.c.customer == customer_id)


def purchases_of(rx: Rx, shop_id: str, customer_id: str) -> list[PurchaseView]:
    """Return a buyer's orders in one shop as he sees them, newest first."""
    mine = (trade_order.c.customer == customer_id) & (trade_order.c.shop == shop_id)
    return [purchase_of(view) for view in orders_where(rx, mine)]


def placed_as(rx: Rx, shop_id: str, customer_id: str, request: str) -> OrderView | None:
    """Return the order that was placed under this key of the buyer, or None."""
    c = trade_order.c
    found = orders_where(rx, (c.shop == shop_id) & (c.customer == customer_id) & (c.request == request))
    return found[0] if found else None


def find_orders(rx: Rx, text: str, *, limit: int = FOUND, skip: int = 0) -> list[OrderView]:
    """Return orders whose number contains `text` or whose receiver's phone ends in it (four digits or more)."""
    c = trade_order.c
    wanted = [has_part(c.number, text)]
    if len(text) >= 4 and text.isdigit():
        wanted.append((c.phone_tail == text[-4:]) & c.phone.endswith(text))
    return orders_where(rx, or_(*wanted), limit=limit, skip=skip)


def trade_of(rx: Rx, customer_id: str) -> Trade | None:
    """Return the customer's trade tag: placed before paid before shipped."""
    return rules.trade_tag(state for state, _ in _amounts(rx, customer_id))


def standing(rx: Rx, customer_id: str) -> Standing:
    """Return where a customer stands: trade tag, number of orders, what he has spent."""
    orders = _amounts(rx, customer_id)
    tag = rules.trade_tag(state for state, _ in orders)
    return Standing(customer=customer_id, trade=tag, orders_count=len(orders), spent=rules.spent(orders))


def _amounts(rx: Rx, customer_id: str) -> list[tuple[OrderState, Decimal]]:
    query = select(trade_order.c.state, trade_order.c.amount).where(trade_order.c.customer == customer_id)
    return [(cast(OrderState, row.state), row.amount) for row in rx.all(query)]


def has_paid(rx: Rx, shop_id: str, customer_id: str) -> bool:
    """Tell whether this customer ever paid for anything here: a newcomer has not."""
    c = trade_order.c
    query = select(c.id).where(c.customer == customer_id, c.shop == shop_id, c.paid_at.is_not(None)).limit(1)
    return rx.one(query) is not None


def number_taken(rx: Rx, number: str) -> bool:
    """Tell whether an order has this number."""
    return rx.one(select(trade_order.c.id).where(trade_order.c.number == number)) is not None


def overdue(rx: Rx, *, before: int, limit: int) -> list[str]:
    """Return ids of orders placed before that moment and still not paid, oldest first."""
    c = trade_order.c
    query = select(c.id).where(c.state == "placed", c.placed_at < before).order_by(c.placed_at).limit(limit)
    return [str(one) for one in rx.execute(query).scalars()]


def receiver(rx: Rx, order_id: str) -> dict[str, str] | None:
    """Return phone and address of an order's receiver in full, for `do_reveal` only."""
    c = trade_order.c
    row = rx.one(select(c.phone, c.region, c.address).where(c.id == order_id))
    return None if row is None else {"phone": row.phone, "address": f"{row.region} {row.address}".strip()}
