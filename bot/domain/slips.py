"""What the readings of a nearly right command share: which name was meant, and the error that says so."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadCommand
from bot.domain.words import lower_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.words import Word

QUOTE_IT: Final = "In quotes it is a keyword."
LIKELY: Final = 0.8
_SURE: Final = 0.86
_FAR_BACK: Final = 8


def alike(word: str, names: Sequence[str], likeness: float = _SURE) -> str | None:
    """The one of *names* that *word* is a slip of: very similar, or the same letters with two of them swapped."""
    near = get_close_matches(word, names, n=1, cutoff=likeness)
    if near:
        return near[0]
    swapped = (name for name in names if name[0] == word[:1] and sorted(name) == sorted(word))
    return next(swapped, None)


def slip(text: str, words: Sequence[Word], message: str, hint: str, meant: str = "") -> BadCommand:
    """The error for *words* of *text*; *meant* is what should stand in their place, if that is known."""
    start, end = words[0].start, words[-1].end
    suggestion = text[:start] + meant + text[end:] if meant else ""
    return BadCommand(message, hint=hint, text=text, start=start, end=end, suggestion=suggestion)


def last_of(words: Sequence[Word], *names: str) -> int | None:
    """The place of the last of *names* among the last few of *words*."""
    nearby = range(len(words) - 1, max(-1, len(words) - _FAR_BACK), -1)
    return next((place for place in nearby if lower_at(words, place) in names), None)
