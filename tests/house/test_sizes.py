"""Law: what cannot be seen at a glance stands on a list that only shrinks."""

import ast

from tests.house.sizes import judged, listed, long_functions, too_long


def test_nothing_is_too_long_but_what_is_listed():
    assert judged(too_long(), listed()) == []


def test_the_list_only_shrinks():
    allowed = {"a.py": 310, "b.py": 320, "c.py": 330, "d.py": 340}
    wrong = judged({"a.py": 311, "b.py": 319, "c.py": 330, "e.py": 301}, allowed)
    assert [text.split(":")[0] for text in wrong] == [
        "a.py grew from 310 to 311 lines", "b.py shrank to 319 lines", "e.py has 301 lines",
        "d.py is short now, or gone",
    ]  # fmt: skip


def test_a_long_function_is_seen_wherever_it_stands():
    body = "\n".join(f"            x = {n}" for n in range(41))
    tree = ast.parse(f"class Room:\n    def open(self):\n        def inner():\n{body}\n")
    assert dict(long_functions(tree)) == {"Room.open": 43, "Room.open.inner": 42}
    assert dict(long_functions(ast.parse("def short():\n" + "    x = 1\n" * 39))) == {}
