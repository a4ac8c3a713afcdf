"""The store that comes with the house: its own tables, for shops that have no other system."""

from zhanggui.foundation.database import Database
from zhanggui.store import actions, queries, selling
from zhanggui.store.interface import Store
from zhanggui.store.shapes import (
    BillView,
    OrderView,
    PlaceIn,
    Products,
    ProductView,
    PurchaseView,
    QuoteIn,
    Shop,
    StepName,
)


class EmbeddedStore:
    """Goods and orders in this room's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shop(self, shop_id: str) -> Shop | None:
        """Return a shop with its keys."""
        return await self._database.read(queries.shop, shop_id)

    async def products(self, shop_id: str | None, *, text: str = "", cursor: str | None = None) -> Products:
        """Return a page of what is for sale."""
        return await self._database.read(queries.products, shop_id=shop_id, text=text, cursor=cursor)

    async def product(self, product_id: str) -> ProductView | None:
        """Return one product."""
        return await self._database.read(queries.product_view, product_id)

    async def orders_of(self, customer_id: str) -> list[OrderView]:
        """Return a customer's orders, newest first."""
        return await self._database.read(queries.orders_of, customer_id)

    async def purchases_of(self, shop_id: str, customer_id: str) -> list[PurchaseView]:
        """Return a buyer's orders in one shop as he may see them."""
        return await self._database.read(queries.purchases_of, shop_id, customer_id)

    async def order(self, order_id: str) -> OrderView | None:
        """Return one order."""
        return await self._database.read(queries.order, order_id)

    async def quote(self, shop_id: str, customer_id: str | None, given: QuoteIn) -> BillView:
        """Return what a cart would cost this customer now."""
        return await self._database.read(selling.quote, shop_id, customer_id, given)

    async def place(self, shop_id: str, customer_id: str, given: PlaceIn) -> OrderView:
        """Place an order and take its pieces from the shelf."""
        return await self._database.write(actions.do_place, shop_id, customer_id, given=given)

    async def step(self, order_id: str, step: StepName, *, by: str, text: str = "", carrier: str = "", tracking: str = "") -> OrderView:  # fmt: skip  # noqa: E501
        """Take an order one step on."""
        return await self._database.write(
            actions.do_step, order_id, step, by=by, text=text, carrier=carrier, tracking=tracking
        )


def as_store(embedded: EmbeddedStore) -> Store:
    """Return it as the house sees it; the type checker proves here that nothing of the interface is missing."""
    return embedded
