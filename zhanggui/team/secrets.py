"""Tokens, codes and digests. What a person or browser carries is never what is stored."""

import hashlib
import hmac
import secrets as chance
from typing import Final

import pyotp
import segno

from zhanggui.foundation.clock import SECOND

RECOVERY_CODES: Final = 10
TOTP_STEP: Final = 30 * SECOND
TOTP_DRIFT: Final = 1
"""Steps a phone's clock may be off, before and after: the window of a code is 90 seconds."""

_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: these are read aloud and copied by hand


def new_token() -> str:
    """Return 256 random bits as URL-safe text."""
    return chance.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a token. It is random enough that a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_of(token: str) -> str:
    """Return the CSRF value of a session: made from its token, so it is stored nowhere and tells nothing of it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"zhanggui csrf", hashlib.sha256).hexdigest()


def new_password() -> str:
    """Return a password to hand over once: 16 readable signs in fours, 79 bits."""
    return _in_fours(16)


def new_recovery_codes() -> list[str]:
    """Return ten codes of 79 bits: too many for a plain SHA-256 to be searched."""
    return [_in_fours(16) for _ in range(RECOVERY_CODES)]


def recovery_digest(agent_id: str, code: str) -> str:
    """Return what is stored of a recovery code, however it was typed: case, spaces and dashes do not matter."""
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return digest(f"{agent_id}:{plain}")


def _in_fours(length: int) -> str:
    signs = "".join(chance.choice(_READABLE) for _ in range(length))
    return "-".join(signs[i : i + 4] for i in range(0, length, 4))


# ---------------------------------------------------------------- time-based codes


def new_totp_secret() -> str:
    """Return a fresh secret for an authenticator app (160 bits, base32)."""
    return pyotp.random_base32(32)


def totp_uri(secret: str, *, login: str, issuer: str) -> str:
    """Return the otpauth:// address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def qr_svg(text: str) -> str:
    """Return a QR code as inline SVG: black on white with a quiet zone in every theme, or phones would not read it."""
    return segno.make(text, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff")


def totp_step(secret: str, code: str, *, now: int, last: int) -> int | None:
    """Return the time step this code belongs to, or None: wrong, too old, or not later than the `last` one used.

    A code seen over a shoulder is therefore worth nothing once its owner has used it.
    """
    given = "".join(code.split())
    if len(given) != 6 or not (given.isascii() and given.isdigit()):
        return None
    present = now // TOTP_STEP
    totp = pyotp.TOTP(secret)
    matches = [
        step
        for step in range(present - TOTP_DRIFT, present + TOTP_DRIFT + 1)
        if hmac.compare_digest(totp.generate_otp(step), given)
    ]
    return next((step for step in matches if step > last), None)
