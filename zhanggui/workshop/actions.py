"""Taking a job and giving it back."""

from sqlalchemy import delete, select, update

from zhanggui.foundation.database import Tx
from zhanggui.workshop.tables import job_lease


def do_claim(tx: Tx, name: str, *, holder: str, lease: int) -> bool:
    """Take or keep the job for `lease` ms; False while another process holds it."""
    row = tx.one(select(job_lease.c.holder, job_lease.c.until).where(job_lease.c.name == name))
    until = tx.now + lease
    if row is None:
        tx.execute(job_lease.insert().values(name=name, holder=holder, until=until))
        return True
    if row.holder != holder and row.until > tx.now:
        return False
    tx.execute(update(job_lease).where(job_lease.c.name == name).values(holder=holder, until=until))
    return True


def do_release(tx: Tx, *, holder: str) -> None:
    """Give every job of this process back: it ends in good order."""
    tx.execute(delete(job_lease).where(job_lease.c.holder == holder))
