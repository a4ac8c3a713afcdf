"""How often strangers may ask for what costs something: in memory, per process, bounded."""

import time
from collections import OrderedDict

from zhanggui.foundation.errors import TooMany
from zhanggui.realtime.peer import Bucket

KEPT = 20_000


class Pace:
    """A bucket per key; the longest unused are forgotten."""

    def __init__(self, factor: float = 1.0) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._factor = factor

    def take(self, key: str, *, rate: float, burst: float) -> None:
        """Count one, or refuse with the time to wait."""
        bucket = self._buckets.pop(key, None) or Bucket(rate * self._factor, burst * self._factor)
        self._buckets[key] = bucket
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        wait = bucket.wait(time.monotonic())
        if wait > 0:
            raise TooMany("channels.too_many", retry_after=wait)
