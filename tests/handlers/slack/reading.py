"""A reader of Slack's markup and of its limits that shares no code with the renderer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain.subscriptions import Destination, Platform

ROOM = Destination(platform=Platform.SLACK, workspace="T012AB3CD", channel="C012AB3CD")
ANA = Destination(platform=Platform.SLACK, workspace="T012AB3CD", channel="U012AB3CD", person=True)

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_DATE = re.compile(r"<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[^<>|]+>")
_LINK = re.compile(r"<https?://[^\s<>|]+(?:\|([^<>]+))?>")
_ROOM = re.compile(r"<#[CDG][A-Z0-9]+>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_PING = re.compile(r"@(?:everyone|here|channel)", re.IGNORECASE)
_EMOJI = re.compile(r":(?!\d+:)[\w+'’.-]+:")
_BARE = re.compile(r"\w://")
BACK = str.maketrans({"∗": "*", "∼": "~", "ˋ": "`", "ˍ": "_", "\u200b": None, "\u2068": None, "\u2069": None})


def read_in(markup: str) -> list[str]:
    """What Slack would read in *markup* besides our own links, moments and channels."""
    bare = _ROOM.sub("", _LINK.sub(lambda one: one[1] or "", _DATE.sub("", markup)))
    loose = [*re.findall(r"[<>]", bare), *_ENTITY.findall(bare)]
    shown = _CODE.sub("", bare)
    quoting = re.findall(r"(?m)^&gt;", shown)
    return [*loose, *quoting, *_PING.findall(bare), *_EMOJI.findall(shown), *_BARE.findall(shown)]


def stray(line: str) -> str:
    """What is left of *line*'s signs once all that is whole was taken away; empty if its markup is balanced."""
    left = _LINK.sub(lambda one: one[1] or "", _DATE.sub("", _CODE.sub("", line)))
    left = re.sub(r"^\*([^*]+)\*$", r"\1", left)
    left = re.sub(r"(^|— )_([^\n]+)_$", r"\1\2", left)
    return "".join(re.findall(r"[*~`]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])", left))


def shown_text(markup: str) -> str:
    """The text that *markup* shows, if it is only escaped."""
    text = markup.translate(BACK)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def objects(part: Any, kind: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Every object of this type anywhere in *part*."""
    if isinstance(part, dict):
        if part.get("type") == kind:
            yield part
        for one in part.values():
            yield from objects(one, kind)
    elif isinstance(part, list):
        for one in part:
            yield from objects(one, kind)


def markup(blocks: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Every line of mrkdwn in *blocks*; a block of code is one."""
    texts = [one["text"] for one in objects(blocks, "mrkdwn")]
    return [line for text in texts for line in ([text] if text.startswith("```") else text.split("\n"))]


def check_blocks(blocks: Any, *, most: int = 50) -> None:  # noqa: ANN401 - JSON
    """Every limit of blocks: those that slack_sdk knows, and those that it does not."""
    assert 1 <= len(blocks) <= most
    for block in Block.parse_all(blocks):
        block.validate_json()
        assert block.to_dict()
    assert all(1 <= len(one["text"].strip()) <= 3_000 for one in objects(blocks, "mrkdwn"))
    assert all(one["verbatim"] is True for one in objects(blocks, "mrkdwn"))
    assert all(1 <= len(one["text"].strip()) <= 150 for one in objects(blocks, "plain_text") if one)
    assert all(one["emoji"] is False for one in objects(blocks, "plain_text"))
    assert all(not _PING.search(one["text"]) for one in objects(blocks, "plain_text"))
    for one in objects(blocks, "button"):
        assert len(one["text"]["text"]) <= 75
        assert len(one["action_id"]) <= 255
        assert len(one["value"]) <= 2_000
        assert len(one.get("accessibility_label", "")) <= 75
    assert all(1 <= len(one["elements"]) <= 10 for one in objects(blocks, "context"))
    assert all(1 <= len(one["elements"]) <= 25 for one in objects(blocks, "actions"))
    ids = [one["action_id"] for one in objects(blocks, "button")]
    assert len(set(ids)) == len(ids)
    for line in markup(blocks):
        assert read_in(line) == [], line
        assert stray(line) == "", line


def check_message(body: Any) -> None:  # noqa: ANN401 - JSON
    """The same of a message, its size, and that it has a line for notifications and previews nothing."""
    check_blocks(body["blocks"])
    assert len(json.dumps(body["blocks"], ensure_ascii=False).encode(errors="replace")) <= 10_800
    assert 1 <= len(body["text"]) <= 2_000
    assert read_in(body["text"]) == []
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)
