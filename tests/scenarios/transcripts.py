"""The words of an answer without what each platform puts around them, so that platforms can be compared.

A transcript is a list of turns, a turn the phrases that were read, in their order. Platforms differ in where lines break
and in what stands between two phrases, so a line is parted at its middle dots, and buttons, which are commands to copy
elsewhere, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.presentation.asking import examples_of, words_of
from bot.presentation.cards import Notice
from handlers.terminal.render import render
from handlers.terminal.screen import Screen
from tests.handlers.slack.reading import shown_text
from tests.servers.discord.messages import Message, parts
from tests.servers.slack import messages as slack_messages

_WIDE = 10_000
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<?[^)\s]*?>?\)")
_ADDRESS = re.compile(r":?\s*https?://\S+")
_ESCAPE = re.compile(r"\\(.)")
_CHANNEL = re.compile(r"<#[A-Z0-9]+>")
_OWN_TIME = re.compile(r"\s*·\s*<t:\d+(?::\w)?> your time")
_BEGIN = re.compile(r"^(?:-# |#{1,3} |> )")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*\*|\*|(?<!\w)_|_(?!\w)|`{1,3})")
_SLACK_LINK = re.compile(r"<https?://[^\s<>|]+(?:\|([^<>]+))?>")
_SLACK_EMPHASIS = re.compile(r"^\*(.*)\*$|(?<=— )_(.*)_$|^_(.*)_$")
_COMMAND = re.compile(r"/papers(?:-channel)? ")
_BREAK = re.compile(r" · |\n")
_POINTER = "▸"
"""What was typed is quoted where it went wrong; that it was typed differently is no difference in words."""


@dataclass(kw_only=True)
class Names:
    """What is called otherwise on each platform: its *channel* in words, and the ids that were given out, oldest first."""

    channel: str
    ids: list[str] = field(default_factory=list)

    def common(self, text: str) -> str:
        """*text* with the names that all platforms share."""
        text = _CHANNEL.sub("#papers", text).replace(f"#{self.channel}", "#papers")
        for number, one in enumerate(self.ids, start=1):
            text = re.sub(rf"\b{one}\b", f"id{number}", text)
        return text


def phrases(text: str, names: Names) -> list[str]:
    """The phrases of *text*, which has no markup any more."""
    common = _COMMAND.sub("", names.common(text)).replace(" — ", " ")
    parted = (" ".join(_ADDRESS.sub("", one).split()) for one in _BREAK.split(common))
    return [one for one in parted if one and _POINTER not in one]


class Recorded(Screen):
    """A terminal that remembers what it shows, unbroken, and without the commands to copy."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[str] = []

    def show(self, notice: Notice) -> None:
        shown = replace(notice, actions=())
        self._said += (line.plain for line in render(shown, _WIDE))
        self._said.append(words_of(notice))
        self._said += (f"{one.words}: {' · '.join(one.commands)}" for one in examples_of(notice))

    def taken(self) -> str:
        """What was shown since this was asked last."""
        said, self._said = "\n".join(self._said), []
        return said


def discord_words(message: Message) -> str:
    """What a message on Discord says, but for its buttons."""
    texts = [part["content"] for part in parts(message.components) if part["type"] == 10]
    lines = (_BEGIN.sub("", line) for text in [message.content, *texts] for line in text.split("\n"))
    return "\n".join(map(_bare, lines))


def _bare(line: str) -> str:
    linked = _LINK.sub(r"\1", _OWN_TIME.sub("", line))
    return _ESCAPE.sub(r"\1", _EMPHASIS.sub("", linked)).replace("\u200b", "")


def slack_words(message: slack_messages.Message) -> str:
    """What a message on Slack says, but for its buttons."""
    texts = [
        part["text"]
        for part in slack_messages.parts(message.blocks)
        if part.get("type") == "mrkdwn" or (part.get("type") == "header" and part["text"])
    ]
    lines = (text if isinstance(text, str) else text["text"] for text in texts)
    return "\n".join(_unmarked(line) for text in lines for line in text.split("\n"))


def _unmarked(line: str) -> str:
    linked = _SLACK_LINK.sub(lambda one: one[1] or "", _SLACK_EMPHASIS.sub(r"\1\2\3", line))
    return shown_text(linked.replace("`", ""))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing a person does: *typed* at a terminal; *name* and *options* of a command, or the button to *press*."""

    typed: str
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    press: str = ""
