"""Modals: the form of a subscription and what was filled in, and an answer where nothing else can be shown. Pure.

https://docs.slack.dev/reference/views/modal-views: a title of 24 characters, 100 blocks, 3,000 characters that come
back unseen with whatever is pressed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from bot.domain.commands import Subscribe
from bot.presentation.forms import (
    AT,
    CHANNEL,
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
from handlers.slack.blocks import option, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import time

    from bot.domain.commands import Edit, Follow
    from bot.domain.subscriptions import Subscription
    from bot.presentation.forms import Option
    from handlers.slack.blocks import Block

FORM: Final = "p1:fill"
"""The callback id of the form."""
ANSWER: Final = "p1:answer"
"""The callback id of an answer in a modal."""
FIELD: Final = "field"
"""The action id of each field; its block's id is the field's name."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_A_CHANNEL: Final = "Papers for a channel"
_MOST_TITLE: Final = 24
_MOST_FILTER: Final = 3_000
"""https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""
_MOST_TIMES: Final = 100
_MOST_ZONE: Final = 60
_MOST_HINT: Final = 2_000


class NoForm(ValueError):
    """A view that is no form of this version's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was sent: the command *base* that it is of, what stands in its *fields* by their names.

    *here* is the channel where it was opened, empty for none.
    """

    base: str
    fields: Mapping[str, str]
    here: str


def subscription_view(  # noqa: PLR0913 - what it shows, and where
    command: Subscribe | Follow | Edit,
    held: Subscription | None = None,
    *,
    zone: str = "",
    hour: time = USUAL_HOUR,
    here: str = "",
    typed: Mapping[str, str] = _NOTHING,
) -> dict[str, Any]:
    """The view of the form of `subscription_form`, opened in the channel *here* (empty: in none).

    *typed* is what stands in its fields instead, by their names, right or wrong.
    """
    form = refilled(subscription_form(command, held, zone=zone, hour=hour), typed)
    picked = [_channel_field(form.channel or here)] if isinstance(command, Subscribe) else []
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps({"v": 1, "base": form.base, "here": here}),
        "title": plain_text(_A_CHANNEL if picked else form.title, _MOST_TITLE),
        "submit": plain_text("Preview", _MOST_TITLE),
        "close": plain_text("Cancel", _MOST_TITLE),
        "blocks": [
            _filter_field(form),
            _select_field(WHEN, "Which days?", form.whens),
            _text_field(AT, "At", "For example: 9, 18:30; of no use for alerts", form.at, _MOST_TIMES),
            _text_field(
                ZONE, "Time zone", "A city or a zone: Berlin, America/New_York, UTC+2", form.zone, _MOST_ZONE
            ),
            _select_field(TOP, "How many?", form.tops),
            *picked,
        ],
    }


def filled(view: Mapping[str, Any]) -> Filled:
    """What was filled into *view*, as Slack sends it back; raises `NoForm` if it is none of ours."""
    try:
        known = json.loads(view["private_metadata"])
        base, here = known["base"], known["here"]
        values = view["state"]["values"]
        fields = {name: _value(fields[FIELD]) for name, fields in values.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise NoForm("no form of ours") from error
    return Filled(base=base, fields=fields, here=here)


def answer_view(title: str, blocks: Sequence[Block], here: str = "") -> dict[str, Any]:
    """*blocks* of an answer as a modal, opened in the channel *here*."""
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "private_metadata": json.dumps({"v": 1, "here": here}),
        "title": plain_text(title, _MOST_TITLE),
        "close": plain_text("Close", _MOST_TITLE),
        "blocks": list(blocks),
    }


def opened_in(view: Mapping[str, Any]) -> str:
    """The channel in which *view* was opened; empty for none, or for no view of ours."""
    try:
        return str(json.loads(view["private_metadata"])["here"])
    except (ValueError, KeyError, TypeError):
        return ""


def _value(field: Mapping[str, Any]) -> str:
    """What stands in a field, whatever kind it is."""
    chosen = field.get("selected_option") or {}
    return str(field.get("value") or chosen.get("value") or field.get("selected_conversation") or "")


def _filter_field(form: SubscriptionForm) -> Block:
    element = {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": _MOST_FILTER,
        "placeholder": plain_text(FILTER_EXAMPLE, 150),
        **({"initial_value": form.filter} if form.filter else {}),
    }
    return _field(FILTER, "Which papers?", form.filter_hint, element, needed=form.needed)


def _text_field(name: str, label: str, hint: str, value: str, most: int) -> Block:
    element = {
        "type": "plain_text_input",
        "max_length": max(most, len(value)),
        **({"initial_value": value} if value else {}),
    }
    return _field(name, label, hint, element, needed=name == AT)


def _select_field(name: str, label: str, options: Iterable[Option]) -> Block:
    shown = [(option(one.words, one.value), one.chosen) for one in options]
    first = next((one for one, chosen in shown if chosen), None)
    element = {
        "type": "static_select",
        "options": [one for one, _ in shown],
        **({"initial_option": first} if first else {}),
    }
    return _field(name, label, "", element)


def _channel_field(channel: str) -> Block:
    """Channels of this workspace alone: what other companies read may not be subscribed without asking."""
    element = {
        "type": "conversations_select",
        "filter": {
            "include": ["public", "private"],
            "exclude_bot_users": True,
            "exclude_external_shared_channels": True,
        },
        **({"initial_conversation": channel} if channel else {"default_to_current_conversation": True}),
    }
    hint = "Paperround must be in it: /invite it there first."
    return _field(CHANNEL, "In which channel?", hint, element)


def _field(name: str, label: str, hint: str, element: Block, *, needed: bool = True) -> Block:
    described = {"hint": plain_text(hint, _MOST_HINT)} if hint else {}
    return {
        "type": "input",
        "block_id": name,
        "optional": not needed,
        "label": plain_text(label, _MOST_HINT),
        **described,
        "element": {**element, "action_id": FIELD},
    }
