"""A text cut into pieces: words as folded, with what stands between them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from bot.domain.plurals import singular

JOINABLE: Final = 3
_SHORTEST_NAME: Final = 2
_NUMBER: Final = re.compile(r"[\d.]+", re.ASCII)
_FUNCTION_WORDS: Final = frozenset(
    "a about above after again against all also although am among an and any are as at be because been before being "
    "below between both but by can cannot could did do does doing down during each either else ever every few for "
    "from further had has have having he her here hers him his how however i if in into is it its itself just least "
    "less let like many may me might mine more most much must my neither nor not now of off often on once only onto "
    "or other our ours out over own per quite rather same shall she should since so some such than that the their "
    "theirs them then there these they this those though through thus to too toward towards under until up upon us "
    "very via was we were what when where whether which while who whom whose why will with within without would yet "
    "you your yours".split()
)
_GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψως",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
        "phi chi psi omega sigma".split(),
        strict=True,
    )
)
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECE: Final = re.compile(
    rf"[{_CJK}]"
    r"|(?<![\w*])[A-Za-z]\*(?![\w*])"  # A* and V* are names of their own
    rf"|(?P<word>[^\W_{_CJK}]+(?:(?<=\d)\.(?=\d)[^\W_{_CJK}]+|['’ʼ](?![sS]\b)[^\W_{_CJK}]+)*)"
    r"(?:(?P<sign>\+\+|(?<=\b[A-Za-z])\#)(?![^\W\d]|[+\#]))?(?:['’ʼ][sS]?(?!\w))?"
)
_BLANKS: Final = re.compile(r"[\s\"“”„‟«»*`~’‘']+|-\s+|\s*")
_HYPHENS: Final = re.compile(r"[-\u2010-\u2014\u2212_@&·]\n?")
_LOOSE: Final = re.compile(r"\s*[/|+]\s*")
_PLURAL_ACRONYM: Final = re.compile(r"[A-Z0-9][A-Z0-9.]*[A-Z0-9]s")


class Gap(Enum):
    """What stands between two pieces."""

    BLANK = "blank"
    HYPHEN = "hyphen"
    LOOSE = "loose"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word as folded: *stem* is singular, *literal* is not; *gap* is what stands before it.

    *letters* counts those that make a word long enough to join, 0 in a word that never does. *names* says that it
    joins a number that follows over a blank. *shrunk* says that *stem* and *literal* alone do not tell whether it joins
    another word: ``PCs`` has three letters, ``pc`` has not.
    """

    stem: str
    literal: str
    gap: Gap
    function: bool
    letters: int
    names: bool
    number: bool
    shrunk: bool


def pieces_of(text: str, *, typed: bool = False) -> list[Piece]:
    """The pieces of *text*; *typed* says that it is a keyword, whose names may lack their capitals."""
    plain = text if text.isascii() else _without_accents(text)
    pieces: list[Piece] = []
    end = 0
    for found in _PIECE.finditer(plain):
        between = plain[end : found.start()]
        pieces.append(_piece(found["word"] or found[0], found["sign"] or "", _gap(between), typed))
        end = found.end()
    return pieces


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _gap(between: str) -> Gap:
    if between == " ":
        return Gap.BLANK
    if _HYPHENS.fullmatch(between):
        return Gap.HYPHEN
    if between == "":
        return Gap.LOOSE
    if _BLANKS.fullmatch(between):
        return Gap.BLANK
    return Gap.LOOSE if _LOOSE.fullmatch(between) else Gap.BREAK


@lru_cache(maxsize=32_768)
def _piece(word: str, sign: str, gap: Gap, typed: bool) -> Piece:  # noqa: FBT001 - a cached call
    literal, stem, function, letters = _folded(word)
    literal, stem = literal + sign, literal + sign if sign else stem
    letters = 0 if sign else letters
    long_enough = letters >= JOINABLE
    return Piece(
        stem=stem,
        literal=literal,
        gap=gap,
        function=function and not sign,
        letters=letters,
        names=not function and not sign and _names(word) and (typed or word != word.lower()),
        number=not sign and _NUMBER.fullmatch(word) is not None,
        shrunk=joins(stem) != long_enough or joins(literal) != long_enough,
    )


def _names(word: str) -> bool:
    return not word[-1].isdigit() and sum(map(str.isalpha, word)) >= _SHORTEST_NAME


def _folded(word: str) -> tuple[str, str, bool, int]:
    literal = _named_greek(word.casefold()).translate(_NO_APOSTROPHE)
    function = literal in _FUNCTION_WORDS
    letters = 0 if function else sum(map(str.isalpha, literal))
    return literal, _stem(word, literal), function, letters


_NO_APOSTROPHE: Final = str.maketrans("", "", "'’ʼ")


def _stem(word: str, literal: str) -> str:
    if _PLURAL_ACRONYM.fullmatch(word):
        return literal[:-1]
    if word.isupper() and len(word) > 1:
        return literal
    return singular(literal)


def _named_greek(word: str) -> str:
    greek = [char for char in word if char in _GREEK]
    return word.replace(greek[0], _GREEK[greek[0]]) if len(greek) == 1 else word


def is_function_word(word: str) -> bool:
    """Whether *word* carries grammar rather than a subject (``the``, ``with``)."""
    return word.casefold() in _FUNCTION_WORDS


@lru_cache(maxsize=65_536)
def joins(word: str) -> bool:
    """Whether the folded *word* always joins another such word beside it."""
    return (
        not word.endswith(("+", "#"))
        and not is_function_word(word)
        and sum(map(str.isalpha, word)) >= JOINABLE
    )


def compounds(pieces: list[Piece]) -> list[tuple[int, int]]:
    """The spans (start, end) of the hyphenated compounds of two pieces or more."""
    spans = []
    start = 0
    for place in range(1, len(pieces) + 1):
        if place == len(pieces) or pieces[place].gap is not Gap.HYPHEN:
            if place - start > 1:
                spans.append((start, place))
            start = place
    return spans
