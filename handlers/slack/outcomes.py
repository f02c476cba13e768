"""What Slack's answers mean for a delivery: pure translation into the outcomes that the Courier knows.

    200, ok                                sent           429, ratelimited    not posted, and what must rest
    200, an error with a name              refused        never connected     not posted
    5xx, cut off, no JSON, internal_error  unclear

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from bot.domain.outcomes import Absent, NotPosted, Sent, Unclear, Unreadable
from handlers.slack.limits import USUAL_REST
from handlers.slack.refusals import LATER, SOON, UNCLEAR, refused
from handlers.slack.responses import Answer, NoAnswer

if TYPE_CHECKING:
    from bot.domain.outcomes import Looked, Posted

EVENT: Final = "paperround_delivery"
"""The type of our metadata."""
_KEY: Final = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where was posted: the *channel*, and the name of the *pace* that must rest if Slack says so.

    *reply*: it is the thread below a digest.
    """

    channel: str
    pace: str
    reply: bool = False


def posted(answer: Answer | NoAnswer, place: Place) -> Posted:
    """What became of a message posted to *place*."""
    if isinstance(answer, NoAnswer):
        return Unclear(detail=answer.detail) if answer.sent else NotPosted(detail=answer.detail)
    if answer.ok:
        ts, channel = answer.body.get("ts"), answer.body.get("channel") or place.channel
        return Sent(reference=reference(channel, ts)) if ts else Unclear(detail="no ts in the answer")
    if (limited := resting(answer, place.pace)) is not None:
        return limited
    if unclear(answer):
        return Unclear(detail=_told(answer))
    if answer.error in SOON:
        return NotPosted(detail=answer.error, retry_after=USUAL_REST)
    return refused(answer.error, reply=place.reply)


def looked(answer: Answer | NoAnswer, place: Place, key: str) -> Looked:
    """What a page of history, which should hold all that was posted in its time, says of the delivery of *key*."""
    if isinstance(answer, NoAnswer):
        return NotPosted(detail=f"no look now: {answer.detail}", retry_after=USUAL_REST)
    if answer.ok:
        return _found(answer, place, key)
    if (limited := resting(answer, place.pace)) is not None:
        return limited
    if unclear(answer) or answer.error in SOON:
        return NotPosted(detail=f"no look now: {_told(answer)}", retry_after=USUAL_REST)
    return Unreadable(detail=f"the history cannot be read: {refused(answer.error).because}")


def metadata(key: str) -> dict[str, Any]:
    """The metadata by which the delivery of *key* is found again; others may read it, so *key* tells nothing.

    https://docs.slack.dev/messaging/message-metadata
    """
    return {"event_type": EVENT, "event_payload": {_KEY: key}}


def resting(answer: Answer, pace: str) -> NotPosted | None:
    """That nothing was done because too much was, and *pace* rests; else None."""
    if answer.status != HTTPStatus.TOO_MANY_REQUESTS and answer.error not in LATER:
        return None
    wait = USUAL_REST if answer.retry_after is None else answer.retry_after
    return NotPosted(
        detail=f"limited for {wait.total_seconds():g} s", retry_after=wait, holds=(pace,), invalid=False
    )


def unclear(answer: Answer) -> bool:
    """Whether *answer* does not say what was done."""
    return answer.status != HTTPStatus.OK or not answer.error or answer.error in UNCLEAR


def reference(channel: str, ts: str) -> str:
    """The name of a message: where it is, and its time."""
    return f"{channel}/{ts}"


def parts_of(named: str) -> tuple[str, str]:
    """The channel and the time of that `reference`."""
    channel, _, ts = named.rpartition("/")
    return channel, ts


def _found(answer: Answer, place: Place, key: str) -> Looked:
    there = [one for one in answer.body.get("messages") or () if isinstance(one, dict)]
    for one in there:
        told = one.get("metadata") or {}
        if told.get("event_type") == EVENT and (told.get("event_payload") or {}).get(_KEY) == key:
            return Sent(reference=reference(place.channel, one["ts"]))
    if answer.body.get("has_more"):
        return Unreadable(detail="too much was written there since")
    return Absent()


def _told(answer: Answer) -> str:
    return answer.error or f"{answer.status}, no JSON of Slack’s"
