"""Signing in and out: tries, sessions, their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from zhanggui.foundation.audit import Actor, note
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import NotFound, TooMany, Unauthenticated
from zhanggui.foundation.ids import new_id
from zhanggui.team import events, queries, rules, secrets
from zhanggui.team.addresses import address_block
from zhanggui.team.queries import Proof
from zhanggui.team.tables import agent as agents
from zhanggui.team.tables import credential, desk_session, known_address, recovery_code, throttle

KNOWN_ADDRESSES: Final = 20
DEVICE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class TryKey:
    """What failed tries are counted under, and by which table of waits."""

    key: str
    waits: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody whose password was right, and the session he shall get."""

    agent_id: str
    verified: str
    code: str
    token: str
    address: str
    device: str
    lifetime: int
    rehashed: str | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """Whoever tried to sign in; `agent` is the account he tried, "" when there is none."""

    agent: str
    name: str
    address: str


def account_keys(login: str, *, address: str, known: bool) -> list[TryKey]:
    """What a try to sign in is counted under: the account and the address.

    From an address where this agent has signed in before, the account has a count of its own: strangers who fail
    on purpose cannot lock him out of his own desk. Keys are digests: people type passwords into the login field.
    """
    account = f"{login}@{address}" if known else login
    return [
        TryKey("account:" + secrets.digest(account), rules.ACCOUNT_WAITS),
        TryKey("address:" + address_block(address), rules.ADDRESS_WAITS),
    ]


# ---------------------------------------------------------------- tries


