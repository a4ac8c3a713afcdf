"""Column types that mean the same on both engines, the tables of the ground, and the one MetaData of all rooms."""

import json
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Integer, MetaData, Numeric, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Instant = BigInteger
"""A moment: milliseconds since 1970, UTC."""


class Money(TypeDecorator[Decimal]):
    """An exact amount with two decimals: NUMERIC(14,2) on PostgreSQL, text on SQLite (which would make it a float)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal] | TypeEngine[str]:
        """Choose the column type by engine."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(Numeric(14, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        """Store with exactly two decimals."""
        if value is None:
            return None
        exact = Decimal(value).quantize(Decimal("0.01"))
        return str(exact) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        """Return a Decimal, whatever the driver gave."""
        return None if value is None else Decimal(str(value))


class Json(TypeDecorator[object]):
    """JSON kept as text, so that what was written comes back unchanged on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write compactly, Chinese as Chinese."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        """Read back what was written."""
        return None if value is None else json.loads(str(value))


event_log = Table(
    "event_log",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""The delivery log: every announced change in commit order, kept for `event_days`."""

event_counter = Table(
    "event_counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
)
"""One row (id 1): the number of the last committed change."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", Text, nullable=False, index=True),
    Column("actor_name", Text, nullable=False),
    Column("action", Text, nullable=False, index=True),
    Column("object", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("address", Text, nullable=False),
)
"""Everything that concerns rights and personal data: who, what, when, from where. Only ever appended to."""

house_key = Table(
    "house_key",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Keys that this installation signs with (links to files); every process has the same."""
