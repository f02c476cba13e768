"""Filters as a store writes them beside their text: a form that is read without parsing.

The form has a version of its own; where it is another one, the canonical text is read instead.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.domain.filter_text import stored_filter
from bot.domain.filters import (
    AllOf,
    AnyOf,
    Comparison,
    Count,
    CountCondition,
    Filter,
    Link,
    LinkCondition,
    Order,
    Scope,
    Term,
)

if TYPE_CHECKING:
    from bot.domain.filters import Condition, Want

FORM: Final = 1
"""The version of the form written now."""
_ANY, _ALL = "|", "&"


def filter_form(filter_: Filter) -> list[Any]:
    """*filter_* as JSON can hold it."""
    return [
        FORM,
        None if filter_.wants is None else _want_form(filter_.wants),
        [_want_form(mute) for mute in filter_.mutes],
        [_condition_form(condition) for condition in filter_.conditions],
        filter_.order.value,
    ]


def formed_filter(form: list[Any] | None, text: str) -> Filter:
    """The filter that `filter_form` wrote, or that *text* is if *form* is missing or of another version.

    Raises `BadFilter` for a text that cannot be read, ValueError, LookupError or TypeError for a damaged form.
    """
    if not form or form[0] != FORM:
        return stored_filter(text)
    _, wants, mutes, conditions, order = form
    return Filter(
        wants=None if wants is None else _want(wants),
        mutes=tuple(map(_term, mutes)),
        conditions=tuple(map(_condition, conditions)),
        order=_ORDERS[order],
    )


def _want_form(want: Want) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(want, Term) and want.subject:
        return [want.scope.value, want.text, [list(one) for one in want.subject]]
    if isinstance(want, Term):
        return [want.scope.value, want.text] if want.scope else want.text
    return {_ANY if isinstance(want, AnyOf) else _ALL: [_want_form(part) for part in want.wants]}


def _want(form: Any) -> Want:  # noqa: ANN401 - a JSON value
    if not isinstance(form, dict):
        return _term(form)
    [(sign, parts)] = form.items()
    wants = tuple([_shared_term("", part) if isinstance(part, str) else _want(part) for part in parts])
    return AnyOf(wants) if sign == _ANY else AllOf(wants)


def _term(form: str | list[Any]) -> Term:
    if isinstance(form, str):
        return _shared_term("", form)
    scope, text, *subject = form
    shared = _shared_term(scope, text)
    return replace(shared, subject=tuple((key, weight) for key, weight in subject[0])) if subject else shared


@lru_cache(maxsize=65_536)
def _shared_term(scope: str, text: str) -> Term:
    """The term: popular ones are wanted by thousands, so they are made once."""
    return Term(text=text, scope=Scope(scope))


def _condition_form(condition: Condition) -> list[Any]:
    if isinstance(condition, LinkCondition):
        return [condition.link.value]
    return [condition.count.value, condition.comparison.value, condition.number]


def _condition(form: list[Any]) -> Condition:
    if len(form) == 1:
        return LinkCondition(link=Link(form[0]))
    count, comparison, number = form
    return CountCondition(count=Count(count), comparison=Comparison(comparison), number=number)


_ORDERS: Final = {order.value: order for order in Order}
