"""Shops, products and orders for tests."""

import itertools
from decimal import Decimal

from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database, Tx
from zhanggui.store import queries
from zhanggui.store.actions import (
    NewProduct,
    NewTemplate,
    NewVariant,
    do_add_product,
    do_add_template,
    do_open_shop,
    do_patch_shop,
    do_place,
)
from zhanggui.store.shapes import (
    Discount,
    OrderView,
    PlaceIn,
    ProductView,
    ReceiverIn,
    ShopPatch,
    ShopSettings,
    WantedLine,
)

_count = itertools.count(1)
RECEIVER = {"name": "陈小姐", "phone": "13800000001", "region": "上海 上海市", "address": "静安区南芸路288弄6号"}
SETTINGS = ShopSettings(
    discounts=[Discount(reach="199", off="20"), Discount(reach="399", off="50")], newcomer="5", remote=["新疆", "西藏"]
)


async def a_shop(db: Database, *, name: str = "青禾集") -> str:
    """A shop with coupons 199−20, 399−50, 5 off for newcomers, and regions far away."""

    def build(tx: Tx) -> str:
        shop_id = do_open_shop(tx, name)
        do_patch_shop(tx, shop_id, actor=SystemActor(), patch=ShopPatch(settings=SETTINGS))
        return shop_id

    return await db.write(build)


async def a_product(db: Database, shop: str, *, name: str = "亚麻宽松衬衫", price: str = "159.00", stock: int = 10) -> ProductView:  # fmt: skip  # noqa: E501
    """A product in two sizes, `stock` of each; freight 8 under 99, 15 for far regions."""

    def build(tx: Tx) -> ProductView:
        freight = NewTemplate(name="标准", fee=Decimal(8), free_from=Decimal(99), remote_fee=Decimal(15))
        sizes = [NewVariant(name=size, price=Decimal(price), stock=stock) for size in ("米白 S", "米白 M")]
        new = NewProduct(name=name, template=do_add_template(tx, shop, freight), variants=sizes, picture="p01.svg")
        found = queries.product_view(tx, do_add_product(tx, shop, new))
        assert found is not None
        return found

    return await db.write(build)


def an_order_for(*variants: str, quantity: int = 1, request: str | None = None, region: str = "上海 上海市") -> PlaceIn:
    """What a buyer sends to place an order."""
    lines = [WantedLine(variant=one, quantity=quantity) for one in variants]
    receiver = ReceiverIn(**{**RECEIVER, "region": region})
    return PlaceIn(request=request or f"request-{next(_count):06d}", lines=lines, receiver=receiver)


async def an_order(db: Database, shop: str, product: ProductView, *, customer: str = "u_1", quantity: int = 1) -> OrderView:  # fmt: skip  # noqa: E501
    """An order just placed."""
    return await db.write(do_place, shop, customer, given=an_order_for(product.variants[0].id, quantity=quantity))
