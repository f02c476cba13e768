"""What a paper is about, as a few weighted words, and how much of it another paper shares.

The words that tell most of a paper are those that it stresses and that few other papers have. ``like:2511.01234``
freezes them when a filter is saved; from then on a paper is *like* that one if it mentions `ENOUGH` of their weight.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from bot.domain.folding import fold_words, is_function_word, phrase_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.domain.papers import Paper

Subject = tuple[tuple[str, int], ...]
"""Keys of words and keywords with their weights, the most telling first; the weights add up to about `WHOLE`."""

WHOLE: Final = 1_000
ENOUGH: Final = 180
"""The weight that a paper must share to follow a subject; `benchmarks/likeness.py` shows what others would bring."""
NEAR: Final = 120
"""The weight that a search for what is alike still shows."""
_MOST_WORDS: Final = 24
_SHORTEST: Final = 3
_TITLE, _KEYWORD = 3.0, 2.5
_RAREST: Final = 4
"""Of many papers, a word that fewer hold is a name that little else will share."""
_MANY: Final = 500
_TOO_COMMON: Final = 0.2
"""A word that a larger share of papers holds says nothing of a subject."""


def telling_words(paper: Paper) -> dict[str, float]:
    """The keys that may tell what *paper* is about, each with how much the paper stresses it."""
    stressed: dict[str, float] = {}
    for word in _words([paper.title]):
        stressed[word] = max(stressed.get(word, 0.0), _TITLE)
    for key in (*_words(paper.keywords), *_phrases(paper.keywords)):
        stressed[key] = max(stressed.get(key, 0.0), _KEYWORD)
    for word in _words([paper.abstract]):
        stressed[word] = stressed.get(word, 0.0) + 1 / (1 + stressed.get(word, 0.0))
    return stressed


def subject_of(stressed: Mapping[str, float], frequencies: Mapping[str, int], papers: int) -> Subject:
    """What a paper is about: of its *stressed* words those that few of *papers* hold, by *frequencies*."""
    rarest = _RAREST if papers >= _MANY else 1
    weights = {
        key: stress * math.log(1 + papers / frequencies[key])
        for key, stress in stressed.items()
        if rarest <= frequencies.get(key, 0) <= max(_TOO_COMMON * papers, rarest)
    }
    best = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:_MOST_WORDS]
    whole = sum(weight for _, weight in best)
    return tuple((key, max(round(WHOLE * weight / whole), 1)) for key, weight in best)


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for word in fold_words(text):
            if len(word) >= _SHORTEST and not is_function_word(word) and not word.isdecimal():
                yield word


def _phrases(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        parts = phrase_parts(text)
        if len(parts) == 1:
            yield parts[0][0]
