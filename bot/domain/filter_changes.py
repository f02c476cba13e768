"""Filters changed by parts: something added, something dropped."""

from __future__ import annotations

from bot.domain.errors import BadFilter
from bot.domain.filters import CountCondition, Filter, Order, alternatives, any_of, each_once


def merged(filter_: Filter, added: Filter) -> Filter:
    """*filter_* with the parts of *added*: its wants as further alternatives, its mutes and conditions beside."""
    wants = [want for want in (filter_.wants, added.wants) if want is not None]
    counted = {condition.count for condition in added.conditions if isinstance(condition, CountCondition)}
    kept = tuple(
        condition
        for condition in filter_.conditions
        if not (isinstance(condition, CountCondition) and condition.count in counted)
    )
    return Filter(
        wants=any_of(wants) if wants else None,
        mutes=each_once(filter_.mutes + added.mutes),
        conditions=each_once(kept + added.conditions),
        order=added.order if added.order is not Order.MATCH else filter_.order,
    )


def without(filter_: Filter, dropped: Filter) -> Filter:
    """*filter_* less the parts of *dropped*: its alternatives, mutes, and conditions on the same count.

    A bare word of *dropped* also drops the mute of that word. Raises `BadFilter` for a part that is not there,
    or if no want would be left where there was one.
    """
    gone = tuple(map(str, alternatives(dropped.wants) + dropped.mutes + dropped.conditions))
    parts = set(map(str, (*alternatives(filter_.wants), *filter_.mutes, *filter_.conditions)))
    for part in gone:
        if part not in parts:
            raise BadFilter(
                f"“{part}” is not part of this filter.", hint=f"It is: {str(filter_) or 'every paper'}"
            )
    wants = [want for want in alternatives(filter_.wants) if str(want) not in gone]
    if filter_.wants and not wants:
        raise BadFilter("That would leave every paper.", hint="Type the new filter whole, or unsubscribe.")
    return Filter(
        wants=any_of(wants) if wants else None,
        mutes=tuple(mute for mute in filter_.mutes if str(mute) not in gone),
        conditions=tuple(condition for condition in filter_.conditions if str(condition) not in gone),
        order=Order.MATCH if dropped.order is filter_.order else filter_.order,
    )
