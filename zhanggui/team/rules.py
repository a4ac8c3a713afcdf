"""Pure decisions of the team room: how texts must look, who may grant what, how long a guesser waits.

No database, clock or network in here: every function can be tested by a table.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final, Literal

from zhanggui.foundation.clock import HOUR, MINUTE, SECOND
from zhanggui.foundation.errors import Invalid

Presence = Literal["online", "busy", "away", "offline"]
PRESENCES: Final[tuple[Presence, ...]] = ("online", "busy", "away", "offline")


LOGIN_LENGTH: Final = (2, 32)
LOGIN_SIGNS: Final = "._-@:"
NAME_LENGTH: Final = 40
PASSWORD_LENGTH: Final = (10, 200)
CAPACITY: Final = (0, 200)
SETTINGS_BYTES: Final = 32 * 1024
AVATAR_LENGTH: Final = 500

# Zero-width joiners hold emoji together (👩‍💻): of the invisible "format" signs only they may stand in a name.
ALLOWED_FORMAT: Final = "\u200d"

# The ones that top every leaked list and are ten signs or longer; shorter ones fail by their length.
_COMMON: Final = """
1234567890 0123456789 0987654321 1111111111 0000000000 8888888888 6666666666 5201314520 1314520520 1q2w3e4r5t
qwertyuiop qwerty12345 qwerty123456 asdfghjkl1 password12 password123 password1234 passw0rd123 iloveyou123
abc1234567 abcd123456 a123456789 aa123456789 woaini1314 woaini520 woaini1314520 123456789a 123456789abc
12345678910 1234567891 admin12345 admin123456 letmein1234 zhanggui123 taobao123456 zhanggui888 wangwang123
"""
COMMON_PASSWORDS: Final = frozenset(_COMMON.split())

# (failures reached, milliseconds to wait). An account waits five minutes at most: a stranger who keeps failing
# on purpose must not be able to keep the owner out for a day.
ACCOUNT_WAITS: Final = (
    (5, 5 * SECOND),
    (6, 15 * SECOND),
    (7, 30 * SECOND),
    (8, 60 * SECOND),
    (9, 2 * MINUTE),
    (10, 5 * MINUTE),
)
# A whole office may sit behind one address, so it starts later; it may end higher, because only that address suffers.
ADDRESS_WAITS: Final = (
    (20, 5 * SECOND),
    (30, 30 * SECOND),
    (50, 2 * MINUTE),
    (100, 15 * MINUTE),
)
FORGET_AFTER: Final = 6 * HOUR


# ---------------------------------------------------------------- texts


def clean_name(text: str, *, field: str = "name", longest: int = NAME_LENGTH) -> str:
    """The name as it is kept: NFC, trimmed, one line. HTML stays text, the screens escape it.

    Raises Invalid for an empty or too long name and for control or invisible signs (a name that reads like
    another's through direction marks is a way to impersonate him).
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise Invalid("team.name_empty", field=field)
    if len(name) > longest:
        raise Invalid("team.name_too_long", field=field, limit=longest)
    if any(_is_hidden(sign) for sign in name):
        raise Invalid("team.name_signs", field=field)
    return name


def clean_optional(text: str, *, field: str, longest: int = NAME_LENGTH) -> str:
    """Like `clean_name`, but nothing at all is allowed and stays the empty text."""
    return clean_name(text, field=field, longest=longest) if text.strip() else ""


def clean_login(text: str) -> str:
    """The login as it is compared: NFKC, lower case. Letters and digits of any script, and `. _ - @ :`."""
    login = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())
    low, high = LOGIN_LENGTH
    if not low <= len(login) <= high:
        raise Invalid("team.login_length", field="login", least=low, limit=high)
    if not all(sign in LOGIN_SIGNS or sign.isalnum() for sign in login):
        raise Invalid("team.login_signs", field="login")
    return login


