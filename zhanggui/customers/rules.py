"""Pure decisions of the customers room: who is vouched for, what may be kept. No database, clock or chance in here."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final, cast

import jwt

from zhanggui.customers.shapes import IdentityClaims
from zhanggui.foundation.clock import HOUR, MINUTE, SECOND
from zhanggui.foundation.errors import Invalid, Unauthenticated
from zhanggui.foundation.texts import need_line, plain_line, plain_text

NAME_LENGTH: Final = 40
EXTERNAL_LENGTH: Final = 128
REMARK_LENGTH: Final = 500
REASON_LENGTH: Final = 100
TAG_LENGTH: Final = 16
TAGS: Final = 20
PROFILE_FIELDS: Final = 30
PROFILE_KEY: Final = 20
PROFILE_VALUE: Final = 300

TOKEN_LENGTH: Final = 2048
IDENTITY_LIFE: Final = HOUR
CLOCK_DRIFT: Final = MINUTE
"""How far a shop's clock may be ahead of ours before a fresh identity seems to live too long."""

_SHOWN_BY_US: Final = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}


def verify_identity(token: str, secret: str, shop: str, now: int) -> IdentityClaims:
    """Return whom the shop vouches for. `token` is a JWT: HS256 by the shop's secret, `aud` = the shop's id, `exp` at
    most an hour ahead, `sub` = its own id of the customer, `name`.

    Raises Unauthenticated: `customers.identity_expired` when only the time is over, else
    `customers.identity_invalid`: another algorithm (none above all), key, audience, or anything not well formed.
    """
    claims = _read(token, secret)
    expires, audience, subject = claims.get("exp"), claims.get("aud"), claims.get("sub")
    if not isinstance(audience, str) or not hmac.compare_digest(audience.encode(), shop.encode()):
        raise Unauthenticated("customers.identity_invalid")
    if type(expires) is not int or not isinstance(subject, str):
        raise Unauthenticated("customers.identity_invalid")
    if expires * SECOND > now + IDENTITY_LIFE + CLOCK_DRIFT:
        raise Unauthenticated("customers.identity_invalid")
    if expires * SECOND <= now:
        raise Unauthenticated("customers.identity_expired")
    return IdentityClaims(external_id=_external_id(subject), name=_called(claims.get("name")))


def mint_identity(secret: str, shop: str, claims: IdentityClaims, now: int, *, life: int = IDENTITY_LIFE) -> str:
    """Return what a shop's own server hands to the widget after a login; the reference for others to copy."""
    body = {"aud": shop, "sub": claims.external_id, "name": claims.name, "exp": (now + life) // SECOND}
    return jwt.encode(body, secret, algorithm="HS256")


def _read(token: str, secret: str) -> Mapping[str, object]:
    if not secret or len(token) > TOKEN_LENGTH or not token.isascii():
        raise Unauthenticated("customers.identity_invalid")
    try:
        return cast(Mapping[str, object], jwt.decode(token, secret, algorithms=["HS256"], options=_SHOWN_BY_US))  # type: ignore[arg-type]  # fmt: skip
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Unauthenticated("customers.identity_invalid") from error


def _external_id(subject: str) -> str:
    if not 1 <= len(subject) <= EXTERNAL_LENGTH or plain_line(subject) != subject:
        raise Unauthenticated("customers.identity_invalid")
    return subject


def _called(name: object) -> str:
    line = plain_line(name)[:NAME_LENGTH] if isinstance(name, str) else ""
    if not line:
        raise Unauthenticated("customers.identity_invalid")
    return line


def secret_hash(secret: str) -> str:
    """Return what is kept of a visitor's secret: it is random enough that a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_secret(secret: str, kept: str) -> bool:
    """Tell in constant time whether this is the secret whose hash is kept."""
    return hmac.compare_digest(secret_hash(secret), kept)


# ---------------------------------------------------------------- texts


def clean_name(name: str) -> str:
    """The name as it is kept, or Invalid."""
    return need_line(name, "customers.name", field="name", limit=NAME_LENGTH)


def clean_remark(text: str) -> str:
    """The remark as it is kept, with its line breaks, or Invalid."""
    kept = plain_text(text)
    if not 1 <= len(kept) <= REMARK_LENGTH:
        raise Invalid("customers.remark", field="text", limit=REMARK_LENGTH)
    return kept


def clean_reason(reason: str) -> str:
    """The reason for a look at personal data, or Invalid: an empty one is none."""
    return need_line(reason, "customers.reason", field="reason", limit=REASON_LENGTH)


def clean_tags(tags: Iterable[str]) -> list[str]:
    """The tags, each once, in order of the alphabet; Invalid for an empty or long one, or too many."""
    kept = sorted({need_line(tag, "customers.tag", field="tags", limit=TAG_LENGTH) for tag in tags})
    if len(kept) > TAGS:
        raise Invalid("customers.tags_many", field="tags", limit=TAGS)
    return kept


def clean_profile(profile: Mapping[str, str]) -> dict[str, str]:
    """The profile as it is kept: fields without a value are left out; Invalid when too many or too long."""
    kept: dict[str, str] = {}
    for key, value in profile.items():
        name = need_line(key, "customers.profile_field", field="profile", limit=PROFILE_KEY)
        text = plain_text(value)
        if len(text) > PROFILE_VALUE:
            raise Invalid("customers.profile_value", field="profile", limit=PROFILE_VALUE)
        if text:
            kept[name] = text
    if len(kept) > PROFILE_FIELDS:
        raise Invalid("customers.profile_many", field="profile", limit=PROFILE_FIELDS)
    return kept
