"""What is made from other tables and can be made anew any time: created with them, emptied with them, never copied.

A room registers its own; the ground creates and empties without knowing what it is. Backups and moves leave it out,
and its tables stand outside the one MetaData, so that the schema's comparison does not see them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Derived:
    """Something derived: `create` (harmless when it is there) and `clear` (harmless when it is not)."""

    name: str
    create: Callable[[Connection], None]
    clear: Callable[[Connection], None]


_derived: dict[str, Derived] = {}


def register_derived(one: Derived) -> None:
    """Let `one` be created and emptied with the tables."""
    _derived[one.name] = one


def create_derived(connection: Connection) -> None:
    """Create everything derived."""
    for one in _derived.values():
        one.create(connection)


def clear_derived(connection: Connection) -> None:
    """Empty everything derived; it is made anew when the server next runs."""
    for one in _derived.values():
        one.clear(connection)
