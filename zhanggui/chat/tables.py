"""Tables of the chat room."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from zhanggui.foundation.database import Instant, metadata

conversation = Table(
    "conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("customer", Text, nullable=False),
    # the customer as the list shows him; kept equal to the customers room by reactions
    Column("name", Text, nullable=False),
    Column("avatar", Text, nullable=False),
    Column("known", SmallInteger, nullable=False),
    Column("trade", Text),
    Column("blocked", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("group_id", Text),
    Column("assignee", Text),
    Column("opened_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Column("last_seq", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("last_sender", Text, nullable=False),
    Column("last_kind", Text, nullable=False),
    Column("last_text", Text, nullable=False),
    Column("waiting_since", Instant),
    Column("unanswered", Integer, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("desk_read", Integer, nullable=False),
    Column("customer_read", Integer, nullable=False),
    Column("labels", Text, nullable=False),
    Column("snoozed_until", Instant),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_conversation_one_open", "shop", "customer", unique=True, sqlite_where=text("state = 'open'"),
          postgresql_where=text("state = 'open'")),
    Index("ix_conversation_customer", "customer", "opened_at"),
    Index("ix_conversation_list", "state", "last_at"),
    Index("ix_conversation_assignee", "assignee", "state"),
)  # fmt: skip
"""A talk with one customer of one shop; at most one of them is open."""

message = Table(
    "message",
    metadata,
    Column("conversation", Text, ForeignKey("conversation.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("sender", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("body", Text),
    Column("quote", Text),
    # who may repeat himself: the visitor or agent and his own id for the line, whatever the conversation
    Column("author", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("claimed_at", Instant),
    Column("recalled_at", Instant),
    Column("desk_only", SmallInteger, nullable=False),
    Column("salt", LargeBinary),
    Column("text_hash", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("author", "client_id"),
)
"""One line. `sender` is customer, agent, auto or system; `by` the id of the person; lines are never edited."""

mark = Table(
    "mark",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("conversation", Text, ForeignKey("conversation.id"), primary_key=True),
    Column("pinned", SmallInteger, nullable=False),
    Column("starred", SmallInteger, nullable=False),
)
"""An agent's own marks on a conversation."""

draft = Table(
    "draft",
    metadata,
    Column("agent", Text, primary_key=True),
    Column("conversation", Text, ForeignKey("conversation.id"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""What an agent has begun to write."""

label = Table(
    "label",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("color", Text, nullable=False),
)
"""A label that conversations can carry."""

attachment = Table(
    "attachment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("conversation", Text),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("store", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_attachment_conversation", "conversation"),
)
"""A picture, file or video that was sent; `store` names its bytes in the data folder, `owner` who uploaded it."""

blocked_customer = Table(
    "blocked_customer",
    metadata,
    Column("customer", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", Instant),
)
"""Customers who may not write for a time, or until they are let in again."""
