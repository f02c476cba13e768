"""What the desk answers: one value a kind of answer, without any words; `bot.presentation` finds the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.domain.commands import Edit, Follow, Subscribe, Whose
    from bot.domain.digests import Digest, Match
    from bot.domain.filters import Filter
    from bot.domain.papers import Entry, PaperId, Tally
    from bot.domain.subscriptions import Destination, Platform, Subscription, WorkspaceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the store knows: list days from *since* to *until* (None: nothing yet).

    *complete* is False until the first back-fill is done: answers then say what they cover. *stale_since* is when
    the source was last read well, if that is too long ago, else None.
    """

    since: date | None = None
    until: date | None = None
    complete: bool = True
    stale_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswer:
    """The best of one list day, or of a span of days (*trending*); *asked* is the day asked for."""

    digest: Digest
    asked: date
    coverage: Coverage
    trending: bool = False
    start: bool = False
    """Whether the answer also says how to get it every day: nothing was typed, or nothing is subscribed yet."""
    here: bool = True
    """Whether that may be here too, and not only for oneself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, best first: *matches* of *total*. *partial*: no paper has every word.

    *meant* is the search with slips mended, empty if there are none; *mended* says that *text* itself finds nothing,
    and that *matches* are those of *meant*.
    """

    text: str
    filter: Filter
    matches: tuple[Match, ...]
    total: int
    partial: bool
    coverage: Coverage
    meant: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One paper with the history of its counts."""

    entry: Entry
    tallies: tuple[Tally, ...]
    saved: bool
    bibtex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyNames:
    """An author's name of one part that names *share* (0..1) of all papers: the *people* it names, and how often."""

    term: str
    share: float
    people: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRate:
    """How much a filter brings: *matched* of *listed* papers over the last *days* list days.

    *latest* are the newest matches. *widened* are other readings of a phrase that matched nothing: (filter, count).
    *alerts_a_week* is how many alerts a hot subscription would have made, None for scheduled ones. *names* are author
    terms that name many people. *meant* are words wanted that no paper has: (word, the known word like it), and
    *corrected* is the filter with those.
    """

    days: int
    listed: int
    matched: int
    latest: tuple[Match, ...]
    hidden: tuple[tuple[str, int], ...] = ()
    widened: tuple[tuple[Filter, int], ...] = ()
    alerts_a_week: float | None = None
    names: tuple[ManyNames, ...] = ()
    meant: tuple[tuple[str, str], ...] = ()
    corrected: Filter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A subscription as it would be saved, shown first; *before* is what it replaces (an edit), else None."""

    subscription: Subscription
    rate: MatchRate
    next_at: datetime | None
    before: Subscription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A subscription was saved (*before*: an edit changed it)."""

    subscription: Subscription
    next_at: datetime | None
    before: Subscription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The person gave no words: ask for them. *editing* is the subscription to fill the form with, if any."""

    command: Subscribe | Follow | Edit
    editing: Subscription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailForm:
    """Where the mail that *command* asks for is asked for: no address is ever typed into a chat. *url* is the form."""

    command: Follow
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A subscription as the list shows it."""

    subscription: Subscription
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionList:
    """What is subscribed in *here*, and what the caller follows."""

    here: Destination
    subscriptions: tuple[Held, ...]
    follows: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """What a subscription would bring now; nothing was counted."""

    subscription: Subscription
    digest: Digest
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A digest that was brought early, as the next edition; its papers count as had."""

    subscription: Subscription
    digest: Digest
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A subscription was paused."""

    subscription: Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A subscription runs again."""

    subscription: Subscription
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A subscription was removed; *again* is the command that makes it anew."""

    subscription: Subscription
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmarked:
    """A paper was saved (*changed* False: it was already), or taken out (*removed*)."""

    entry: Entry
    changed: bool
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmarks:
    """What the caller saved, newest first."""

    entries: tuple[Entry, ...]
    bibtex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a paper came or did not, for one subscription.

    *listed* and *in_window* say whether it was a candidate; *had_at* when this destination got it. *found* are the
    reasons, *missing* the wants it lacks, *mutes* and *failed* what took it away (as written). *place* is its rank
    among the matching papers of its list day (1 is best), of which the *ceiling* best are wanted; *chance* (0..1) that
    it ends among these, None where the order is the subscriber's own.
    """

    subscription: Subscription
    listed: bool
    in_window: bool
    had_at: datetime | None
    match: Match | None
    missing: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    place: int | None = None
    ceiling: int = 0
    chance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a paper came, or did not."""

    entry: Entry
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsAnswer:
    """The workspace's settings on *platform*; *changed* names the one that was just changed."""

    settings: WorkspaceSettings
    platform: Platform
    changed: str = ""
    may_change: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What would be deleted for good, shown first: everything of the caller, or of the workspace of *here*.

    Of a workspace *subscriptions* go, in *channels*; of a person *follows* and *saved* papers go, and *subscriptions*
    are those they made for channels, which stay there and no longer say by whom.
    """

    whose: Whose
    here: Destination
    subscriptions: int = 0
    channels: int = 0
    follows: int = 0
    saved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was deleted for good; the counts as in `Forgetting`."""

    whose: Whose
    subscriptions: int = 0
    follows: int = 0
    saved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The subscriptions that run again after their workspace removed us and came back."""

    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """The papers that a message names, in its order, and the ids of which there is none."""

    entries: tuple[Entry, ...]
    unknown: tuple[PaperId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAnswer:
    """How it works, beginning with the state of *here*; *zone* is that of the subscription that comes next."""

    here: Destination
    topic: str
    subscriptions: int
    next_at: datetime | None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What was offered was declined: nothing was saved."""


Answer = (
    DayAnswer
    | Found
    | Shown
    | Offer
    | Saved
    | Form
    | MailForm
    | SubscriptionList
    | Previewed
    | Delivered
    | Paused
    | Resumed
    | Removed
    | Bookmarked
    | Bookmarks
    | Explained
    | SettingsAnswer
    | Forgetting
    | Forgotten
    | Restored
    | LookedUp
    | Dropped
    | HelpAnswer
)
