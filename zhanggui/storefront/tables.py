"""What the storefront keeps: its buyers' accounts."""

from sqlalchemy import Column, ForeignKey, Table, Text, UniqueConstraint

from zhanggui.foundation.database import Instant, metadata

shopper = Table(
    "shopper",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False),
    Column("login", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("password", Text),
    Column("customer", Text, ForeignKey("customer.id"), nullable=False),
    Column("receiver", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("shop", "login"),
)
"""A buyer's account. Without a password it is a demo account: whoever opens the demo may be this person.
`receiver` is where the last order went (JSON), so that nobody types his address twice."""
