"""The limits that Discord's published description does not know, checked by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.servers.discord.messages import EPHEMERAL, SILENT, SUPPRESS_EMBEDS, V2, parts
from tests.servers.discord.problems import Broken

Json = dict[str, Any]

CONTENT, EMBEDS_TOGETHER, ROWS, IN_A_ROW = 2000, 6000, 5, 5
"""https://docs.discord.com/developers/resources/message"""
NESTED, TEXTS_TOGETHER, BYTES = 40, 4000, 10_170
"""Components V2; the last is where the real one breaks: github.com/discord/discord-api-docs/issues/8554"""
CUSTOM_ID, LABEL, OPTION = 100, 80, 100
MODAL_ROWS, MODAL_TITLE, FIELD_LABEL, FIELD_TEXT, PLACEHOLDER = 5, 45, 45, 4000, 100
CHOICES, CHOICE = 25, 100
ROW, BUTTON, TEXT_INPUT, LINK, LABELLED = 1, 2, 4, 5, 18
SELECTS = (3, 5, 6, 7, 8)
INPUTS = (TEXT_INPUT, *SELECTS)
_ANSWER_FLAGS = EPHEMERAL | SUPPRESS_EMBEDS | SILENT | V2


def message_problems(body: Mapping[str, Any], *, flags: int) -> list[str]:
    """What is wrong with a message that has these *flags* in the end.

    Raises:
        Broken: its texts are so long that Discord answers 500.

    """
    components = body.get("components") or []
    found = [*_text_problems(body), *_custom_id_problems(components), *_control_problems(components)]
    found += _v2_problems(body, components) if flags & V2 else _classic_problems(components)
    return found


def mention_problems(body: Mapping[str, Any]) -> list[str]:
    """Every message must say that it mentions nobody: titles of papers are other people's text."""
    allowed = body.get("allowed_mentions")
    if allowed and allowed.get("parse") == [] and not allowed.get("users") and not allowed.get("roles"):
        return []
    return ['allowed_mentions: must be there with "parse": []']


def nonce_problems(body: Mapping[str, Any]) -> list[str]:
    """A nonce that is too long."""
    nonce = body.get("nonce")
    return ["nonce: more than 25 characters"] if isinstance(nonce, str) and len(nonce) > 25 else []


def is_empty(body: Mapping[str, Any]) -> bool:
    """Whether nothing would be shown."""
    return not any(
        body.get(key) for key in ("content", "embeds", "components", "sticker_ids", "files", "poll")
    )


def answer_flags(kind: int, flags: int) -> list[str]:
    """What a first answer of this type may not carry."""
    allowed = EPHEMERAL if kind == 5 else _ANSWER_FLAGS
    return (
        [f"flags: {flags & ~allowed} must not be set on an answer of type {kind}"] if flags & ~allowed else []
    )


def modal_problems(modal: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a form that a person would fill in."""
    rows = modal.get("components") or []
    if len(rows) > MODAL_ROWS:
        yield f"components: {len(rows)} rows, at most {MODAL_ROWS}"
    yield from _long(modal, "title", MODAL_TITLE, "title")
    yield from _custom_id_problems(rows)
    for part in parts(rows):
        if part["type"] == LABELLED:
            yield from _long(part, "label", FIELD_LABEL, "label")
            yield from _long(part, "description", PLACEHOLDER, "description")
        if part["type"] == TEXT_INPUT:
            yield from _text_input_problems(part)


def choice_problems(choices: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with what autocomplete offers."""
    if len(choices) > CHOICES:
        yield f"choices: {len(choices)}, at most {CHOICES}"
    for choice in choices:
        for key in ("name", "value"):
            if isinstance(choice[key], str) and not 1 <= len(choice[key]) <= CHOICE:
                yield f"choices: {key} has {len(choice[key])} characters, 1 to {CHOICE}"


def _text_problems(body: Mapping[str, Any]) -> Iterator[str]:
    yield from _long(body, "content", CONTENT, "content")
    together = sum(len(text.strip()) for embed in body.get("embeds") or () for text in _embedded(embed))
    if together > EMBEDS_TOGETHER:
        yield f"embeds: {together} characters together, at most {EMBEDS_TOGETHER}"


def _embedded(embed: Mapping[str, Any]) -> Iterator[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("author") or {}).get("name") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    for one in embed.get("fields") or ():
        yield from (one["name"], one["value"])


def _v2_problems(body: Mapping[str, Any], components: Iterable[Json]) -> Iterator[str]:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            yield f"{key}: must not be there with Components V2"
    every = list(parts(components))
    texts = [part.get("content") or "" for part in every if part["type"] == 10]
    if len(every) > NESTED:
        yield f"components: {len(every)} with the nested ones, at most {NESTED}"
    if sum(map(len, texts)) > TEXTS_TOGETHER:
        yield f"components: {sum(map(len, texts))} characters of text, at most {TEXTS_TOGETHER}"
    if sum(len(text.encode()) for text in texts) + 12 * len(texts) > BYTES:
        raise Broken(f"texts of more than {BYTES} bytes")


def _classic_problems(components: Sequence[Json]) -> Iterator[str]:
    if len(components) > ROWS:
        yield f"components: {len(components)} rows, at most {ROWS}"
    for row in components:
        if row["type"] != ROW:
            yield f"components: type {row['type']} needs the flag of Components V2"


def _control_problems(components: Iterable[Json]) -> Iterator[str]:
    for part in parts(components):
        if part["type"] == ROW:
            yield from _row_problems(part["components"])
        if part["type"] == BUTTON:
            yield from _button_problems(part)
        values = [option["value"] for option in part.get("options") or ()]
        if len(values) != len(set(values)):
            yield f"options: the values of {part['custom_id']} repeat"


def _row_problems(row: Sequence[Json]) -> Iterator[str]:
    selects = [part for part in row if part["type"] in SELECTS]
    if len(row) > IN_A_ROW or (selects and len(row) > 1):
        yield f"components: a row holds {IN_A_ROW} buttons or one menu"


def _button_problems(part: Json) -> Iterator[str]:
    target = "url" if part["style"] == LINK else "custom_id"
    if not part.get(target) or (part.get("url") and part.get("custom_id")):
        yield f"components: a button of style {part['style']} needs its {target} and nothing else"
    if not part.get("label") and not part.get("emoji"):
        yield "components: a button needs a label or an emoji"
    yield from _long(part, "label", LABEL, "label")


def _custom_id_problems(components: Iterable[Json]) -> Iterator[str]:
    ids = Counter(str(part["custom_id"]) for part in parts(components) if part.get("custom_id") is not None)
    for custom_id, times in ids.items():
        if times > 1:
            yield f"custom_id: {custom_id!r} is there {times} times"
        if not 1 <= len(custom_id) <= CUSTOM_ID:
            yield f"custom_id: {len(custom_id)} characters, 1 to {CUSTOM_ID}"


def _text_input_problems(part: Json) -> Iterator[str]:
    yield from _long(part, "label", FIELD_LABEL, "label")
    yield from _long(part, "placeholder", PLACEHOLDER, "placeholder")
    yield from _long(part, "value", part.get("max_length") or FIELD_TEXT, "value")
    if (part.get("min_length") or 0) > (part.get("max_length") or FIELD_TEXT):
        yield "min_length: greater than max_length"


def _long(of: Mapping[str, Any], key: str, most: int, where: str) -> Iterator[str]:
    if len(of.get(key) or "") > most:
        yield f"{where}: {len(of[key])} characters, at most {most}"
