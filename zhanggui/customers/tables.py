"""What the customers room keeps: customers, the browsers they come with, their tags and the desk's remarks."""

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, text

from zhanggui.foundation.database import Instant, Json, Money, metadata

_IS_KNOWN = text("external_id IS NOT NULL AND merged_into IS NULL")

customer = Table(
    "customer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("named", SmallInteger, nullable=False),
    Column("avatar", Text, nullable=False),
    Column("known", SmallInteger, nullable=False),
    Column("external_id", Text),
    Column("level", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("phone_tail", Text, nullable=False, index=True),
    Column("city", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("profile", Json, nullable=False),
    # what the store room knows of his orders; kept equal by a reaction to `order.changed`
    Column("trade", Text),
    Column("orders_count", Integer, nullable=False),
    Column("spent", Money, nullable=False),
    Column("blocked", SmallInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("merged_into", Text),
    Index("ix_customer_external", "shop", "external_id", unique=True, sqlite_where=_IS_KNOWN,
          postgresql_where=_IS_KNOWN),
)  # fmt: skip
"""A person who writes or buys. Anonymous until the shop vouches for him (`known`, `external_id` = his name there).
`named`: the desk gave the name, so a login does not take it back. `merged_into` of a former anonymous names the known
customer he turned out to be; that one is never merged himself."""

visitor = Table(
    "visitor",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("customer", Text, ForeignKey("customer.id"), nullable=False, index=True),
    Column("secret_hash", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("page", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("forgotten_at", Instant),
)
"""A browser with the widget. What it carries is `id.secret`; only the SHA-256 of the 256-bit secret is kept."""

customer_tag = Table(
    "customer_tag",
    metadata,
    Column("customer", Text, ForeignKey("customer.id"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("ix_customer_tag_tag", "tag"),
)
"""Words the desk has put on a customer (老客, 敏感肌 …)."""

remark = Table(
    "remark",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer", Text, ForeignKey("customer.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""What the desk wants to remember of a contact; customers never see it."""
