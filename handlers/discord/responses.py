"""What came back of a request to Discord's API, read to its end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from handlers.discord.limits import LONGEST_REST

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer. *headers* are looked up without regard to case; *body* is its JSON, None if it is none."""

    status: int
    headers: Mapping[str, str]
    body: Any = None

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body's fields; none if it is no object."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def code(self) -> int:
        """Discord's own code of a refusal, 0 if there is none.

        https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
        """
        code = self.fields.get("code")
        return code if isinstance(code, int) else 0

    @property
    def id(self) -> str:
        """The id of what was made or asked for; empty if the body names none."""
        named = self.fields.get("id")
        return named if isinstance(named, str) else ""

    @property
    def retry_after(self) -> timedelta | None:
        """How long to wait, `LONGEST_REST` at most; None if it does not say."""
        for told in (self.fields.get("retry_after"), self.headers.get("Retry-After")):
            if (seconds := _seconds(told)) is not None:
                return timedelta(seconds=min(seconds, LONGEST_REST.total_seconds()))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """None came. *sent*: the request may have arrived all the same; else it surely did not. *detail* has no secret."""

    detail: str
    sent: bool


def _seconds(told: object) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        seconds = float(told)
    except (ValueError, OverflowError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
