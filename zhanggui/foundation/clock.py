"""Time: UTC milliseconds inside, the shop's zone only at the edge."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now_ms() -> int:
    """Return the present as milliseconds since 1970 in UTC."""
    return time.time_ns() // 1_000_000


def to_datetime(at: int, *, zone: str = "UTC") -> datetime:
    """Return the moment `at` (ms UTC) as an aware datetime in `zone` (an IANA name)."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))


def from_datetime(moment: datetime) -> int:
    """Return an aware datetime as milliseconds UTC; a naive one is a programming error (ValueError)."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place in time")
    return round(moment.timestamp() * 1000)
