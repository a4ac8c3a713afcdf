"""When things happened: the content says "3 days ago at 14:05", the shop's calendar says which moment that is."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zhanggui.foundation.clock import DAY, MINUTE, from_datetime, to_datetime


@dataclass(frozen=True, slots=True)
class Days:
    """The present, in the shop's zone."""

    now: int
    zone: str

    def at(self, days_ago: int, clock: str) -> int:
        """Return the moment `clock` (HH:MM) of the day so many days ago; it may lie ahead of now on day 0."""
        today = to_datetime(self.now, zone=self.zone)
        day = today.date() - timedelta(days=days_ago)
        return from_datetime(datetime.combine(day, time.fromisoformat(clock), today.tzinfo))

    def past(self, moment: int) -> int:
        """Return the moment, or a minute ago when it lies ahead."""
        return min(moment, self.now - MINUTE)


def days_back(days: Days, ends: list[int]) -> int:
    """Return how many days (as ms) a person's whole story is moved back so that none of it lies ahead of now.

    All of it moves together: what came after must stay after.
    """
    latest = max(ends, default=0)
    return 0 if latest < days.now else -(-(latest - days.now + 1) // DAY) * DAY
