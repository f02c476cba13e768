"""The form of a subscription as Discord shows it. Pure.

https://discord.com/developers/docs/components/reference#label: a label of 45 characters, a description of 100.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bot.presentation.fitting import fit
from bot.presentation.forms import (
    AT,
    FILTER,
    FILTER_EXAMPLE,
    TOP,
    USUAL_HOUR,
    WHEN,
    ZONE,
    SubscriptionForm,
    refilled,
    subscription_form,
)
from handlers.discord.buttons import Fill, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import time

    from bot.domain.commands import Edit, Follow, Subscribe
    from bot.domain.subscriptions import Subscription
    from bot.presentation.forms import Option

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_LABEL, _INPUT, _SELECT = 18, 4, 3
_SHORT, _LONG = 1, 2
_MOST_FILTER: Final = 1_500
_MOST_TIMES: Final = 100
_MOST_ZONE: Final = 60


def subscription_modal(  # noqa: PLR0913 - what it is about, and what stands in it
    command: Subscribe | Follow | Edit,
    held: Subscription | None = None,
    *,
    zone: str = "",
    hour: time = USUAL_HOUR,
    of: str = "",
    typed: Mapping[str, str] = _NOTHING,
) -> dict[str, Any]:
    """The data of a modal (interaction callback of type 9): the form of `subscription_form`. Its custom id is a `Fill`.

    *of* as in `Fill`; *typed* is what stands in its fields instead, by their names, right or wrong.
    """
    form = refilled(subscription_form(command, held, zone=zone, hour=hour), typed)
    return {
        "custom_id": encode(Fill(text=form.base, of=of)),
        "title": form.title,
        "components": [
            _filter_field(form),
            _labelled("Which days?", "", _select(WHEN, form.whens)),
            _text_field(AT, "At", "For example: 9, 18:30; of no use for alerts", form.at, _MOST_TIMES),
            _text_field(
                ZONE, "Time zone", "A city or a zone: Berlin, America/New_York, UTC+2", form.zone, _MOST_ZONE
            ),
            _labelled("How many?", "", _select(TOP, form.tops)),
        ],
    }


def _filter_field(form: SubscriptionForm) -> dict[str, Any]:
    field = {
        "type": _INPUT,
        "custom_id": FILTER,
        "style": _LONG,
        "required": form.needed,
        "max_length": max(_MOST_FILTER, len(form.filter)),
        "placeholder": FILTER_EXAMPLE,
        **({"value": form.filter} if form.filter else {}),
    }
    return _labelled("Which papers?", form.filter_hint, field)


def _text_field(name: str, label: str, hint: str, value: str, most: int) -> dict[str, Any]:
    field = {
        "type": _INPUT,
        "custom_id": name,
        "style": _SHORT,
        "required": name == AT,
        "max_length": max(most, len(value)),
        **({"value": value} if value else {}),
    }
    return _labelled(label, hint, field)


def _select(name: str, options: Iterable[Option]) -> dict[str, Any]:
    shown = [
        {"label": fit(one.words, 100), "value": one.value, **({"default": True} if one.chosen else {})}
        for one in options
    ]
    return {"type": _SELECT, "custom_id": name, "options": shown, "required": True}


def _labelled(label: str, hint: str, component: dict[str, Any]) -> dict[str, Any]:
    described = {"description": hint} if hint else {}
    return {"type": _LABEL, "label": label, **described, "component": component}
