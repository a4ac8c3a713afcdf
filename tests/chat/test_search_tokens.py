"""How text is folded and cut, and where words are found in it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.chat.searching.tokens import SHOWN, excerpt, fold, pieces_of, places, wanted

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SHOP_WORDS = st.text("退货运费ab12Ａ１，。 ßﬁ①👍é", max_size=24)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("我要退货", {"我要", "要退", "退货"}),
        ("退货，退货", {"退货"}),
        ("退", set()),
        ("ＯＫ", {"ok"}),
        ("T1 码", {"t1"}),
        ("a123", {"a1", "12", "23", "a12", "123"}),
        ("尺码XL", {"尺码", "码x", "xl"}),
        ("👍👍", {"👍👍"}),
        ("", set()),
    ],
)
def test_pieces(text: str, pieces: set[str]):
    assert pieces_of(text) == pieces


@pytest.mark.parametrize(
    ("query", "words", "pieces"),
    [
        ("退货", ("退货",), ("退货",)),
        ("退货 运费", ("退货", "运费"), ("退货", "运费")),
        ("20241128", ("20241128",), ("202", "024", "241", "411", "112", "128")),
        ("尺码XL", ("尺码xl",), ("尺码", "码x", "xl")),
        ("退", ("退",), ()),
        ("？？", ("??",), ()),
        ("  ", (), ()),
        ("退货 退货", ("退货",), ("退货",)),
    ],
)
def test_what_a_query_asks(query: str, words: tuple[str, ...], pieces: tuple[str, ...]):
    asked = wanted(query)
    assert (asked.words, asked.pieces) == (words, pieces)


@given(SHOP_WORDS | TEXTS, st.integers(0, 60), st.integers(1, 12))
def test_whatever_stands_in_a_text_is_found_by_its_pieces(text: str, start: int, length: int):
    """The index never hides a line: every part of a text asks for pieces that the text has."""
    part = text[start : start + length]
    assert set(wanted(part).pieces) <= pieces_of(text)
    asked = wanted(part).words
    assert not asked or places(text, asked) is not None


@given(SHOP_WORDS | TEXTS, SHOP_WORDS)
def test_places_lie_inside_and_say_what_was_asked(text: str, query: str):
    words = wanted(query).words
    spans = places(text, words)
    if spans is None:
        assert not words or any(word not in fold(text) for word in words)
        return
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    marked = [fold(text[start:end]) for start, end in spans]
    assert all(any(word in one for one in marked) for word in words)


@pytest.mark.parametrize(
    ("text", "query", "spans"),
    [
        ("我要退货，怎么退货", "退货", [(2, 4), (7, 9)]),
        ("ＩＰＨＯＮＥ壳", "iphone", [(0, 6)]),
        ("①号仓", "1号", [(0, 2)]),
        ("ﬁt 合身", "fit", [(0, 2)]),
        ("退货运费", "退货 货运", [(0, 3)]),
        ("退了又买了货", "退货", None),
    ],
)
def test_places(text: str, query: str, spans: list[tuple[int, int]] | None):
    assert places(text, wanted(query).words) == spans


@given(st.text("好的退货啊", max_size=600))
def test_an_excerpt_is_short_and_still_shows_the_place(text: str):
    spans = places(text, ("退货",)) or []
    shown, inside = excerpt(text, spans)
    assert len(shown) <= SHOWN + 2
    assert all(shown[start:end] == "退货" for start, end in inside)
    assert bool(inside) == bool(spans)
