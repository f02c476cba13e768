"""How long a subscription may be silent, and when it says that it is still there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.digests import Digest
    from bot.domain.subscriptions import Progress

SILENT_EDITIONS: Final = 5
"""After so many editions in a row without a paper one line says that we are alive."""
SPEAKS_EVERY: Final = timedelta(days=14)


def after(progress: Progress, digest: Digest) -> Progress:
    """*progress* after an edition that brought *digest*. A day without a new listing is no silence."""
    if digest.picks:
        return replace(progress, newest_day=digest.day, silent=0, silent_since=None)
    if digest.day == progress.newest_day:
        return progress
    since = progress.silent_since or progress.newest_day or digest.day
    return replace(progress, newest_day=digest.day, silent=progress.silent + 1, silent_since=since)


def speaks(progress: Progress, digest: Digest) -> bool:
    """Whether the edition of *digest*, of which *progress* came, should say that we are alive."""
    if digest.picks or progress.silent < SILENT_EDITIONS:
        return False
    return progress.spoke_on is None or digest.day - progress.spoke_on >= SPEAKS_EVERY
