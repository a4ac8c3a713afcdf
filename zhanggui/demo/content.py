"""What the demo shop is made of, as written in content/ (our own texts, people and phone numbers that do not exist)."""

from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec
from msgspec import Struct, field

FOLDER: Final = Path(__file__).parent / "content"
T = TypeVar("T")

Speaker = Literal["c", "a", "auto", "note"]
Card = Literal["product", "order", "image", "nudge"]


class Span(Struct, frozen=True, rename={"opens": "from", "closes": "to"}):
    """From one time of day to another."""

    opens: str
    closes: str


class Hello(Struct, frozen=True, rename={"opens": "from", "closes": "to"}):
    """How the shop greets between two times of day."""

    opens: str
    closes: str
    text: str
    text_en: str


class Freight(Struct, frozen=True):
    """A shipping template."""

    name: str
    base_fee: str
    free_from: str
    remote_fee: str


class Team(Struct, frozen=True):
    """A group of agents."""

    name: str
    description: str


class Person(Struct, frozen=True):
    """An agent; `name` is what customers read."""

    name: str
    full_name: str
    login: str
    role: str
    group: str


class ShopTexts(Struct, frozen=True):
    """The shop itself."""

    name: str
    name_en: str
    slogan: str
    slogan_en: str
    notice: str
    notice_en: str
    timezone: str
    currency: str
    service_hours: Span
    greeting: list[Hello]
    privacy_notice: str
    privacy_notice_en: str
    shipping_templates: list[Freight]
    remote_regions: list[str]
    groups: list[Team]
    agents: list[Person]


class Attribute(Struct, frozen=True):
    """A fact about a product."""

    label: str
    value: str
    label_en: str
    value_en: str


class Size(Struct, frozen=True):
    """A variant."""

    name: str
    name_en: str
    stock: int


class Shipping(Struct, frozen=True):
    """Which template; whether returns are insured (运费险)."""

    template: str
    freight_insurance: bool = False


class Product(Struct, frozen=True):
    """A product with its texts in both languages."""

    key: str
    name: str
    name_en: str
    category: str
    category_en: str
    price: str
    attributes: list[Attribute]
    variants: list[Size]
    description: str
    description_en: str
    shipping: Shipping
    picture: str
    size_table: dict[str, object] | None = None
    questions: list[dict[str, str]] = field(default_factory=list)


class Address(Struct, frozen=True):
    """Where something is sent."""

    name: str
    phone: str
    province: str
    city: str
    address: str
    label: str = ""


class Buyer(Struct, frozen=True):
    """A customer."""

    key: str
    nick: str
    name: str
    phone: str
    province: str
    city: str
    address: str
    level: str
    tags: list[str]
    remark: str
    profile: dict[str, str | int | float]
    joined_days_ago: int
    other_addresses: list[Address] = field(default_factory=list)


class Line(Struct, frozen=True):
    """A line of an order."""

    product: str
    variant: str
    quantity: int
    price: str
    note: str = ""


class Refund(Struct, frozen=True):
    """Why money was asked back."""

    reason: str


class Order(Struct, frozen=True):
    """An order; `events` are minutes after it was placed."""

    key: str
    customer: str
    lines: list[Line]
    state: str
    discount: str
    shipping_fee: str
    total: str
    days_ago: int
    time: str
    events: dict[str, int]
    minutes_ago: int | None = None
    carrier: str = ""
    tracking: str = ""
    buyer_note: str = ""
    remark: str = ""
    flag: str = ""
    ship_to: str = ""
    refund: Refund | None = None


class Spoken(Struct, frozen=True, rename={"by": "s", "text": "t", "after": "dt", "card": "k"}):
    """A line of a conversation, `after` so many seconds; `card` instead of words, `pic` names the drawing."""

    by: Speaker
    text: str
    after: float
    card: Card | None = None
    pic: str = ""


class Talk(Struct, frozen=True):
    """A conversation as it was."""

    key: str
    customer: str
    product: str | None
    agent: str
    days_ago: int
    time: str
    lines: list[Spoken]


class Photo(Struct, frozen=True):
    """A drawing that stands for a photo somebody sent; `pics` are the descriptions it fits."""

    file: str
    alt: str
    pics: list[str]


class Newcomer(Struct, frozen=True):
    """Somebody nobody knows yet, who has just written."""

    language: str
    product: str | None
    lines: list[Spoken]


class Content(Struct, frozen=True):
    """Everything."""

    shop: ShopTexts
    products: list[Product]
    buyers: list[Buyer]
    orders: list[Order]
    talks: list[Talk]
    photos: list[Photo]
    newcomers: list[Newcomer]


def load(folder: Path = FOLDER) -> Content:
    """Return the demo's content; a wrong file is named by the error."""
    talks = [msgspec.json.decode(line, type=Talk) for name in ("a", "b") for line in _lines(folder, name)]
    return Content(
        shop=_read(folder / "shop.json", ShopTexts),
        products=_read(folder / "products.json", list[Product]),
        buyers=_read(folder / "customers.json", list[Buyer]),
        orders=_read(folder / "orders.json", list[Order]),
        talks=talks,
        photos=_read(folder / "pictures" / "index.json", list[Photo]),
        newcomers=_read(folder / "newcomers.json", list[Newcomer]),
    )


def _read(file: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{file.name}: {error}") from error


def _lines(folder: Path, name: str) -> list[bytes]:
    return (folder / f"conversations_{name}.jsonl").read_bytes().splitlines()
