"""A clock that stands in a recording."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Past:
    """Goes on from a recorded moment, or stands where it is told to."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._moment: datetime | None = None
        self._stands = False

    def at_least(self, moment: datetime) -> None:
        """Go on from *moment* unless it is later already."""
        if self._moment is None or moment > self._moment:
            self._moment = moment
            self._ahead = datetime.now(UTC) - moment

    def stand_at(self, moment: datetime) -> None:
        """Stand at *moment*, or where it is if that is later."""
        self._moment = moment if self._moment is None else max(moment, self._moment)
        self._stands = True

    def __call__(self) -> datetime:
        if self._stands and self._moment is not None:
            return self._moment
        return datetime.now(UTC) - self._ahead
