"""One sentence that says what a paper did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.papers import Paper

_END: Final = re.compile(r" (?:(?<=[.!?] )|(?<=[.!?][\"”’)] ))(?=[A-Z“‘\"(\d\\])")
_END_ALSO_CHINESE: Final = re.compile(rf"{_END.pattern}|(?<=[。！？])")
"""This looks at every letter, the other at blanks alone."""
_NO_END: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|al|etc|viz|Fig|Figs|Eq|Eqs|Sec|Tab|No|Dr|Prof|St|approx|resp|w\.r\.t|a\.k\.a)"
    r"|(?:^|[\s(])[A-Z])\.[\"”’)]?$"
)
_LONGEST_NO_END: Final = 12
"""Characters, with room to see that it begins there."""
_SAYS_WHAT: Final = re.compile(
    r"\b(?:we|this (?:paper|work|report|study|survey|article|thesis|position)|our (?:paper|work|method))\b"
    r"(?: \w+){0,3}? (?:propos|present|introduc|develop|releas|describ|investigat|explor|build|built|design|"
    r"provid|argu|prov|survey|study|studie|stud(?:y|ies)|examin|formulat|conduct|show|demonstrat|find|reveal|"
    r"address|tackle|revisit|rethink|construct|creat|curat|unveil|establish|open-sourc)\w*",
    re.IGNORECASE,
)
_NAMES_IT: Final = re.compile(
    r"\b(?:propos|present|introduc|develop|releas|unveil|build|design|formulat|argu)\w*", re.IGNORECASE
)
_SAYS_RESULT: Final = re.compile(
    r"\b(?:outperform\w*|achiev\w+|improv\w+|reduc\w+|surpass\w*|state-of-the-art|results? show)\b|\d%",
    re.IGNORECASE,
)
_AN_ADDITION: Final = re.compile(
    r"(?:in addition|additionally|furthermore|moreover|second(?:ly)?|third(?:ly)?|finally|also|lastly|besides|"
    r"notably|extensive|experiment|results|first(?:ly)?|then|next|meanwhile|for example|specifically)\b",
    re.IGNORECASE,
)
_LEADS_IN: Final = re.compile(
    r"(?:however|therefore|thus|hence|accordingly|consequently|as such|to (?:this|that) end|based on (?:this|these) \w+"
    r"|motivated by (?:this|these)[^,]{0,40}|in (?:this|the present) (?:paper|work|report|study|article|survey)|here"
    r"|to (?:\w+ )?(?:address|answer|tackle|overcome|solve|mitigate|resolve|bridge|fill|close|remedy) "
    r"(?:this|these|that|those|the above|such|it|them)[^,]{0,60}),\s+",
    re.IGNORECASE,
)
_LONG: Final = 320
_SHORT: Final = 40


def summary_of(paper: Paper) -> tuple[str, bool]:
    """The listing's own one sentence if there is one, else the abstract's most telling; and whether a machine wrote it.

    Never the cut-off start of a paragraph; empty if nothing is known.
    """
    if paper.summary:
        return paper.summary, True
    return most_telling(paper.abstract), False


def most_telling(abstract: str) -> str:
    """The sentence of *abstract* that says what was done, without the words that lead over to it.

    Of two that say as much the earlier wins; a result is a second-best, a detail or an overlong sentence loses.
    """
    sentences = split_sentences(abstract)
    if not sentences:
        return ""
    return _led_in(max(enumerate(sentences), key=lambda numbered: (_telling(numbered[1]), -numbered[0]))[1])


def split_sentences(text: str) -> list[str]:
    """The sentences of *text*; an abbreviation or an initial ends none, nor does a decimal point."""
    sentences: list[str] = []
    line = " ".join(text.split())
    chinese = any(mark in line for mark in "。！？")
    for piece in (_END_ALSO_CHINESE if chinese else _END).split(line):
        if sentences and _NO_END.search(sentences[-1][-_LONGEST_NO_END:]):
            sentences[-1] += f" {piece}"
        elif piece:
            sentences.append(piece)
    return sentences


def _telling(sentence: str) -> int:
    says = 4 if _SAYS_WHAT.search(sentence) else 2 if _SAYS_RESULT.search(sentence) else 0
    named = says and bool(_NAMES_IT.search(sentence))
    detail = 3 if _AN_ADDITION.match(sentence) else 0
    unhandy = 2 if not _SHORT <= len(sentence) <= _LONG else 0
    return says + named - detail - unhandy


def _led_in(sentence: str) -> str:
    """*sentence* without what refers to the one before it: ``To this end, we`` becomes ``We``."""
    bare = _LEADS_IN.sub("", sentence, count=1) if _LEADS_IN.match(sentence) else sentence
    return bare[:1].upper() + bare[1:] if bare != sentence else sentence
