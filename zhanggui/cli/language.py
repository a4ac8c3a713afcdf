"""In which language the command line speaks: by locale, Chinese or English."""

import locale
import os
from collections.abc import Mapping

from zhanggui.foundation import words


def chosen() -> str:
    """Return "zh-CN" or "en": the first of LC_ALL, LC_MESSAGES, LANG that is set, else what the system says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh-CN" if value.lower().startswith("zh") else "en"
    return "zh-CN" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


LANGUAGE = chosen()


def spoken() -> str:
    """Return the language of this terminal: "zh-CN" or "en"."""
    return LANGUAGE


def by_code(code: str, args: Mapping[str, object]) -> str:
    """Return a room's words for `code` in the language of this terminal."""
    return words.say(code, LANGUAGE, **args)


def say(zh: str, en: str) -> str:
    """Return the one of two wordings that this terminal reads."""
    return zh if LANGUAGE == "zh-CN" else en
