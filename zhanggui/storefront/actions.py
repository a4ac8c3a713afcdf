"""The only writers of the storefront room."""

import json

from zhanggui.customers.actions import KnownCustomer, do_make_known
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Invalid, NotFound
from zhanggui.foundation.ids import new_id
from zhanggui.foundation.texts import plain_line
from zhanggui.store import queries as store
from zhanggui.store.shapes import ReceiverIn
from zhanggui.storefront import queries
from zhanggui.storefront.rules import external_id
from zhanggui.storefront.shapes import Shopper
from zhanggui.storefront.tables import shopper


def do_register(tx: Tx, shop: str, *, login: str, name: str, password: str | None) -> Shopper:
    """Make a buyer's account (`password` is the hash; None = a demo account) and the customer he is.

    `login` and `name` are clean already.
    """
    if store.shop(tx, shop) is None:
        raise NotFound("store.shop_unknown")
    if queries.shopper_by_login(tx, shop, login) is not None:
        raise Invalid("storefront.login_taken", field="login")
    customer = do_make_known(tx, shop, KnownCustomer(external_id=external_id(login), name=name))
    made = Shopper(
        id=new_id("x", at=tx.now), shop=shop, login=login, name=plain_line(name), customer=customer, receiver={},
        password=password,
    )  # fmt: skip
    tx.execute(
        shopper.insert().values(
            id=made.id, shop=shop, login=login, name=made.name, password=password, customer=customer, receiver="{}",
            created_at=tx.now,
        )
    )  # fmt: skip
    return made


def do_keep_receiver(tx: Tx, shopper_id: str, receiver: ReceiverIn) -> None:
    """Remember where a buyer's order went, so that he need not type it twice."""
    kept = json.dumps({key: plain_line(text) for key, text in receiver.model_dump().items()}, ensure_ascii=False)
    tx.execute(shopper.update().where(shopper.c.id == shopper_id).values(receiver=kept))
