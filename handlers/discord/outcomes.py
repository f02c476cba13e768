"""What Discord's answers mean for a delivery: pure translation into the outcomes that the Courier knows.

    200                           sent, also if the nonce was known     404 10008   sent, and deleted since
    429, 401, pages of Cloudflare not posted, and what must rest        other 4xx   refused
    5xx, cut off, no JSON         unclear                               never connected   not posted

https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from bot.domain.outcomes import NotPosted, Sent, Unclear, Unreadable
from handlers.discord.limits import CLOUDFLARE_REST
from handlers.discord.refusals import (
    DEAD_TOKEN,
    DELETED_SINCE,
    LATER,
    NO_USER_AGENT,
    OPENED_TOO_FAST,
    THREAD_IS_THERE,
    refused,
    refused_reply,
)
from handlers.discord.responses import Answer, NoAnswer

if TYPE_CHECKING:
    from bot.domain.outcomes import Posted, Refused

_A_SECOND: Final = timedelta(seconds=1)
_AT_ONCE: Final = timedelta(0)
_OPEN_REST: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where was posted: the *channel*, and the names of the paces of the bot, of that place, and of conversations.

    *private*: it is the conversation with a person. *reply*: it is the thread below a digest.
    """

    channel: str
    token_pace: str
    channel_pace: str
    opening_pace: str = ""
    private: bool = False
    reply: bool = False


def posted(answer: Answer | NoAnswer, place: Place) -> Posted:
    """What became of a message posted to *place*."""
    if isinstance(answer, NoAnswer):
        return Unclear(detail=answer.detail) if answer.sent else NotPosted(detail=answer.detail)
    if answer.status < HTTPStatus.MULTIPLE_CHOICES and answer.id:
        return Sent(reference=reference(place.channel, answer.id))
    if answer.code == DELETED_SINCE and answer.status == HTTPStatus.NOT_FOUND:
        return Sent(reference="")
    if (limited := resting(answer, place)) is not None:
        return limited
    if _unclear(answer):
        return Unclear(detail=_told(answer))
    return _refused(answer, place)


def prepared(answer: Answer | NoAnswer, place: Place, done: str) -> NotPosted | Refused:
    """What became of opening a conversation or a thread, of which *done* says in words that it is there now.

    The message itself surely was not posted; if it can be now, then at once and with a slot of its own.
    """
    if isinstance(answer, NoAnswer):
        return NotPosted(detail=answer.detail)
    if answer.code == THREAD_IS_THERE or (answer.status < HTTPStatus.MULTIPLE_CHOICES and answer.id):
        return NotPosted(detail=done, retry_after=_AT_ONCE)
    if (limited := resting(answer, place)) is not None:
        return limited
    return NotPosted(detail=_told(answer)) if _unclear(answer) else _refused(answer, place)


def read(answer: Answer | NoAnswer, place: Place) -> list[dict[str, Any]] | NotPosted | Unreadable:
    """A page of history, newest first; or that the look must wait, or can never be."""
    if isinstance(answer, NoAnswer):
        return NotPosted(detail=f"no look now: {answer.detail}")
    if answer.status == HTTPStatus.OK and isinstance(answer.body, list):
        return answer.body
    if (limited := resting(answer, place)) is not None:
        return limited
    if _unclear(answer):
        return NotPosted(detail=f"no look now: {_told(answer)}")
    return Unreadable(detail=f"the history cannot be read: {refused(answer).because}")


def resting(answer: Answer, place: Place) -> NotPosted | None:
    """What must rest, and how long, if *answer* says that nothing was done because too much was; else None."""
    if why := _shut_out(answer):
        return _everything(answer, place, why)
    if answer.code == OPENED_TOO_FAST:
        return _limited(answer, place.opening_pace or place.channel_pace, "conversations", _OPEN_REST)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _throttled(answer, place)
    if answer.code in LATER and not _unclear(answer):
        return _limited(answer, place.channel_pace, f"code {answer.code}", CLOUDFLARE_REST)
    return None


def reference(channel: str, message: str) -> str:
    """The name of a message: where it is, and its id."""
    return f"{channel}/{message}"


def message_of(named: str) -> str:
    """The id of the message of that `reference`; empty if it was deleted before anybody knew it."""
    return named.rpartition("/")[2]


def _shut_out(answer: Answer) -> str:
    """Why Discord or what stands before it takes nothing from us at all; empty if it does."""
    if answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.FORBIDDEN) and answer.body is None:
        return "a page of Cloudflare"
    if answer.status == HTTPStatus.UNAUTHORIZED or answer.code in DEAD_TOKEN:
        return "Discord does not accept the bot’s token"
    return "Cloudflare does not know us for a bot" if answer.code == NO_USER_AGENT else ""


def _throttled(answer: Answer, place: Place) -> NotPosted:
    if answer.fields.get("global") is True or answer.headers.get("X-RateLimit-Scope") == "global":
        return _limited(answer, place.token_pace, "global", _A_SECOND)
    scope = answer.headers.get("X-RateLimit-Scope", "user")
    pace = place.opening_pace or place.channel_pace
    return _limited(answer, pace, scope, _A_SECOND, invalid=scope != "shared")


def _limited(
    answer: Answer, pace: str, scope: str, usual: timedelta, *, invalid: bool | None = None
) -> NotPosted:
    wait = usual if answer.retry_after is None else answer.retry_after
    counted = _invalid(answer) if invalid is None else invalid
    return NotPosted(
        detail=f"limited ({scope}) for {wait.total_seconds():g} s",
        retry_after=wait,
        holds=(pace,),
        invalid=counted,
    )


def _everything(answer: Answer, place: Place, why: str) -> NotPosted:
    """Rest altogether: each further answer of this kind brings the ban nearer, or prolongs it."""
    wait = max(answer.retry_after or CLOUDFLARE_REST, CLOUDFLARE_REST)
    return NotPosted(
        detail=f"{why} ({answer.status})",
        retry_after=wait,
        holds=(place.token_pace,),
        invalid=_invalid(answer),
    )


def _invalid(answer: Answer) -> bool:
    counted = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
    return answer.status in counted


def _unclear(answer: Answer) -> bool:
    """Whether *answer* does not say what was done: no 4xx of Discord's own."""
    denied = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return not denied or answer.body is None or answer.status == HTTPStatus.REQUEST_TIMEOUT


def _refused(answer: Answer, place: Place) -> Refused:
    return refused_reply(answer) if place.reply else refused(answer)


def _told(answer: Answer) -> str:
    return f"{answer.status}{'' if answer.body is not None else ', no JSON'}"
