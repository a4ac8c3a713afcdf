"""The audit log: who did what to whose rights and personal data, when, and from where. Only ever appended to."""

from collections.abc import Mapping
from typing import Protocol

from zhanggui.foundation.database.schema import audit_log
from zhanggui.foundation.database.tx import Tx
from zhanggui.foundation.ids import new_id


class Actor(Protocol):
    """Whoever acts: a signed-in agent, or the command line."""

    @property
    def agent(self) -> str:
        """The agent's id, or "system"."""
        ...

    @property
    def name(self) -> str:
        """His name at that time."""
        ...

    @property
    def address(self) -> str:
        """Where the request came from."""
        ...


class SystemActor:
    """The server itself, or a person at its command line."""

    agent = "system"
    name = "system"
    address = "local"


class CommandLine(SystemActor):
    """A person at the command line of this machine: he holds the data folder, so he may do everything."""

    name = "command line"


def note(tx: Tx, actor: Actor, action: str, *, object_id: str = "", detail: Mapping[str, object] | None = None) -> None:
    """Append one line to the audit log, in the same transaction as what it tells of. Never put a secret in `detail`."""
    tx.execute(
        audit_log.insert().values(
            id=new_id("x", at=tx.now),
            at=tx.now,
            actor=str(actor.agent),
            actor_name=actor.name,
            action=action,
            object=object_id,
            detail=dict(detail or {}),
            address=actor.address,
        )
    )
