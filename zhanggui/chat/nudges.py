"""How often a customer may shake the desk's window: once in a while, whatever number of pages he has open."""

from collections import OrderedDict

from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.errors import Invalid

KEPT = 10_000


class Nudges:
    """The last nudge of each customer, in memory, per process, bounded."""

    def __init__(self, *, seconds: int) -> None:
        self._pause = seconds * SECOND
        self._last: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def take(self, customer: str, client_id: str, *, now: int) -> None:
        """Count a nudge, or refuse one that comes too soon; one that is sent again is the same one."""
        last = self._last.get(customer)
        if last is not None and last[0] != client_id and now - last[1] < self._pause:
            raise Invalid("chat.nudge_too_soon")
        if last is None or last[0] != client_id:
            self._last[customer] = (client_id, now)
            self._last.move_to_end(customer)
        if len(self._last) > KEPT:
            self._last.popitem(last=False)
