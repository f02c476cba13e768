"""Everything that can go wrong on purpose.

    PaperroundError
    ├── UserError                 a person asked for something we cannot do; they can mend it
    │   ├── BadText               the text has a mistake at a position
    │   │   ├── BadFilter         … in a filter
    │   │   └── BadCommand        … in a command
    │   ├── BadDate               not a day, or a day that has no listing yet
    │   ├── Unknown               no such paper, subscription or setting
    │   ├── Gone                  it was there, and is too old now
    │   ├── ZoneNeeded            nobody said in which time zone
    │   ├── Duplicate             the same subscription is there already
    │   └── NotAllowed            the person may not do that here
    ├── SourceError               a listing could not be read; the last good state is kept
    │   ├── SourceUnavailable     no answer, a timeout, 5xx: try again later
    │   ├── SourceThrottled       429: try again after *retry_after*
    │   ├── SourceRefused         4xx: asking again will not help
    │   └── MalformedListing      an answer, but no listing
    ├── StoreError                the store cannot be used
    │   ├── StoreUnavailable      its server gives no answer: try again later
    │   ├── StoreRefused          its server does not let us in, or not do that
    │   ├── StoreBusy             locked by another process
    │   ├── StoreReadOnly         not writable
    │   ├── StoreFull             no space left
    │   ├── StoreCorrupt          damaged or not a store at all
    │   └── StoreTooNew           written by a newer version
    └── BadConfiguration          a setting is missing or wrong

Every error carries a message for people and a hint that says what to do; neither ever holds a secret. A command in a
hint stands between backticks and begins with ``/papers``: whoever shows it spells it as it is typed on the platform.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


class PaperroundError(Exception):
    """Something expected went wrong; *hint* says what to do about it.

    *remedies* are commands that do it, each as what a button would say and the command's text.
    """

    def __init__(self, message: str, *, hint: str = "", remedies: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.remedies = remedies


class UserError(PaperroundError):
    """A person asked for something that cannot be done as asked."""


class BadText(UserError):
    """The text has a mistake: *text*[*start*:*end*] is where, *suggestion* a corrected text to paste."""

    def __init__(  # noqa: PLR0913 - a position and two kinds of advice are all optional
        self,
        message: str,
        *,
        hint: str = "",
        text: str = "",
        start: int = 0,
        end: int = 0,
        suggestion: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.text = text
        self.start = start
        self.end = max(end, start)
        self.suggestion = suggestion


class BadFilter(BadText):
    """A filter text that cannot be read; *alternatives* are texts that were probably meant."""

    alternatives: tuple[str, ...] = ()


class BadCommand(BadText):
    """A command text that cannot be read."""


class BadDate(UserError):
    """Not a day, or a day that cannot have a listing."""


class Unknown(UserError):
    """There is no such paper, subscription, setting or command."""


class Gone(UserError):
    """What the person refers to was there, and is too old now."""


class ZoneNeeded(UserError):
    """Nobody said in which time zone, and none is known; where there are menus, one may be chosen."""


class Duplicate(UserError):
    """The same subscription is there already; *short_id* names it."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        remedies: tuple[tuple[str, str], ...] = (),
        short_id: str = "",
    ) -> None:
        super().__init__(message, hint=hint, remedies=remedies)
        self.short_id = short_id


class NotAllowed(UserError):
    """The person may not do that here."""


class SourceError(PaperroundError):
    """A listing could not be read; what was stored before stays."""


class SourceUnavailable(SourceError):
    """The source gave no usable answer; later it may."""


class SourceThrottled(SourceUnavailable):
    """The source asks us to wait *retry_after*."""

    def __init__(self, message: str, *, hint: str = "", retry_after: timedelta) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class SourceRefused(SourceError):
    """The source refused the question; asking again will not help."""


class MalformedListing(SourceError):
    """The source answered with something that is no listing."""


class StoreError(PaperroundError):
    """The store cannot be used as it is."""


class StoreUnavailable(StoreError):
    """The store's server gives no answer; later it may."""


class StoreRefused(StoreError):
    """The store's server does not know our password, or does not let us do what we must."""


class StoreBusy(StoreError):
    """Another process holds the store."""


class StoreReadOnly(StoreError):
    """The store can be read but not written."""


class StoreFull(StoreError):
    """There is no space left for the store."""


class StoreCorrupt(StoreError):
    """The store is damaged, or is no store."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of Paperround."""


class BadConfiguration(PaperroundError):
    """A setting is missing or wrong."""
