"""One sentence that says what a paper did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.papers import Paper

_END: Final = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z“\"(\d])")
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|al|etc|Fig|Figs|Eq|Eqs|Sec|Tab|No|Dr|approx|resp|w\.r\.t)|\b[A-Z])\.$"
)
_SAYS_WHAT: Final = re.compile(
    r"\b(?:we|this (?:paper|work|report|study|survey)|our)\b.{0,40}?\b(?:propose|present|introduce|develop|show|"
    r"demonstrate|find|study|release|describe|investigate|explore|build|design|provide|argue|prove|survey)",
    re.IGNORECASE,
)
_SAYS_RESULT: Final = re.compile(
    r"\b(?:outperform\w*|achiev\w+|improv\w+|reduc\w+|surpass\w*|state-of-the-art|results? show)\b|\d%",
    re.IGNORECASE,
)


def summary_of(paper: Paper) -> tuple[str, bool]:
    """The listing's own one sentence if there is one, else the abstract's most telling; and whether a machine wrote it.

    Never the cut-off start of a paragraph; empty if nothing is known.
    """
    if paper.summary:
        return paper.summary, True
    return most_telling(paper.abstract), False


def most_telling(abstract: str) -> str:
    """The sentence of *abstract* that says what was done; earlier ones win, a result is a second-best."""
    sentences = split_sentences(abstract)
    if not sentences:
        return ""
    return max(enumerate(sentences), key=lambda numbered: (_telling(numbered[1]), -numbered[0]))[1]


def split_sentences(text: str) -> list[str]:
    """The sentences of *text*; an abbreviation or an initial ends none."""
    sentences: list[str] = []
    for piece in _END.split(" ".join(text.split())):
        if sentences and _NO_END.search(sentences[-1]):
            sentences[-1] += f" {piece}"
        elif piece:
            sentences.append(piece)
    return sentences


def _telling(sentence: str) -> int:
    if _SAYS_WHAT.search(sentence):
        return 2
    return 1 if _SAYS_RESULT.search(sentence) else 0
