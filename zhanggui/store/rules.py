"""Pure decisions of the store room: which step leads where, what an order costs, when the shop is open."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from zhanggui.foundation.clock import to_datetime
from zhanggui.foundation.errors import Conflict, Invalid
from zhanggui.foundation.texts import need_line, plain_line, plain_text
from zhanggui.store.shapes import (
    Discount,
    OrderState,
    ReceiverIn,
    ShopSettings,
    StepName,
    Trade,
    WantedLine,
)

LINES: Final = 50
QUANTITY: Final = 99
NAME_LENGTH: Final = 40
ADDRESS_LENGTH: Final = 120
REGION_LENGTH: Final = 60
REMARK_LENGTH: Final = 200
REASON_LENGTH: Final = 100
NOTICE_LENGTH: Final = 1000
ORIGINS: Final = 20

TRANSITIONS: Final[Mapping[tuple[OrderState, StepName], OrderState]] = {
    ("placed", "pay"): "paid",
    ("placed", "close"): "closed",
    ("paid", "ship"): "shipped",
    ("paid", "ask_refund"): "refunding",
    ("shipped", "complete"): "completed",
    ("shipped", "ask_refund"): "refunding",
    ("completed", "ask_refund"): "refunding",
    ("refunding", "refund"): "refunded",
    ("refunding", "keep"): "paid",
}
"""Every step there is; what is not here is refused. `keep` takes a refund request back: to paid, shipped or completed,
as far as the order had come."""

_PRIORITY: Final[tuple[Trade, ...]] = ("placed", "paid", "shipped")
_SPENT: Final = frozenset({"paid", "shipped", "completed", "refunding"})
_PHONE: Final = re.compile(r"\+?\d[\d -]{5,18}\d")
_REQUEST: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def next_state(state: OrderState, step: StepName, *, shipped: bool = False, completed: bool = False) -> OrderState:
    """Return where `step` leads from `state`, or refuse (Conflict)."""
    found = TRANSITIONS.get((state, step))
    if found is None:
        raise Conflict("store.step", state=state, step=step)
    if step == "keep":
        return "completed" if completed else "shipped" if shipped else "paid"
    return found


def gives_stock_back(state: OrderState, *, shipped: bool) -> bool:
    """Tell whether an order that came to `state` returns its pieces to the shelf: closed, or refunded unsent."""
    return state == "closed" or (state == "refunded" and not shipped)


def trade_tag(states: Iterable[OrderState]) -> Trade | None:
    """Return a customer's trade tag: placed (待付款) before paid (待发货) before shipped (已发货)."""
    present = set(states)
    return next((tag for tag in _PRIORITY if tag in present), None)


def spent(orders: Iterable[tuple[OrderState, Decimal]]) -> Decimal:
    """Return what a customer has paid and not got back."""
    return sum((amount for state, amount in orders if state in _SPENT), Decimal(0))


# ---------------------------------------------------------------- what it costs


@dataclass(frozen=True, slots=True)
class Freight:
    """A shipping template's numbers."""

    fee: Decimal
    free_from: Decimal | None
    remote_fee: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """What an order costs; amount = goods - discount + shipping."""

    goods: Decimal
    discount: Decimal
    shipping: Decimal

    @property
    def amount(self) -> Decimal:
        """What is to be paid."""
        return self.goods - self.discount + self.shipping


def bill(
    priced: Sequence[tuple[Decimal, int]], freights: Iterable[Freight], settings: ShopSettings,
    *, region: str, newcomer: bool,
) -> Bill:  # fmt: skip
    """Return the bill for (price, quantity) lines: the best discount reached, something off for a first order, freight.

    One parcel is sent, so the dearest template counts once. Freight is free by the goods before discounts: a coupon
    never makes sending dearer.
    """
    goods = sum((price * quantity for price, quantity in priced), Decimal(0))
    off = best_discount(goods, settings.discounts) + (Decimal(settings.newcomer) if newcomer else Decimal(0))
    kinds = list(freights)
    free = all(kind.free_from is not None and goods >= kind.free_from for kind in kinds)
    shipping = Decimal(0) if free else max((kind.fee for kind in kinds), default=Decimal(0))
    if any(region.startswith(far) for far in settings.remote if far):
        shipping += max((kind.remote_fee for kind in kinds), default=Decimal(0))
    return Bill(goods=goods, discount=min(off, goods), shipping=shipping)


def best_discount(goods: Decimal, discounts: Iterable[Discount]) -> Decimal:
    """Return the largest discount whose sum is reached."""
    reached = [Decimal(one.off) for one in discounts if goods >= Decimal(one.reach)]
    return max(reached, default=Decimal(0))


