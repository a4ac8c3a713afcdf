"""Everything that is read in the customers room."""

from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import or_, select

from zhanggui.customers import rules
from zhanggui.customers.shapes import Card, CustomerView, Remark, Trade, VisitorIdentity
from zhanggui.customers.tables import customer, customer_tag, remark
from zhanggui.customers.tables import visitor as visitors
from zhanggui.foundation.database import AnyRow, Rx, has_part
from zhanggui.foundation.ids import CustomerId, ShopId, VisitorId, is_id
from zhanggui.foundation.masking import TAIL, mask_address, mask_phone

_card = select(
    customer.c.id, customer.c.shop, customer.c.name, customer.c.avatar, customer.c.known, customer.c.trade,
    customer.c.merged_into,
)  # fmt: skip
_NO_SECRET: Final = "0" * 64
FOUND: Final = 50


def card(rx: Rx, customer_id: str) -> Card | None:
    """Return what a list needs of a customer (the known one, if he was merged), or None."""
    row = rx.one(_card.where(customer.c.id == customer_id))
    if row is not None and row.merged_into is not None:
        row = rx.one(_card.where(customer.c.id == row.merged_into))
    if row is None:
        return None
    return Card(CustomerId(row.id), ShopId(row.shop), row.name, row.avatar, bool(row.known), row.trade)


def current(rx: Rx, customer_id: str) -> CustomerId | None:
    """Return the id of the customer this one is now: himself, or the known one he was joined with; None if nobody."""
    row = rx.one(select(customer.c.id, customer.c.merged_into).where(customer.c.id == customer_id))
    return None if row is None else CustomerId(row.merged_into or row.id)


def view(rx: Rx, customer_id: str) -> CustomerView | None:
    """Return a customer as the desk sees him, personal data masked, or None."""
    row = _row(rx, customer_id)
    if row is not None and row.merged_into is not None:
        row = _row(rx, row.merged_into)
    return None if row is None else _view(row, _tags(rx, row.id), remarks(rx, row.id))


def remarks(rx: Rx, customer_id: str) -> list[Remark]:
    """Return the desk's remarks on a customer, newest first."""
    c = remark.c
    query = select(c.id, c.at, c.by, c.name, c.text).where(c.customer == customer_id).order_by(c.at.desc(), c.id.desc())
    return [Remark(**row._mapping) for row in rx.all(query)]


def one_remark(rx: Rx, customer_id: str, remark_id: str) -> Remark | None:
    """Return this remark on this customer, or None."""
    c = remark.c
    query = select(c.id, c.at, c.by, c.name, c.text).where(c.customer == customer_id, c.id == remark_id)
    row = rx.one(query)
    return None if row is None else Remark(**row._mapping)


def personal(rx: Rx, customer_id: str) -> Mapping[str, str] | None:
    """Return phone and address in full, for `do_reveal` only."""
    query = select(customer.c.phone, customer.c.city, customer.c.address).where(customer.c.id == customer_id)
    row = rx.one(query)
    if row is None:
        return None
    return {"phone": row.phone, "address": " ".join(part for part in (row.city, row.address) if part)}


def profile_of(rx: Rx, customer_id: str) -> dict[str, str]:
    """Return the profile as it is kept."""
    found = rx.scalar(select(customer.c.profile).where(customer.c.id == customer_id))
    return cast("dict[str, str]", found or {})


def known_as(rx: Rx, shop: str, external_id: str) -> CustomerId | None:
    """Return the customer whom the shop calls `external_id`, or None."""
    query = select(customer.c.id).where(
        customer.c.shop == shop, customer.c.external_id == external_id, customer.c.merged_into.is_(None)
    )
    found = rx.scalar(query)
    return None if found is None else CustomerId(str(found))


def visitor_row(rx: Rx, visitor_id: str) -> AnyRow | None:
    """Return the browser's row with who it is now, forgotten ones too."""
    query = select(
        visitors.c.id, visitors.c.shop, visitors.c.customer, visitors.c.secret_hash, visitors.c.forgotten_at,
        visitors.c.language, visitors.c.page, customer.c.known, customer.c.external_id, customer.c.merged_into,
        customer.c.seen_at,
    ).join(customer, customer.c.id == visitors.c.customer)  # fmt: skip
    return rx.one(query.where(visitors.c.id == visitor_id))


def visitor_of(rx: Rx, visitor_id: str) -> VisitorIdentity | None:
    """Return who a browser is now, or None when it is unknown or was forgotten."""
    row = visitor_row(rx, visitor_id)
    return None if row is None or row.forgotten_at is not None else _identity(row)


def visitor(rx: Rx, token: str) -> VisitorIdentity | None:
    """Return who stands behind a visitor's token, or None: unknown, forged, or forgotten since."""
    visitor_id, _, secret = token.partition(".")
    row = visitor_row(rx, visitor_id) if is_id(visitor_id, "v") else None
    same = rules.is_secret(secret, _NO_SECRET if row is None else row.secret_hash)
    return None if row is None or not same or row.forgotten_at is not None else _identity(row)


def _identity(row: AnyRow) -> VisitorIdentity:
    return VisitorIdentity(VisitorId(row.id), CustomerId(row.merged_into or row.customer), ShopId(row.shop))


def find(rx: Rx, text: str, *, limit: int = FOUND, skip: int = 0) -> list[Card]:
    """Return customers whose name contains `text`, or whose phone ends in these four digits, or whose id in the
    shop it is; last seen first."""
    c = customer.c
    wanted = [has_part(c.name, text), c.external_id == text]
    if len(text) >= TAIL and text.isdigit():
        wanted.append((c.phone_tail == text[-TAIL:]) & c.phone.endswith(text))
    query = _card.where(c.merged_into.is_(None), or_(*wanted)).order_by(c.seen_at.desc(), c.id).limit(limit)
    found = rx.all(query.offset(skip))
    return [Card(CustomerId(r.id), ShopId(r.shop), r.name, r.avatar, bool(r.known), r.trade) for r in found]


def _row(rx: Rx, customer_id: str) -> AnyRow | None:
    return rx.one(select(customer).where(customer.c.id == customer_id))


def _tags(rx: Rx, customer_id: str) -> list[str]:
    query = select(customer_tag.c.tag).where(customer_tag.c.customer == customer_id)
    return sorted(str(tag) for tag in rx.execute(query).scalars())


def _view(row: AnyRow, tags: list[str], notes: list[Remark]) -> CustomerView:
    return CustomerView(
        id=row.id, shop=row.shop, name=row.name, avatar=row.avatar, known=bool(row.known),
        external_id=row.external_id, level=row.level, phone=mask_phone(row.phone), city=row.city,
        address=mask_address(row.address), profile=row.profile, tags=tags, remarks=notes,
        trade=cast("Trade | None", row.trade), orders_count=row.orders_count, spent=f"{row.spent:.2f}",
        created_at=row.created_at, seen_at=row.seen_at, blocked=bool(row.blocked),
    )  # fmt: skip
