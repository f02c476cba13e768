"""The messages of the local Discord: stored, found again, edited, forgotten; and what a repeated nonce does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.servers.discord.problems import Refused
from tests.servers.discord.world import Channel, User

Json = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
CROSSPOSTED, SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING, SILENT, V2 = (
    1 << bit for bit in (0, 2, 5, 6, 7, 12, 15)
)
"""Message flags: https://docs.discord.com/developers/resources/message#message-object-message-flags"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a message has from its circumstances rather than from its body.

    *seen_by* is the only one who sees it, if it is ephemeral; *interaction* the ``interaction_metadata`` of an answer.
    """

    flags: int = 0
    seen_by: User | None = None
    interaction: Json | None = None
    attachments: list[Json] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class Message:
    """A message as it is stored: *at* in Unix seconds of the server's clock, *nonce* as it was sent."""

    id: str
    channel: Channel
    author: User
    at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    edited_at: float | None = None
    deleted: bool = False
    draft: Draft = Draft()
    reference: Json | None = None
    requests: list[Json] = field(default_factory=list)
    """The bodies that made it what it is, oldest first."""

    @property
    def text(self) -> str:
        """Every word a person can read: content, embeds, text displays, labels of buttons; a line each."""
        words = [self.content, *_embedded(self.embeds)]
        for part in parts(self.components):
            words += [part[key] for key in ("content", "label", "placeholder") if part.get(key)]
        return "\n".join(word for word in words if word)

    @property
    def custom_ids(self) -> list[str]:
        """The ids of everything that can be clicked or chosen from, in order."""
        return [part["custom_id"] for part in parts(self.components) if part.get("custom_id")]

    def part(self, custom_id: str) -> Json:
        """The component with that id.

        Raises:
            LookupError: there is none that a person could use.

        """
        found = [part for part in parts(self.components) if part.get("custom_id") == custom_id]
        if not found or found[0].get("disabled"):
            raise LookupError(f"no usable component {custom_id!r} among {self.custom_ids}")
        return found[0]


def parts(components: Iterable[Json]) -> Iterable[Json]:
    """The components and all that is nested in them, in the order of a reader."""
    for part in components:
        yield part
        yield from parts(part.get("components") or ())
        yield from parts(one for key in ("accessory", "component") if (one := part.get(key)))


def _embedded(embeds: Iterable[Json]) -> Iterable[str]:
    for embed in embeds:
        yield from (embed.get("author", {}).get("name", ""), embed.get("title", ""))
        yield embed.get("description", "")
        for one in embed.get("fields", ()):
            yield from (one["name"], one["value"])
        yield embed.get("footer", {}).get("text", "")


@dataclass(kw_only=True)
class Messages:
    """All messages, oldest first; *nonce_window* is in seconds of *clock*."""

    clock: Callable[[], float] = time.time
    nonce_window: float = 120
    every: dict[str, Message] = field(default_factory=dict)
    repeated: int = 0
    """How many messages were recognized by their nonce and not stored again."""
    _by_nonce: dict[tuple[str, str], Message] = field(default_factory=dict)
    _in_channel: dict[str, list[Message]] = field(default_factory=dict)
    _sequence: count[int] = field(default_factory=lambda: count(1))

    def create(
        self, channel: Channel, author: User, body: Mapping[str, Any], draft: Draft | None = None
    ) -> Message:
        """Stores a message, or returns the earlier one with this nonce if the body enforces it.

        Raises:
            Refused: that earlier one was deleted since (10008).

        """
        nonce = body.get("nonce")
        known = self._known(author, nonce) if body.get("enforce_nonce") else None
        if known is not None:
            self.repeated += 1
            if known.deleted:
                raise Refused(404, 10008)
            return known
        message = Message(id=self.fresh_id(), channel=channel, author=author, at=self.clock(), nonce=nonce)
        message.draft = draft or Draft()
        message.flags = message.draft.flags
        write(message, body)
        self.every[message.id] = message
        self._in_channel.setdefault(channel.id, []).append(message)
        if nonce is not None:
            self._by_nonce[author.id, str(nonce)] = message
        return message

    def edit(self, message: Message, body: Mapping[str, Any]) -> None:
        """Changes what *body* names, and nothing else."""
        message.flags &= ~LOADING
        write(message, body)
        message.edited_at = self.clock()

    def find(self, channel_id: str, message_id: str) -> Message:
        """The message that is still there.

        Raises:
            Refused: there is none (10008).

        """
        found = self.every.get(message_id)
        if found is None or found.deleted or found.channel.id != channel_id:
            raise Refused(404, 10008)
        return found

    def shown(self, channel: Channel) -> list[Message]:
        """What everybody in *channel* sees, oldest first."""
        stored = self._in_channel.get(channel.id, [])
        return [one for one in stored if not one.deleted and one.draft.seen_by is None]

    def fresh_id(self) -> str:
        """The snowflake of now; later ones are greater while the clock does not go back."""
        return str(snowflake(self.clock()) + next(self._sequence))

    def _known(self, author: User, nonce: str | int | None) -> Message | None:
        found = self._by_nonce.get((author.id, str(nonce)))
        return found if found and self.clock() - found.at < self.nonce_window else None


def snowflake(seconds: float) -> int:
    """The smallest id of a Unix time."""
    return (int(seconds * 1000) - EPOCH_MS) << 22


def iso(seconds: float) -> str:
    """A Unix time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def write(message: Message, body: Mapping[str, Any]) -> None:
    """Puts what *body* names onto *message*."""
    message.requests.append(dict(body))
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = [{"type": "rich"} | embed for embed in body["embeds"] or ()]
    if "components" in body:
        message.components = _numbered(json.loads(json.dumps(body["components"] or [])))
    if body.get("flags") is not None:
        kept = message.flags & (EPHEMERAL | LOADING | V2 | HAS_THREAD | CROSSPOSTED)
        message.flags = kept | body["flags"]
    if body.get("message_reference"):
        message.reference = body["message_reference"]


def _numbered(components: list[Json]) -> list[Json]:
    """The same with an ``id`` on every component, as Discord gives them out."""
    numbers = count(1)
    for part in parts(components):
        part["id"] = part.get("id") or next(numbers)
    return components
