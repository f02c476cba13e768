"""Whether a paper passes a condition, read from the condition's canonical text."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

from bot.domain.filters import Comparison, Count, CountCondition

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.papers import Entry

_COMPARE: Final[dict[str, Callable[[int, int], bool]]] = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.AT_MOST: operator.le,
    Comparison.MORE: operator.gt,
    Comparison.LESS: operator.lt,
    Comparison.EQUAL: operator.eq,
}


def condition_test(text: str) -> Callable[[Entry], bool]:
    """The test that *text*, the canonical text of a condition, describes; a count that is not known fails it."""
    if text == "has:code":
        return lambda entry: bool(entry.paper.code_url)
    if text == "has:project":
        return lambda entry: bool(entry.paper.project_url)
    condition = _counted(text)
    compare, number = _COMPARE[condition.comparison], condition.number

    def test(entry: Entry) -> bool:
        value = getattr(entry.tally, condition.count.value)
        return value is not None and compare(value, number)

    return test


def _counted(text: str) -> CountCondition:
    name = next(count for count in Count if text.startswith(count))
    rest = text.removeprefix(name)
    sign = next(comparison for comparison in Comparison if rest.startswith(comparison))
    return CountCondition(count=name, comparison=sign, number=int(rest.removeprefix(sign)))
