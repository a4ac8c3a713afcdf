"""The store as the rest of the house asks it: what an adapter to an outside shop implements.

Rooms above never ask how a shop keeps its goods. Chat's hot path reads cards from this room's own tables inside its
transaction; an adapter therefore mirrors what it hears (web hooks, polling) into them and announces `order.changed`,
and passes what a buyer or the desk does on to the outside shop. See docs/store.md.
"""

from typing import Protocol

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


class Store(Protocol):
    """Goods and orders of every shop of this installation. What is not there, or not his, is None or NotFound."""

    async def shop(self, shop_id: str) -> Shop | None:
        """Return a shop with its keys (for the server itself)."""
        ...

    async def products(self, shop_id: str | None, *, text: str = "", cursor: str | None = None) -> Products:
        """Return a page of what is for sale, in the order of the shelf; None = of every shop."""
        ...

    async def product(self, product_id: str) -> ProductView | None:
        """Return one product."""
        ...

    async def orders_of(self, customer_id: str) -> list[OrderView]:
        """Return a customer's orders, newest first."""
        ...

    async def purchases_of(self, shop_id: str, customer_id: str) -> list[PurchaseView]:
        """Return a buyer's orders in one shop as he may see them, newest first."""
        ...

    async def order(self, order_id: str) -> OrderView | None:
        """Return one order."""
        ...

    async def quote(self, shop_id: str, customer_id: str | None, given: QuoteIn) -> BillView:
        """Return what a cart would cost this customer (None: nobody signed in) now."""
        ...

    async def place(self, shop_id: str, customer_id: str, given: PlaceIn) -> OrderView:
        """Place an order; the same `given.request` again returns the first one. Conflict when sold out."""
        ...

    async def step(self, order_id: str, step: StepName, *, by: str, text: str = "", carrier: str = "", tracking: str = "") -> OrderView:  # fmt: skip  # noqa: E501
        """Take an order one step on; Conflict when its state does not allow it."""
        ...