def do_count_try(tx: Tx, keys: Sequence[TryKey]) -> None:
    """Count a try before it is checked, so that a hundred at once are no way around; TooMany while it must wait."""
    found = {key.key: queries.failures(tx, key.key) for key in keys}
    waits = [
        rules.still_to_wait(found[key.key][0], last_at=found[key.key][1], now=tx.now, waits=key.waits) for key in keys
    ]
    if max(waits) > 0:
        raise TooMany("team.wait", retry_after=-(-max(waits) // 1000))
    for key in keys:
        failures, last_at = found[key.key]
        _set_failures(tx, key.key, rules.failures_now(failures, last_at=last_at, now=tx.now) + 1)


def do_take_back_try(tx: Tx, keys: Sequence[TryKey]) -> None:
    """The try was not a failure: take it back, without forgiving the ones before."""
    for key in keys:
        failures, last_at = queries.failures(tx, key.key)
        tx.execute(
            throttle.update().where(throttle.c.key == key.key).values(failures=max(0, failures - 1), last_at=last_at)
        )


def do_note_refused(tx: Tx, *, agent_id: str, address: str, why: Literal["password", "code"]) -> None:
    """Write down that somebody failed to sign in."""
    note(tx, Stranger(agent_id, "", address), "team.login.refused", object_id=agent_id, detail={"why": why})


def _set_failures(tx: Tx, key: str, failures: int) -> None:
    insert = sqlite_insert if tx.dialect == "sqlite" else postgres_insert
    values = {"failures": failures, "last_at": tx.now}
    tx.execute(insert(throttle).values(key=key, **values).on_conflict_do_update(index_elements=["key"], set_=values))


# ---------------------------------------------------------------- sign in


def do_sign_in(tx: Tx, arrival: Arrival, *, keys: Sequence[TryKey]) -> str:
    """Open a session and return its id; only the digest of the token is stored.

    Raises Unauthenticated: `team.login_failed` when the account was shut or its password changed meanwhile,
    `team.totp_required` without a code where one is needed, `team.totp_wrong`.
    """
    row = queries.agent(tx, arrival.agent_id)
    proof = queries.proof(tx, arrival.agent_id)
    if row is None or row.state != "active" or proof.password != arrival.verified:
        raise Unauthenticated("team.login_failed")
    method = use_code(tx, proof, arrival.code)
    _forgive(tx, keys)
    _remember_address(tx, row.id, arrival.address)
    if arrival.rehashed is not None:
        tx.execute(credential.update().where(credential.c.agent_id == row.id).values(password=arrival.rehashed))
    # Yesterday's "offline" must not hide him today; with a page still open the choice is today's.
    fresh = {} if queries.view(tx, row.id).presence != "offline" else {"presence": "online"}
    tx.execute(agents.update().where(agents.c.id == row.id).values(signed_in_at=tx.now, **fresh))
    note(tx, Stranger(row.id, row.name, arrival.address), "team.session.started", detail={"method": method})
    return _open_session(tx, arrival)


def use_code(tx: Tx, proof: Proof, code: str) -> str:
    """Take the second factor, if the account has one; returns how the person proved himself. A code works once."""
    if proof.totp_secret is None:
        return "password"
    if not code:
        raise Unauthenticated("team.totp_required")
    step = secrets.totp_step(proof.totp_secret, code, now=tx.now, last=proof.totp_step)
    if step is not None:
        tx.execute(credential.update().where(credential.c.agent_id == proof.agent_id).values(totp_step=step))
        return "totp"
    recovery = secrets.recovery_digest(proof.agent_id, code)
    if not queries.has_recovery_code(tx, proof.agent_id, recovery):
        raise Unauthenticated("team.totp_wrong")
    c = recovery_code.c
    tx.execute(recovery_code.delete().where(c.agent_id == proof.agent_id, c.digest == recovery))
    return "recovery"


def _open_session(tx: Tx, arrival: Arrival) -> str:
    session = new_id("x", at=tx.now)
    tx.execute(
        desk_session.insert().values(
            id=session,
            digest=secrets.digest(arrival.token),
            agent_id=arrival.agent_id,
            created_at=tx.now,
            seen_at=tx.now,
            expires_at=tx.now + arrival.lifetime,
            address=arrival.address,
            device=rules.clean_device(arrival.device, longest=DEVICE_LENGTH),
        )
    )
    return session


def _forgive(tx: Tx, keys: Sequence[TryKey]) -> None:
    """The account's failures are forgotten; the address only gets this try back, or one's own account would wash
    away the guesses at others'."""
    accounts = [key.key for key in keys if key.key.startswith("account:")]
    tx.execute(throttle.delete().where(throttle.c.key.in_(accounts)))
    do_take_back_try(tx, [key for key in keys if key.key not in accounts])


def _remember_address(tx: Tx, agent_id: str, address: str) -> None:
    c = known_address.c
    tx.execute(known_address.delete().where(c.agent_id == agent_id, c.address == address))
    tx.execute(known_address.insert().values(agent_id=agent_id, address=address, seen_at=tx.now))
    for old in queries.known_addresses(tx, agent_id)[KNOWN_ADDRESSES:]:
        tx.execute(known_address.delete().where(c.agent_id == agent_id, c.address == old))


# ---------------------------------------------------------------- sessions


def do_touch(tx: Tx, session: str, *, address: str) -> None:
    """Write down that the session was used just now."""
    tx.execute(desk_session.update().where(desk_session.c.id == session).values(seen_at=tx.now, address=address))


def do_end_session(tx: Tx, session: str, *, actor: Actor, why: events.EndReason = "ended") -> None:
    """End one of my own sessions; anybody else's is not found."""
    if session not in queries.session_ids(tx, str(actor.agent)):
        raise NotFound("team.session_unknown")
    end_sessions(tx, str(actor.agent), [session], why=why)
    note(tx, actor, "team.session.ended", object_id=session, detail={"why": why})


def do_end_other_sessions(tx: Tx, *, actor: Actor, kept: str) -> int:
    """End all my sessions but this one; returns how many."""
    others = [session for session in queries.session_ids(tx, str(actor.agent)) if session != kept]
    if others:
        end_sessions(tx, str(actor.agent), others, why="ended")
        note(tx, actor, "team.session.ended", detail={"why": "ended", "count": len(others)})
    return len(others)


def do_sweep(tx: Tx, *, idle: int) -> int:
    """End sessions past their time and forget old failures; returns how many sessions ended. A job, each minute."""
    over = queries.sessions_over(tx, seen_before=tx.now - idle)
    for agent_id, sessions in over.items():
        end_sessions(tx, agent_id, sessions, why="expired")
    tx.execute(throttle.delete().where(throttle.c.last_at < tx.now - rules.FORGET_AFTER))
    return sum(map(len, over.values()))


def end_sessions(tx: Tx, agent_id: str, sessions: Sequence[str], *, why: events.EndReason) -> None:
    """Delete these sessions of one agent and let every process close their sockets."""
    if not sessions:
        return
    tx.execute(desk_session.delete().where(desk_session.c.id.in_(sessions)))
    tx.announce(events.session_ended(events.SessionEnd(agent=agent_id, sessions=list(sessions), why=why)))
