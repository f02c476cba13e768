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

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.domain.pieces import JOINABLE, Gap, compounds, is_function_word, joins, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from bot.domain.pieces import Piece

__all__ = [
    "LONGEST",
    "LONGEST_PART",
    "IndexWords",
    "cuts",
    "fold_title",
    "fold_words",
    "index_words",
    "is_function_word",
    "occurs",
    "phrase_parts",
    "text_keys",
]

LONGEST: Final = 5
"""The most pieces of a text that make one key; longer phrases are found by their overlapping parts."""
LONGEST_PART: Final = 4
"""The most pieces of a keyword in one part; one less than `LONGEST`, so that a compound in the text fits."""


def fold_words(text: str) -> tuple[str, ...]:
    """The folded words of *text* in order: small letters, no accents, compounds split, plurals singular."""
    return tuple(piece.stem for piece in pieces_of(text))


def fold_title(title: str) -> str:
    """What two titles have in common exactly if they are the same title, however spelt and spaced."""
    return "".join(piece.literal for piece in pieces_of(title))


def text_keys(text: str) -> set[str]:
    """The keys of every run of up to `LONGEST` pieces in *text*."""
    pieces = pieces_of(text)
    lattice = _lattice(pieces)
    keys: set[str] = set()
    for start in range(len(pieces)):
        _collect(pieces, lattice, start, keys)
    return keys


def keys_among(text: str, wanted: frozenset[str]) -> set[str]:
    """Those of the keys *wanted* that *text* has: as ``text_keys(text) & wanted``, without making all the others.

    A text is cut once and remembered for a while: looked into again it costs a tenth.
    """
    begun, (pieces, lattice) = _beginnings(wanted), _remembered(text)
    keys: set[str] = set()
    for start, piece in enumerate(pieces):
        if piece.stem in begun or piece.literal in begun or start in lattice:
            _collect(pieces, lattice, start, keys, begun)
    return keys.intersection(wanted)


@lru_cache(maxsize=256)
def _beginnings(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key[:end] for key in keys for end in range(1, len(key) + 1))


@lru_cache(maxsize=16_384)  # some 1,500 papers, in 11 MB: texts share their pieces
def _remembered(text: str) -> tuple[list[Piece], dict[int, tuple[int, str, str]]]:
    """The pieces of *text* and its compounds, to be looked at only."""
    pieces = pieces_of(text)
    return pieces, _lattice(pieces)


@dataclass(frozen=True, slots=True)
class IndexWords:
    """A text as an index of words and their places can hold it; see `index_words`."""

    runs: tuple[tuple[str, ...], ...]
    keys: frozenset[str]


def index_words(text: str) -> IndexWords:
    """*text* in a form that has lost none of its keys and is a fifth of them.

    A key is among ``text_keys(text)`` exactly if it is among the *keys*, or one of its `cuts` is a stretch of one of
    the *runs*. The runs are what stands side by side in the one usual way, as singulars and as written; the keys are
    those of all places with a hyphen, a slash or a number that may be joined or not.
    """
    pieces = pieces_of(text)
    lattice = _lattice(pieces)
    odd = _odd_gaps(pieces, lattice)
    keys: set[str] = set()
    for start in range(len(pieces)):
        if any(odd[start + 1 : start + LONGEST + 1]):
            _collect(pieces, lattice, start, keys)
    runs = tuple(_stretches(pieces, odd))
    return IndexWords(runs=runs, keys=frozenset(keys))


