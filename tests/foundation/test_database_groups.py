"""Groups: what waits together is committed together, and one bad action never harms its neighbours."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exc

from tests.foundation.builders import (
    Groups,
    a_change,
    do_fail,
    do_jot,
    do_note,
    do_refuse,
    logged,
    notes,
    one_group,
    together,
)
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.database import tx as transactions
from zhanggui.foundation.database.base import Job
from zhanggui.foundation.errors import Conflict, Unavailable
from zhanggui.foundation.events import Change, Reactions


async def test_what_waits_together_is_committed_together(db: Database) -> None:
    groups = Groups(db)
    names = [f"n{i}" for i in range(20)]
    assert await together(db, *((do_note, name) for name in names)) == names
    assert [len(group) for group in groups] == [20]
    assert groups.numbers == list(range(1, 21))
    assert await db.read(logged) == list(enumerate(names, 1))


async def test_a_refusal_before_the_first_write_is_alone(db: Database) -> None:
    groups = Groups(db)
    one, refused, other = await together(db, (do_note, "one"), (do_refuse, "no"), (do_note, "other"))
    assert (one, other) == ("one", "other")
    assert isinstance(refused, Conflict)
    assert refused.code == "test.refused"
    assert [len(group) for group in groups] == [2], "neighbours stayed in one group"


def do_break_key(tx: Tx, name: str) -> None:
    """Write the same key twice."""
    do_note(tx, name)
    do_note(tx, name)


def do_crash(tx: Tx, name: str) -> None:
    """A fault of ours in the middle."""
    do_note(tx, name)
    raise ZeroDivisionError


def do_announce_unknown(tx: Tx, name: str) -> None:
    """Announce a kind that nobody declared: found out only when the group is numbered."""
    do_jot(tx, name)
    tx.announce(a_change(name, kind="test.never_declared"))


def do_bad_value(tx: Tx, name: str) -> None:
    """Store what no column takes: a lone half of a character."""
    do_note(tx, name, "\ud800")


def do_bad_sql(tx: Tx, name: str) -> None:
    """Ask for a table that is not there."""
    do_note(tx, name)
    tx.rows("SELECT * FROM no_such_table")


FAILURES: list[tuple[Callable[[Tx, str], object], type[Exception]]] = [
    (do_fail, Conflict),
    (do_break_key, exc.IntegrityError),
    (do_crash, ZeroDivisionError),
    (do_announce_unknown, KeyError),
    (do_bad_value, UnicodeEncodeError),
    (do_bad_sql, Exception),
]


@pytest.mark.parametrize(("failing", "kind"), FAILURES, ids=lambda part: getattr(part, "__name__", ""))
async def test_a_late_failure_harms_nobody_else(
    db: Database, failing: Callable[[Tx, str], object], kind: type[Exception]
) -> None:
    groups = Groups(db)
    told = await together(db, (do_note, "a"), (do_note, "b"), (failing, "bad"), (do_note, "c"), (do_refuse, "no"))
    assert told[:2] == ["a", "b"]
    assert told[3] == "c"
    assert isinstance(told[2], (kind, exc.DBAPIError))
    assert not isinstance(told[2], Unavailable), "a fault in what was asked is no fault of the storage"
    assert isinstance(told[4], Conflict)
    assert await db.read(logged) == [(1, "a"), (2, "b"), (3, "c")]
    assert await db.read(notes) == {"a", "b", "c"}
    assert groups.subjects == ["a", "b", "c"]


async def test_the_writer_goes_on_after_a_failure(db: Database) -> None:
    for round_ in range(3):
        with pytest.raises(ZeroDivisionError):
            await db.write(do_crash, "bad")
        assert await db.write(do_note, f"good{round_}") == f"good{round_}"
    assert [n for n, _ in await db.read(logged)] == [1, 2, 3]


async def test_an_error_kept_to_itself_is_never_acknowledged_unstored(db: Database) -> None:
    def do_swallow(tx: Tx) -> str:
        do_jot(tx, "first")
        try:
            do_jot(tx, "first")
        except exc.IntegrityError:
            return "done"
        return "twice"

    told = await together(db, (do_jot, "neighbour"), (do_swallow,))
    kept = await db.read(notes)
    assert told[0] == "neighbour"
    assert "neighbour" in kept
    # SQLite undoes the one statement, PostgreSQL the whole action: both tell the truth
    assert ("first" in kept) == (told[1] == "done")


async def test_a_first_write_through_raw_sql_counts(db: Database) -> None:
    def do_raw(tx: Tx, name: str) -> None:
        tx.rows("INSERT INTO house_key (name, value, created_at) VALUES (?, '', 0) RETURNING name", (name,))
        raise Conflict("test.refused")

    told = await together(db, (do_note, "a"), (do_raw, "raw"), (do_note, "b"))
    assert isinstance(told[1], Conflict)
    assert await db.read(notes) == {"a", "b"}


async def test_each_change_has_the_time_of_its_own_action(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = Groups(db)
    clock = iter(range(1000, 100_000, 1000))
    monkeypatch.setattr(transactions, "now_ms", lambda: next(clock))

    def do_two(tx: Tx, name: str) -> int:
        do_note(tx, name)
        do_note(tx, name + "'")
        return tx.now

    seen = await together(db, (do_two, "a"), (do_two, "b"), (do_two, "c"))
    assert len(groups) == 1
    assert len(set(seen)) == 3
    assert [stored.at for stored in groups[0]] == [at for at in seen for _ in range(2)]


# -- after the commit --------------------------------------------------------------------------------------------------


async def test_after_the_commit_readers_hear_first_then_callbacks_then_the_sender(db: Database) -> None:
    order: list[str] = []
    db.committed = lambda stored: order.append("published " + ",".join(s.subject for s in stored))

    def do_tell(tx: Tx, name: str) -> None:
        do_note(tx, name)
        tx.after_commit(lambda: order.append(f"after {name}"))

    def job(name: str) -> Job:
        return Job(lambda _result, _error: order.append(f"answered {name}"), fn=lambda tx: do_tell(tx, name))

    with one_group(db):
        db.submit(job("a"))
        db.submit(job("b"))
    await db.write(do_jot, "later")
    assert order == ["published a,b", "after a", "after b", "answered a", "answered b"]


async def test_what_was_to_follow_a_refusal_or_a_rollback_is_dropped(db: Database) -> None:
    ran: list[str] = []

    def do_tell(tx: Tx, name: str, action: Callable[[Tx, str], object]) -> None:
        tx.after_commit(lambda: ran.append(name))
        action(tx, name)

    told = await together(
        db, (do_tell, "good", do_note), (do_tell, "refused", do_refuse), (do_tell, "failed", do_fail),
        (do_tell, "also good", do_note),
    )  # fmt: skip
    assert [type(result) for result in told] == [type(None), Conflict, Conflict, type(None)]
    assert ran == ["good", "also good"]


async def test_a_callback_that_fails_harms_nobody(db: Database) -> None:
    ran: list[str] = []

    def trip() -> None:
        raise ZeroDivisionError

    def do_tell(tx: Tx) -> str:
        tx.after_commit(trip)
        tx.after_commit(lambda: ran.append("second"))
        return do_note(tx, "kept")

    assert await db.write(do_tell) == "kept"
    assert ran == ["second"]


async def test_a_reaction_is_part_of_the_action(db: Database, reactions: Reactions) -> None:
    def too_late(tx: Tx, change: Change) -> None:
        if change.subject == "bad":
            raise Conflict("test.refused")
        do_jot(tx, f"seen {change.subject}")

    reactions.on("test.noted", too_late)
    told = await together(db, (do_note, "good"), (do_note, "bad"))
    assert isinstance(told[1], Conflict)
    assert await db.read(notes) == {"good", "seen good"}


# -- any mixture -------------------------------------------------------------------------------------------------------

ACTIONS = {"note": do_note, "refuse": do_refuse, "fail": do_fail, "crash": do_crash, "break": do_break_key}
_examples = iter(range(1_000_000))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(sorted(ACTIONS)), min_size=1, max_size=8), min_size=1, max_size=4))
async def test_any_mixture_ends_as_if_each_had_been_alone(db: Database, groups: list[list[str]]) -> None:
    run = next(_examples)
    before = await db.read(logged)
    good: list[str] = []
    for place, group in enumerate(groups):
        names = [f"{run}-{place}-{i}" for i in range(len(group))]
        told = await together(db, *((ACTIONS[what], name) for what, name in zip(group, names, strict=True)))
        for what, name, result in zip(group, names, told, strict=True):
            assert (result == name) == (what == "note"), (what, result)
        good += [name for what, name in zip(group, names, strict=True) if what == "note"]
    after = await db.read(logged)
    assert [name for _, name in after[len(before) :]] == good
    assert [n for n, _ in after] == list(range(1, len(after) + 1))
    assert {name for name in await db.read(notes) if name.startswith(f"{run}-")} == set(good)
