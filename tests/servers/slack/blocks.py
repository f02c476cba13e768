"""What is wrong with blocks: the rules of single blocks and elements, beyond those that slack_sdk's models know.

Numbers: https://docs.slack.dev/reference/block-kit/blocks and .../block-elements
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Json = dict[str, Any]

SECTION, FIELD, TEXT, HEADER, MARKDOWN = 3000, 2000, 3000, 150, 12_000
BUTTON, VALUE, URL, ID, PLACEHOLDER, ALT = 75, 2000, 3000, 255, 150, 2000
OPTIONS, OPTION, OPTION_VALUE, FEW_OPTIONS, OVERFLOW = 100, 75, 150, 10, 5

_SELECTS = {
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
}
_PICKERS = {"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"}
_PRESSED = _SELECTS | _PICKERS | {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}
_TYPED = {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}
PLACES = {
    "accessory": _SELECTS | _PICKERS | {"button", "overflow", "image", "workflow_button"},
    "actions": _SELECTS | _PICKERS | {"button", "overflow", "workflow_button", "rich_text_input"},
    "context": {"mrkdwn", "plain_text", "image"},
    "context_actions": {"feedback_buttons", "icon_button"},
    "input": _SELECTS | _PICKERS | _TYPED,
}
"""Which elements stand where."""

_TEXT_KEYS = {"type", "text"}
_ELEMENT = {"type", "action_id", "confirm", "focus_on_load"}
_CHOICE = _ELEMENT | {"placeholder"}
_MANY = {"max_selected_items"}
KEYS: Mapping[str, set[str]] = {
    "section": {"type", "block_id", "text", "fields", "accessory", "expand"},
    "header": {"type", "block_id", "text"},
    "divider": {"type", "block_id"},
    "context": {"type", "block_id", "elements"},
    "actions": {"type", "block_id", "elements"},
    "input": {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"},
    "markdown": {"type", "block_id", "text"},
    "plain_text": _TEXT_KEYS | {"emoji"},
    "mrkdwn": _TEXT_KEYS | {"verbatim"},
    "button": _ELEMENT - {"focus_on_load"} | {"text", "url", "value", "style", "accessibility_label"},
    "overflow": {"type", "action_id", "options", "confirm"},
    "static_select": _CHOICE | {"options", "option_groups", "initial_option"},
    "multi_static_select": _CHOICE | _MANY | {"options", "option_groups", "initial_options"},
    "external_select": _CHOICE | {"initial_option", "min_query_length"},
    "multi_external_select": _CHOICE | _MANY | {"initial_options", "min_query_length"},
    "users_select": _CHOICE | {"initial_user"},
    "channels_select": _CHOICE | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": _CHOICE | _MANY | {"initial_channels"},
    "conversations_select": _CHOICE
    | {"initial_conversation", "default_to_current_conversation", "response_url_enabled", "filter"},
    "multi_conversations_select": _CHOICE
    | _MANY
    | {"initial_conversations", "default_to_current_conversation", "filter"},
    "checkboxes": _ELEMENT | {"options", "initial_options"},
    "radio_buttons": _ELEMENT | {"options", "initial_option"},
    "datepicker": _CHOICE | {"initial_date"},
    "timepicker": _CHOICE | {"initial_time", "timezone"},
    "plain_text_input": _CHOICE - {"confirm"}
    | {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
}
"""Every key these know; Slack refuses others (*invalid additional property*)."""


def block_problems(blocks: object) -> Iterator[str]:
    """Each is ``where: what``; nothing if all is well."""
    if not isinstance(blocks, list):
        yield "/blocks: must be a list"
        return
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"/blocks/{number}"
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            yield f"{where}: a block needs a type"
            continue
        if block.get("block_id") in seen:
            yield f"{where}/block_id: {block['block_id']!r} is there twice"
        seen |= {block["block_id"]} if block.get("block_id") else set()
        yield from _one_block(where, block)


def _one_block(where: str, block: Json) -> Iterator[str]:
    by_model = list(_model_problems(where, block))
    yield from by_model
    yield from _own_problems(where, block)
    yield from _length(where, block, "block_id", ID)
    ids = [one["action_id"] for one in elements_of(block) if one.get("action_id")]
    for twice in {one for one in ids if ids.count(one) > 1}:
        yield f"{where}: action_id {twice!r} is there twice"


def _model_problems(where: str, block: Json) -> Iterator[str]:
    """What slack_sdk's own models refuse."""
    logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"{where}: unsupported type {block['type']!r}"
        else:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        yield f"{where}: {error}"
    except (
        AttributeError,
        TypeError,
        KeyError,
        ValueError,
    ) as error:  # what else its models raise at bad JSON
        yield f"{where}: cannot be read ({type(error).__name__}: {error})"


def _own_problems(where: str, block: Json) -> Iterator[str]:
    yield from _unknown(where, block)
    match block["type"]:
        case "section":
            yield from _section(where, block)
        case "header":
            yield from _text(f"{where}/text", block.get("text"), HEADER, plain=True)
        case "markdown" if not block.get("text"):
            yield f"{where}/text: must not be empty"
        case "input":
            yield from _text(f"{where}/label", block.get("label"), ALT, plain=True)
            if block.get("hint"):
                yield from _text(f"{where}/hint", block["hint"], ALT, plain=True)
        case "image":
            yield from _image(where, block)
        case "actions" | "context" if not block.get("elements"):
            yield f"{where}/elements: must not be empty"
    yield from _placed(where, block)


