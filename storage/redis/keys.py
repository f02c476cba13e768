"""The names of all keys: one method each, which says what its key holds and how long it lives.

The part in braces decides the slot of a cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/):
papers and what belongs to them share ``{papers}``, each shard of workspaces has one of its own, ``{s00}`` to ``{s63}``,
and what all processes share has ``{shared}``.
A step never spans two of them. Moments are whole microseconds since 1970.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.outbox import RECENT

if TYPE_CHECKING:
    from bot.domain.papers import PaperId
    from bot.domain.subscriptions import Destination

PREFIX: Final = "paperround:"
"""What every key begins with, unless the store is told another."""

HOT_FOR: Final = timedelta(days=60)
"""How long it is remembered which papers an alert has seen get hot."""
ENDED_FOR: Final = timedelta(days=90)
"""How long deliveries that ended can be looked at, and an edition that was written is not written again."""
RECENT_FOR: Final = RECENT + timedelta(days=1)
"""How long it is remembered what went to a destination."""

PERMANENT: Final = (
    re.compile(r"\{papers\}:(?:format|documents|newest|titles|changes|records|read-at|aliases|joined)"),
    re.compile(r"\{papers\}:tallies:.+"),
    re.compile(r"\{shared\}:(?:departed|recipients|recipient-ids|installations)"),
    re.compile(r"\{s\d\d\}:(?:marked|subscriptions|short-ids|alerts|due|progress)"),
    re.compile(r"\{s\d\d\}:(?:jobs|job-times|job-ids|ready|holders|state:[a-z]+)"),
    re.compile(r"\{s\d\d\}:(?:marks|owners|saved|settings|created|delivery):.+", re.DOTALL),
)
"""The keys that stay until what they hold is removed, without their prefix; every other key expires."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one store; stores with different prefixes share a server without meeting."""

    prefix: str = PREFIX

    # Of the whole store

    @property
    def format(self) -> str:
        """A string, the number of the format that this store is written in; stays."""
        return self._paper("format")

    @property
    def ping(self) -> str:
        """A string without a meaning, written to see whether writing works; lives for a minute."""
        return self._paper("ping")

    # Papers

    @property
    def documents(self) -> str:
        """A hash from a paper's id to its record; an entry stays until its paper joins another."""
        return self._paper("documents")

    @property
    def newest(self) -> str:
        """A hash from a paper's id to its newest tally; an entry stays as long as its paper."""
        return self._paper("newest")

    def tallies(self, paper_id: PaperId) -> str:
        """A hash from the moment of each of a paper's tallies to its counts; thinned, it stays as long as its paper."""
        return self._paper(f"tallies:{paper_id}")

    @property
    def titles(self) -> str:
        """A hash from a folded title to the ids that have it, a blank between; an entry stays as long as its papers."""
        return self._paper("titles")

    @property
    def changes(self) -> str:
        """A sorted set of paper ids by their newest change number; joined ones are in it too; stays."""
        return self._paper("changes")

    @property
    def records(self) -> str:
        """A sorted set, in order of its text: a day, a blank, and what is known of that day; stays."""
        return self._paper("records")

    @property
    def read_at(self) -> str:
        """A string, when a listing was last read well; stays."""
        return self._paper("read-at")

    @property
    def aliases(self) -> str:
        """A hash from an id that a paper had to the id it has now; stays."""
        return self._paper("aliases")

    @property
    def joined(self) -> str:
        """A hash from a paper's id to the ids it had, a blank between; stays."""
        return self._paper("joined")

    # Workspaces and people, by shard

    def marks(self, shard: int, destination: str) -> str:
        """A sorted set of the papers a destination has had, by when they were claimed; stays until forgotten."""
        return self._shard(shard, f"marks:{destination}")

    def owners(self, shard: int, destination: str) -> str:
        """A hash from each paper in `marks` to who claimed it; an entry stays as long as the mark."""
        return self._shard(shard, f"owners:{destination}")

    def marked(self, shard: int) -> str:
        """A sorted set of the destinations that have marks, by a moment not after the first; stays as long as they."""
        return self._shard(shard, "marked")

    def saved(self, shard: int, person: str) -> str:
        """A sorted set of the papers a person saved, by when; stays until they forget them."""
        return self._shard(shard, f"saved:{person}")

    def settings(self, shard: int, workspace_key: str) -> str:
        """A string, the record of a workspace's settings; stays."""
        return self._shard(shard, f"settings:{workspace_key}")

    def subscriptions(self, shard: int) -> str:
        """A hash from a subscription's id to its record; an entry stays until it is removed."""
        return self._shard(shard, "subscriptions")

    def short_ids(self, shard: int) -> str:
        """A hash from `short_field` to the id of a subscription; an entry stays as long as its subscription."""
        return self._shard(shard, "short-ids")

    def created(self, shard: int, destination: Destination) -> str:
        """A sorted set of the ids of a destination's subscriptions, by when they were made; stays as long as they."""
        return self._shard(shard, f"created:{destination}")

    def alerts(self, shard: int) -> str:
        """A set of the ids of subscriptions that wait for a paper to get hot and are not paused; an entry stays so long."""
        return self._shard(shard, "alerts")

    def due(self, shard: int) -> str:
        """A sorted set of the ids of subscriptions by when they are due next; an entry stays until that is never."""
        return self._shard(shard, "due")

    def progress(self, shard: int) -> str:
        """A hash from a subscription's id to the record of where it stands; an entry stays as long as its subscription."""
        return self._shard(shard, "progress")

    def unconfirmed(self, shard: int, destination: str) -> str:
        """A list of the editions to a destination of unknown fate; lives for `ENDED_FOR` unless they are mentioned."""
        return self._shard(shard, f"unconfirmed:{destination}")

    def hot(self, shard: int, subscription_id: str) -> str:
        """A hash from each paper noted for an alert to its moment; lives for `HOT_FOR` after the last one."""
        return self._shard(shard, f"hot:{subscription_id}")

    def waiting(self, shard: int, subscription_id: str) -> str:
        """A set of the papers in `hot` that still wait to be brought; lives as long as that."""
        return self._shard(shard, f"waiting:{subscription_id}")

    # Jobs and deliveries, by shard

    def jobs(self, shard: int) -> str:
        """A stream of jobs with a group of those who work on them; an entry stays until the job ends."""
        return self._shard(shard, "jobs")

    def job_times(self, shard: int) -> str:
        """A sorted set of the entries of `jobs` by when they may be taken, or their lease ends; stays as they do."""
        return self._shard(shard, "job-times")

    def job_ids(self, shard: int) -> str:
        """A hash from `Job.owner` to the entry of `jobs`; an entry stays until the job ends."""
        return self._shard(shard, "job-ids")

    def edition(self, shard: int, owner: str) -> str:
        """A string that says under which lease an edition was written; lives for `ENDED_FOR`."""
        return self._shard(shard, f"edition:{owner}")

    def delivery(self, shard: int, key: str) -> str:
        """A hash, the fields of a delivery; lives for `ENDED_FOR` once it ended, until then it stays."""
        return self._shard(shard, f"delivery:{key}")

    def ready(self, shard: int) -> str:
        """A sorted set of deliveries by when they may be taken, or their lease ends; stays until they end."""
        return self._shard(shard, "ready")

    def holders(self, shard: int) -> str:
        """A hash from a delivery to who has it under a lease; an entry stays until the lease is ended."""
        return self._shard(shard, "holders")

    def in_state(self, shard: int, state: str) -> str:
        """A sorted set of the deliveries in a state by when they were made; ended ones leave after `ENDED_FOR`."""
        return self._shard(shard, f"state:{state}")

    def recent(self, shard: int, destination: str) -> str:
        """A sorted set of the messages that went to a destination, by when they were made; lives for `RECENT_FOR`."""
        return self._shard(shard, f"recent:{destination}")

    # What all processes share

    def lease(self, name: str) -> str:
        """A hash, who does what is to be done once and until when; lives a little longer than the lease."""
        return self._shared(f"lease:{name}")

    @property
    def processes(self) -> str:
        """A hash from each process that runs to what it said of itself; lives for a day after the last word."""
        return self._shared("processes")

    @property
    def arrivals(self) -> str:
        """A sorted set of paces, and of their rests, by when the next request may come; lives for a week after the last."""
        return self._shared("arrivals")

    def invalid(self, brake: str) -> str:
        """A sorted set of the invalid answers under a brake by when they came; lives for ten minutes after the last."""
        return self._shared(f"invalid:{brake}")

    def draft(self, key: str) -> str:
        """A hash, a text that a button refers to and until when; lives until then."""
        return self._shared(f"draft:{key}")

    def drafts_of(self, owner: str) -> str:
        """A set of the drafts of a person or a workspace; lives as long as the last of them."""
        return self._shared(f"drafts-of:{owner}")

    @property
    def departed(self) -> str:
        """A sorted set of the workspaces that removed us, by when; an entry stays until they are back or deleted."""
        return self._shared("departed")

    @property
    def recipients(self) -> str:
        """A hash from the id of who gets mail to their record; an entry stays until they are forgotten."""
        return self._shared("recipients")

    @property
    def recipient_ids(self) -> str:
        """A hash from the keyed hash of a mail address to the id in `recipients`; an entry stays as long as that."""
        return self._shared("recipient-ids")

    @property
    def installations(self) -> str:
        """A hash from a workspace to what lets us into it, sealed; an entry stays until the workspace removes us."""
        return self._shared("installations")

    def is_permanent(self, key: str) -> bool:
        """Whether *key* may stay without a lifetime."""
        bare = key.removeprefix(self.prefix)
        return any(pattern.fullmatch(bare) for pattern in PERMANENT)

    def _paper(self, name: str) -> str:
        return f"{self.prefix}{{papers}}:{name}"

    def _shared(self, name: str) -> str:
        return f"{self.prefix}{{shared}}:{name}"

    def _shard(self, shard: int, name: str) -> str:
        return f"{self.prefix}{{s{shard:02d}}}:{name}"


def short_field(workspace_key: str, short_id: str) -> str:
    """The field of `Keys.short_ids` for a short id in a workspace."""
    return f"{workspace_key}\n{short_id}"