def order_number(placed_at: int, timezone: str, chance: int) -> str:
    """Return a number people can read out: the day in the shop's zone and six digits (261122048213)."""
    return f"{to_datetime(placed_at, zone=timezone):%y%m%d}{chance % 1_000_000:06d}"


# ---------------------------------------------------------------- when the shop is open


def within(opens: str, closes: str, moment: time) -> bool:
    """Tell whether a time of day lies in [opens, closes); a span may run over midnight, equal ends are all day."""
    start, end = time.fromisoformat(opens), time.fromisoformat(closes)
    if start == end:
        return True
    return start <= moment < end if start < end else moment >= start or moment < end


def is_open(settings: ShopSettings, timezone: str, now: int) -> bool:
    """Tell whether people are there by the shop's hours; a shop without hours is always open."""
    hours = settings.hours
    return hours is None or within(hours.opens, hours.closes, to_datetime(now, zone=timezone).time())


def greeting_at(greeting: str, settings: ShopSettings, timezone: str, now: int, *, language: str) -> str:
    """Return how the shop greets at this moment in this language ("" = it does not)."""
    moment = to_datetime(now, zone=timezone).time()
    english = language.lower().startswith("en")
    for one in settings.greetings:
        if within(one.opens, one.closes, moment):
            return (one.text_en if english else "") or one.text
    return (settings.greeting_en if english else "") or greeting


# ---------------------------------------------------------------- texts


def clean_lines(lines: Iterable[WantedLine]) -> dict[str, int]:
    """Return how many of each variant, the same one twice added up; Invalid for none, too many, or odd quantities."""
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.variant] = wanted.get(line.variant, 0) + line.quantity
        if not (line.quantity >= 1 and wanted[line.variant] <= QUANTITY):
            raise Invalid("store.quantity", field="lines", limit=QUANTITY)
    if not wanted:
        raise Invalid("store.no_lines", field="lines")
    if len(wanted) > LINES:
        raise Invalid("store.many_lines", field="lines", limit=LINES)
    return wanted


def clean_receiver(given: ReceiverIn) -> ReceiverIn:
    """Return the receiver as it is kept, or Invalid naming the field."""
    phone = plain_line(given.phone)
    if not _PHONE.fullmatch(phone):
        raise Invalid("store.receiver_phone", field="phone")
    return ReceiverIn(
        name=need_line(given.name, "store.receiver_name", field="name", limit=NAME_LENGTH),
        phone=phone,
        region=need_line(given.region, "store.receiver_region", field="region", limit=REGION_LENGTH),
        address=need_line(given.address, "store.receiver_address", field="address", limit=ADDRESS_LENGTH),
    )


def clean_request(request: str) -> str:
    """Return the buyer's key for his order, or Invalid."""
    if not _REQUEST.fullmatch(request):
        raise Invalid("store.request", field="request")
    return request


def clean_text(text: str, *, field: str, limit: int = NOTICE_LENGTH) -> str:
    """Return a text of several lines as it is kept (may be empty), or Invalid when too long."""
    kept = plain_text(text)
    if len(kept) > limit:
        raise Invalid("store.text_long", field=field, limit=limit)
    return kept


def clean_timezone(name: str) -> str:
    """Return the IANA name of a time zone that exists, or Invalid."""
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError on some, an OSError on others
        raise Invalid("store.timezone", field="timezone", name=name[:40]) from error
    except KeyError as error:
        raise Invalid("store.timezone", field="timezone", name=name[:40]) from error


def clean_currency(code: str) -> str:
    """Return a currency's three letters, or Invalid."""
    if not _CURRENCY.fullmatch(code):
        raise Invalid("store.currency", field="currency")
    return code


def clean_origins(origins: Iterable[str]) -> list[str]:
    """Return sites as browsers name them in `Origin` (https://shop.example.com[:port]), each once, or Invalid."""
    kept = sorted({_origin(one) for one in origins})
    if len(kept) > ORIGINS:
        raise Invalid("store.origins_many", field="allowed_origins", limit=ORIGINS)
    return kept


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text.strip().rstrip("/").lower())
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Invalid("store.origin", field="allowed_origins") from error
    extra = parts.path or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in ("http", "https") or extra or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:]+", host):
        raise Invalid("store.origin", field="allowed_origins")
    shown = f"[{host}]" if ":" in host else host
    usual = port is None or (parts.scheme, port) in (("http", 80), ("https", 443))
    return f"{parts.scheme}://{shown}" if usual else f"{parts.scheme}://{shown}:{port}"


def picture_url(name: str) -> str:
    """Return the address of a product's picture, or "" when it has none."""
    return f"/pictures/{name}" if name else ""
