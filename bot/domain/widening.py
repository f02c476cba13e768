"""Other readings of a filter that found nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.compiling import compile_filter
from bot.domain.filters import Term, all_of, any_of
from bot.domain.folding import is_function_word, phrase_parts

if TYPE_CHECKING:
    from bot.domain.filters import Filter
    from bot.domain.matching import PaperIndex


def other_readings(index: PaperIndex, filter_: Filter) -> tuple[tuple[Filter, int], ...]:
    """Readings of a *filter_* that wants one phrase: all of its words, any of its words; each with what it finds.

    Words of grammar are left out, and so is a reading that finds nothing, or more than half of all papers.
    """
    phrase = filter_.wants
    if not isinstance(phrase, Term) or " " not in phrase.text:
        return ()
    telling = [word for word in phrase.text.split() if phrase_parts(word) and not is_function_word(word)]
    words = [Term(text=word, scope=phrase.scope) for word in telling]
    wanted = dict.fromkeys(joined([*words]) for joined in (all_of, any_of) if words)
    readings = [replace(filter_, wants=wants) for wants in wanted]
    counted = [(reading, index.matching(compile_filter(reading)).bit_count()) for reading in readings]
    return tuple(
        (reading, count) for reading, count in counted if 0 < 2 * count <= index.everything.bit_count()
    )
