"""What an agent does with his own proofs: password and second factor."""

from zhanggui.foundation.access import Viewer
from zhanggui.foundation.audit import note
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Conflict, Invalid
from zhanggui.team import queries, secrets
from zhanggui.team.actions.sessions import end_sessions
from zhanggui.team.tables import credential, recovery_code


def do_change_password(tx: Tx, *, viewer: Viewer, verified: str, password: str) -> None:
    """Set my new password (a hash); every other session of mine ends. `verified` is the hash the old one fitted."""
    _check_verified(tx, viewer, verified)
    values = {"password": password, "must_change": 0, "changed_at": tx.now}
    tx.execute(credential.update().where(credential.c.agent_id == viewer.agent).values(values))
    others = [session for session in queries.session_ids(tx, viewer.agent) if session != viewer.session]
    end_sessions(tx, viewer.agent, others, why="password")
    note(tx, viewer, "team.password.changed", object_id=viewer.agent)


def do_totp_start(tx: Tx, *, viewer: Viewer) -> str:
    """Return a fresh secret for the authenticator; not in force before `do_totp_confirm`."""
    if queries.proof(tx, viewer.agent).totp_secret is not None:
        raise Conflict("team.totp_on")
    secret = secrets.new_totp_secret()
    tx.execute(credential.update().where(credential.c.agent_id == viewer.agent).values(totp_pending=secret))
    return secret


def do_totp_confirm(tx: Tx, *, viewer: Viewer, code: str) -> list[str]:
    """Put the second factor in force once the authenticator shows the right code; returns the recovery codes."""
    proof = queries.proof(tx, viewer.agent)
    if proof.totp_secret is not None:
        raise Conflict("team.totp_on")
    if proof.totp_pending is None:
        raise Conflict("team.totp_not_started")
    step = secrets.totp_step(proof.totp_pending, code, now=tx.now, last=proof.totp_step)
    if step is None:
        raise Invalid("team.totp_wrong", field="code")
    values = {"totp_secret": proof.totp_pending, "totp_pending": None, "totp_step": step}
    tx.execute(credential.update().where(credential.c.agent_id == viewer.agent).values(values))
    codes = secrets.new_recovery_codes()
    _set_recovery_codes(tx, viewer.agent, codes)
    note(tx, viewer, "team.totp.on", object_id=viewer.agent)
    return codes


def do_totp_off(tx: Tx, *, viewer: Viewer, verified: str) -> None:
    """Take the second factor away; `verified` is the hash my password fitted."""
    _check_verified(tx, viewer, verified)
    if queries.proof(tx, viewer.agent).totp_secret is None:
        raise Conflict("team.totp_off")
    values = {"totp_secret": None, "totp_pending": None}
    tx.execute(credential.update().where(credential.c.agent_id == viewer.agent).values(values))
    _set_recovery_codes(tx, viewer.agent, [])
    note(tx, viewer, "team.totp.off", object_id=viewer.agent)


def _check_verified(tx: Tx, viewer: Viewer, verified: str) -> None:
    """The password is still the one that was checked a moment ago, outside the transaction."""
    if queries.proof(tx, viewer.agent).password != verified:
        raise Invalid("team.password_wrong", field="password")


def _set_recovery_codes(tx: Tx, agent_id: str, codes: list[str]) -> None:
    tx.execute(recovery_code.delete().where(recovery_code.c.agent_id == agent_id))
    for code in codes:
        digest = secrets.recovery_digest(agent_id, code)
        tx.execute(recovery_code.insert().values(agent_id=agent_id, digest=digest))
