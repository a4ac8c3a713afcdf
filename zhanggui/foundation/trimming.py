"""The delivery log forgets what nobody can ask for any more."""

from sqlalchemy import delete, func, select

from zhanggui.foundation.clock import DAY
from zhanggui.foundation.database.schema import event_log
from zhanggui.foundation.database.tx import Tx

AT_ONCE = 5_000


def do_trim_log(tx: Tx, *, days: int) -> int:
    """Delete up to 5,000 changes older than `days`; returns how many (more may be left: short transactions)."""
    oldest = tx.scalar(select(func.min(event_log.c.n)))
    if oldest is None:
        return 0
    old = (event_log.c.n < int(str(oldest)) + AT_ONCE) & (event_log.c.at < tx.now - days * DAY)
    return tx.execute(delete(event_log).where(old)).rowcount
