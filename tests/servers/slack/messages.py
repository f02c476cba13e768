"""The messages of the local Slack, and how they are found again."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack.problems import Refused
from tests.servers.slack.world import Channel, User

Json = dict[str, Any]


@dataclass(kw_only=True, eq=False)
class Message:
    """A message as it is stored; *ts* is its time and its id. *seen_by* is set if only one person sees it."""

    ts: str
    channel: Channel
    author: User
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str = ""
    edited_ts: str = ""
    deleted: bool = False
    seen_by: User | None = None
    unfurls: dict[str, Json] = field(default_factory=dict)
    """The cards of its links, by address."""
    requests: list[Json] = field(default_factory=list)
    """The bodies that made it what it is, oldest first."""

    @property
    def words(self) -> str:
        """Every word a person can read: the blocks, or the text where there are none; a line each."""
        return "\n".join(texts(self.blocks)) if self.blocks else self.text

    @property
    def action_ids(self) -> list[str]:
        """The ids of everything that can be pressed or chosen from, in order."""
        return [part["action_id"] for part in parts(self.blocks) if part.get("action_id")]


def parts(blocks: object) -> Iterator[Json]:
    """The blocks and every object nested in them, in the order of a reader."""
    if isinstance(blocks, list):
        for one in blocks:
            yield from parts(one)
    elif isinstance(blocks, dict):
        yield blocks
        for one in blocks.values():
            yield from parts(one)


def texts(blocks: object) -> Iterator[str]:
    """What is written in them, as it was sent."""
    for part in parts(blocks):
        if part.get("type") in ("mrkdwn", "plain_text", "markdown", "text") and isinstance(
            part.get("text"), str
        ):
            yield part["text"]
        if part.get("type") == "image" and part.get("alt_text"):
            yield part["alt_text"]


def find_part(blocks: object, action_id: str, block_id: str = "") -> tuple[Json, Json]:
    """The block and the element with that id; of several the one in *block_id*.

    Raises:
        LookupError: there is none.

    """
    for block in parts(blocks):
        here = [one for one in parts(list(block.values())) if one.get("action_id") == action_id]
        if here and block.get("block_id") and block_id in ("", block["block_id"]):
            return block, here[0]
    known = [part["action_id"] for part in parts(blocks) if part.get("action_id")]
    raise LookupError(f"no element {action_id!r} among {known}")


@dataclass(kw_only=True)
class Messages:
    """All messages, oldest first; *clock* gives Unix seconds."""

    clock: Callable[[], float] = time.time
    every: list[Message] = field(default_factory=list)
    _by_ts: dict[tuple[str, str], Message] = field(default_factory=dict)
    _in_channel: dict[str, list[Message]] = field(default_factory=dict)
    _last: int = 0

    def create(
        self, channel: Channel, author: User, body: Mapping[str, Any], *, seen_by: User | None = None
    ) -> Message:
        """Stores a message; nothing is checked."""
        made = Message(ts=self.fresh_ts(), channel=channel, author=author, seen_by=seen_by)
        made.thread_ts = body.get("thread_ts") or ""
        write(made, body)
        self.every.append(made)
        self._by_ts[channel.id, made.ts] = made
        self._in_channel.setdefault(channel.id, []).append(made)
        return made

    def edit(self, message: Message, body: Mapping[str, Any]) -> None:
        """Changes what *body* names, and nothing else."""
        write(message, body)
        message.edited_ts = self.fresh_ts()

    def find(self, channel: Channel, ts: object) -> Message:
        """The message that everybody sees and that is still there.

        Raises:
            Refused: there is none (message_not_found).

        """
        if not self.holds(channel, ts):
            raise Refused("message_not_found")
        return self._by_ts[channel.id, str(ts)]

    def holds(self, channel: Channel, ts: object) -> bool:
        """Whether that message is still there, for everybody."""
        found = self._by_ts.get((channel.id, str(ts)))
        return found is not None and not found.deleted and found.seen_by is None

    def shown(self, channel: Channel, *, to: User | None = None) -> list[Message]:
        """What everybody in *channel* sees, oldest first; and what only one person does, if *to* is that person."""
        stored = self._in_channel.get(channel.id, [])
        return [one for one in stored if not one.deleted and one.seen_by in (None, to)]

    def between(self, channel: Channel, oldest: float, latest: float, *, inclusive: bool) -> list[Message]:
        """Newest first, without the replies in threads: what history knows. The ends are Unix seconds."""
        return [
            one
            for one in reversed(top(self.shown(channel)))
            if within(one, oldest, latest, inclusive=inclusive)
        ]

    def fresh_ts(self) -> str:
        """The time of now, and one that no message has yet."""
        self._last = max(self._last + 1, int(self.clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def top(messages: Iterable[Message]) -> list[Message]:
    """Those that are no replies in a thread."""
    return [one for one in messages if one.thread_ts in ("", one.ts)]


def write(message: Message, body: Mapping[str, Any]) -> None:
    """Puts what *body* names onto *message*; every block gets an id, as Slack gives them out."""
    message.requests.append(dict(body))
    if "text" in body:
        message.text = body["text"] or ""
    if "blocks" in body:
        message.blocks = numbered(body["blocks"] or [])
    if "metadata" in body:
        message.metadata = body["metadata"]


def numbered(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a ``block_id``."""
    made = copy.deepcopy(blocks)
    for number, block in enumerate(made):
        block.setdefault("block_id", f"b{number}")
    return made


def within(message: Message, oldest: float, latest: float, *, inclusive: bool) -> bool:
    """Whether it was written between these moments, or at one of them if that is *inclusive*."""
    at = float(message.ts)
    return oldest <= at <= latest if inclusive else oldest < at < latest
