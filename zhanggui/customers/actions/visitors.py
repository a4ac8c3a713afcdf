"""Browsers and who they turn out to be: let in, recognised, identified by the shop, forgotten at logout."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from zhanggui.customers import events, queries, rules
from zhanggui.customers.shapes import CustomerView, Identified, Merged, NewVisitor
from zhanggui.customers.tables import customer, customer_tag, remark, visitor
from zhanggui.foundation.clock import MINUTE
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import NotFound, Unauthenticated
from zhanggui.foundation.ids import CustomerId, VisitorId, new_id
from zhanggui.foundation.masking import phone_tail
from zhanggui.foundation.texts import plain_line
from zhanggui.foundation.words import say

SEEN_AFTER: Final = MINUTE
"""`seen_at` moves in steps of a minute, so that a restless page is not an event each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """What the shop says of a customer; texts are cleaned by the action, what is empty does not replace anything."""

    external_id: str
    name: str
    level: str = ""
    phone: str = ""
    city: str = ""
    address: str = ""
    avatar: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)


def do_make_visitor(tx: Tx, shop: str, *, language: str = "zh-CN", page: Mapping[str, object] | None = None) -> NewVisitor:  # fmt: skip  # noqa: E501
    """Let a new browser in as an anonymous customer of `shop`; the caller has seen to it that the shop exists."""
    customer_id = CustomerId(new_id("u", at=tx.now))
    name = say("customers.visitor_name", language, tail=customer_id[-4:].upper())
    _insert_customer(tx, customer_id, shop, name=name)
    made = _insert_visitor(tx, shop, customer_id, language=language, page=page or {})
    _tell(tx, customer_id)
    return made


def do_see_visitor(tx: Tx, visitor_id: str, *, language: str, page: Mapping[str, object] | None = None) -> None:
    """A known browser is back, or went on to another page."""
    row = queries.visitor_row(tx, visitor_id)
    if row is None or row.forgotten_at is not None:
        raise NotFound("customers.token")
    seen = {"seen_at": tx.now, "language": language[:16], "page": dict(page or row.page)}
    tx.execute(visitor.update().where(visitor.c.id == visitor_id).values(seen))
    if row.seen_at + SEEN_AFTER <= tx.now:
        tx.execute(customer.update().where(customer.c.id == row.customer).values(seen_at=tx.now))
        _tell(tx, row.customer)


def do_identify(tx: Tx, visitor_id: str, external_id: str, name: str) -> Identified:
    """The shop vouches that this browser is its customer `external_id`; only ever called with verified claims.

    An anonymous customer becomes that person, or is joined with him when he is known already (`merged`). A browser
    that was somebody else (nobody signed out) becomes a new visitor: two known people are never made one.
    """
    row = queries.visitor_row(tx, visitor_id)
    if row is None or row.forgotten_at is not None:
        raise Unauthenticated("customers.token")
    who = KnownCustomer(external_id=external_id, name=name)
    if row.known and row.external_id != external_id:
        return _switch_person(tx, visitor_id, row.shop, who, language=row.language)
    known = queries.known_as(tx, row.shop, external_id)
    merged = None
    if known is None:
        known = CustomerId(row.customer)
        tx.execute(customer.update().where(customer.c.id == known).values(known=1, external_id=external_id))
    elif known != row.customer:
        merged = CustomerId(row.customer)
        _join(tx, merged, known)
    secret = _renew(tx, visitor_id, known)
    _refresh(tx, known, who)
    view = _tell(tx, known)
    if merged is not None:
        tx.announce(events.customer_merged(view, Merged(former=merged, into=known, shop=row.shop)))
    return Identified(visitor=VisitorId(visitor_id), customer=known, merged=merged, secret=secret)


def do_make_known(tx: Tx, shop: str, who: KnownCustomer) -> CustomerId:
    """Return the shop's own customer, made or refreshed: for its store, imports and adapters, not for browsers."""
    known = queries.known_as(tx, shop, who.external_id)
    if known is None:
        known = CustomerId(new_id("u", at=tx.now))
        _insert_customer(tx, known, shop, name=rules.clean_name(who.name))
        tx.execute(customer.update().where(customer.c.id == known).values(known=1, external_id=who.external_id))
    _refresh(tx, known, who)
    _tell(tx, known)
    return known


