"""Who gets what: destinations, subscriptions and a workspace's settings."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from datetime import date, datetime

    from bot.domain.cadence import Cadence
    from bot.domain.filters import Filter

DEFAULT_TOP: Final = 5
MAX_TOP: Final = 20
POSTS_A_DAY: Final = 6
"""The most messages that come to a destination unasked in one local day, unless its managers decide otherwise."""
MOST_POSTS_A_DAY: Final = 50


class Platform(StrEnum):
    """Where a destination is."""

    TERMINAL = "terminal"
    DISCORD = "discord"
    SLACK = "slack"
    EMAIL = "email"


class Extra(StrEnum):
    """What a subscription may have besides its papers, where the platform can do it."""

    ABSTRACTS = "abstracts"
    """The abstracts, in a thread below each digest."""
    NOTIFICATIONS = "notifications"
    """A message of a form whose push notification names the papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One channel of a workspace, or one person in it (*person* is True: a direct message or a mail)."""

    platform: Platform
    workspace: str
    channel: str
    person: bool = False

    def __str__(self) -> str:
        """A stable, unique key: ``slack:T1/C2``, with ``@`` before a person."""
        return f"{self.platform}:{self.workspace}/{'@' if self.person else ''}{self.channel}"

    @classmethod
    def parse(cls, key: str) -> Destination:
        """The destination whose `str` is *key*."""
        platform, _, rest = key.partition(":")
        workspace, _, channel = rest.partition("/")
        person = channel.startswith("@")
        return cls(
            platform=Platform(platform), workspace=workspace, channel=channel.removeprefix("@"), person=person
        )

    @property
    def shard_key(self) -> str:
        """What decides the shard: the workspace, or the person for direct messages."""
        return f"{self.platform}:{self.channel}" if self.person else f"{self.platform}:{self.workspace}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a destination gets and when.

    *id* is permanent; *short_id* is what people type, unique within the workspace. *version* grows by one with
    every change. *created_by* is the platform's person id. *changed_at* is when it was last edited or resumed.
    *paused_because* is empty while it runs; *paused_at* is None also while nobody noted since when it is paused.
    """

    id: str
    short_id: str
    destination: Destination
    filter: Filter
    cadence: Cadence
    top: int = DEFAULT_TOP
    extras: frozenset[Extra] = frozenset()
    created_by: str
    created_at: datetime
    changed_at: datetime | None = None
    version: int = 1
    paused_because: str = ""
    paused_at: datetime | None = None

    @property
    def paused(self) -> bool:
        """Whether nothing is delivered for now."""
        return self.paused_at is not None or bool(self.paused_because)

    @property
    def stands_since(self) -> datetime:
        """Since when it has been as it is: what was hot by then is no news to it."""
        return self.changed_at or self.created_at

    @property
    def personal(self) -> bool:
        """Whether it is a follow: seen by its owner alone."""
        return self.destination.person

    def pause(self, at: datetime, because: str) -> Subscription:
        """The same subscription, paused since *at*."""
        return replace(self, paused_at=at, paused_because=because, version=self.version + 1)

    def resume(self, at: datetime) -> Subscription:
        """The same subscription, running again since *at*."""
        return replace(self, paused_at=None, paused_because="", changed_at=at, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The subscription *id* whose record cannot be read; *reason* is a sentence that says why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a subscription stands; it changes with every edition, the subscription only when someone changes it.

    *due_at* is when it is due next, None while it is paused or waits for a paper to get hot. *newest_day* is the
    newest list day that an edition looked at, None before the first. *silent* counts the editions in a row without
    a paper, since *silent_since*; *spoke_on* is the list day of the last message that only said so.
    """

    due_at: datetime | None = None
    newest_day: date | None = None
    silent: int = 0
    silent_since: date | None = None
    spoke_on: date | None = None


class WhoMaySubscribe(StrEnum):
    """Who may subscribe a channel in a workspace; following for oneself is open to everyone."""

    USUAL = "usual"
    """As is usual on the platform: on Slack a channel's members, elsewhere whoever manages it."""
    MANAGERS = "managers"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """What the managers of a workspace decided; the defaults hold until they do.

    *channels* names the channels that may be subscribed (empty: all). *zone* is an IANA zone, empty until set.
    *quiet_from* and *quiet_until* are local times between which alerts wait. *posts_a_day* is the most messages that
    come to one destination unasked in one local day. *cards*: links to papers get a card, where the platform lets us.
    """

    who_may_subscribe: WhoMaySubscribe = WhoMaySubscribe.USUAL
    channels: tuple[str, ...] = ()
    sharing: bool = True
    zone: str = ""
    hour: time = time(9)
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    posts_a_day: int = POSTS_A_DAY
    cards: bool = True


SHARDS: Final = 64
_ID_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_SHORT_LENGTH: Final = 4
_PERMANENT_ID: Final = re.compile(r"s(?P<shard>\d\d)-", re.ASCII)


def shard_of(destination: Destination) -> int:
    """The shard (0..63) that keeps everything about *destination*."""
    return shard_of_key(destination.shard_key)


def shard_of_key(key: str) -> int:
    """The shard (0..63) that keeps everything about *key*: a workspace (`Destination.shard_key`), a person."""
    return zlib.crc32(key.encode()) % SHARDS


def permanent_id(destination: Destination, random_hex: str) -> str:
    """A subscription's permanent id, which carries its shard: ``s17-`` and *random_hex*."""
    return f"s{shard_of(destination):02d}-{random_hex}"


def shard_in(subscription_id: str) -> int | None:
    """The shard that a permanent id carries; None if it is of another form."""
    found = _PERMANENT_ID.match(subscription_id)
    return int(found["shard"]) % SHARDS if found else None


def short_id(choose: Callable[[str], str], taken: Container[str]) -> str:
    """A short id that is not *taken*: four signs, at least one digit and one letter, none easily mistaken.

    *choose* picks one sign of a string (`secrets.choice`, or a seeded one in tests).
    """
    while True:
        found = "".join(choose(_ID_ALPHABET) for _ in range(_SHORT_LENGTH))
        if found not in taken and not found.isdigit() and not found.isalpha():
            return found
