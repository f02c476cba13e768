"""When two spellings are the same: what makes a keyword occur in a text.

Case, accents (composed or not), hyphen / space / joined spelling and English plurals do not matter; word
boundaries do. Words of a phrase are adjacent and in order; a line break or a quotation mark between them does not
part them, a comma, a full stop or a parenthesis does.

A text is cut into *pieces*. A run of pieces has one or more *keys*: the pieces written one after the other, with a
blank where two of them may not be written as one word. A keyword occurs in a text exactly if one of the keyword's
keys is a key of some run of the text. Two pieces

- always join over a blank or a hyphen if both have three letters or more and neither is a function word
  (``fine tuning``, ``fine-tuning`` and ``finetuning`` have the one key ``finetuning``);
- may join over a hyphen if they are shorter (``k-means`` has the keys ``k means`` and ``kmeans``);
- join next to a function word only where the whole hyphenated compound does (``text-to-image``: ``text to image``
  and ``texttoimage``; ``is a`` never meets ISA).

A name joins the number after it: a word of two letters or more with a capital one, which ends in no digit, may join
a following number (digits and dots) over a blank too (``Llama 3``: ``llama 3`` and ``llama3``). A keyword may be typed
in small letters, so there the capital is not asked for.

A plural has two keys, the singular and the literal one, so that a word in capitals, which never loses its s, still
meets the same word in small letters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.plurals import singular

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 5
"""The most pieces of a text that make one key; longer phrases are found by their overlapping parts."""
LONGEST_PART: Final = 4
"""The most pieces of a keyword in one part; one less than `LONGEST`, so that a compound in the text fits."""

_JOINABLE: Final = 3
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


class _Gap(Enum):
    """What stands between two pieces."""

    BLANK = "blank"
    HYPHEN = "hyphen"
    LOOSE = "loose"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word as folded: *stem* is singular, *literal* is not; *gap* is what stands before it.

    *letters* counts those that make a word long enough to join, 0 in a word that never does. *names* says that it
    joins a number that follows over a blank.
    """

    stem: str
    literal: str
    gap: _Gap
    function: bool
    letters: int
    names: bool
    number: bool


def fold_words(text: str) -> tuple[str, ...]:
    """The folded words of *text* in order: small letters, no accents, compounds split, plurals singular."""
    return tuple(piece.stem for piece in _pieces(text))


def fold_forms(text: str) -> tuple[str, ...]:
    """The hyphenated compounds of *text* written as one word, for indexes that hold single words."""
    pieces = _pieces(text)
    spans = _compounds(pieces)
    return tuple("".join(piece.stem for piece in pieces[start:end]) for start, end in spans)


def fold_title(title: str) -> str:
    """What two titles have in common exactly if they are the same title, however spelt and spaced."""
    return "".join(piece.literal for piece in _pieces(title))


def text_keys(text: str) -> set[str]:
    """The keys of every run of up to `LONGEST` pieces in *text*."""
    pieces = _pieces(text)
    lattice = _lattice(pieces)
    keys: set[str] = set()
    for start in range(len(pieces)):
        _collect(pieces, lattice, start, keys)
    return keys


