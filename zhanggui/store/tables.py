"""What the store room keeps: shops, shipping templates, products with their variants, orders with lines and events."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from zhanggui.foundation.database import Instant, Json, Money, metadata

shop = Table(
    "shop",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("slogan", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("greeting", Text, nullable=False),
    Column("privacy_notice", Text, nullable=False),
    Column("allowed_origins", Json, nullable=False),
    Column("identity_secret", Text, nullable=False),
    Column("shopper_key", Text, nullable=False),
    Column("settings", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""A shop. `identity_secret` signs whom the shop vouches for, `shopper_key` the storefront's own cookies."""

shipping_template = Table(
    "shipping_template",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("fee", Money, nullable=False),
    Column("free_from", Money),
    Column("remote_fee", Money, nullable=False),
)
"""What sending costs: `fee` unless the goods reach `free_from`; regions far away pay `remote_fee` in any case."""

product = Table(
    "product",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("price", Money, nullable=False),
    Column("picture", Text, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("details", Json, nullable=False),
    Column("template", Text, ForeignKey("shipping_template.id"), nullable=False),
    Column("on_sale", SmallInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_product_shop", "shop", "position"),
)
"""Something for sale. `price` is the lowest of its variants; `details`: English texts, size table, questions."""

variant = Table(
    "variant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("product", Text, ForeignKey("product.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("price", Money, nullable=False),
    Column("stock", Integer, nullable=False),
    UniqueConstraint("product", "position"),
    CheckConstraint("stock >= 0", name="stock"),
)
"""What is really bought: a colour and size. Stock is taken when the order is placed and can never fall below 0."""

trade_order = Table(
    "trade_order",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False),
    Column("customer", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("amount", Money, nullable=False),
    Column("shipping_fee", Money, nullable=False),
    Column("discount", Money, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("phone_tail", Text, nullable=False, index=True),
    Column("region", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("remark", Text, nullable=False),
    Column("flag", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("shipped_at", Instant),
    Column("completed_at", Instant),
    Column("closed_at", Instant),
    UniqueConstraint("shop", "customer", "request"),
    Index("ix_trade_order_customer", "customer", "placed_at"),
    Index("ix_trade_order_state", "state", "placed_at"),
)
"""An order. `request` is the buyer's own key for placing it: the same one twice is one order. `note` is his,
`remark` and `flag` (a colour) are the desk's."""

order_line = Table(
    "order_line",
    metadata,
    Column("order_id", Text, ForeignKey("trade_order.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("product", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("variant_name", Text, nullable=False),
    Column("picture", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", Money, nullable=False),
)
"""What was bought, as it was named and priced at that moment."""

order_event = Table(
    "order_event",
    metadata,
    Column("order_id", Text, ForeignKey("trade_order.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""What happened to an order, in time. `kind` is the state it led to; `by` customer, system, or an agent's id."""
