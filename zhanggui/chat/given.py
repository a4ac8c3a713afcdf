"""What clients send to the chat room over HTTP: unknown fields and wrong types are refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Moment = Annotated[int, Field(ge=0, lt=2**53)]


class Given(BaseModel):
    """What a client sends: unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class StartIn(Given):
    """Whom to contact."""

    customer: Key


class TransferIn(Given):
    """To whom, why, and what he should know."""

    to: Key
    reason: Words = ""
    note: Words = ""


class EndIn(Given):
    """Why it ends."""

    reason: Words = ""


class LabelsIn(Given):
    """The conversation's labels from now on."""

    labels: Annotated[list[Key], Field(max_length=20)]


class SnoozeIn(Given):
    """Until when (ms UTC); null brings it back."""

    until: Moment | None


class MarkIn(Given):
    """One's own marks; what is left out stays."""

    pinned: bool | None = None
    starred: bool | None = None


class RecallIn(Given):
    """Which line."""

    seq: Annotated[int, Field(ge=0, lt=2**31)]


class BulkIn(Given):
    """What to do with many conversations."""

    ids: Annotated[list[Key], Field(min_length=1, max_length=500)]
    do: Literal["end", "transfer", "queue"]
    to: Key = "queue"
    reason: Words = ""
    note: Words = ""


class HandOverIn(Given):
    """To whom all of one's conversations go, with a note."""

    to: Key
    note: Words = ""


class BlockIn(Given):
    """Why, and until when (null: until let in again)."""

    reason: Words
    until: Moment | None = None


class LabelIn(Given):
    """A label."""

    name: Annotated[str, Field(max_length=40)]
    color: Annotated[str, Field(max_length=20)]
