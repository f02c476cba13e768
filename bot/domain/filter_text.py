"""Reading filters and queries from text: the language of docs/filters.md.

What a text *means* is decided by its tokens (`bot.domain.filter_tokens`), how its wants belong together by
`bot.domain.filter_wants`. Text is read once, at the door.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadFilter
from bot.domain.filter_tokens import GLOBAL, Kind, Token, check_minus, normalise, tokens
from bot.domain.filter_wants import Reader
from bot.domain.filters import (
    Condition,
    CountCondition,
    Filter,
    LinkCondition,
    Order,
    Query,
    Scope,
    Term,
    Want,
    all_of,
)
from bot.domain.folding import is_function_word, phrase_parts
from bot.domain.papers import find_paper_id

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_LENGTH", "normalise", "parse_filter", "parse_query"]

MAX_LENGTH: Final = 1_000
"""The most characters of a filter; a chat command holds no more."""


def parse_filter(text: str) -> Filter:
    """The filter that *text* describes; the empty text is the filter that wants every paper.

    Raises `BadFilter` with the place of the mistake in ``normalise(text)`` and, where it can be guessed, a
    corrected text, which is a filter.
    """
    try:
        return _parsed(text)
    except BadFilter as error:
        error.suggestion = _readable(error.suggestion)
        raise


def _parsed(text: str) -> Filter:
    plain = normalise(text)
    _check_length(plain)
    check_minus(plain)
    found = list(tokens(plain))
    _check_globals(plain, found)
    return _assembled(Reader(plain, found, _phrase).wants(), found)


_MOST_MISTAKES: Final = 5
"""A text with more than so many mistakes is not corrected."""


def _readable(suggestion: str) -> str:
    """*suggestion* with further mistakes corrected too; empty if that does not lead to a filter."""
    for _ in range(_MOST_MISTAKES):
        try:
            _parsed(suggestion)
        except BadFilter as error:
            suggestion = error.suggestion
        else:
            return suggestion
    return ""


@lru_cache(maxsize=65_536)
def stored_filter(canonical: str) -> Filter:
    """The filter whose canonical text is *canonical*, as a store kept it; read once and remembered.

    Canonical text may be longer than what may be typed (quotes are added), and nothing in it is put right again.
    """
    found = list(tokens(canonical))
    return _assembled(Reader(canonical, found, _phrase).wants(), found)


def parse_query(text: str) -> Query:
    """The query that *text* means; never raises on odd text: what is no filter is a handful of words.

    The id of a paper, or a link to it, means that paper. Of a very long text the beginning is read.
    """
    paper_id = find_paper_id(text)
    if paper_id is not None:
        return Query(text=text, filter=Filter(wants=Term(text=paper_id, scope=Scope.ID)))
    plain = _beginning(normalise(text))
    try:
        found = list(tokens(plain))
        filter_ = _assembled(Reader(plain, found, _each_word).wants(), found)
    except BadFilter:
        filter_ = Filter(wants=_each_word(_plain_words(plain)))
    return Query(text=text, filter=filter_)


def _beginning(text: str) -> str:
    """*text* up to the last whole word that a filter may hold, or cut where it has none."""
    if len(text) <= MAX_LENGTH:
        return text
    return text[: MAX_LENGTH + 1].rpartition(" ")[0] or text[:MAX_LENGTH]


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise BadFilter(
            f"That filter has {len(text):,} characters; {MAX_LENGTH:,} is the most.",
            hint="Split it into two subscriptions.",
            text=text[:MAX_LENGTH],
            start=MAX_LENGTH,
        )


def _check_globals(text: str, found: Sequence[Token]) -> None:
    depth = 0
    for place, token in enumerate(found):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind not in GLOBAL:
            continue
        beside = [other for other in found[max(0, place - 1) : place + 2] if other.kind is Kind.OR]
        if beside:
            raise _holds_for_all(text, token, (text[: beside[0].start], text[beside[0].end :]))
        if depth > 0:
            inside = text[: token.start] + text[token.end :]
            raise _holds_for_all(text, token, (inside, ""))


def _holds_for_all(text: str, token: Token, parts: tuple[str, str]) -> BadFilter:
    meant = tuple(" ".join(part.strip(" ,").split()) for part in parts if part.strip(" ,"))
    error = BadFilter(
        f"{token.text} holds for the whole filter, not for one part of it.",
        hint="Make two subscriptions: " + " and ".join(f"“{part}”" for part in meant)
        if len(meant) > 1
        else "Put it outside the parentheses, or make two subscriptions.",
        text=text,
        start=token.start,
        end=token.end,
    )
    error.alternatives = meant if len(meant) > 1 else ()
    return error


def _assembled(wants: Want | None, found: Sequence[Token]) -> Filter:
    values = [token.value for token in found if token.kind in GLOBAL]
    mutes = (value for value in values if isinstance(value, Term))
    conditions: list[Condition] = [v for v in values if isinstance(v, CountCondition | LinkCondition)]
    orders = [value for value in values if isinstance(value, Order)]
    return Filter(
        wants=wants,
        mutes=tuple(dict.fromkeys(mutes)),
        conditions=tuple(dict.fromkeys(conditions)),
        order=orders[-1] if orders else Order.MATCH,
    )


def _phrase(words: Sequence[str]) -> Want:
    return Term(text=" ".join(words))


def _each_word(words: Sequence[str]) -> Want | None:
    telling = [word for word in words if not is_function_word(word)] or words
    terms: list[Want] = [Term(text=word) for word in telling if phrase_parts(word)]
    return all_of(terms) if terms else None


def _plain_words(text: str) -> list[str]:
    return text.replace('"', " ").replace("(", " ").replace(")", " ").replace(",", " ").split()
