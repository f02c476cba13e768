"""What people choose and type, as elements of Block Kit report it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.servers.slack.blocks import elements_of
from tests.servers.slack.world import Channel, User

Json = dict[str, Any]
Given = object
"""A text, the value of an option, a person, a channel, a date or time as text; a list of them where several may be."""

_SINGLE = {
    "users_select": "user",
    "channels_select": "channel",
    "conversations_select": "conversation",
    "datepicker": "date",
    "timepicker": "time",
}
_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
_STATELESS = {"button", "overflow", "image", "mrkdwn", "plain_text"}


def reported(element: Json, given: Given) -> Json:
    """The part of an action, or of a form's state, that says what was chosen.

    Raises:
        LookupError: no option has that value.
        ValueError: Slack would not let the person send it.

    """
    kind = element["type"]
    if kind in _TYPED:
        return {"type": kind, "value": _typed(element, given)}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": None if given is None else _option(element, given)}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": [_option(element, one) for one in _several(given)]}
    if kind.startswith("multi_"):
        what = _SINGLE[kind.removeprefix("multi_")]
        return {"type": kind, f"selected_{what}s": [_named(one) for one in _several(given)]}
    return {"type": kind, f"selected_{_SINGLE[kind]}": None if given is None else _named(given)}


def state(blocks: Iterable[Json], values: Mapping[str, Given]) -> Json:
    """The ``state.values`` of a form: *values* by action id or block id, the rest as it was filled in.

    Raises:
        LookupError: there is no such input.

    """
    told: Json = {}
    used = set()
    for block, element in inputs(blocks):
        names = (element["action_id"], block["block_id"])
        name = next((one for one in names if one in values), "")
        used.add(name)
        found = reported(element, values[name]) if name else _initial(element)
        told.setdefault(block["block_id"], {})[element["action_id"]] = found
    if unknown := set(values) - used:
        raise LookupError(f"no input {sorted(unknown)} among {[e['action_id'] for _, e in inputs(blocks)]}")
    return told


def missing(blocks: Iterable[Json], values: Json) -> list[str]:
    """The ids of blocks that must be filled in and are not: Slack says so itself, and sends nothing."""
    empty = []
    for block, element in inputs(blocks):
        told = values[block["block_id"]][element["action_id"]]
        filled = any(value for key, value in told.items() if key != "type")
        if block["type"] == "input" and not block.get("optional") and not filled:
            empty.append(str(block["block_id"]))
    return empty


def inputs(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that has a state, with its block."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in _STATELESS and element.get("action_id"):
                yield block, element


def _typed(element: Json, given: Given) -> str | None:
    if given in (None, ""):
        return None
    text = str(given)
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(text) <= most:
        raise ValueError(f"{len(text)} characters, {least} to {most}")
    return text


def _option(element: Json, given: Given) -> Json:
    if isinstance(given, dict):
        return given
    offered = [*(element.get("options") or ())]
    offered += [one for group in element.get("option_groups") or () for one in group["options"]]
    for option in offered:
        if option.get("value") == given:
            return dict(option)
    raise LookupError(f"no option {given!r} among {[one.get('value') for one in offered]}")


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in _TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    several = kind.startswith("multi_")
    what = _SINGLE[kind.removeprefix("multi_")] + "s" * several
    return {"type": kind, f"selected_{what}": element.get(f"initial_{what}") or ([] if several else None)}


def _several(given: Given) -> Sequence[Given]:
    return given if isinstance(given, list | tuple) else [] if given is None else [given]


def _named(given: Given) -> str:
    return given.id if isinstance(given, User | Channel) else str(given)
