"""What is indexed of a paper: folded words and keys, field by field, and the numbers beside them.

Text is folded before it is indexed (`bot.domain.folding.index_words`), so that the index finds a word exactly where a
filter would. Within a text field the runs of words stand one after the other with a border between them; behind them
stand the keys, each one token that no word can be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.folding import fold_words, index_words
from bot.domain.names import organization_texts, split_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.papers import Entry, Paper

BORDER: Final = "|"
"""Stands between runs, so that no phrase is found across them."""
OF_NAME: Final = "/"
"""Stands between a part of a name and the whole name: ``lecun/yann a lecun``, blanks as `BLANK`."""
BLANK: Final = "_"
"""Stands for a blank within a token; no folded word holds it."""
_KEY: Final = "="
_REMEMBERED: Final = 1_024
_LONGEST_BEGINNING: Final = 16
_UPVOTES_WEIGH: Final = 0.12
"""Relevance times 1 + this * ln(1 + upvotes): 10 upvotes lift a paper by 29 %, 100 by 55 %, 400 by 72 %.

Less than what separates a hit in the title from one in the abstract, more than what separates two titles.
"""
_DAY_BITS: Final = 22
_TIE_BITS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The indexed text of a paper, tokens joined by blanks."""

    title: str
    keywords: str
    abstract: str
    people: str
    organization: str
    beginnings: str
    keyword_beginnings: str


@lru_cache(maxsize=_REMEMBERED)
def columns(paper: Paper) -> Columns:
    """The indexed text of *paper*; remembered, because the counts of the newest papers change often."""
    return Columns(
        title=_folded([paper.title]),
        keywords=_folded(paper.keywords),
        abstract=_folded([paper.abstract]),
        people=" ".join(dict.fromkeys(token for name in paper.authors for token in _name_tokens(name))),
        organization=_folded(organization_texts(paper.organization)),
        beginnings=_beginnings([paper.title]),
        keyword_beginnings=_beginnings(paper.keywords),
    )


def key_token(key: str) -> str:
    """The token that *key* has."""
    return _KEY + key.replace(" ", BLANK)


def beginnings_of(text: str) -> tuple[str, ...]:
    """The tokens that what is typed of a title must meet, one a word."""
    return tuple(word[:_LONGEST_BEGINNING] for word in fold_words(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What conditions and orders look at; a count that is not known is None.

    *popular* and *newest* order papers by upvotes and by day, ties by the other one. *weight* is what the engine
    makes the factor of the upvotes of: it multiplies a score by ``log2(2 + weight)``.
    """

    upvotes: int | None
    comments: int | None
    stars: int | None
    code: int
    project: int
    popular: int
    newest: int
    weight: float


def numbers(entry: Entry) -> Numbers:
    """The numbers of *entry*."""
    paper, tally = entry.paper, entry.tally
    day = entry.list_day or paper.published_on
    ordinal = day.toordinal() if day else 0
    votes = 0 if tally.upvotes is None else max(tally.upvotes, 0) + 1
    tie = int.from_bytes(paper.id.encode()[-3:]) % (1 << _TIE_BITS)
    return Numbers(
        upvotes=tally.upvotes,
        comments=tally.comments,
        stars=tally.stars,
        code=int(bool(paper.code_url)),
        project=int(bool(paper.project_url)),
        popular=(votes << _DAY_BITS | ordinal) << _TIE_BITS | tie,
        newest=(ordinal << _DAY_BITS | min(votes, (1 << _DAY_BITS) - 1)) << _TIE_BITS | tie,
        weight=2 ** (1 + _UPVOTES_WEIGH * math.log1p(max(entry.upvotes, 0))) - 2,
    )


def _folded(texts: Iterable[str]) -> str:
    tokens: list[str] = []
    for words in map(index_words, texts):
        for run in words.runs:
            tokens += (*run, BORDER)
        tokens += sorted(map(key_token, words.keys))
        tokens.append(BORDER)
    return " ".join(tokens)


def _name_tokens(name: str) -> Iterator[str]:
    """Each whole part of *name*, alone and with the whole name behind it."""
    parts = split_name(name)
    whole = BLANK.join(parts)
    for part in parts:
        if len(part) > 1:
            yield part
            yield f"{part}{OF_NAME}{whole}"


def _in_one(text: str) -> Iterator[str]:
    """The hyphenated words of *text*, written as one."""
    return ("".join(fold_words(word)) for word in text.split() if "-" in word)


def _beginnings(texts: Iterable[str]) -> str:
    words = dict.fromkeys(word for text in texts for word in (*fold_words(text), *_in_one(text)))
    ends = range(1, _LONGEST_BEGINNING + 1)
    return " ".join(dict.fromkeys(word[:end] for word in words for end in ends if end <= len(word)))
