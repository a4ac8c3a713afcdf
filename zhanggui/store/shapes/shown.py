"""What the store room shows.

Frozen dataclasses: the same class is the record inside an event (msgspec encodes it) and the response model of a
route (so that the generated client knows it).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

OrderState = Literal["placed", "paid", "shipped", "completed", "closed", "refunding", "refunded"]
StepName = Literal["pay", "ship", "complete", "close", "ask_refund", "refund", "keep"]
Trade = Literal["placed", "paid", "shipped"]
Language = Literal["zh-CN", "en"]
ReceiverField = Literal["phone", "address"]

# ---------------------------------------------------------------- shops


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop with its keys, for the server itself."""

    id: str
    name: str
    slogan: str
    timezone: str
    currency: str
    language: Language
    greeting: str
    privacy_notice: str
    allowed_origins: list[str]
    settings: dict[str, object]
    identity_secret: str = field(repr=False)
    shopper_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop as the desk sees it: a record of the client's table `shop`."""

    id: str
    name: str
    slogan: str
    timezone: str
    currency: str
    language: Language
    greeting: str
    privacy_notice: str
    allowed_origins: list[str]
    settings: dict[str, object]


@dataclass(frozen=True, slots=True)
class Shops:
    """Every shop, oldest first."""

    items: list[ShopView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class ShopSecret:
    """The shop's new identity secret; shown this once."""

    secret: str = field(repr=False)


# ---------------------------------------------------------------- products


@dataclass(frozen=True, slots=True)
class VariantView:
    """A colour and size."""

    id: str
    name: str
    name_en: str
    stock: int
    price: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product: a record of the client's table `product`. `picture` is an address, money is text."""

    id: str
    shop: str
    name: str
    name_en: str
    price: str
    stock: int
    picture: str
    attributes: dict[str, str]
    variants: list[VariantView]
    category: str
    description: str
    details: dict[str, object]


@dataclass(frozen=True, slots=True)
class Products:
    """A page of products."""

    items: list[ProductView]
    next: str | None


# ---------------------------------------------------------------- orders


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of an order, as named and priced when it was placed."""

    product: str
    name: str
    variant: str
    picture: str
    quantity: int
    price: str


@dataclass(frozen=True, slots=True)
class ReceiverView:
    """To whom it goes; phone and address masked."""

    name: str
    phone: str
    region: str
    address: str


@dataclass(frozen=True, slots=True)
class EventView:
    """A step of an order in time; `kind` is the state it led to."""

    at: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as the desk sees it: a record of the client's table `order`. `note` is the buyer's, `remark` and `flag`
    (a colour) are the desk's."""

    id: str
    number: str
    shop: str
    customer: str
    state: OrderState
    amount: str
    shipping_fee: str
    discount: str
    lines: list[LineView]
    placed_at: int
    paid_at: int | None
    shipped_at: int | None
    completed_at: int | None
    closed_at: int | None
    receiver: ReceiverView
    note: str
    remark: str
    flag: str
    carrier: str
    tracking: str
    events: list[EventView]


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """An order as its buyer sees it: nothing of what the desk notes on it."""

    id: str
    number: str
    shop: str
    state: OrderState
    amount: str
    shipping_fee: str
    discount: str
    lines: list[LineView]
    placed_at: int
    paid_at: int | None
    shipped_at: int | None
    receiver: ReceiverView
    note: str
    carrier: str
    tracking: str


@dataclass(frozen=True, slots=True)
class Orders:
    """A customer's orders, newest first."""

    items: list[OrderView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class BillView:
    """What a cart would cost; amount = goods - discount + shipping."""

    goods: str
    discount: str
    shipping: str
    amount: str


@dataclass(frozen=True, slots=True)
class Step:
    """What just happened to an order: what chat writes a line about. `kind` is the state it led to."""

    order: str
    customer: str
    shop: str
    number: str
    kind: OrderState
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands with the shop; the customers room keeps it beside his name."""

    customer: str
    trade: Trade | None
    orders_count: int
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Revealed:
    """One piece of a receiver's data in full; that it was shown stands in the audit log."""

    field: ReceiverField
    value: str
