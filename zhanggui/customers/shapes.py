"""What goes in and out of the customers room. Shown records are frozen dataclasses: one class for event and route."""

from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from zhanggui.foundation.ids import CustomerId, ShopId, VisitorId

Trade = Literal["placed", "paid", "shipped"]
PersonalField = Literal["phone", "address"]


@dataclass(frozen=True, slots=True)
class Card:
    """What a list needs of a customer; `id` is the one he is now, after following a merge."""

    id: CustomerId
    shop: ShopId
    name: str
    avatar: str
    known: bool
    trade: Trade | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of the desk."""

    id: str
    at: int
    by: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer as the desk sees him: a record of the client's table `customer`. Phone and address are masked."""

    id: str
    shop: str
    name: str
    avatar: str
    known: bool
    external_id: str | None
    level: str
    phone: str
    city: str
    address: str
    profile: dict[str, str]
    tags: list[str]
    remarks: list[Remark]
    trade: Trade | None
    orders_count: int
    spent: str
    created_at: int
    seen_at: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """An anonymous customer turned out to be a known one; sockets and rows of `former` belong to `into` from now."""

    former: str
    into: str
    shop: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """One piece of personal data in full; that it was shown stands in the audit log."""

    field: PersonalField
    value: str


@dataclass(frozen=True, slots=True)
class VisitorNow:
    """A browser's token was renewed or forgotten: sockets opened with the former one must ask again."""

    visitor: str


@dataclass(frozen=True, slots=True)
class VisitorIdentity:
    """Who stands behind a visitor's token."""

    visitor: VisitorId
    customer: CustomerId
    shop: ShopId


class NewVisitor(NamedTuple):
    """A browser just let in; its token is `visitor.secret`, and the secret is kept nowhere else."""

    visitor: VisitorId
    customer: CustomerId
    secret: str

    @property
    def token(self) -> str:
        """What the browser carries from now on."""
        return f"{self.visitor}.{self.secret}"


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the visitor is now. `merged` is the anonymous customer he was, when that one was joined with a known one.

    The secret is always a new one: whoever knew the token before the login knows nothing of what comes after.
    """

    visitor: VisitorId
    customer: CustomerId
    merged: CustomerId | None
    secret: str = field(repr=False)

    @property
    def token(self) -> str:
        """What the browser carries from now on; the former token is worth nothing any more."""
        return f"{self.visitor}.{self.secret}"


@dataclass(frozen=True, slots=True)
class IdentityClaims:
    """What the shop vouches for: its own name for the customer (`external_id`) and how to call him."""

    external_id: str
    name: str


class Given(BaseModel):
    """What a client sends: unknown fields and wrong types are refused, never guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CustomerPatch(Given):
    """What the desk may change: what is None stays. `profile` replaces; an empty value removes a field."""

    name: Annotated[str, Field(max_length=200)] | None = None
    profile: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=2000)]] | None = None


class RemarkIn(Given):
    """A remark to keep."""

    text: Annotated[str, Field(max_length=4000)]


class TagsIn(Given):
    """All tags the customer shall have."""

    tags: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)]


class RevealIn(Given):
    """Which piece of personal data is needed, and what for."""

    field: PersonalField
    reason: Annotated[str, Field(max_length=400)]
