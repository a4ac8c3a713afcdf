"""Every refusal of the team room has words in both languages, and no words are left over."""

import re
import string
from pathlib import Path

import zhanggui.team
from zhanggui.team.words import WORDS

_REFUSAL = re.compile(r'(?:Invalid|Conflict|Forbidden|NotFound|TooMany|Unauthenticated|Unavailable)\(\s*"(team\.\w+)"')


def placeholders(text: str) -> set[str]:
    """What a wording wants to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_refusal_has_words_and_no_words_are_left_over() -> None:
    folder = Path(zhanggui.team.__file__).parent
    said = {code for file in folder.rglob("*.py") for code in _REFUSAL.findall(file.read_text(encoding="utf-8"))}
    assert said == {code for code in WORDS if not code.startswith("team.role.")}


def test_both_languages_say_the_same() -> None:
    for code, (chinese, english) in WORDS.items():
        assert placeholders(chinese) == placeholders(english), code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), code
        assert english.isascii(), code
