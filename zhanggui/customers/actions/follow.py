"""What the customers room does, in the same transaction, when orders change elsewhere."""

from decimal import Decimal
from typing import Protocol

from zhanggui.customers.actions.desk import do_take_standing
from zhanggui.customers.shapes import Trade
from zhanggui.foundation.database import Tx
from zhanggui.foundation.events import Change


class CustomerStanding(Protocol):
    """What this room wants of `order.changed`: where the customer stands now."""

    @property
    def customer(self) -> str:
        """Whose order changed."""
        ...

    @property
    def trade(self) -> Trade | None:
        """His trade tag: placed before paid before shipped."""
        ...

    @property
    def orders_count(self) -> int:
        """How many orders he has."""
        ...

    @property
    def spent(self) -> Decimal:
        """What he paid and did not get back."""
        ...


def follow_order(tx: Tx, change: Change) -> None:
    """Keep trade tag, number of orders and sum beside the customer's name."""
    found: CustomerStanding = change.put["standing"]  # type: ignore[assignment]
    do_take_standing(tx, found.customer, trade=found.trade, orders_count=found.orders_count, spent=found.spent)
