"""What a paper is about, as a few weighted words, and how much of it another paper shares.

The words that tell most of a paper are those that it stresses and that few other papers have. ``like:2511.01234``
freezes them when a filter is saved; from then on a paper is *like* that one if it mentions `ENOUGH` of their weight.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.errors import UserError
from bot.domain.filters import Scope, Term
from bot.domain.folding import fold_words, is_function_word, keys_among, phrase_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.domain.filters import Filter, Want
    from bot.domain.papers import Paper, PaperId

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


def too_little_known(paper_id: PaperId) -> UserError:
    """That nothing can be like the paper, because no word tells what it is about."""
    return UserError(
        f"Too little is known of {paper_id} to find papers like it.", hint="Look for words of its title."
    )


def frequencies_in(papers: Iterable[Paper], keys: Iterable[str]) -> dict[str, int]:
    """How many of *papers* mention each of *keys* in title, keywords or abstract."""
    wanted = frozenset(keys)
    counts: Counter[str] = Counter()
    for paper in papers:
        texts = (paper.title, *paper.keywords, paper.abstract)
        counts.update(set().union(*(keys_among(text, wanted) for text in texts)))
    return dict(counts)


def liked_papers(filter_: Filter) -> tuple[PaperId, ...]:
    """The ids of the papers that *filter_* wants or mutes what is like, each once."""
    terms = (*filter_.terms(), *filter_.mutes)
    return tuple(dict.fromkeys(term.text for term in terms if term.scope is Scope.LIKE))


def subjects_of(filter_: Filter) -> dict[PaperId, Subject]:
    """What the papers of `liked_papers` are about, of those of which that is known."""
    terms = (*filter_.terms(), *filter_.mutes)
    return {term.text: term.subject for term in terms if term.scope is Scope.LIKE and term.subject}


def with_subjects(filter_: Filter, subjects: Mapping[PaperId, Subject]) -> Filter:
    """*filter_* whose `LIKE` terms know what the papers they name are about, by *subjects*."""
    wants = None if filter_.wants is None else _with_subjects(filter_.wants, subjects)
    mutes = tuple(_with_subject(mute, subjects) for mute in filter_.mutes)
    return replace(filter_, wants=wants, mutes=mutes)


def _with_subjects(want: Want, subjects: Mapping[PaperId, Subject]) -> Want:
    if isinstance(want, Term):
        return _with_subject(want, subjects)
    return type(want)(tuple(_with_subjects(part, subjects) for part in want.wants))


def _with_subject(term: Term, subjects: Mapping[PaperId, Subject]) -> Term:
    return replace(term, subject=subjects.get(term.text, ())) if term.scope is Scope.LIKE else term


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
