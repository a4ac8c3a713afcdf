"""What the team room does by itself."""

from zhanggui.foundation.database import Database
from zhanggui.team import actions
from zhanggui.team.door import Policy


async def sweep(database: Database, policy: Policy) -> int:
    """End sessions past their time (their sockets close) and forget old failures; each minute. Returns how many."""
    return await database.write(actions.do_sweep, idle=policy.idle)
