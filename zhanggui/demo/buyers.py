"""The demo shop's customers: accounts without a password, what the desk knows of them."""

from collections.abc import Mapping
from typing import Final

from zhanggui.customers import queries
from zhanggui.customers.actions import KnownCustomer, do_add_remark, do_make_known, do_set_tags, do_take_standing
from zhanggui.customers.shapes import Card
from zhanggui.demo.content import Buyer
from zhanggui.demo.days import Days
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database import Rx, Tx
from zhanggui.store import queries as store
from zhanggui.store.shapes import ReceiverIn
from zhanggui.storefront.actions import do_keep_receiver, do_register
from zhanggui.storefront.rules import external_id

PROFILE: Final = {
    "height_cm": "身高", "weight_kg": "体重", "top": "上装", "bottom": "下装", "jacket": "外套", "dress": "裙装",
    "shoe": "鞋码", "kids": "孩子", "men": "男装",
}  # fmt: skip
UNITS: Final = {"height_cm": " cm", "weight_kg": " kg"}


def make_buyers(tx: Tx, shop: str, buyers: list[Buyer], days: Days, *, by: Viewer) -> dict[str, Card]:
    """Make every customer on the day he joined; returns them by their key in the content."""
    cards: dict[str, Card] = {}
    for one in buyers:
        tx.now = days.now - one.joined_days_ago * DAY
        account = do_register(tx, shop, login=one.key, name=one.nick, password=None)
        customer = account.customer
        region = f"{one.province} {one.city}"
        receiver = ReceiverIn(name=one.name, phone=one.phone, region=region, address=one.address)
        do_keep_receiver(tx, account.id, receiver)
        do_make_known(tx, shop, _known(one))
        tx.now += DAY
        do_set_tags(tx, customer, tags=one.tags)
        if one.remark:
            do_add_remark(tx, customer, actor=by, text=one.remark)
        card = queries.card(tx, customer)
        assert card is not None  # noqa: S101  made above, in this transaction
        cards[one.key] = card
    tx.now = days.now
    return cards


def settle(tx: Tx, buyers: list[Buyer], cards: Mapping[str, Card], seen: Mapping[str, int], shop: str) -> None:
    """Keep when each was last here, and where he stands with the shop."""
    now = tx.now
    for one in buyers:
        card = cards[one.key]
        tx.now = seen.get(one.key, now)
        do_make_known(tx, shop, _known(one))
        found = store.standing(tx, card.id)
        do_take_standing(tx, card.id, trade=found.trade, orders_count=found.orders_count, spent=found.spent)
    tx.now = now


def cards_now(rx: Rx, cards: Mapping[str, Card]) -> dict[str, Card]:
    """Return the cards as they are now, trade tags included."""
    found = {key: queries.card(rx, card.id) for key, card in cards.items()}
    return {key: card for key, card in found.items() if card is not None}


def _known(one: Buyer) -> KnownCustomer:
    profile = {PROFILE[key]: f"{value}{UNITS.get(key, '')}" for key, value in one.profile.items() if key in PROFILE}
    return KnownCustomer(
        external_id=external_id(one.key), name=one.nick, level=one.level, phone=one.phone,
        city=f"{one.province} {one.city}", address=one.address, profile=profile,
    )  # fmt: skip