@lru_cache(maxsize=16_384)
def phrase_parts(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The keys of *phrase*, by part: it occurs where each part has one of its keys among the text's.

    One part unless the phrase has more than `LONGEST_PART` pieces or holds a comma, a full stop or the like. No
    part at all if *phrase* holds no letter and no digit: then it occurs nowhere.
    """
    pieces = _pieces(phrase, typed=True)
    return tuple(tuple(sorted(_span_keys(part))) for part in _parts(pieces))


def occurs(phrase: str, text: str) -> bool:
    """Whether *phrase* occurs in *text*; for many texts or phrases use `bot.domain.matching`."""
    parts = phrase_parts(phrase)
    keys = text_keys(text)
    return bool(parts) and all(any(key in keys for key in part) for part in parts)


def is_function_word(word: str) -> bool:
    """Whether *word* carries grammar rather than a subject (``the``, ``with``)."""
    return word.casefold() in _FUNCTION_WORDS


def _pieces(text: str, *, typed: bool = False) -> list[_Piece]:
    """The pieces of *text*; *typed* says that it is a keyword, whose names may lack their capitals."""
    plain = text if text.isascii() else _without_accents(text)
    pieces: list[_Piece] = []
    end = 0
    for found in _PIECE.finditer(plain):
        between = plain[end : found.start()]
        pieces.append(_piece(found["word"] or found[0], found["sign"] or "", _gap(between), typed))
        end = found.end()
    return pieces


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _gap(between: str) -> _Gap:
    if between == " ":
        return _Gap.BLANK
    if _HYPHENS.fullmatch(between):
        return _Gap.HYPHEN
    if between == "":
        return _Gap.LOOSE
    if _BLANKS.fullmatch(between):
        return _Gap.BLANK
    return _Gap.LOOSE if _LOOSE.fullmatch(between) else _Gap.BREAK


@lru_cache(maxsize=131_072)
def _piece(word: str, sign: str, gap: _Gap, typed: bool) -> _Piece:  # noqa: FBT001 - a cached call
    literal, stem, function, letters = _folded(word)
    return _Piece(
        stem=stem + sign if not sign else literal + sign,
        literal=literal + sign,
        gap=gap,
        function=function and not sign,
        letters=0 if sign else letters,
        names=not function and not sign and _names(word) and (typed or word != word.lower()),
        number=not sign and _NUMBER.fullmatch(word) is not None,
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


def _compounds(pieces: list[_Piece]) -> list[tuple[int, int]]:
    """The spans (start, end) of the hyphenated compounds of two pieces or more."""
    spans = []
    start = 0
    for place in range(1, len(pieces) + 1):
        if place == len(pieces) or pieces[place].gap is not _Gap.HYPHEN:
            if place - start > 1:
                spans.append((start, place))
            start = place
    return spans


def _lattice(pieces: list[_Piece]) -> dict[int, tuple[int, str, str]]:
    """For the first piece of each compound with a function word: its end, and its pieces written as one word."""
    return {
        start: (
            end,
            "".join(piece.literal for piece in pieces[start : end - 1]) + pieces[end - 1].stem,
            "".join(piece.literal for piece in pieces[start:end]),
        )
        for start, end in _compounds(pieces)
        if any(piece.function for piece in pieces[start:end])
    }


def _glue(left: _Piece, left_letters: int, left_function: bool, right: _Piece) -> tuple[str, ...]:  # noqa: FBT001
    """What may stand between two pieces of a key; *left* may end a word that was joined already."""
    if right.gap is _Gap.LOOSE:
        return (" ",)
    if left_letters >= _JOINABLE and right.letters >= _JOINABLE:
        return ("",)
    if right.number and left.names:
        return (" ", "")
    if right.gap is _Gap.HYPHEN and not left_function and not right.function:
        return (" ", "")
    return (" ",)


_State = tuple[int, int, bool, str, str]
"""Where the next piece is, the letters of the last word, whether it is one of grammar, and the key: stem, literal."""


def _starts(pieces: list[_Piece], lattice: dict[int, tuple[int, str, str]], start: int) -> list[_State]:
    piece = pieces[start]
    states = [(start + 1, piece.letters, piece.function, piece.stem, piece.literal)]
    if start in lattice:
        end, stem, literal = lattice[start]
        states.append((end, _JOINABLE, False, stem, literal))
    return states


def _steps(pieces: list[_Piece], lattice: dict[int, tuple[int, str, str]], state: _State) -> Iterator[_State]:
    place, letters, function, stem, literal = state
    right = pieces[place]
    for glue in _glue(pieces[place - 1], letters, function, right):
        yield (
            place + 1,
            right.letters if glue else letters + right.letters,
            right.function,
            stem + glue + right.stem,
            literal + glue + right.literal,
        )
    if place in lattice:
        end, whole_stem, whole_literal = lattice[place]
        glue = "" if letters >= _JOINABLE and right.gap is not _Gap.LOOSE else " "
        yield (end, _JOINABLE, False, stem + glue + whole_stem, literal + glue + whole_literal)


def _collect(
    pieces: list[_Piece], lattice: dict[int, tuple[int, str, str]], start: int, keys: set[str]
) -> None:
    limit = min(start + LONGEST, len(pieces))
    waiting = _starts(pieces, lattice, start)
    while waiting:
        state = waiting.pop()
        keys.add(state[3])
        keys.add(state[4])
        place = state[0]
        if place < limit and pieces[place].gap is not _Gap.BREAK:
            waiting.extend(_steps(pieces, lattice, state))


def _span_keys(pieces: list[_Piece]) -> set[str]:
    """The keys of the run of all *pieces*."""
    lattice = _lattice(pieces)
    keys: set[str] = set()
    waiting = _starts(pieces, lattice, 0)
    while waiting:
        state = waiting.pop()
        if state[0] == len(pieces):
            keys.update(state[3:])
        else:
            waiting.extend(_steps(pieces, lattice, state))
    return keys


def _parts(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    for run in _runs(pieces):
        if len(run) <= LONGEST_PART:
            yield run
        else:
            for start in range(len(run) - LONGEST_PART + 1):
                yield run[start : start + LONGEST_PART]


def _runs(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    run: list[_Piece] = []
    for piece in pieces:
        if piece.gap is _Gap.BREAK and run:
            yield run
            run = []
        run.append(piece)
    if run:
        yield run
