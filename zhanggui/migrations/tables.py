"""Every table of every room, in one place: what the schema should be."""

from zhanggui.chat import tables as chat
from zhanggui.chat.searching import tables as _search  # noqa: F401  lets the ground create and empty the index
from zhanggui.customers import tables as customers
from zhanggui.foundation.database import metadata
from zhanggui.store import tables as store
from zhanggui.storefront import tables as storefront
from zhanggui.team import tables as team
from zhanggui.workshop import tables as workshop

ROOMS = (chat, customers, store, storefront, team, workshop)

__all__ = ["ROOMS", "metadata"]
