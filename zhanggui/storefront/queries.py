"""Everything that is read in the storefront room."""

import json

from sqlalchemy import select

from zhanggui.foundation.database import AnyRow, Rx
from zhanggui.store import queries as store
from zhanggui.storefront.shapes import Account, ShopName, Shopper
from zhanggui.storefront.tables import shopper as shoppers

ACCOUNTS = 12


def shop_names(rx: Rx) -> list[ShopName]:
    """Return the shops one can visit, oldest first."""
    return [ShopName(one.id, one.name) for one in store.shops(rx)]


def shopper(rx: Rx, shop: str, shopper_id: str) -> Shopper | None:
    """Return this buyer of this shop, or None."""
    row = rx.one(select(shoppers).where(shoppers.c.id == shopper_id, shoppers.c.shop == shop))
    return None if row is None else _shopper(row)


def shopper_by_login(rx: Rx, shop: str, login: str) -> Shopper | None:
    """Return the buyer who signs in like this, or None."""
    row = rx.one(select(shoppers).where(shoppers.c.login == login, shoppers.c.shop == shop))
    return None if row is None else _shopper(row)


def demo_accounts(rx: Rx, shop: str) -> list[Account]:
    """Return some accounts without a password, for the demo's list of names."""
    c = shoppers.c
    query = select(c.login, c.name).where(c.shop == shop, c.password.is_(None)).order_by(c.login).limit(ACCOUNTS)
    return [Account(row.login, row.name) for row in rx.all(query)]


def _shopper(row: AnyRow) -> Shopper:
    return Shopper(
        id=row.id, shop=row.shop, login=row.login, name=row.name, customer=row.customer,
        receiver=json.loads(row.receiver), password=row.password,
    )  # fmt: skip
