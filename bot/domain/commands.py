"""What a person can ask for: one value a command, the same from every surface."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from bot.domain.cadence import DEFAULT_HOT, WEEKDAYS, Rhythm, Weekday

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import time

    from bot.domain.filters import Filter
    from bot.domain.subscriptions import Destination, Extra


class Standing(IntEnum):
    """What a channel is to a person."""

    STRANGER = 0
    """They cannot see it."""
    MEMBER = 1
    REGULAR = 2
    """A member to whom the platform's own custom leaves what a channel is subscribed to."""
    MANAGER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and from where.

    *here* is the channel (or the direct message) the command was given in. *manages* says whether the platform
    lets this person manage that channel, *governs* whether it lets them decide for the whole workspace (None: as
    *manages*). *stands* is their standing here where that says more (None: as *manages*), *elsewhere* tells it in
    another channel (None: as here). *barred* says in a sentence why the platform keeps them from subscribing a
    channel. *zone* is what the platform knows of the person's zone, or empty. *home* is where their own digests go if
    the platform has one place per person however many workspaces they are in (None: one in each workspace).
    """

    person: str
    name: str
    here: Destination
    manages: bool = False
    governs: bool | None = None
    stands: Standing | None = None
    elsewhere: Callable[[str], Standing] | None = None
    barred: Callable[[str], str] | None = None
    zone: str = ""
    home: Destination | None = None

    @property
    def may_govern(self) -> bool:
        """Whether they decide for the whole workspace."""
        return self.manages if self.governs is None else self.governs

    def standing(self, channel: str) -> Standing:
        """Their standing in *channel* of this workspace."""
        if self.elsewhere is not None and channel != self.here.channel:
            return self.elsewhere(channel)
        if self.stands is not None:
            return self.stands
        return Standing.MANAGER if self.manages else Standing.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The days clause of a command, as typed: ``daily``, ``on monday``, ``weekly``, ``monthly on 3``, ``hot 50``."""

    rhythm: Rhythm = Rhythm.DAYS
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    month_day: int = 1
    hot_votes: int | None = DEFAULT_HOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """The clauses of a command; None for each that was not typed. *zone* is resolved (IANA or ``UTC±HH:MM``).

    *wanted* and *unwanted* are the extras to have and to have no more. *by_mail* asks for mail instead of messages.
    """

    when: When | None = None
    times: tuple[time, ...] | None = None
    zone: str | None = None
    top: int | None = None
    channel: str | None = None
    wanted: frozenset[Extra] = frozenset()
    unwanted: frozenset[Extra] = frozenset()
    by_mail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The best of the newest list day, optionally through a filter."""

    filter: Filter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The best of one list day; *when* as typed (``yesterday``, ``monday``, ``2025-10-16``, ``16 Oct``)."""

    when: str
    filter: Filter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trending:
    """The most upvoted of the last seven list days."""

    filter: Filter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Everything stored that *text* finds (a Query, see `bot.domain.filters.parse_query`)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One paper, by id, link or title; *bibtex* asks for its BibTeX entry instead of the card."""

    reference: str
    bibtex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Digests for a channel; None as *filter* asks for the form."""

    filter: Filter | None
    clauses: Clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Digests for the caller alone; None as *filter* asks for the form."""

    filter: Filter | None
    clauses: Clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """What is subscribed here, and what the caller follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Change one subscription; *short_id* is empty where there is only one.

    *filter* replaces the filter; *add* and *drop* change parts of it; *clauses* change just what they name.
    With none of them the form is asked for.
    """

    short_id: str = ""
    filter: Filter | None = None
    add: Filter | None = None
    drop: Filter | None = None
    clauses: Clauses = Clauses()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a subscription would bring now; counts for nothing."""

    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Bring the next edition early; it counts as that edition."""

    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Deliver nothing until resumed."""

    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Deliver again, without catching up."""

    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Resume all that was paused when the workspace removed us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Remove a subscription or a follow."""

    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Keep a paper in the caller's list."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsave:
    """Take a paper out of the caller's list (typed ``save remove PAPER``)."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The caller's list; *bibtex* asks for BibTeX."""

    bibtex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explain:
    """Why a paper came, or did not, for each subscription here."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """Show the workspace's settings, or change one: *name* and *value* as typed, both empty to show."""

    name: str = ""
    value: str = ""


class Whose(StrEnum):
    """Whose things are meant."""

    ME = "me"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Delete everything about the caller, or all that was set up in this workspace."""

    what: Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """The papers that a message names; *text* is the message. It has no text of its own: it is asked by pointing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """How it works; *topic* is empty, ``filters`` or ``times``."""

    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Nothing was typed: today's top five and how to get them."""


Command = (
    Today
    | Day
    | Trending
    | Search
    | Show
    | Subscribe
    | Follow
    | Subscriptions
    | Edit
    | Preview
    | Send
    | Pause
    | Resume
    | Restore
    | Unsubscribe
    | Save
    | Unsave
    | Saved
    | Explain
    | ChangeSettings
    | Forget
    | LookUp
    | Help
    | Start
)
