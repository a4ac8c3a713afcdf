"""What stands between a cart and an order: is it there, and what does it cost? Read-only, for quote and order alike."""

from collections.abc import Mapping

from zhanggui.foundation.database import AnyRow, Rx
from zhanggui.foundation.errors import Conflict, NotFound
from zhanggui.store import queries, rules
from zhanggui.store.shapes import BillView, QuoteIn, Shop, ShopSettings


def on_shelf(rx: Rx, shop_id: str, wanted: Mapping[str, int]) -> list[AnyRow]:
    """Return the rows of what is wanted, in the order wanted; Conflict unless all of it is there."""
    found = queries.for_sale(rx, shop_id, wanted)
    if len(found) != len(wanted):
        raise Conflict("store.variant_unknown", field="lines")
    for key, quantity in wanted.items():
        row = found[key]
        if row.stock < quantity:
            raise Conflict("store.sold_out", field="lines", name=full_name(row), left=row.stock, variant=key)
    return [found[key] for key in wanted]


def bill_for(
    rx: Rx, shop: Shop, customer_id: str | None, goods: list[AnyRow], wanted: Mapping[str, int], *, region: str
) -> rules.Bill:
    """Return what these goods cost this customer; None (nobody signed in) counts as no newcomer."""
    return rules.bill(
        [(row.price, wanted[row.id]) for row in goods],
        [queries.freight_of(row) for row in goods],
        ShopSettings.model_validate(shop.settings),
        region=region,
        newcomer=customer_id is not None and not queries.has_paid(rx, shop.id, customer_id),
    )


def quote(rx: Rx, shop_id: str, customer_id: str | None, given: QuoteIn) -> BillView:
    """Return what a cart would cost now; refused like an order would be when something is not there."""
    shop = queries.shop(rx, shop_id)
    if shop is None:
        raise NotFound("store.shop_unknown")
    wanted = rules.clean_lines(given.lines)
    goods = on_shelf(rx, shop_id, wanted)
    bill = bill_for(rx, shop, customer_id, goods, wanted, region=given.region.strip())
    return BillView(
        goods=f"{bill.goods:.2f}", discount=f"{bill.discount:.2f}", shipping=f"{bill.shipping:.2f}",
        amount=f"{bill.amount:.2f}",
    )  # fmt: skip


def full_name(row: AnyRow) -> str:
    """Return product and variant as a buyer reads them."""
    return f"{row.name} {row.variant_name}".strip()