def elements_of(block: Json) -> list[Json]:
    """The elements that stand directly in a block."""
    found = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    return [one for one in found if isinstance(one, dict)]


def _placed(where: str, block: Json) -> Iterator[str]:
    for one in elements_of(block):
        place = "accessory" if block["type"] == "section" else block["type"]
        kind = one.get("type")
        if place in PLACES and kind not in PLACES[place]:
            yield f"{where}: {kind!r} must not stand in {place}"
        else:
            yield from _element(f"{where}/{kind}", one)


def _section(where: str, block: Json) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield f"{where}: needs text or fields"
    if block.get("text") is not None:
        yield from _text(f"{where}/text", block["text"], SECTION)
    for number, one in enumerate(block.get("fields") or ()):
        yield from _text(f"{where}/fields/{number}", one, FIELD)


def _element(where: str, one: Json) -> Iterator[str]:
    yield from _unknown(where, one)
    yield from _length(where, one, "action_id", ID)
    if one["type"] in ("mrkdwn", "plain_text"):
        yield from _text(where, one, TEXT)
    if one["type"] == "image":
        yield from _image(where, one)
    if one["type"] in _PRESSED | _TYPED and not one.get("action_id"):
        yield f"{where}/action_id: nobody could tell what was pressed"
    if one["type"] == "button":
        yield from _button(where, one)
    if one.get("placeholder"):
        yield from _text(f"{where}/placeholder", one["placeholder"], PLACEHOLDER, plain=True)
    if one.get("confirm"):
        yield from _confirm(f"{where}/confirm", one["confirm"])
    yield from _choices(where, one)


def _button(where: str, one: Json) -> Iterator[str]:
    yield from _text(f"{where}/text", one.get("text"), BUTTON, plain=True)
    for key, most in (("value", VALUE), ("url", URL), ("accessibility_label", BUTTON)):
        yield from _length(where, one, key, most)
    if one.get("style") not in (None, "primary", "danger"):
        yield f"{where}/style: {one['style']!r} is none"


def _choices(where: str, one: Json) -> Iterator[str]:
    options = one.get("options")
    few = {"checkboxes": FEW_OPTIONS, "radio_buttons": FEW_OPTIONS, "overflow": OVERFLOW}
    needed = one["type"] in {*few, "static_select", "multi_static_select"} and not one.get("option_groups")
    if needed and not options:
        yield f"{where}/options: must not be empty"
    groups = [options or [], *(group.get("options") or [] for group in one.get("option_groups") or ())]
    for group in groups:
        yield from option_problems(where, group, few.get(one["type"], OPTIONS))
    initial = [
        *(one.get("initial_options") or ()),
        *([one["initial_option"]] if one.get("initial_option") else ()),
    ]
    offered = [option for group in groups for option in group]
    if "external" not in one["type"] and any(option not in offered for option in initial):
        yield f"{where}: an initial option is none of its options"


def option_problems(where: str, options: list[Json], most: int = OPTIONS) -> Iterator[str]:
    """What is wrong with the choices of a menu."""
    if len(options) > most:
        yield f"{where}/options: {len(options)}, at most {most}"
    for number, option in enumerate(options):
        yield from _text(f"{where}/options/{number}/text", option.get("text"), OPTION)
        if not option.get("value"):
            yield f"{where}/options/{number}/value: must be there"
        yield from _length(f"{where}/options/{number}", option, "value", OPTION_VALUE)
        if option.get("description"):
            yield from _text(f"{where}/options/{number}/description", option["description"], OPTION)


def _confirm(where: str, confirm: Json) -> Iterator[str]:
    yield from _text(f"{where}/title", confirm.get("title"), 100, plain=True)
    yield from _text(f"{where}/text", confirm.get("text"), 300)
    for key in ("confirm", "deny"):
        yield from _text(f"{where}/{key}", confirm.get(key), 30, plain=True)


def _image(where: str, one: Json) -> Iterator[str]:
    if not one.get("alt_text"):
        yield f"{where}/alt_text: must be there"
    yield from _length(where, one, "alt_text", ALT)
    yield from _length(where, one, "image_url", URL)


def _text(where: str, text: object, most: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}: must be a text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{where}: must be plain_text"
    yield from _unknown(where, text)
    written = text.get("text")
    if not isinstance(written, str) or not written:
        yield f"{where}: must not be empty"
    elif len(written) > most:
        yield f"{where}: {len(written)} characters, at most {most}"


def _length(where: str, one: Json, key: str, most: int) -> Iterator[str]:
    value = one.get(key)
    if value is not None and (not isinstance(value, str) or len(value) > most):
        yield f"{where}/{key}: must be a text of at most {most} characters"


def _unknown(where: str, one: Json) -> Iterator[str]:
    known = KEYS.get(one["type"])
    for key in sorted(set(one) - known) if known else ():
        yield f"{where}: invalid additional property: {key}"
