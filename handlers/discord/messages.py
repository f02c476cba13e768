"""A message for Discord as it is frozen in the outbox: what a renderer gives, what a messenger posts later. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.papers import PaperId

_FORMAT: Final = 1


class UnreadablePayload(ValueError):
    """A payload that this version of Paperround did not write and cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of an edition.

    *body* is the JSON of create-message without ``nonce``, ``enforce_nonce`` and ``allowed_mentions``, which whoever
    posts it adds: https://discord.com/developers/docs/resources/message#create-message. *picks* are the papers that
    it brings. A *reply* goes into the thread below the first message of its edition, and brings no papers of its own;
    *thread* is the name of that thread, 1 to 100 characters, should it still have to be started.
    """

    body: Mapping[str, Any]
    picks: tuple[PaperId, ...] = ()
    reply: bool = False
    thread: str = "Abstracts"


def encode(message: Message) -> str:
    """The payload of *message*; its picks are kept beside it."""
    wire: dict[str, Any] = {"v": _FORMAT, "body": message.body}
    if message.reply:
        wire |= {"reply": True, "thread": message.thread}
    return json.dumps(wire, separators=(",", ":"))


def decode(payload: str) -> Message:
    """The message whose `encode` is *payload*, without its picks; raises `UnreadablePayload`."""
    try:
        wire = json.loads(payload)
        if wire["v"] != _FORMAT:
            raise UnreadablePayload(f"a message of format {wire['v']}")
        reply = wire.get("reply", False)
        return Message(body=wire["body"], reply=reply, thread=wire["thread"] if reply else "Abstracts")
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadablePayload("no message of ours") from error
