"""Text as search sees it: folded, cut into pieces of two signs, and where words were found in it. No I/O.

Pieces of two signs find every substring of two signs or more, in any script, without a dictionary; a dictionary's words
would find nothing more. Runs of Latin letters and digits give pieces of three as well: there are only a hundred pairs
of digits, and an order number holds half of them.
"""

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MOST_SIGNS: Final = 64
"""Longer words are cut: nobody types them, and each sign costs a look into the index."""
MOST_PIECES: Final = 16
LEAST_SIGNS: Final = 2
SHOWN: Final = 240
"""Signs of a long line that are shown around the first place found."""
LEAD: Final = 40
Span = tuple[int, int]


class _Folds(dict[int, str]):
    """One sign → how search reads it (full-width as half-width, capitals as small); made when first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = unicodedata.normalize("NFKC", chr(code)).casefold()
        return folded


class _Letters(dict[int, str]):
    """One folded sign → itself, or a blank where words end: blanks, punctuation, hidden signs."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kept = self[code] = " " if unicodedata.category(sign)[0] in "PZC" else sign
        return kept


_FOLDS: Final = _Folds()
_LETTERS: Final = _Letters()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: `words`, folded, all of which a text must contain, and the pieces they are made of.

    No pieces: the words are too short (one sign) or of punctuation only; they can be looked for, but not in an index.
    """

    words: tuple[str, ...]
    pieces: tuple[str, ...]


def fold(text: str) -> str:
    """Return the text as search reads it; sign by sign, so that every place in it has a place in the original."""
    return text.translate(_FOLDS)


def pieces_of(text: str) -> set[str]:
    """Return every piece a text is found by."""
    found: set[str] = set()
    for run in _runs(fold(text)):
        found.update(map("".join, itertools.pairwise(run)))
        found.update(run[at : at + 3] for at in range(len(run) - 2) if run[at : at + 3].isascii())
    return found


def wanted(query: str) -> Wanted:
    """Return what a query asks for; words between blanks must all be there, wherever."""
    words = tuple(dict.fromkeys(fold(query[:MOST_SIGNS]).split()))
    pieces = dict.fromkeys(piece for word in words for run in _runs(word) for piece in _asked(run))
    return Wanted(words, tuple(pieces)[:MOST_PIECES])


def _runs(folded: str) -> list[str]:
    return folded.translate(_LETTERS).split()


def _asked(run: str) -> Iterator[str]:
    """Yield the fewest and rarest pieces that cover a run: of three where there are such, else of two."""
    triples = [at for at in range(len(run) - 2) if run[at : at + 3].isascii()]
    covered = {at + step for at in triples for step in (0, 1)}
    for at in range(len(run) - 1):
        if at in triples:
            yield run[at : at + 3]
        elif at not in covered:
            yield run[at : at + 2]


def places(text: str, words: Sequence[str]) -> list[Span] | None:
    """Return where the words stand in the text ([start, end) in signs, in order, none overlapping); None unless all do.

    The index only says "perhaps": its pieces may stand apart. This is what makes a result.
    """
    folded = fold(text)
    if not words or not all(word in folded for word in words):
        return None
    spans = _apart(sorted(span for word in words for span in _every(folded, word)))
    if len(folded) == len(text):
        return spans
    origin = [at for at, sign in enumerate(text) for _ in fold(sign)]
    return _apart([(origin[start], origin[end - 1] + 1) for start, end in spans])


def _every(folded: str, word: str) -> Iterator[Span]:
    at = folded.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = folded.find(word, at + len(word))


def _apart(spans: list[Span]) -> list[Span]:
    """Join spans that touch each other's signs."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def excerpt(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Return a text short enough for a list, with the first place found in it, and the spans that lie inside."""
    if len(text) <= SHOWN or not spans:
        return text[:SHOWN], [span for span in spans if span[1] <= SHOWN]
    start = min(max(0, spans[0][0] - LEAD), len(text) - SHOWN)
    head = "…" if start else ""
    tail = "…" if start + SHOWN < len(text) else ""
    shift = len(head) - start
    inside = [(begin + shift, end + shift) for begin, end in spans if end <= start + SHOWN]
    return head + text[start : start + SHOWN] + tail, inside
