"""The delivery log forgets what nobody can ask for any more."""

from sqlalchemy import delete, func, select

from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.database.tx import Tx

AT_ONCE = 5_000


def do_trim_log(tx: Tx, *, days: int) -> int:
    """Delete up to 5,000 changes older than `days`; returns how many (more may be left: short transactions).

    Always from the beginning and without a gap, whatever the clocks say: who reads the log goes by its numbers.
    """
    oldest = tx.scalar(select(func.min(event_log.c.n)))
    if oldest is None:
        return 0
    end = int(str(oldest)) + AT_ONCE
    young = (event_log.c.n < end) & (event_log.c.at >= tx.now - days * DAY)
    first = tx.scalar(select(func.min(event_log.c.n)).where(young))
    return tx.execute(delete(event_log).where(event_log.c.n < (end if first is None else first))).rowcount
