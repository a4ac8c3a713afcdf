"""One conversation told again, line by line, through the chat room's own counters and hash chain. No database here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import msgspec

from zhanggui.chat.lines import Spoken, place
from zhanggui.chat.state import State
from zhanggui.customers.shapes import Card
from zhanggui.demo import content
from zhanggui.demo.photos import Kept
from zhanggui.foundation.clock import MINUTE, SECOND
from zhanggui.foundation.ids import new_id
from zhanggui.foundation.words import say
from zhanggui.store.shapes import ProductView

QUIET: Final = 30 * MINUTE
"""After so long without a line a conversation ended by itself."""

CardBody = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who talks, about what, and whether it is over."""

    key: str
    shop: str
    shop_name: str
    customer: Card
    agent: str | None
    agent_name: str
    group: str | None
    product: ProductView | None
    order: CardBody | None
    ended: bool
    labels: list[str]
    now: int


@dataclass(slots=True)
class Told:
    """What is to be written: the conversation, its lines, its attachments."""

    state: State
    latest: int = 0
    lines: list[tuple[object, ...]] = field(default_factory=list)
    files: list[dict[str, object]] = field(default_factory=list)


def duration(lines: list[content.Spoken]) -> int:
    """Return how long the lines took, in ms."""
    return round(sum(line.after for line in lines) * SECOND)


def tell(setting: Setting, lines: list[content.Spoken], begun: int, photos: Mapping[str, Kept]) -> Told:
    """Return the conversation that begins at `begun` (ms UTC)."""
    told = Told(_empty(setting, begun))
    at, assigned = begun, setting.agent is None
    for line in lines:
        at += round(line.after * SECOND)
        if line.by in ("a", "note") and not assigned:
            _system(told, setting, "assigned", at - SECOND, name=setting.agent_name, agent=setting.agent or "")
            assigned = True
        _say(told, setting, line, at, photos)
    if not assigned:
        _system(told, setting, "assigned", at, name=setting.agent_name, agent=setting.agent or "")
    elif setting.agent is None:
        _system(told, setting, "queued", at)
    if setting.ended:
        _end(told, setting, at)
    return told


def _empty(setting: Setting, begun: int) -> State:
    conversation = new_id("c", at=begun)
    who = setting.customer
    return State(
        id=conversation, shop=setting.shop, customer=who.id, name=who.name, avatar=who.avatar, known=int(who.known),
        trade=who.trade, blocked=0, state="open", channel="widget", group_id=setting.group, assignee=setting.agent,
        opened_at=begun, ended_at=None, ended_by=None, last_seq=0, last_at=begun, last_sender="", last_kind="",
        last_text="", waiting_since=None, unanswered=0, unread=0, desk_read=0, customer_read=0,
        labels=msgspec.json.encode(setting.labels).decode(), snoozed_until=None,
        digest=hashlib.sha256(conversation.encode()).digest(),
    )  # fmt: skip


def _say(told: Told, setting: Setting, line: content.Spoken, at: int, photos: Mapping[str, Kept]) -> None:
    sender, by, name = _speaker(setting, line)
    author = by or told.state.id
    kind, body = "text", None
    if line.by == "note":
        kind = "note"
    elif line.card is not None:
        kind, body = line.card, _body(told, setting, line, at, photos, author=author)
    if kind in ("product", "order") and body is None:
        return
    spoken = Spoken(
        sender=sender, by=by, name=name, kind=kind, text=line.text, author=author,
        client_id=f"demo-{setting.key}-{told.state.last_seq + 1}", body=body, desk_only=int(line.by == "note"),
    )  # fmt: skip
    _place(told, spoken, at)


def _speaker(setting: Setting, line: content.Spoken) -> tuple[str, str, str]:
    if line.by == "c":
        return "customer", setting.customer.id, setting.customer.name
    if line.by == "auto":
        return "auto", "", setting.shop_name
    return "agent", setting.agent or "", setting.agent_name


def _body(
    told: Told, setting: Setting, line: content.Spoken, at: int, photos: Mapping[str, Kept], *, author: str
) -> str | None:
    if line.card == "product" and setting.product is not None:
        view = setting.product
        card = {"product": view.id, "name": view.name, "price": view.price, "picture": view.picture}
        return msgspec.json.encode(card).decode()
    if line.card == "order" and setting.order is not None:
        return msgspec.json.encode(setting.order).decode()
    if line.card == "image":
        return _photo(told, setting, photos[line.pic], at, owner=author)
    return None


def _photo(told: Told, setting: Setting, kept: Kept, at: int, *, owner: str) -> str:
    prepared = kept.prepared
    row: dict[str, object] = {
        "id": new_id("f", at=at), "shop": setting.shop, "conversation": told.state.id, "owner": owner,
        "kind": prepared.kind, "type": prepared.type, "name": prepared.name, "size": len(prepared.data),
        "width": prepared.width, "height": prepared.height, "store": kept.store, "at": at,
    }  # fmt: skip
    told.files.append(row)
    # the chat room finds a line by its file, so that comes first in the body
    body = {"file": row["id"], **{name: row[name] for name in ("type", "name", "size", "width", "height")}}
    return msgspec.json.encode(body).decode()


def _system(told: Told, setting: Setting, code: str, at: int, **args: str) -> None:
    spoken = Spoken(
        sender="system", by="", name="", kind="system", text=say(f"line.{code}", **args), author=told.state.id,
        client_id=f"s{told.state.last_seq + 1}", body=msgspec.json.encode({"code": code, **args}).decode(),
    )  # fmt: skip
    _place(told, spoken, min(at, setting.now))


def _place(told: Told, spoken: Spoken, at: int) -> None:
    salt = hashlib.sha256(f"{spoken.author}/{spoken.client_id}".encode()).digest()[:16]
    told.latest = max(told.latest, at)
    _, row = place(told.state, spoken, told.latest, salt)
    told.lines.append(row)


def _end(told: Told, setting: Setting, at: int) -> None:
    """Ended by whoever had the last word: the agent by hand a little later, or time."""
    state = told.state
    by_agent = state.last_sender == "agent"
    ended_at = min(at + (3 * MINUTE if by_agent else QUIET), setting.now)
    by = cast(str, setting.agent) if by_agent else "time"
    state.state, state.ended_at, state.ended_by = "ended", ended_at, by
    state.waiting_since, state.unread, state.desk_read = None, 0, state.last_seq
    _system(told, setting, "ended", ended_at, by=by, reason="")
