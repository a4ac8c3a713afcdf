"""What goes in and out of the storefront."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from zhanggui.store.shapes import Given, PurchaseView

BuyerStep = Literal["pay", "close", "complete", "ask_refund", "ship"]


@dataclass(frozen=True, slots=True)
class ShopName:
    """A shop one can visit."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ShopNames:
    """The shops of this installation."""

    items: list[ShopName]


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account to choose."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class ShopperView:
    """Who is signed in; `receiver` is where his last order went, to fill the form with."""

    login: str
    name: str
    receiver: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """So much off from a sum on."""

    reach: str
    off: str


@dataclass(frozen=True, slots=True)
class StorefrontView:
    """What the shop page needs at the start. `demo`: pay and ship by test buttons, `accounts` to choose from."""

    id: str
    name: str
    name_en: str
    slogan: str
    slogan_en: str
    notice: str
    notice_en: str
    currency: str
    language: str
    offers: list[Offer]
    newcomer: str
    demo: bool
    accounts: list[Account]
    shopper: ShopperView | None


@dataclass(frozen=True, slots=True)
class Identity:
    """What the page hands to the chat widget: the shop vouches for its buyer, for a short time; None = for nobody."""

    identity: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Purchases:
    """A buyer's orders, newest first."""

    items: list[PurchaseView]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Shopper:
    """A buyer's account as the server knows it."""

    id: str
    shop: str
    login: str
    name: str
    customer: str
    receiver: dict[str, str]
    password: str | None = field(default=None, repr=False)


class LoginIn(Given):
    """Who signs in; a demo account needs no password."""

    login: Annotated[str, Field(max_length=200)]
    password: str = Field("", max_length=1000, repr=False)


class RegisterIn(Given):
    """A new buyer."""

    login: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=200)]
    password: str = Field(max_length=1000, repr=False)