def cuts(key: str, known: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """The ways in which *key* may stand side by side in the *runs* of `index_words`, of *known* words alone."""
    yield from _cut(key.split(" "), (), known)


def _cut(
    words: list[str], before: tuple[str, ...], known: Callable[[str], bool]
) -> Iterator[tuple[str, ...]]:
    if not words:
        yield before
    elif len(before) < LONGEST:
        for pieces in _pieces_of_word(words[0], LONGEST - len(before), known):
            if not before or not (joins(before[-1]) and joins(pieces[0])):
                yield from _cut(words[1:], before + pieces, known)


def _pieces_of_word(word: str, most: int, known: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """*word* as a whole, and in two pieces or more that always join."""
    if known(word):
        yield (word,)
    for end in range(JOINABLE, len(word) - JOINABLE + 1) if most > 1 else ():
        if joins(word[:end]) and known(word[:end]):
            for rest in _pieces_of_word(word[end:], most - 1, known):
                if joins(rest[0]):
                    yield (word[:end], *rest)


def _odd_gaps(pieces: list[Piece], lattice: dict[int, tuple[int, str, str]]) -> list[bool]:
    """For each piece whether what stands before it lets it be joined or not; False at a break."""
    odd = [False] + [_is_odd(left, right) for left, right in pairwise(pieces)]
    for start, (end, _, _) in lattice.items():
        odd[start + 1 : end] = [True] * (end - start - 1)
    return odd


def _is_odd(left: Piece, right: Piece) -> bool:
    if right.gap in (Gap.BREAK, Gap.LOOSE):
        return right.gap is Gap.LOOSE
    if left.letters >= JOINABLE and right.letters >= JOINABLE:
        return left.shrunk or right.shrunk
    if left.shrunk or right.shrunk:
        return True
    return right.gap is Gap.HYPHEN or (right.number and left.names)


def _stretches(pieces: list[Piece], odd: list[bool]) -> Iterator[tuple[str, ...]]:
    for stretch in _parted(pieces, odd):
        stems = tuple(piece.stem for piece in stretch)
        yield stems
        literals = tuple(piece.literal for piece in stretch)
        if literals != stems:
            yield literals


def _parted(pieces: list[Piece], odd: list[bool]) -> Iterator[list[Piece]]:
    stretch: list[Piece] = []
    for place, piece in enumerate(pieces):
        if stretch and (odd[place] or piece.gap is Gap.BREAK):
            yield stretch
            stretch = []
        stretch.append(piece)
    if stretch:
        yield stretch


@lru_cache(maxsize=16_384)
def phrase_parts(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The keys of *phrase*, by part: it occurs where each part has one of its keys among the text's.

    One part unless the phrase has more than `LONGEST_PART` pieces or holds a comma, a full stop or the like. No
    part at all if *phrase* holds no letter and no digit: then it occurs nowhere.
    """
    pieces = pieces_of(phrase, typed=True)
    return tuple(tuple(sorted(_span_keys(part))) for part in _parts(pieces))


def occurs(phrase: str, text: str) -> bool:
    """Whether *phrase* occurs in *text*; for many texts or phrases use `bot.domain.matching`."""
    parts = phrase_parts(phrase)
    keys = text_keys(text)
    return bool(parts) and all(any(key in keys for key in part) for part in parts)


def _lattice(pieces: list[Piece]) -> dict[int, tuple[int, str, str]]:
    """For the first piece of each compound with a function word: its end, and its pieces written as one word."""
    return {
        start: (
            end,
            "".join(piece.literal for piece in pieces[start : end - 1]) + pieces[end - 1].stem,
            "".join(piece.literal for piece in pieces[start:end]),
        )
        for start, end in compounds(pieces)
        if any(piece.function for piece in pieces[start:end])
    }


def _glue(left: Piece, left_letters: int, left_function: bool, right: Piece) -> tuple[str, ...]:  # noqa: FBT001
    """What may stand between two pieces of a key; *left* may end a word that was joined already."""
    if right.gap is Gap.LOOSE:
        return (" ",)
    if left_letters >= JOINABLE and right.letters >= JOINABLE:
        return ("",)
    if right.number and left.names:
        return (" ", "")
    if right.gap is Gap.HYPHEN and not left_function and not right.function:
        return (" ", "")
    return (" ",)


_State = tuple[int, int, bool, str, str]
"""Where the next piece is, the letters of the last word, whether it is one of grammar, and the key: stem, literal."""


def _starts(pieces: list[Piece], lattice: dict[int, tuple[int, str, str]], start: int) -> list[_State]:
    piece = pieces[start]
    states = [(start + 1, piece.letters, piece.function, piece.stem, piece.literal)]
    if start in lattice:
        end, stem, literal = lattice[start]
        states.append((end, JOINABLE, False, stem, literal))
    return states


def _steps(pieces: list[Piece], lattice: dict[int, tuple[int, str, str]], state: _State) -> Iterator[_State]:
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
        glue = "" if letters >= JOINABLE and right.gap is not Gap.LOOSE else " "
        yield (end, JOINABLE, False, stem + glue + whole_stem, literal + glue + whole_literal)


def _collect(
    pieces: list[Piece],
    lattice: dict[int, tuple[int, str, str]],
    start: int,
    keys: set[str],
    begun: Container[str] | None = None,
) -> None:
    """Add the keys of the runs that begin at *start* to *keys*; with *begun* only those that begin as one of them."""
    limit = min(start + LONGEST, len(pieces))
    waiting = _starts(pieces, lattice, start)
    while waiting:
        state = waiting.pop()
        if begun is not None and state[3] not in begun and state[4] not in begun:
            continue
        keys.add(state[3])
        keys.add(state[4])
        place = state[0]
        if place < limit and pieces[place].gap is not Gap.BREAK:
            waiting.extend(_steps(pieces, lattice, state))


def _span_keys(pieces: list[Piece]) -> set[str]:
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


def _parts(pieces: list[Piece]) -> Iterator[list[Piece]]:
    for run in _runs(pieces):
        if len(run) <= LONGEST_PART:
            yield run
        else:
            for start in range(len(run) - LONGEST_PART + 1):
                yield run[start : start + LONGEST_PART]


def _runs(pieces: list[Piece]) -> Iterator[list[Piece]]:
    run: list[Piece] = []
    for piece in pieces:
        if piece.gap is Gap.BREAK and run:
            yield run
            run = []
        run.append(piece)
    if run:
        yield run
