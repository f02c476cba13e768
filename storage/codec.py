"""Values as the stores write them: versioned JSON for records, whole microseconds for moments.

A reader understands every version up to its own; fields at their default are not written.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from bot.domain.cadence import Cadence, Rhythm, Weekday
from bot.domain.errors import BadFilter, BadText, StoreCorrupt, StoreTooNew
from bot.domain.papers import Organization, Paper
from bot.domain.subscriptions import (
    POSTS_A_DAY,
    Destination,
    Extra,
    Platform,
    Subscription,
    Unreadable,
    WhoMaySubscribe,
    WorkspaceSettings,
)
from bot.domain.zones import find_zone
from storage.filter_forms import filter_form, formed_filter

VERSION: Final = 1
"""The version of records written now."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Wire = dict[str, Any]
"""A record between its value and its text."""
compact: Final = json.JSONEncoder(separators=(",", ":")).encode
"""A value as JSON without blanks; made once, because `json.dumps` would make an encoder for each text."""


def moment(at: datetime) -> int:
    """*at* (aware) as microseconds since 1970."""
    return (at - EPOCH) // _MICROSECOND


def at_moment(microseconds: int) -> datetime:
    """The UTC time of *microseconds* since 1970."""
    return EPOCH + microseconds * _MICROSECOND


def encode_paper(paper: Paper) -> str:
    """*paper* as text; equal papers give equal texts."""
    wire: Wire = {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "summary": paper.summary,
        "authors": paper.authors,
        "author_count": paper.author_count,
        "organization": [paper.organization.handle, paper.organization.name] if paper.organization else None,
        "keywords": paper.keywords,
        "published_on": paper.published_on.isoformat() if paper.published_on else "",
        "listed_on": [day.isoformat() for day in paper.listed_on],
        "code_url": paper.code_url,
        "project_url": paper.project_url,
        "thumbnail_url": paper.thumbnail_url,
    }
    return written({name: value for name, value in wire.items() if value})


@lru_cache(maxsize=2048)  # the latest weeks' papers and some that are looked for
def decode_paper(document: str) -> Paper:
    """The paper that `encode_paper` wrote; raises `StoreCorrupt` or `StoreTooNew`."""
    with readable("paper"):
        wire = read(document)
        organization = wire.get("organization")
        published_on = wire.get("published_on")
        return Paper(
            id=wire["id"],
            title=wire.get("title", ""),
            abstract=wire.get("abstract", ""),
            summary=wire.get("summary", ""),
            authors=tuple(wire.get("authors", ())),
            author_count=wire.get("author_count", 0),
            organization=Organization(handle=organization[0], name=organization[1]) if organization else None,
            keywords=tuple(wire.get("keywords", ())),
            published_on=date.fromisoformat(published_on) if published_on else None,
            listed_on=tuple(map(date.fromisoformat, wire.get("listed_on", ()))),
            code_url=wire.get("code_url", ""),
            project_url=wire.get("project_url", ""),
            thumbnail_url=wire.get("thumbnail_url", ""),
        )


def encode_subscription(subscription: Subscription) -> str:
    """*subscription* as text, its filter as canonical text."""
    paused_at, changed_at = subscription.paused_at, subscription.changed_at
    return written(
        {
            "id": subscription.id,
            "short_id": subscription.short_id,
            "destination": _destination_wire(subscription.destination),
            "filter": str(subscription.filter),
            "form": filter_form(subscription.filter),
            "cadence": _cadence_wire(subscription.cadence),
            "top": subscription.top,
            "extras": sorted(subscription.extras),
            "created_by": subscription.created_by,
            "created_at": moment(subscription.created_at),
            "version": subscription.version,
            "paused_because": subscription.paused_because,
            "paused_at": None if paused_at is None else moment(paused_at),
            "changed_at": None if changed_at is None else moment(changed_at),
        }
    )


@lru_cache(maxsize=4096)
def decode_subscription(document: str) -> Subscription:
    """The subscription that `encode_subscription` wrote; raises `StoreCorrupt` or `StoreTooNew`."""
    with readable("subscription"):
        wire = read(document)
        changed_at = wire.get("changed_at")
        cadence, paused_at, because = _cadence_and_pause(wire)
        return Subscription(
            id=wire["id"],
            short_id=wire["short_id"],
            destination=_destination(wire["destination"]),
            filter=formed_filter(wire.get("form"), wire["filter"]),
            cadence=cadence,
            top=wire["top"],
            extras=frozenset(map(Extra, wire.get("extras", ()))),
            created_by=wire["created_by"],
            created_at=at_moment(wire["created_at"]),
            version=wire["version"],
            paused_because=because,
            paused_at=None if paused_at is None else at_moment(paused_at),
            changed_at=None if changed_at is None else at_moment(changed_at),
        )


UNREADABLE: Final = (StoreCorrupt, StoreTooNew)
"""What says that a record cannot be read by us, however often it is tried."""


