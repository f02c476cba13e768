"""What Hugging Face's answers mean: pure functions from status, headers and body to values or `SourceError`.

Rate limits: https://huggingface.co/docs/hub/rate-limits
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from bot.domain.errors import MalformedListing, SourceError, SourceRefused, SourceThrottled, SourceUnavailable
from bot.domain.papers import Listing
from bot.sources.items import entry, flat_entry, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bot.domain.papers import Entry

_LATER: Final = "What was read before stays; while it runs, Paperround asks again by itself."
_LAYOUT: Final = (
    "What was read before stays. If it goes on, the source has changed: look for a newer Paperround."
)
_UNTOLD_WAIT: Final = timedelta(seconds=60)
_LONGEST_WAIT: Final = timedelta(hours=1)
_RATE_LIMIT: Final = re.compile(r'"\w+"\s*;\s*r\s*=\s*(\d{1,9})\s*;\s*t\s*=\s*(\d{1,9})', re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer, read to its end; *headers* are looked up without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def decode_listing(answer: Answer, *, day: date, at: datetime) -> Listing:
    """The listing of *day* in *answer*; an empty array is a day without papers.

    An item that cannot be read is skipped and named in the listing. Raises `SourceError` if the answer is no array,
    or if it has items and none can be read.
    """
    items = _json(answer, f"the listing of {day}", at)
    if not isinstance(items, list):
        raise MalformedListing(f"The source's answer for {day} is no list of papers.", hint=_LAYOUT)
    listing = read_items(items, day=day, at=at)
    if items and not listing.entries:
        raise MalformedListing(
            f"None of the {len(items)} items listed for {day} could be read.", hint=_LAYOUT
        )
    return listing


def decode_paper(answer: Answer, *, at: datetime) -> Entry | None:
    """The paper in *answer*, or None if the source has none; raises `SourceError`."""
    if answer.status == HTTPStatus.NOT_FOUND:
        return None
    return flat_entry(_json(answer, "the paper", at), at=at)


def read_items(items: list[object], *, day: date | None, at: datetime) -> Listing:
    """The listing of raw *items*: each paper once, in their order, what cannot be read skipped and named."""
    entries: dict[str, Entry] = {}
    skipped: list[str] = []
    for position, item in enumerate(items, 1):
        try:
            found = entry(item, at=at, day=day)
        except MalformedListing:
            skipped.append(name_of(item) or f"item {position}")
        else:
            entries.setdefault(found.paper.id, found)
    return Listing(day=day, seen_at=at, entries=tuple(entries.values()), skipped=tuple(skipped))


def exhausted_for(headers: Mapping[str, str]) -> timedelta | None:
    """How long to ask nothing, if *headers* say that no request is left in this window; else None."""
    limit = _RATE_LIMIT.search(headers.get("RateLimit", ""))
    return min(timedelta(seconds=int(limit[2]) + 1), _LONGEST_WAIT) if limit and int(limit[1]) == 0 else None


def transient(answer: Answer, at: datetime) -> SourceUnavailable | None:
    """The error of an *answer* that may be better when asked again, else None."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = _retry_after(answer.headers, at)
        return SourceThrottled(
            f"The source allows no more requests for {wait.total_seconds():.0f} s.",
            hint=_LATER,
            retry_after=wait,
        )
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.REQUEST_TIMEOUT:
        return SourceUnavailable(f"The source failed with status {answer.status}.", hint=_LATER)
    return None


def _json(answer: Answer, what: str, at: datetime) -> object:
    if answer.status != HTTPStatus.OK:
        raise _failure(answer, what, at)
    try:
        decoded: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MalformedListing(
            f"The source answered with {_looks_like(answer.body)} for {what}.", hint=_LAYOUT
        ) from None
    return decoded


def _looks_like(body: bytes) -> str:
    if not body.strip():
        return "nothing"
    return "a web page" if body.lstrip().startswith(b"<") else "broken or cut-off JSON"


def _failure(answer: Answer, what: str, at: datetime) -> SourceError:
    return transient(answer, at) or SourceRefused(
        f"The source refused to give {what} (status {answer.status}).", hint=_remedy(answer.status)
    )


def _remedy(status: int) -> str:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return "Check the Hugging Face token: renew it, or remove it; reading needs none."
    if status == HTTPStatus.BAD_REQUEST:
        return "Ask for a day that has begun in UTC."
    return "Check the source's address in the settings."


def _retry_after(headers: Mapping[str, str], at: datetime) -> timedelta:
    wait = exhausted_for(headers) or _told_wait(headers.get("Retry-After", "").strip(), at)
    return min(max(wait, timedelta()), _LONGEST_WAIT)


def _told_wait(value: str, at: datetime) -> timedelta:
    """The wait that ``Retry-After`` tells, in seconds or as an HTTP date."""
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=int(value))
    try:
        until = parsedate_to_datetime(value)
        return (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    except (ValueError, OverflowError):
        return _UNTOLD_WAIT
