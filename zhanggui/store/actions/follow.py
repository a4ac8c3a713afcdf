"""What the store room does, in the same transaction, when customers change elsewhere."""

from typing import Protocol

from zhanggui.foundation.database import Tx
from zhanggui.foundation.events import Change
from zhanggui.store.actions.orders import do_move_orders


class MergedCustomers(Protocol):
    """What this room wants of `customer.merged`: who became whom."""

    @property
    def former(self) -> str:
        """The anonymous customer that is no more."""
        ...

    @property
    def into(self) -> str:
        """The known customer he turned out to be."""
        ...


def follow_merge(tx: Tx, change: Change) -> None:
    """Give the orders of an anonymous customer to the known one he turned out to be."""
    merged: MergedCustomers = change.put["merged"]  # type: ignore[assignment]
    do_move_orders(tx, merged.former, merged.into)
