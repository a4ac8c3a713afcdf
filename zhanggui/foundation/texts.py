"""Text as strangers give it, made safe to keep: no control signs, no invisible signs, one normal form."""

import unicodedata
from typing import Final

from zhanggui.foundation.errors import Invalid

# Zero-width joiners hold emoji together (👩‍💻): of the invisible "format" signs only they may stay.
_KEPT_FORMAT: Final = "\u200d"


def plain_line(text: str) -> str:
    """Return `text` as one line in normal form (NFC): hidden signs gone, runs of blanks one blank, trimmed.

    HTML stays text; the screens escape it. Direction marks go, because a name that reads like another's is a way to
    pretend to be him.
    """
    shown = "".join(sign if not is_hidden(sign) else " " if sign.isspace() else "" for sign in text)
    return " ".join(unicodedata.normalize("NFC", shown).split())


def plain_text(text: str) -> str:
    """Return `text` in normal form with its line breaks, other hidden signs gone, trimmed."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(sign for sign in line if not is_hidden(sign) or sign == "\t") for line in lines)
    return "\n".join(line.rstrip() for line in kept).strip()


def is_hidden(sign: str) -> bool:
    """Tell whether a sign has no shape of its own: control, format, surrogate, private or a line separator."""
    return sign not in _KEPT_FORMAT and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def need_line(text: str, code: str, *, field: str, limit: int) -> str:
    """Return `plain_line(text)`; Invalid with `code` when nothing is left or it is longer than `limit` characters."""
    line = plain_line(text)
    if not 1 <= len(line) <= limit:
        raise Invalid(code, field=field, limit=limit)
    return line
