"""A message for Slack as it is frozen in the outbox: what a renderer gives, what a messenger posts later. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.presentation.fitting import fit
from handlers.slack.mrkdwn import fitted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.papers import PaperId
    from handlers.slack.blocks import Block

_FORMAT: Final = 1
_MOST_FALLBACK: Final = 1_000
"""Of the text that notifications show and screen readers read in place of the blocks."""


class UnreadablePayload(ValueError):
    """A payload that this version of Paperround did not write and cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of an edition.

    *body* are the arguments of ``chat.postMessage`` without ``channel``, ``thread_ts`` and ``metadata``, which whoever
    posts it adds: https://docs.slack.dev/reference/methods/chat.postMessage. *picks* are the papers that it brings. A
    *reply* goes into the thread below the first message of its edition, and brings no papers of its own.
    """

    body: Mapping[str, Any]
    picks: tuple[PaperId, ...] = ()
    reply: bool = False


def body_of(blocks: Sequence[Block], text: str) -> dict[str, Any]:
    """The body of a message of *blocks*; *text* is its one plain line. It makes no preview of any link."""
    shown = fitted(fit(text, _MOST_FALLBACK), 2 * _MOST_FALLBACK) or "Paperround"
    return {"text": shown, "blocks": list(blocks), "unfurl_links": False, "unfurl_media": False}


def encode(message: Message) -> str:
    """The payload of *message*; its picks are kept beside it."""
    wire: dict[str, Any] = {"v": _FORMAT, "body": message.body}
    return json.dumps(wire | ({"reply": True} if message.reply else {}), separators=(",", ":"))


def decode(payload: str) -> Message:
    """The message whose `encode` is *payload*, without its picks; raises `UnreadablePayload`."""
    try:
        wire = json.loads(payload)
        if wire["v"] != _FORMAT:
            raise UnreadablePayload(f"a message of format {wire['v']}")
        return Message(body=dict(wire["body"]), reply=bool(wire.get("reply", False)))
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadablePayload("no message of ours") from error
