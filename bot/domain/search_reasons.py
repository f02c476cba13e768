"""Why a search found a paper. A search looks in more places than a subscription: the reasons say so."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeGuard

from bot.domain.digests import Field, Match, Reason
from bot.domain.filters import AllOf, Filter, Scope, Term, any_of
from bot.domain.matching import PaperIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.filters import Want
    from bot.domain.papers import Entry

_NAMES: Final = (Scope.ORGANIZATION, Scope.AUTHOR)
_TEXTS: Final = (Scope.TITLE, Scope.KEYWORD, Scope.ABSTRACT)


def search_matches(searched: Filter, entries: Sequence[Entry]) -> tuple[Match, ...]:
    """The papers of *entries*, which a search for *searched* found, each with its reasons.

    A bare word that none of a paper's texts has may be part of an organization's or an author's name, and two of them
    side by side may be written as one: *fine tuning* finds “finetuning”.
    """
    wanted = replace(searched, mutes=(), conditions=())
    pairs = tuple(_pairs(wanted.wants))
    phrases = [_phrase(*pair) for pair in pairs]
    sought = replace(wanted, wants=any_of([wanted.wants, *phrases])) if wanted.wants else wanted
    index = PaperIndex(entries, sought=sought)
    return tuple(_told(index, wanted, pairs, place) for place in range(len(entries)))


def _told(index: PaperIndex, wanted: Filter, pairs: Sequence[tuple[Term, Term]], place: int) -> Match:
    match = index.explained(wanted, place)
    lost = [term for term in wanted.terms() if _bare(term) and not index.has(term, place)]
    names = (reason for term in lost for reason in _seen(index, term, _NAMES, place))
    joined = (
        reason
        for pair in pairs
        if pair[0] in lost or pair[1] in lost
        for reason in _seen(index, _phrase(*pair), _TEXTS, place)
    )
    reasons = tuple(dict.fromkeys((*match.reasons, *names, *joined)))
    return replace(match, reasons=reasons or tuple(_near(wanted)))


def _near(wanted: Filter) -> Iterator[Reason]:
    """What a paper without any reason was found by: it is less like another than a subscription asks for."""
    likes = (term for term in wanted.terms() if term.scope is Scope.LIKE)
    yield from (Reason(term=term.text, field=Field.LIKE) for term in likes)


def _seen(index: PaperIndex, term: Term, scopes: Sequence[Scope], place: int) -> tuple[Reason, ...]:
    """*term* in the first of *scopes* where paper *place* has it."""
    found = (scope for scope in scopes if index.has(replace(term, scope=scope), place))
    return tuple(Reason(term=term.text, field=Field(scope.value)) for scope in found)[:1]


def _pairs(want: Want | None) -> Iterator[tuple[Term, Term]]:
    """The bare words of *want* that stand side by side."""
    if want is None or isinstance(want, Term):
        return
    for left, right in pairwise(want.wants) if isinstance(want, AllOf) else ():
        if _bare(left) and _bare(right):
            yield left, right
    for part in want.wants:
        yield from _pairs(part)


def _bare(want: Want) -> TypeGuard[Term]:
    return isinstance(want, Term) and want.scope is Scope.ANYWHERE


def _phrase(left: Term, right: Term) -> Term:
    return Term(text=f"{left.text} {right.text}")
