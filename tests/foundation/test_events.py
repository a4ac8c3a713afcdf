"""Changes: kinds from one list, parts encoded once, faces that decide who reads what."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.events import (
    KINDS,
    Change,
    Face,
    Reactions,
    Stored,
    decode_stored,
    encode_body,
    encode_parts,
    event,
    face_for,
)

names = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=6)
records = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
faces = st.builds(Face, st.lists(names, max_size=4).map(tuple), st.lists(names, max_size=3).map(tuple))
changes = st.builds(
    Change,
    kind=st.just("test.noted"),
    put=st.dictionaries(names, records, max_size=4),
    faces=st.lists(faces, max_size=4).map(tuple),
    gone=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    subject=st.text(max_size=10),
)


def stored_of(change: Change) -> Stored:
    """The change as the database hands it to the hub."""
    put = {name: json.dumps(record) for name, record in change.put.items()}
    return Stored(1, 2, change.kind, change.subject, change.faces, put, change.gone)


@given(changes)
def test_what_the_log_keeps_comes_back_as_it_was(change: Change):
    put = encode_parts(change)
    back = decode_stored(7, 1000, change.kind, change.subject, encode_body(change.faces, put, change.gone))
    assert (back.n, back.at, back.kind, back.subject, back.origin) == (7, 1000, change.kind, change.subject, None)
    assert back.faces == change.faces
    assert back.gone == change.gone
    assert {name: json.loads(text) for name, text in back.put.items()} == dict(change.put)


@given(changes, st.frozensets(names, max_size=4))
def test_a_reader_gets_the_union_of_the_faces_that_name_him_and_no_other_part(change: Change, tags: frozenset[str]):
    parts = face_for(stored_of(change), tags)
    meant = {part for face in change.faces if tags & set(face.tags) for part in face.parts}
    assert set(parts) == meant
    assert len(parts) == len(meant), "each part once"


@given(changes)
def test_an_empty_audience_is_nobody(change: Change):
    assert face_for(stored_of(change), frozenset()) == ()


def test_a_kind_is_declared_once():
    assert event("test.noted", note=dict) == "test.noted"
    with pytest.raises(ValueError, match="declared twice"):
        event("test.noted", note=list)


def test_a_kind_nobody_declared_is_neither_announced_nor_followed():
    with pytest.raises(KeyError):
        encode_parts(Change("test.never_declared"))
    with pytest.raises(KeyError):
        Reactions().on("test.never_declared", print)


def test_reactions_run_in_the_order_they_were_connected():
    reactions, order = Reactions(), []

    def first(*_: object) -> None:
        order.append("first")

    def second(*_: object) -> None:
        order.append("second")

    kind = next(iter(KINDS))
    for reaction in (first, second, first):
        reactions.on(kind, reaction)
    for reaction in reactions.to(kind):
        reaction(None, None)
    assert order == ["first", "second", "first"]
    assert reactions.to("test.never_declared") == []
