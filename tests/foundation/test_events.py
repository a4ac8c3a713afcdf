"""Changes as they are written and read back, and who reads which part."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.foundation.builders import NOTED, a_change
from zhanggui.foundation import events
from zhanggui.foundation.events import (
    Change,
    Face,
    Reactions,
    Stored,
    decode_stored,
    encode_body,
    encode_parts,
    face_for,
)

tags = st.lists(st.text(max_size=8), max_size=3).map(tuple)
parts = st.lists(st.sampled_from(["row", "line", "gone"]), max_size=3).map(tuple)
faces = st.lists(st.builds(Face, tags, parts), max_size=3).map(tuple)
records = st.dictionaries(st.text(max_size=5), st.text() | st.integers(-(2**53), 2**53) | st.none(), max_size=3)


@given(faces, st.dictionaries(st.sampled_from(["row", "line"]), records), st.lists(st.text(max_size=8)).map(tuple))
def test_a_change_comes_back_from_the_log_as_it_was(
    given_faces: tuple[Face, ...], put: dict[str, object], gone: tuple[str, ...]
):
    texts = encode_parts(Change("session.ended", put=put))
    stored = Stored(7, 8, "session.ended", "s", given_faces, texts, gone)
    body = encode_body(given_faces, texts, gone)
    assert decode_stored(7, 8, "session.ended", "s", body) == stored
    assert {name: json.loads(text) for name, text in texts.items()} == put


@given(faces, st.frozensets(st.text(max_size=8)))
def test_an_empty_audience_is_nobody_and_a_reader_gets_the_union(given_faces: tuple[Face, ...], mine: frozenset[str]):
    got = face_for(Stored(1, 1, "k", "", given_faces, {}, ()), mine)
    wanted = {part for face in given_faces if set(face.tags) & mine for part in face.parts}
    assert set(got) == wanted
    assert len(got) == len(wanted)
    assert face_for(Stored(1, 1, "k", "", given_faces, {}, ()), frozenset()) == ()


def test_a_kind_is_declared_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "KINDS", {})
    assert events.event("a.b", row=dict) == "a.b"
    assert events.event("a.b", row=dict) == "a.b", "the same again is no other"
    with pytest.raises(ValueError, match=r"a\.b"):
        events.event("a.b", row=list)


def test_a_kind_that_nobody_declared_cannot_be_told_nor_waited_for():
    with pytest.raises(KeyError):
        encode_parts(Change("nobody.declared"))
    with pytest.raises(KeyError):
        Reactions().on("nobody.declared", lambda tx, change: None)


def test_reactions_run_in_the_order_they_were_connected():
    reactions, ran = Reactions(), list[str]()

    def named(name: str) -> Callable[..., None]:
        return lambda tx, change: ran.append(name)

    for name in ("one", "two", "three"):
        reactions.on(NOTED, named(name))
    for reaction in reactions.to(NOTED):
        reaction(None, a_change("x"))
    assert ran == ["one", "two", "three"]
    assert Reactions().to(NOTED) == []
