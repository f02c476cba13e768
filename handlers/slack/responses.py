"""What came back of a request to Slack's Web API, and the one place that asks: all that slack_sdk may raise is caught.

slack_sdk's client turns answers into many kinds of errors, some of which are not its own. What they mean for a message
is judged in `handlers.slack.outcomes`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from handlers.slack.limits import LONGEST_REST

if TYPE_CHECKING:
    from collections.abc import Awaitable

_SURELY_NOT_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""No connection was made: no such name, refused, TLS failed, or too slow. All others may have been sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer. *headers* are looked up without regard to case; *body* is its JSON object, empty if it is none."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether Slack says that it was done."""
        return self.body.get("ok") is True

    @property
    def error(self) -> str:
        """Slack's name of what went wrong; empty if it names nothing."""
        named = self.body.get("error")
        return named if isinstance(named, str) and not self.ok else ""

    @property
    def retry_after(self) -> timedelta | None:
        """How long to wait, `LONGEST_REST` at most; None if it does not say."""
        try:
            seconds = float(self.headers.get("Retry-After", ""))
        except ValueError:
            return None
        if not math.isfinite(seconds):
            return None
        return timedelta(seconds=min(max(seconds, 0.0), LONGEST_REST.total_seconds()))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """None came. *sent*: the request may have arrived all the same; else it surely did not. *detail* has no secret."""

    detail: str
    sent: bool


async def answered(call: Awaitable[Any]) -> Answer | NoAnswer:
    """What came of *call*, a request of an `AsyncWebClient` without retry handlers."""
    try:
        return _answer(await call)
    except SlackApiError as error:
        return _answer(error.response)
    except _SURELY_NOT_SENT as error:
        return NoAnswer(detail=f"no connection ({type(error).__name__})", sent=False)
    except (aiohttp.ClientError, OSError) as error:  # a timeout too is an OSError
        return NoAnswer(detail=f"cut off ({type(error).__name__})", sent=True)
    except (
        AttributeError,
        ValueError,
    ) as error:  # what slack_sdk makes of an answer of plain text, or of no text
        return NoAnswer(detail=f"no JSON ({type(error).__name__})", sent=True)


def _answer(response: Any) -> Answer:  # noqa: ANN401 - slack_sdk's response, or aiohttp's where the JSON was broken
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    body = getattr(response, "data", None)
    headers = getattr(response, "headers", None) or {}
    return Answer(status=status, headers=headers, body=body if isinstance(body, Mapping) else {})