def check_new_password(password: str, *, login: str, field: str = "password") -> None:
    """Refuses what a guesser tries first. No rule about kinds of signs: length beats them (NIST SP 800-63B)."""
    low, high = PASSWORD_LENGTH
    if len(password) < low:
        raise Invalid("team.password_short", field=field, least=low)
    if len(password) > high:
        raise Invalid("team.password_long", field=field, limit=high)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password):
        raise Invalid("team.password_signs", field=field)
    plain = password.casefold()
    same = len(set(plain)) < 4
    if same or plain in COMMON_PASSWORDS or (len(login) >= 4 and login in plain):
        raise Invalid("team.password_common", field=field)


def check_capacity(capacity: int) -> int:
    """How many conversations an agent takes at once; 0 = none is assigned to him."""
    least, limit = CAPACITY
    if not least <= capacity <= limit:
        raise Invalid("team.capacity", field="capacity", least=least, limit=limit)
    return capacity


def check_avatar(address: str) -> str:
    """A picture from our own server or over https; never `javascript:` or `data:`."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    good = not address or ours or address.startswith("https://")
    if not good or len(address) > AVATAR_LENGTH or any(_is_hidden(sign) or sign.isspace() for sign in address):
        raise Invalid("team.avatar", field="avatar")
    return address


def check_settings(settings: dict[str, object]) -> None:
    """The settings of a person's pages are his own business, but they must be storable and small."""
    try:
        size = len(json.dumps(settings, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError) as error:  # half a sign (a lone surrogate), NaN, or nested without end
        raise Invalid("team.settings_unfit", field="settings") from error
    if size > SETTINGS_BYTES:
        raise Invalid("team.settings_too_large", field="settings")


def clean_device(text: str, *, longest: int) -> str:
    """What a browser calls itself, shortened and without hidden signs; never refused."""
    return "".join(sign for sign in text[: 4 * longest] if not _is_hidden(sign))[:longest]


def _is_hidden(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category in {"Cc", "Cs", "Zl", "Zp"} or (category == "Cf" and sign not in ALLOWED_FORMAT)


# ---------------------------------------------------------------- throttle


def wait_for(failures: int, waits: Sequence[tuple[int, int]]) -> int:
    """Milliseconds that must pass after the last failure before the next try, by the table `waits`."""
    return max((wait for reached, wait in waits if failures >= reached), default=0)


def failures_now(failures: int, *, last_at: int, now: int) -> int:
    """What is left of a count of failures: all of it, or nothing after six quiet hours."""
    return 0 if now - last_at >= FORGET_AFTER else failures


def still_to_wait(failures: int, *, last_at: int, now: int, waits: Sequence[tuple[int, int]]) -> int:
    """Milliseconds from now until the next try is allowed; 0 = go ahead."""
    counted = failures_now(failures, last_at=last_at, now=now)
    return max(0, last_at + wait_for(counted, waits) - now)


# ---------------------------------------------------------------- rights


def lacks(held: Collection[str], wanted: Collection[str]) -> frozenset[str]:
    """The wanted permissions that the holder does not have himself: nobody hands out more than he has."""
    return frozenset(wanted) - frozenset(held)


def leaves_no_owner(*, owners: Collection[str], agent: str, stays_owner: bool) -> bool:
    """Would the shop be without an active owner? `owners` are the active ones before the change."""
    return not stays_owner and set(owners) == {agent}


# ---------------------------------------------------------------- presence


def presence_of(*, choice: Presence, sockets: int, active: bool = True) -> Presence:
    """What colleagues see: the own choice while a socket is open, else offline."""
    return choice if active and sockets > 0 else "offline"


def is_alive(beat_at: int, *, now: int, silence: int) -> bool:
    """Did a server process give a heartbeat within `silence` milliseconds?"""
    return now - beat_at < silence


# ---------------------------------------------------------------- sessions


def session_over(*, seen_at: int, expires_at: int, now: int, idle: int) -> bool:
    """A session ends at its absolute expiry, or after `idle` milliseconds without a request."""
    return now >= expires_at or now - seen_at >= idle


def needs_touch(*, seen_at: int, now: int) -> bool:
    """Write "last seen" once a minute at most: a busy page must not cost a write a request."""
    return now - seen_at >= MINUTE
