"""What is wrong with whole messages, forms and Home tabs; and what a message must never do to people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.slack.blocks import block_problems
from tests.servers.slack.messages import parts
from tests.servers.slack.problems import Refused

Json = dict[str, Any]

IN_A_MESSAGE, IN_A_VIEW, TEXT = 50, 100, 4000
WHOLE = 13_000
"""Characters of all blocks as JSON; undocumented: github.com/slackapi/bolt-js/issues/2509"""
MARKDOWN_TOGETHER = 12_000
VIEW_TEXT, PRIVATE, CALLBACK = 24, 3000, 255
METADATA = 8000
_PING = re.compile(r"<(?:!(?:channel|here|everyone)\b|!subteam\^|@)([^>|]*)")
_MESSAGE_ONLY = ("markdown", "table", "context_actions", "task_card", "plan")
_VIEW_KEYS = set(
    "type title blocks close submit private_metadata callback_id clear_on_close notify_on_close external_id"
    " submit_disabled".split()
)


def message_problems(body: Mapping[str, Any]) -> list[str]:
    """What is wrong with the blocks of a message."""
    blocks = body.get("blocks") or []
    found = list(block_problems(blocks))
    if isinstance(blocks, list) and len(blocks) > IN_A_MESSAGE:
        found.append(f"/blocks: {len(blocks)}, at most {IN_A_MESSAGE}")
    written = [part["text"] for part in parts(blocks) if part.get("type") == "markdown" and part.get("text")]
    if sum(map(len, written)) > MARKDOWN_TOGETHER:
        found.append(f"/blocks: more than {MARKDOWN_TOGETHER} characters of markdown")
    return found


def too_long(body: Mapping[str, Any]) -> str:
    """The error of a message that is too long as a whole; empty if it is not."""
    if len(body.get("text") or "") > TEXT:
        return "msg_too_long"
    whole = json.dumps(body.get("blocks") or [], ensure_ascii=False, separators=(",", ":"))
    return "msg_blocks_too_long" if len(whole) > WHOLE else ""


def view_problems(view: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a form or a Home tab."""
    blocks = view.get("blocks") or []
    yield from block_problems(blocks)
    if len(blocks) > IN_A_VIEW:
        yield f"/blocks: {len(blocks)}, at most {IN_A_VIEW}"
    for number, block in enumerate(blocks):
        if block.get("type") in _MESSAGE_ONLY:
            yield f"/blocks/{number}: {block['type']!r} is for messages only"
    for key in sorted(set(view) - _VIEW_KEYS):
        yield f"/: invalid additional property: {key}"
    for key, most in (("private_metadata", PRIVATE), ("callback_id", CALLBACK), ("external_id", CALLBACK)):
        if len(view.get(key) or "") > most:
            yield f"/{key}: more than {most} characters"
    yield from _modal_problems(view, blocks) if view.get("type") == "modal" else ()


def _modal_problems(view: Mapping[str, Any], blocks: list[Json]) -> Iterator[str]:
    for key in ("title", "submit", "close"):
        text = view.get(key)
        if text is None and key != "title":
            continue
        if not isinstance(text, dict) or text.get("type") != "plain_text":
            yield f"/{key}: must be plain_text"
        elif not 1 <= len(text.get("text") or "") <= VIEW_TEXT:
            yield f"/{key}: 1 to {VIEW_TEXT} characters"
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        yield "/submit: must be there, as there are inputs"


def manners(body: Mapping[str, Any], welcome: set[str]) -> Iterator[str]:
    """What a post must never do: show previews of its links, ping people, or leave a notification empty.

    *welcome* are the ids of people that may be mentioned.
    """
    for key in ("unfurl_links", "unfurl_media"):
        if body.get(key) is not False:
            yield f"{key}: must be false"
    yield from pings(body, welcome)
    if not (body.get("text") or "").strip():
        yield "text: a notification needs words"


def pings(body: Mapping[str, Any], welcome: set[str]) -> Iterator[str]:
    """Mentions that would notify somebody."""
    if body.get("link_names") or body.get("parse") == "full":
        yield "link_names, parse: would make mentions of plain names"
    written = [body.get("text") or ""]
    for part in parts([body.get("blocks"), body.get("attachments")]):
        if part.get("type") in ("mrkdwn", "markdown") and isinstance(part.get("text"), str):
            written.append(part["text"])
        if part.get("type") in ("broadcast", "usergroup") or (
            part.get("type") == "user" and "user_id" in part
        ):
            yield f"blocks: {part['type']} would notify people"
    for text in written:
        for found in _PING.finditer(text):
            if found[1] not in welcome:
                yield f"text: {found[0]}> would notify people"


def check_metadata(metadata: object) -> None:
    """Nothing, if it is well made: scalars or flat objects.

    Raises:
        Refused: it is not (invalid_metadata_format, metadata_too_large).

    """
    if metadata is None:
        return
    fine = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    if not fine or not metadata or not isinstance(payload, dict) or not all(map(_flat, payload.values())):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA:
        raise Refused("metadata_too_large")


def _flat(value: object) -> bool:
    if isinstance(value, dict):
        return not any(isinstance(one, dict | list) for one in value.values())
    return isinstance(value, str | int | float | bool)
