"""What a messenger brings: the digest of an edition, with what else its readers should know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.domain.deliveries import Edition
    from bot.domain.digests import Digest
    from bot.domain.papers import Entry, PaperId
    from bot.domain.subscriptions import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why nothing came for a while: since *since* *listed* papers, of which *near* had the words but failed the rest.

    *nearest* is the one of those with the most upvotes.
    """

    since: date
    listed: int
    near: int = 0
    nearest: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """One edition for one subscription.

    *made_at* is when it was composed, *due_at* when it should have come (said if that was long ago), *next_at* when
    the next one is due. *stale_since* is when the source was last read well, if that is too long ago. *alerted* are
    the papers that went out as alerts since the last digest; *unconfirmed* the editions of which nobody knows whether
    they arrived. *had* says of a recap's papers when they came here before. With a *silence* there is nothing to bring
    but that.
    """

    subscription: Subscription
    edition: Edition
    digest: Digest
    made_at: datetime
    due_at: datetime
    next_at: datetime | None = None
    stale_since: datetime | None = None
    alerted: tuple[Entry, ...] = ()
    unconfirmed: tuple[Edition, ...] = ()
    had: Mapping[PaperId, date] = field(default_factory=dict)
    silence: Silence | None = None
