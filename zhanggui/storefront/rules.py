"""Pure decisions of the storefront: whose cookie, whose page."""

import hmac
from collections.abc import Mapping
from typing import Final, cast
from urllib.parse import urlsplit

import jwt

from zhanggui.foundation.clock import DAY, SECOND

LIFE: Final = 14 * DAY
TOKEN_LENGTH: Final = 1024


def mint_session(key: str, *, shop: str, shopper: str, now: int) -> str:
    """Return what the buyer's cookie carries: signed by the shop's own key, for this shop, for two weeks."""
    return jwt.encode({"aud": _audience(shop), "sub": shopper, "exp": (now + LIFE) // SECOND}, key, algorithm="HS256")


def read_session(token: str, key: str, *, shop: str, now: int) -> str | None:
    """Return whose cookie this is, or None: forged, of another shop, over, or no cookie of ours at all."""
    if not token or len(token) > TOKEN_LENGTH or not token.isascii():
        return None
    checks = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims = cast(Mapping[str, object], jwt.decode(token, key, algorithms=["HS256"], options=checks))  # type: ignore[arg-type]  # fmt: skip
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    audience, expires, subject = str(claims.get("aud")), claims.get("exp"), claims.get("sub")
    if not hmac.compare_digest(audience.encode("utf-8", "replace"), _audience(shop).encode()):
        return None
    if type(expires) is not int or expires * SECOND <= now or not isinstance(subject, str):
        return None
    return subject


def own_page(origin: str | None, *, host: str, public_url: str) -> bool:
    """Tell whether a page of our own sent this: browsers name the page's origin with every POST.

    Cookies are SameSite=Lax besides; a request without an Origin is refused, because none of our pages sends such.
    """
    if not origin or origin == "null":
        return False
    given = urlsplit(origin)
    if public_url and given[:2] == urlsplit(public_url)[:2]:
        return True
    return given.scheme in ("http", "https") and given.netloc == host


def external_id(login: str) -> str:
    """Return the shop's own name for the customer behind an account made here.

    It is set apart from names that an outside shop may vouch for: nobody registers himself into its customer 1001.
    """
    return f"zg:{login}"


def _audience(shop: str) -> str:
    return f"shopper:{shop}"