def subscription_or_not(subscription_id: str, document: str) -> Subscription | Unreadable:
    """The subscription *subscription_id* in *document*, or why it cannot be read: that must not stop the others."""
    try:
        return decode_subscription(document)
    except UNREADABLE as error:
        return Unreadable(id=subscription_id, reason=error.message)


def encode_settings(settings: WorkspaceSettings) -> str:
    """*settings* as text."""
    return written(
        {
            "who_may_subscribe": settings.who_may_subscribe,
            "channels": settings.channels,
            "sharing": settings.sharing,
            "zone": settings.zone,
            "hour": settings.hour.isoformat(),
            "quiet_from": settings.quiet_from.isoformat(),
            "quiet_until": settings.quiet_until.isoformat(),
            "posts_a_day": settings.posts_a_day,
            "cards": settings.cards,
        }
    )


def decode_settings(document: str) -> WorkspaceSettings:
    """The settings that `encode_settings` wrote; raises `StoreCorrupt` or `StoreTooNew`."""
    with readable("workspace's settings"):
        wire = read(document)
        return WorkspaceSettings(
            who_may_subscribe=WhoMaySubscribe(wire["who_may_subscribe"]),
            channels=tuple(wire["channels"]),
            sharing=wire["sharing"],
            zone=wire["zone"],
            hour=time.fromisoformat(wire["hour"]),
            quiet_from=time.fromisoformat(wire["quiet_from"]),
            quiet_until=time.fromisoformat(wire["quiet_until"]),
            posts_a_day=wire.get("posts_a_day", POSTS_A_DAY),
            cards=wire.get("cards", True),
        )


def _destination_wire(destination: Destination) -> Wire:
    return {
        "platform": destination.platform,
        "workspace": destination.workspace,
        "channel": destination.channel,
        "person": destination.person,
    }


def _destination(wire: Wire) -> Destination:
    return Destination(
        platform=Platform(wire["platform"]),
        workspace=wire["workspace"],
        channel=wire["channel"],
        person=wire["person"],
    )


def _cadence_wire(cadence: Cadence) -> Wire:
    return {
        "rhythm": cadence.rhythm,
        "weekdays": cadence.weekdays,
        "month_day": cadence.month_day,
        "times": [at.isoformat() for at in cadence.times],
        "zone": cadence.zone,
        "hot_votes": cadence.hot_votes,
    }


def _cadence_and_pause(wire: Wire) -> tuple[Cadence, int | None, str]:
    """The cadence, since when it is paused, and why: also if its zone is one that tzdata no longer has."""
    stored = wire["cadence"]
    try:
        return decode_cadence(stored), wire["paused_at"], wire["paused_because"]
    except BadText:
        if find_zone(stored["zone"]) is not None:
            raise
        because = f"its time zone {stored['zone']} is no longer known: edit its time, then resume it"
        return decode_cadence({**stored, "zone": "UTC"}), wire["paused_at"], because


def decode_cadence(wire: Wire) -> Cadence:
    """The cadence that stands as *wire* in a record; raises `BadText` also if its zone is not known."""
    return _shared_cadence(
        wire["rhythm"],
        tuple(wire["weekdays"]),
        wire["month_day"],
        tuple(wire["times"]),
        wire["zone"],
        wire["hot_votes"],
    )


@lru_cache(maxsize=4096)
def _shared_cadence(  # noqa: PLR0913, PLR0917 - the parts of a cadence, as a key
    rhythm: str,
    weekdays: tuple[int, ...],
    month_day: int,
    times: tuple[str, ...],
    zone: str,
    hot_votes: int | None,
) -> Cadence:
    """The cadence: thousands share one, so it is checked once."""
    return Cadence(
        rhythm=Rhythm(rhythm),
        weekdays=tuple(map(Weekday, weekdays)),
        month_day=month_day,
        times=tuple(map(time.fromisoformat, times)),
        zone=zone,
        hot_votes=hot_votes,
    )


def written(wire: Wire) -> str:
    """*wire* as text, with the version of records written now."""
    return compact({"v": VERSION, **wire})


def read(document: str) -> Wire:
    """What `written` wrote; raises `StoreTooNew`, or `ValueError` or `LookupError` for what is no record."""
    wire: Wire = json.loads(document)
    if wire["v"] > VERSION:
        raise StoreTooNew(
            "A record in the store was written by a newer version of Paperround.", hint="Update Paperround."
        )
    return wire


class readable:  # noqa: N801 - used as a function; a class, because as a generator it took a tenth of the reading
    """Within this, what is wrong with a record of *kind* raises `StoreCorrupt`."""

    __slots__ = ("_kind",)

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError | LookupError | TypeError | AttributeError | BadFilter):
            raise StoreCorrupt(
                f"A {self._kind} in the store cannot be read.",
                hint="Put back a copy of the store from before.",
            ) from error
