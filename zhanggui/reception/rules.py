"""Whom a conversation goes to: a pure decision that explains itself. (Fuller routing takes the same place later.)"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent as the decision sees him."""

    agent: str
    online: bool
    open: int
    capacity: int
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets it (None: the queue) and why, one reason for each agent looked at."""

    agent: str | None
    reasons: tuple[str, ...]


def choose_agent(candidates: Sequence[Candidate], *, group: str | None = None, not_for: str = "") -> Decision:
    """Choose the online agent (of the group, if one is wanted) with the fewest open conversations within capacity.

    Equal load goes to the one with more room left, then by id, so that the same situation always decides alike.
    """
    reasons: list[str] = []
    fit: list[Candidate] = []
    for one in candidates:
        if not one.online:
            reasons.append(f"{one.agent}: not online")
        elif one.agent == not_for:
            reasons.append(f"{one.agent}: returned it to the queue")
        elif group is not None and group not in one.groups:
            reasons.append(f"{one.agent}: not in the group")
        elif one.open >= one.capacity:
            reasons.append(f"{one.agent}: full ({one.open}/{one.capacity})")
        else:
            fit.append(one)
            reasons.append(f"{one.agent}: {one.open}/{one.capacity} open")
    best = min(fit, key=lambda one: (one.open, -(one.capacity - one.open), one.agent), default=None)
    return Decision(None if best is None else best.agent, tuple(reasons))
