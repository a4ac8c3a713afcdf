"""Keys that the house signs with: made once, the same in every process."""

import secrets

from sqlalchemy import select

from zhanggui.foundation.database.schema import house_key
from zhanggui.foundation.database.tx import Tx


def do_key(tx: Tx, name: str) -> str:
    """Return the key of this name (256 random bits), made now if there is none yet."""
    found = tx.scalar(select(house_key.c.value).where(house_key.c.name == name))
    if found is not None:
        return str(found)
    value = secrets.token_urlsafe(32)
    tx.execute(house_key.insert().values(name=name, value=value, created_at=tx.now))
    return value
