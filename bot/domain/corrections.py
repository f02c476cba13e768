"""Words of a filter that no paper has, and the words of the papers that were probably meant."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.compiling import compile_filter
from bot.domain.filters import AllOf, Filter, Scope, Term, all_of, any_of
from bot.domain.slips import alike

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.filters import Want
    from bot.domain.matching import PaperIndex

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORTEST: Final = 4
"""Shorter words are too often like another that is meant as well."""


def meant_words(index: PaperIndex, filter_: Filter) -> dict[str, str]:
    """The bare single words wanted that no paper of *index* has, each with the known word that it is a slip of.

    Known are the words of titles and keywords. A word with a digit is a name of its own: GPT-5 is no slip of GPT-4.
    """
    lost = [term.text for term in filter_.terms() if _is_word(term) and not _found(index, term)]
    known = _vocabulary(index) if lost else ()
    near = ((word, alike(word.casefold(), known)) for word in lost)
    return {word: meant for word, meant in near if meant is not None}


def corrected(filter_: Filter, meant: Mapping[str, str]) -> Filter:
    """*filter_* with the words it wants as they were *meant*."""
    return replace(filter_, wants=_mended(filter_.wants, meant)) if filter_.wants is not None else filter_


def _is_word(term: Term) -> bool:
    bare = term.scope is Scope.ANYWHERE and len(term.text) >= _SHORTEST
    return bare and _WORD.fullmatch(term.text) is not None


def _found(index: PaperIndex, term: Term) -> bool:
    return index.matching(compile_filter(Filter(wants=term))) != 0


def _vocabulary(index: PaperIndex) -> tuple[str, ...]:
    known = index.select(index.everything)
    texts = (text for entry in known for text in (entry.paper.title, *entry.paper.keywords))
    return tuple(dict.fromkeys(word.casefold() for text in texts for word in _WORD.findall(text)))


def _mended(want: Want, meant: Mapping[str, str]) -> Want:
    if isinstance(want, Term):
        return replace(want, text=meant.get(want.text, want.text)) if want.scope is Scope.ANYWHERE else want
    parts = [_mended(part, meant) for part in want.wants]
    return all_of(parts) if isinstance(want, AllOf) else any_of(parts)
