"""What a subscriber wants: the values of the filter language, their one canonical text and their reading in words.

`bot.domain.filter_text` reads filters from text. ``parse_filter(str(f)) == f`` for every filter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.likeness import Subject


class Scope(StrEnum):
    """Where a term is looked for; `ANYWHERE` is title, abstract and keywords (a mute: title and keywords)."""

    ANYWHERE = ""
    TITLE = "title"
    ABSTRACT = "abstract"
    KEYWORD = "keyword"
    AUTHOR = "author"
    ORGANIZATION = "org"
    ID = "id"
    LIKE = "like"


class Count(StrEnum):
    """A count that a condition compares."""

    UPVOTES = "upvotes"
    COMMENTS = "comments"
    STARS = "stars"


class Comparison(StrEnum):
    """How a condition compares."""

    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"
    EQUAL = "="


class Link(StrEnum):
    """What a paper must come with."""

    CODE = "code"
    PROJECT = "project"


class Order(StrEnum):
    """How matches are ordered: by expected upvotes and match (the default), by upvotes, or newest first."""

    MATCH = "match"
    UPVOTES = "upvotes"
    NEW = "new"


_T = TypeVar("_T")
_PLAIN: Final = re.compile(r"(?![-/\u2010-\u2015\u2212])[^\s,;()\"|]+")
_COMPARED: Final = re.compile(r"[:<>=]|[!~]\d")
_SYNTAX_WORDS: Final = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or a phrase (*text*: one blank between words, no quotes) looked for in *scope*.

    *subject* is what the paper of a `LIKE` term is about, frozen when the filter is saved; see `bot.domain.likeness`.
    """

    text: str
    scope: Scope = Scope.ANYWHERE
    subject: Subject = ()

    def __hash__(self) -> int:
        return hash(self.text)  # which Python keeps; terms are looked up by the thousand

    def __str__(self) -> str:
        prefix = f"{self.scope}:" if self.scope else ""
        return prefix + (self.text if self._plain() else f'"{self.text}"')

    def _plain(self) -> bool:
        """Whether the text without quotes is one token, and this one."""
        return (
            _PLAIN.fullmatch(self.text) is not None
            and self.text not in _SYNTAX_WORDS
            and (bool(self.scope) or _COMPARED.search(self.text) is None)
        )

    def reading(self) -> str:
        """In words: ``diffusion``, ``“world model”``, ``author Yann LeCun``."""
        quoted = f"“{self.text}”" if " " in self.text else self.text
        return f"{_SCOPE_WORDS[self.scope]} {quoted}" if self.scope else quoted


_SCOPE_WORDS: Final = {
    Scope.TITLE: "in the title",
    Scope.ABSTRACT: "in the abstract",
    Scope.KEYWORD: "keyword",
    Scope.AUTHOR: "author",
    Scope.ORGANIZATION: "organization",
    Scope.ID: "paper",
    Scope.LIKE: "like the paper",
}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Wants that must all be found; never nested in another `AllOf`, never fewer than two."""

    wants: tuple[Want, ...]

    def __str__(self) -> str:
        return " AND ".join(f"({want})" if isinstance(want, AnyOf) else str(want) for want in self.wants)

    def reading(self) -> str:
        """In words, joined by *and*."""
        return " and ".join(
            f"({want.reading()})" if isinstance(want, AnyOf) else want.reading() for want in self.wants
        )


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Wants of which one is enough; never nested in another `AnyOf`, never fewer than two."""

    wants: tuple[Want, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.wants))

    def reading(self) -> str:
        """In words, parted by semicolons."""
        return "; ".join(want.reading() for want in self.wants)


Want = Term | AllOf | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCondition:
    """A count compared with a number; a paper whose count is not known fails it."""

    count: Count
    comparison: Comparison
    number: int

    def __str__(self) -> str:
        return f"{self.count}{self.comparison}{self.number}"

    def reading(self) -> str:
        """In words: ``at least 10 upvotes``."""
        words = {">=": "at least", "<=": "at most", ">": "more than", "<": "fewer than", "=": "exactly"}
        return f"{words[self.comparison]} {self.number} {self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCondition:
    """A link that a paper must have."""

    link: Link

    def __str__(self) -> str:
        return f"has:{self.link}"

    def reading(self) -> str:
        """In words: ``with code``."""
        return "with code" if self.link is Link.CODE else "with a project page"


Condition = CountCondition | LinkCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a subscriber wants; the empty filter wants every paper."""

    wants: Want | None = None
    mutes: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: Order = Order.MATCH

    def __str__(self) -> str:
        """The canonical text, wants first; empty for the empty filter."""
        wants = [str(self.wants)] if self.wants else []
        mutes = [f"-{mute}" for mute in self.mutes]
        order = [f"sort:{self.order}"] if self.order is not Order.MATCH else []
        return " ".join([*wants, *mutes, *map(str, self.conditions), *order])

    def reading(self) -> str:
        """The filter in words: *Any of: diffusion; “world model”. Never: survey. At least 10 upvotes.*"""
        return " ".join(sentence for sentence in self._sentences() if sentence)

    def _sentences(self) -> Iterator[str]:
        if self.wants is None:
            yield "Every paper."
        elif isinstance(self.wants, AnyOf):
            yield f"Any of: {self.wants.reading()}."
        elif isinstance(self.wants, AllOf):
            yield f"All of: {self.wants.reading()}."
        else:
            yield f"Only: {self.wants.reading()}."
        if self.mutes:
            yield f"Never: {'; '.join(mute.reading() for mute in self.mutes)}."
        if self.conditions:
            yield _capitalised(" and ".join(condition.reading() for condition in self.conditions)) + "."
        if self.order is not Order.MATCH:
            yield "Most upvoted first." if self.order is Order.UPVOTES else "Newest first."

    def terms(self) -> tuple[Term, ...]:
        """The terms of the wants, left to right."""
        return tuple(_terms(self.wants)) if self.wants else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A one-off search: the same language read kindly; its wants rank, its mutes and conditions decide.

    *text* is what was typed. Unquoted words side by side became an `AllOf` of single words, in the order typed.
    """

    text: str
    filter: Filter


def all_of(wants: list[Want]) -> Want:
    """*wants* that must all be found, flattened, each once; a single one stays itself."""
    return _joined(wants, AllOf)


def any_of(wants: list[Want]) -> Want:
    """*wants* of which one is enough, flattened, each once; a single one stays itself."""
    return _joined(wants, AnyOf)


def alternatives(want: Want | None) -> tuple[Want, ...]:
    """The wants of which one is enough; none of no want."""
    if want is None:
        return ()
    return want.wants if isinstance(want, AnyOf) else (want,)


def by_upvotes(filter_: Filter) -> Filter:
    """*filter_* in the order of upvotes, unless it wishes for one of its own."""
    return replace(filter_, order=Order.UPVOTES) if filter_.order is Order.MATCH else filter_


def each_once(items: tuple[_T, ...]) -> tuple[_T, ...]:
    """*items* without those that read like an earlier one; of two the later stays, which is the newer."""
    return tuple({str(item): item for item in items}.values())


def _joined(wants: list[Want], kind: type[AllOf | AnyOf]) -> Want:
    flat: list[Want] = []
    for want in wants:
        flat.extend(want.wants if isinstance(want, kind) else [want])
    unique = each_once(tuple(flat))
    return unique[0] if len(unique) == 1 else kind(unique)


def _terms(want: Want) -> Iterator[Term]:
    if isinstance(want, Term):
        yield want
    else:
        for part in want.wants:
            yield from _terms(part)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
