"""In which language the command line speaks: by locale, Chinese or English."""

import locale
import os


def chosen() -> str:
    """Return "zh-CN" or "en": the first of LC_ALL, LC_MESSAGES, LANG that is set, else what the system says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh-CN" if value.lower().startswith("zh") else "en"
    return "zh-CN" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


LANGUAGE = chosen()


def say(zh: str, en: str) -> str:
    """Return the one of two wordings that this terminal reads."""
    return zh if LANGUAGE == "zh-CN" else en
