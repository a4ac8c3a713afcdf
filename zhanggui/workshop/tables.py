"""What the cellar keeps: who does which job at present."""

from sqlalchemy import Column, Table, Text

from zhanggui.foundation.database import Instant, metadata

job_lease = Table(
    "job_lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
)
"""A job belongs to one server process at a time; when that one dies, the lease runs out and another takes it over."""
