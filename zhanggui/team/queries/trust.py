"""Reads about proofs, sessions, throttles, processes and the audit log."""

from dataclasses import dataclass

from sqlalchemy import select

from zhanggui.foundation.database import Rx
from zhanggui.foundation.database.schema import audit_log
from zhanggui.team.queries.people import texts
from zhanggui.team.shapes import AuditEntry, SessionView
from zhanggui.team.tables import agent as agents
from zhanggui.team.tables import (
    credential,
    desk_session,
    known_address,
    live_socket,
    process_beat,
    recovery_code,
    throttle,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What an agent proves himself with."""

    agent_id: str
    password: str
    must_change: int
    totp_secret: str | None
    totp_pending: str | None
    totp_step: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session and whose it is."""

    id: str
    agent_id: str
    seen_at: int
    expires_at: int
    must_change: int


def proof(rx: Rx, agent_id: str) -> Proof:
    """What this agent proves himself with; he must exist."""
    c = credential.c
    query = select(c.agent_id, c.password, c.must_change, c.totp_secret, c.totp_pending, c.totp_step)
    row = rx.one(query.where(c.agent_id == agent_id))
    assert row is not None  # noqa: S101  every agent is made with his credential
    return Proof(**row._mapping)


def has_recovery_code(rx: Rx, agent_id: str, digest: str) -> bool:
    """Is there an unused recovery code with this digest?"""
    wanted = select(recovery_code.c.digest)
    return rx.scalar(wanted.where(recovery_code.c.agent_id == agent_id, recovery_code.c.digest == digest)) is not None


def session(rx: Rx, digest: str) -> SessionRow | None:
    """The session whose token has this digest, if its agent may still sign in."""
    c = desk_session.c
    query = select(c.id, c.agent_id, c.seen_at, c.expires_at, credential.c.must_change)
    query = query.join(agents, agents.c.id == c.agent_id).join(credential, credential.c.agent_id == c.agent_id)
    row = rx.one(query.where(c.digest == digest, agents.c.state == "active"))
    return None if row is None else SessionRow(**row._mapping)


def sessions(rx: Rx, agent_id: str, *, current: str, idle: int) -> list[SessionView]:
    """Where this agent is signed in, the latest first; sessions past their idle or absolute end are left out."""
    c = desk_session.c
    query = select(c.id, c.created_at, c.seen_at, c.expires_at, c.address, c.device)
    query = query.where(c.agent_id == agent_id, c.seen_at > rx.now - idle, c.expires_at > rx.now)
    return [SessionView(current=row.id == current, **row._mapping) for row in rx.all(query.order_by(c.seen_at.desc()))]


def session_ids(rx: Rx, agent_id: str) -> list[str]:
    """Ids of every session of this agent."""
    return texts(rx, select(desk_session.c.id).where(desk_session.c.agent_id == agent_id))


def sessions_over(rx: Rx, *, seen_before: int) -> dict[str, list[str]]:
    """Sessions past their idle or absolute end, by agent."""
    c = desk_session.c
    over: dict[str, list[str]] = {}
    for row in rx.all(select(c.id, c.agent_id).where((c.seen_at <= seen_before) | (c.expires_at <= rx.now))):
        over.setdefault(row.agent_id, []).append(row.id)
    return over


# ---------------------------------------------------------------- throttle and audit


def failures(rx: Rx, key: str) -> tuple[int, int]:
    """(failed tries, time of the last) counted under this key."""
    row = rx.one(select(throttle.c.failures, throttle.c.last_at).where(throttle.c.key == key))
    return (0, 0) if row is None else (row.failures, row.last_at)


def knows_address(rx: Rx, login: str, address: str) -> bool:
    """Has the agent with this login signed in from this address before?"""
    query = select(known_address.c.agent_id).join(agents, agents.c.id == known_address.c.agent_id)
    return rx.scalar(query.where(agents.c.login == login, known_address.c.address == address)) is not None


def known_addresses(rx: Rx, agent_id: str) -> list[str]:
    """Where this agent has signed in from, the latest first."""
    query = select(known_address.c.address).where(known_address.c.agent_id == agent_id)
    return texts(rx, query.order_by(known_address.c.seen_at.desc()))


def audit(rx: Rx, *, before: str, action: str, actor: str, limit: int) -> list[AuditEntry]:
    """A page of the audit log, newest first; `action` matches from its beginning ("team." = all of the team)."""
    c = audit_log.c
    query = select(c.id, c.at, c.actor, c.actor_name, c.action, c.object, c.detail, c.address)
    if before:
        query = query.where(c.id < before)
    if action:
        query = query.where(c.action.startswith(action, autoescape=True))
    if actor:
        query = query.where((c.actor == actor) | (c.object == actor))
    return [AuditEntry(**row._mapping) for row in rx.all(query.order_by(c.id.desc()).limit(limit))]


def sockets(rx: Rx, agent_id: str, process: str) -> int | None:
    """How many sockets this agent has open in this process; None = none has been counted yet."""
    query = select(live_socket.c.sockets).where(live_socket.c.agent_id == agent_id, live_socket.c.process == process)
    row = rx.one(query)
    return None if row is None else int(row.sockets)


def has_beat(rx: Rx, process: str) -> bool:
    """Has this process ever said that it lives?"""
    return rx.scalar(select(process_beat.c.process).where(process_beat.c.process == process)) is not None


def silent_processes(rx: Rx, *, before: int) -> list[str]:
    """Processes whose last heartbeat is older than `before`."""
    return texts(rx, select(process_beat.c.process).where(process_beat.c.beat_at < before))


def agents_in_processes(rx: Rx, processes: list[str]) -> list[str]:
    """Ids of the agents with sockets counted in these processes."""
    return texts(rx, select(live_socket.c.agent_id).where(live_socket.c.process.in_(processes)).distinct())
