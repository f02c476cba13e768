"""Filters made ready for matching: short codes to look up, nothing to parse or fold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.filters import AllOf, AnyOf, Filter, Scope, Term
from bot.domain.folding import phrase_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.filters import Condition

COMPILED_VERSION: Final = 2
"""Grows whenever the compiled form or the folding rules change; a store compiles anew what has an older one."""
Code = str
"""A compiled term or condition: a scope letter, and what to look up."""
Node = tuple[object, ...]
"""A compiled want: ``("|", …)`` or ``("&", …)`` over codes and nodes."""

ANYWHERE: Final = "any"
FRONT: Final = "front"
MUTED_IN: Final = FRONT
"""Where a bare mute looks: title and keywords."""
CONDITION: Final = "if"
SEPARATOR: Final = "\x1f"
"""Stands between the scope of a code and what is looked up."""


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """A filter made ready for `PaperIndex.matching`: codes only, nothing to parse or fold.

    *any_of* holds the wants of the common filter that is a list of alternatives; otherwise *tree* does. Both are
    empty for a filter without wants. *never* are mutes, *only* conditions.
    """

    any_of: tuple[Code, ...]
    tree: Node
    never: tuple[Code, ...]
    only: tuple[Code, ...]


@lru_cache(maxsize=4096)
def compile_filter(filter_: Filter) -> CompiledFilter:
    """*filter_* made ready for matching."""
    wants = filter_.wants
    alternatives = wants.wants if isinstance(wants, AnyOf) else () if wants is None else (wants,)
    flat = all(isinstance(want, Term) for want in alternatives)
    return CompiledFilter(
        any_of=tuple(term_code(want) for want in alternatives if isinstance(want, Term)) if flat else (),
        tree=() if flat or wants is None or isinstance(wants, Term) else want_node(wants),
        never=tuple(term_code(mute, MUTED_IN) for mute in filter_.mutes),
        only=tuple(map(condition_code, filter_.conditions)),
    )


@lru_cache(maxsize=65_536)
def term_code(term: Term, bare: str = ANYWHERE) -> Code:
    """What *term* is looked up by; without a scope of its own it is looked for in *bare*."""
    scope = term.scope or bare
    if term.scope is Scope.LIKE:
        return SEPARATOR.join((scope, term.text, *(f"{key}={weight}" for key, weight in term.subject)))
    if term.scope in (Scope.AUTHOR, Scope.ID):
        return f"{scope}{SEPARATOR}{term.text}"
    return f"{scope}{SEPARATOR}" + "&".join("|".join(keys) for keys in phrase_parts(term.text))


def condition_code(condition: Condition) -> Code:
    """What *condition* is looked up by."""
    return f"{CONDITION}{SEPARATOR}{condition}"


@lru_cache(maxsize=4096)
def want_node(want: AllOf | AnyOf) -> Node:
    """*want* and all within it, compiled."""
    sign = "|" if isinstance(want, AnyOf) else "&"
    parts = (term_code(part) if isinstance(part, Term) else want_node(part) for part in want.wants)
    return (sign, *parts)


def keys_of(filter_: Filter) -> Iterator[str]:
    """The keys that the terms and mutes of *filter_* are looked up by."""
    for term in (*filter_.terms(), *filter_.mutes):
        yield from (key for keys in phrase_parts(term.text) for key in keys)
        yield from (key for key, _ in term.subject)
