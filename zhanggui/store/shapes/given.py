"""What the store room is given: unknown fields and wrong types are refused, never guessed at."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zhanggui.store.shapes.shown import Language, ReceiverField


class Given(BaseModel):
    """What a client sends: unknown fields and wrong types are refused, never guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True)


Text = Annotated[str, Field(max_length=4000)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Amount = Annotated[str, Field(pattern=r"^\d{1,9}(\.\d{1,2})?$")]


class Hours(Given):
    """When people are there, in the shop's zone; the end may lie after midnight."""

    opens: Clock
    closes: Clock


class Greeting(Given):
    """How to greet between two times of day; a shop without one greets with `greeting`."""

    opens: Clock
    closes: Clock
    text: Text
    text_en: Text = ""


class Discount(Given):
    """So much off from a sum on (满199减20)."""

    reach: Amount
    off: Amount


class ShopSettings(Given):
    """Everything of a shop that is not a column; what is missing has its default."""

    name_en: Text = ""
    slogan_en: Text = ""
    notice: Text = ""
    notice_en: Text = ""
    greeting_en: Text = ""
    privacy_notice_en: Text = ""
    hours: Hours | None = None
    greetings: Annotated[list[Greeting], Field(max_length=12)] = []
    discounts: Annotated[list[Discount], Field(max_length=12)] = []
    newcomer: Amount = "0"
    remote: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=60)] = []


class ShopPatch(Given):
    """What is None stays; `settings` replaces all of them."""

    name: Text | None = None
    slogan: Text | None = None
    timezone: Annotated[str, Field(max_length=60)] | None = None
    currency: Annotated[str, Field(max_length=10)] | None = None
    language: Language | None = None
    greeting: Text | None = None
    privacy_notice: Text | None = None
    allowed_origins: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=100)] | None = None
    settings: ShopSettings | None = None


class WantedLine(Given):
    """So many of this variant."""

    variant: Annotated[str, Field(max_length=64)]
    quantity: int


class QuoteIn(Given):
    """A cart to be priced; freight depends on the region."""

    lines: Annotated[list[WantedLine], Field(max_length=200)]
    region: Annotated[str, Field(max_length=200)] = ""


class ReceiverIn(Given):
    """To whom it shall go."""

    name: Annotated[str, Field(max_length=200)]
    phone: Annotated[str, Field(max_length=60)]
    region: Annotated[str, Field(max_length=200)]
    address: Annotated[str, Field(max_length=1000)]


class PlaceIn(Given):
    """An order to place. `request` is the buyer's own key for it: sent twice, it is placed once."""

    request: Annotated[str, Field(max_length=100)]
    lines: Annotated[list[WantedLine], Field(max_length=200)]
    receiver: ReceiverIn
    note: Text = ""


class RevealIn(Given):
    """Which piece of a receiver's data is needed, and what for."""

    field: ReceiverField
    reason: Annotated[str, Field(max_length=400)]
