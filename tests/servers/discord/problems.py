"""How the local Discord says no, and how it writes JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

WORDS = {
    0: "401: Unauthorized",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10008: "Unknown Message",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    30046: "Maximum number of edits to messages older than 1 hour reached. Try again later.",
    40001: "Unauthorized",
    40060: "Interaction has already been acknowledged.",
    40094: "This interaction has reached the maximum number of follow up messages",
    40333: "internal network error",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50109: "The request body contains invalid JSON.",
    50278: "Cannot send messages to this user due to having no mutual guilds",
    160004: "A thread has already been created for this message",
}
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json"""


class Refused(Exception):
    """The request is answered with *status* and Discord's *code*; *errors* says where a body is wrong."""

    def __init__(self, status: int, code: int, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {WORDS.get(code, 'refused')}")
        self.status = status
        self.code = code
        self.errors = errors

    def answer(self) -> web.Response:
        """The refusal as Discord writes it."""
        body = {"message": WORDS.get(self.code, "refused"), "code": self.code}
        return told(body | ({"errors": self.errors} if self.errors else {}), self.status)


class Broken(Exception):
    """Discord itself fails at this request: 500, every time."""


def told(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON whose type is exactly ``application/json``: discord.py does not know it with a charset behind."""
    body = json.dumps(data).encode()
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def nothing() -> web.Response:
    """204."""
    return web.Response(status=204)
