"""Personal data as everybody at the desk may see it: enough to recognise, not enough to use.

What is hidden here is shown only by an audited "reveal"; records in events and lists always carry the masked form, so
that nothing depends on who happens to listen.
"""

from typing import Final

TAIL: Final = 4


def mask_phone(phone: str) -> str:
    """Return 138****0001 for 13800000001: the head and the last four digits; short numbers keep only two."""
    if not phone:
        return ""
    if len(phone) < 8:
        return "*" * max(0, len(phone) - 2) + phone[-2:]
    return f"{phone[:3]}{'*' * (len(phone) - 3 - TAIL)}{phone[-TAIL:]}"


def mask_address(address: str) -> str:
    """Return the first third of a street address, at most six characters: the district, not the door."""
    kept = min(6, len(address) // 3)
    return f"{address[:kept]}****" if address else ""


def phone_tail(phone: str) -> str:
    """Return the last four digits, by which the desk finds people, or "" when there are fewer."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits[-TAIL:] if len(digits) >= TAIL else ""