def do_forget(tx: Tx, visitor_id: str) -> NewVisitor:
    """The person signed out: this browser's token is worth nothing any more, a fresh anonymous visitor takes over."""
    row = queries.visitor_row(tx, visitor_id)
    if row is None or row.forgotten_at is not None:
        raise Unauthenticated("customers.token")
    _let_go(tx, visitor_id)
    return do_make_visitor(tx, row.shop, language=row.language)


# ---------------------------------------------------------------- steps


def _switch_person(tx: Tx, visitor_id: str, shop: str, who: KnownCustomer, *, language: str) -> Identified:
    _let_go(tx, visitor_id)
    known = do_make_known(tx, shop, who)
    made = _insert_visitor(tx, shop, known, language=language, page={})
    return Identified(visitor=made.visitor, customer=known, merged=None, secret=made.secret)


def _join(tx: Tx, former: CustomerId, known: CustomerId) -> None:
    """Move what the desk keeps of the anonymous one to the known one; his own row stays as a signpost."""
    tx.execute(customer.update().where(customer.c.id == former).values(merged_into=known))
    tx.execute(visitor.update().where(visitor.c.customer == former).values(customer=known))
    tx.execute(remark.update().where(remark.c.customer == former).values(customer=known))
    have = select(customer_tag.c.tag).where(customer_tag.c.customer == known)
    doubled = (customer_tag.c.customer == former) & customer_tag.c.tag.in_(have)
    tx.execute(customer_tag.delete().where(doubled))
    tx.execute(customer_tag.update().where(customer_tag.c.customer == former).values(customer=known))
    profile = queries.profile_of(tx, former) | queries.profile_of(tx, known)
    born = select(func.min(customer.c.created_at)).where(customer.c.id.in_((former, known))).scalar_subquery()
    tx.execute(customer.update().where(customer.c.id == known).values(profile=profile, created_at=born))


def _refresh(tx: Tx, known: CustomerId, who: KnownCustomer) -> None:
    given = {"level": plain_line(who.level), "city": plain_line(who.city), "address": plain_line(who.address)}
    values: dict[str, object] = {key: text for key, text in given.items() if text}
    if who.phone:
        values |= {"phone": plain_line(who.phone), "phone_tail": phone_tail(who.phone)}
    if who.avatar:
        values["avatar"] = who.avatar
    if who.profile:
        values["profile"] = queries.profile_of(tx, known) | rules.clean_profile(who.profile)
    tx.execute(customer.update().where(customer.c.id == known).values(values | {"seen_at": tx.now}))
    unnamed = (customer.c.id == known) & (customer.c.named == 0)
    tx.execute(customer.update().where(unnamed).values(name=rules.clean_name(who.name)))


def _let_go(tx: Tx, visitor_id: str) -> None:
    tx.execute(visitor.update().where(visitor.c.id == visitor_id).values(forgotten_at=tx.now))
    tx.announce(events.visitor_changed(visitor_id))


def _renew(tx: Tx, visitor_id: str, known: CustomerId) -> str:
    secret = secrets.token_urlsafe(32)
    values = {"secret_hash": rules.secret_hash(secret), "customer": known, "seen_at": tx.now}
    tx.execute(visitor.update().where(visitor.c.id == visitor_id).values(values))
    tx.announce(events.visitor_changed(visitor_id))
    return secret


def _insert_customer(tx: Tx, customer_id: CustomerId, shop: str, *, name: str) -> None:
    tx.execute(
        customer.insert().values(
            id=customer_id, shop=shop, name=name, named=0, avatar="", known=0, level="", phone="", phone_tail="",
            city="", address="", profile={}, orders_count=0, spent=Decimal(0), blocked=0, created_at=tx.now,
            seen_at=tx.now,
        )
    )  # fmt: skip


def _insert_visitor(
    tx: Tx, shop: str, customer_id: CustomerId, *, language: str, page: Mapping[str, object]
) -> NewVisitor:
    secret = secrets.token_urlsafe(32)
    made = NewVisitor(VisitorId(new_id("v", at=tx.now)), customer_id, secret)
    tx.execute(
        visitor.insert().values(
            id=made.visitor, shop=shop, customer=customer_id, secret_hash=rules.secret_hash(secret),
            language=language[:16], page=dict(page), created_at=tx.now, seen_at=tx.now,
        )
    )  # fmt: skip
    return made


def _tell(tx: Tx, customer_id: str) -> CustomerView:
    view = queries.view(tx, customer_id)
    assert view is not None  # noqa: S101  written above, in this transaction
    tx.announce(events.customer_changed(view))
    return view
