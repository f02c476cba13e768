"""A term in one field of the papers: the reason it makes, and how much it says of a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.digests import Field
from bot.domain.filters import Scope

if TYPE_CHECKING:
    from bot.domain.digests import Reason
    from bot.domain.filters import Term

STRENGTH: Final = {
    Field.TITLE: 1.0,
    Field.ID: 1.0,
    Field.LIKE: 1.0,
    Field.AUTHOR: 1.0,
    Field.ORGANIZATION: 1.0,
    Field.KEYWORD: 0.9,
    Field.ABSTRACT: 0.75,
}
"""How much a hit in each field says that a paper is about a term."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A term in one field: the *reason* it makes, what a hit there says of a paper, and the *mask* of those hit.

    An index makes each once, so it is equal to itself alone.
    """

    reason: Reason
    strength: float
    mask: int


def looked_in(term: Term) -> tuple[tuple[Field, Scope], ...]:
    """The fields that *term* is looked for in, the most telling first, each with the scope that means it alone."""
    if term.scope is Scope.ANYWHERE:
        return (
            (Field.TITLE, Scope.TITLE),
            (Field.KEYWORD, Scope.KEYWORD),
            (Field.ABSTRACT, Scope.ABSTRACT),
        )
    return ((Field(term.scope.value), term.scope),)
