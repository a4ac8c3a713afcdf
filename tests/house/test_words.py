"""Law: whatever the house says to a person has words in Chinese and English, and no words are left over."""

import ast
import importlib
import re
import string
from collections.abc import Iterator

import pytest

from tests.house.sources import calls, literals, texts, trees
from zhanggui.chat.actions.follow import _SHOWN
from zhanggui.cli import words as cli_words
from zhanggui.foundation import errors, words
from zhanggui.foundation.access import PERMISSIONS, ROLES

REFUSALS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ZhangguiError)
}
CHINESE = re.compile("[\u4e00-\u9fff]")
SAID_BY_STATUS = {"http.not_found", "http.method", "http.too_large", "http.invalid"}
COMPOSED = {f"line.order_{kind}" for kind in _SHOWN} | {f"team.role.{role}" for role in ROLES}
"""Codes put together from a prefix and a value of a closed list."""


@pytest.fixture(autouse=True)
def every_word():
    """The command line brings its words along only when it runs."""
    words.register(cli_words.WORDS)


def placeholders(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


def refused() -> Iterator[tuple[str, str, ast.Call]]:
    """(file, code, call) of every refusal whose code stands there."""
    for file, tree in trees().items():
        for name, call in calls(tree):
            if name in REFUSALS and call.args:
                for code in literals(call.args[0]):
                    yield file, code, call


def system_lines() -> Iterator[tuple[str, str]]:
    """(file, code) of every line the system says in a conversation."""
    for file, tree in trees().items():
        for name, call in calls(tree):
            if name == "add_system_line" and len(call.args) > 2:
                yield from ((file, f"line.{code}") for code in literals(call.args[2]))
            for keyword in call.keywords:
                if name == "do_assign" and keyword.arg == "line":
                    yield from ((file, f"line.{code}") for code in literals(keyword.value) if code)


def used() -> set[str]:
    """Every text in the server's sources that is a code with words, outside of the words themselves."""
    said = {text for file, tree in trees().items() if not file.endswith("/words.py") for text in texts(tree)}
    return said | {code for _, code in system_lines()} | COMPOSED | SAID_BY_STATUS | {"line.assigned"}


def test_the_walk_finds_refusals():
    assert len({code for _, code, _ in refused()}) > 60
    assert {"line.ended", "line.blocked", "line.unblocked"} <= {code for _, code in system_lines()}


def test_every_refusal_has_words():
    known = words.known()
    assert [(file, code) for file, code, _ in refused() if code not in known] == []


def test_every_refusal_brings_what_its_words_want():
    known = words.known()
    lacking = []
    for file, code, call in refused():
        given = {keyword.arg for keyword in call.keywords}
        wanted = placeholders(known[code][0]) if code in known else set()
        if None not in given and not wanted <= given:
            lacking.append((file, code, sorted(wanted - {str(name) for name in given})))
    assert lacking == []


def test_every_system_line_has_words():
    known = words.known()
    lines = {code for _, code in system_lines()} | {code for code in COMPOSED if code.startswith("line.")}
    assert sorted(code for code in lines if code not in known) == []


def test_every_rooms_words_are_gathered():
    rooms = {file.removesuffix(".py").replace("/", ".") for file in trees() if file.endswith("/words.py")}
    gathered = words.known()
    for room in rooms - {"foundation.words"}:
        own = importlib.import_module(f"zhanggui.{room}").WORDS
        assert own, room
        assert own.items() <= gathered.items(), room


def test_no_words_are_left_over():
    assert sorted(set(words.known()) - used()) == []


def test_both_languages_say_the_same():
    known = words.known()
    assert [code for code, (zh, en) in known.items() if placeholders(zh) != placeholders(en)] == []
    assert [code for code, (zh, _) in known.items() if not CHINESE.search(zh)] == []
    assert [code for code, (_, en) in known.items() if CHINESE.search(en) or not en.strip()] == []


def test_every_permission_is_named_in_both_languages():
    unnamed = [p.name for p in PERMISSIONS.values() if not CHINESE.search(p.zh) or CHINESE.search(p.en) or not p.en]
    assert unnamed == []


def test_no_two_permissions_have_the_same_name_in_words():
    for spoken in ("zh", "en"):
        names = [getattr(permission, spoken) for permission in PERMISSIONS.values()]
        assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("source", ["raise NotFound('made.up')", "raise Conflict('a.b' if x else 'made.up')"])
def test_a_code_without_words_is_seen(source: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.house.test_words.trees", lambda: {"room/x.py": ast.parse(source)})
    assert "made.up" in {code for _, code, _ in refused() if code not in words.known()}
