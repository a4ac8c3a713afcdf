"""What actions and queries are given: a transaction that writes and announces, a snapshot that reads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Executable, Row

from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.events import Change, Reactions

AnyRow = Row[*tuple[Any, ...]]
Result = CursorResult[*tuple[Any, ...]]
Params = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
_READS = ("SELECT", "WITH", "PRAGMA", "SHOW")


class RawDriver(Protocol):
    """The driver under a connection, spoken to directly on hot paths; the same SQL with `?` on both engines."""

    dialect: str

    def rows(self, sql: str, params: Sequence[object]) -> list[tuple[object, ...]]:
        """Run one statement and return all its rows."""
        ...

    def run(self, sql: str, params: Sequence[object]) -> None:
        """Run one statement for its effect."""
        ...


class Rx:
    """A read-only snapshot: everything read through it is of one moment."""

    def __init__(self, connection: Connection, driver: RawDriver) -> None:
        self.connection = connection
        self.driver = driver
        self.dialect = driver.dialect
        self.now = now_ms()

    def execute(self, statement: Executable, params: Params = None) -> Result:
        """Run a SQLAlchemy Core statement."""
        return self.connection.execute(statement, params)

    def all(self, statement: Executable) -> Sequence[AnyRow]:
        """Return every row."""
        return self.execute(statement).all()

    def one(self, statement: Executable) -> AnyRow | None:
        """Return the first row, or None."""
        return self.execute(statement).first()

    def scalar(self, statement: Executable) -> object:
        """Return the first column of the first row, or None."""
        return self.execute(statement).scalar()

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run raw SQL (`?` placeholders on both engines) and return all rows: for hot paths only."""
        return self.driver.rows(sql, params)

    def number(self) -> int:
        """Return the number of the last change this snapshot contains: "snapshot taken, go on from here"."""
        found = self.driver.rows("SELECT n FROM event_counter WHERE id = 1", ())
        return int(found[0][0]) if found else 0  # type: ignore[call-overload]


class Tx(Rx):
    """A transaction in which actions write and announce. It is grouped with others and committed by the edge only."""

    def __init__(self, connection: Connection, driver: RawDriver, reactions: Reactions) -> None:
        super().__init__(connection, driver)
        self.changes: list[Change] = []
        self._callbacks: list[Callable[[], None]] = []
        self._callbacks_before = 0
        self._reactions = reactions
        self.wrote = False

    def execute(self, statement: Executable, params: Params = None) -> Result:
        """Run a SQLAlchemy Core statement; anything but a SELECT counts as a write."""
        if not getattr(statement, "is_select", False):
            self.wrote = True
        return super().execute(statement, params)

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run raw SQL and return all rows; what does not begin as a read counts as a write (`… RETURNING`)."""
        if not sql.startswith(_READS):
            self.wrote = True
        return self.driver.rows(sql, params)

    def run(self, sql: str, params: Sequence[object] = ()) -> None:
        """Run one raw statement for its effect."""
        self.wrote = True
        self.driver.run(sql, params)

    def announce(self, change: Change) -> None:
        """Store this change with the rows it changed, then let higher rooms react inside the same transaction."""
        self.wrote = True
        change.at = self.now
        self.changes.append(change)
        for reaction in self._reactions.to(change.kind):
            reaction(self, change)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run `callback` on the event loop once this is durable; a rollback drops it."""
        self._callbacks.append(callback)

    def begin_action(self) -> None:
        """Start the next action of the group: its own time, nothing written yet."""
        self.now = now_ms()
        self.wrote = False
        self._callbacks_before = len(self._callbacks)

    def drop_action(self) -> None:
        """Forget what an action that was refused before its first write wanted done after the commit."""
        del self._callbacks[self._callbacks_before :]

    def take_callbacks(self) -> list[Callable[[], None]]:
        """Return and forget the callbacks registered so far."""
        callbacks, self._callbacks = self._callbacks, []
        return callbacks
