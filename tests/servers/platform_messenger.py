"""A messenger that posts to the local chat platform, with as much certainty as it is told that platform gives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.domain.deliveries import Parcel
from bot.domain.outcomes import (
    Absent,
    Certainty,
    Looked,
    NotPosted,
    Posted,
    Refused,
    Sent,
    Unclear,
    Unreadable,
)
from bot.domain.pacing import Pace
from bot.domain.subscriptions import Destination, Platform
from bot.outbox import Manner
from tests.servers.platform import PAGE

if TYPE_CHECKING:
    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery

NONCE_WINDOW = timedelta(seconds=120)
_MARGIN = timedelta(seconds=10)
_OK, _THROTTLED, _BROKEN = 200, 429, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of platform: which one it stands for, and what it lets a client know."""

    platform: Platform
    certainty: Certainty


KINDS = {
    "both": Kind(platform=Platform.DISCORD, certainty=Certainty(resend_within=NONCE_WINDOW, readable=True)),
    "nonce": Kind(platform=Platform.TERMINAL, certainty=Certainty(resend_within=NONCE_WINDOW)),
    "history": Kind(platform=Platform.EMAIL, certainty=Certainty(readable=True)),
    "neither": Kind(platform=Platform.SLACK, certainty=Certainty()),
}
"""What there is to know by: a repeated nonce is dropped, the history can be read, both, or neither."""


class PlatformMessenger:
    """The `bot.outbox.Messenger` of the local chat platform at *url*."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, kind: Kind, *, pace: float = 0, per_message: int = 2
    ) -> None:
        self._http = http
        self._url = url
        self._pace = (Pace(key=f"posts:{kind.platform}", per_second=pace),) if pace else ()
        self._per_message = per_message
        self.platform = kind.platform
        self.manner = Manner(certainty=kind.certainty)

    def paces(self, _: Destination) -> tuple[Pace, ...]:
        """One for everything."""
        return self._pace

    def look_paces(self, _: Destination) -> tuple[Pace, ...]:
        """The same."""
        return self._pace

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """A message for every *per_message* papers."""
        picks = [pick.entry.paper.id for pick in bulletin.digest.picks]
        size = self._per_message
        parts = [tuple(picks[begin : begin + size]) for begin in range(0, len(picks), size)] or [()]
        return tuple(Parcel(payload=" ".join(part) or "still here", picks=part) for part in parts)

    def replies(self, _: Delivery) -> bool:
        """Nothing does."""
        return False

    async def post(self, delivery: Delivery) -> Posted:
        """Try once."""
        body = {"key": delivery.key, "nonce": delivery.nonce, "text": delivery.payload}
        try:
            async with self._http.post(self._address(delivery), json=body) as response:
                return self._posted(response, await response.text())
        except aiohttp.ClientConnectorError as error:
            return NotPosted(detail=f"no connection: {type(error).__name__}")
        except aiohttp.ClientError as error:
            return Unclear(detail=f"cut off: {type(error).__name__}")

    async def look(self, delivery: Delivery) -> Looked:
        """Look through what was stored since shortly before the first attempt."""
        after = ((delivery.first_attempt_at or delivery.created_at) - _MARGIN).timestamp()
        while True:
            found = await self._page(delivery, after)
            if not isinstance(found, list):
                return found
            here = [one for one in found if one["key"] == delivery.key]
            if here:
                return Sent(reference=here[0]["id"])
            if len(found) < PAGE:
                return Absent()
            after = found[-1]["at"]

    async def _page(self, delivery: Delivery, after: float) -> list[dict[str, Any]] | NotPosted | Unreadable:
        try:
            async with self._http.get(self._address(delivery), params={"after": f"{after}"}) as response:
                if response.status == _OK:
                    page: list[dict[str, Any]] = await response.json()
                    return page
                if _THROTTLED != response.status < _BROKEN:
                    return Unreadable(detail=f"the history cannot be read ({response.status})")
                return NotPosted(detail=f"no look now ({response.status})")
        except aiohttp.ClientError as error:
            return NotPosted(detail=f"no look now: {type(error).__name__}")

    def _posted(self, response: aiohttp.ClientResponse, body: str) -> Posted:
        status = response.status
        if status == _THROTTLED:
            wait = timedelta(seconds=float(response.headers.get("Retry-After", "1")))
            everything = response.headers.get("X-Scope") == "all"
            holds = tuple(pace.key for pace in self._pace) if everything else ()
            return NotPosted(detail="429", retry_after=wait, holds=holds, invalid=True)
        if status >= _BROKEN:
            return Unclear(detail=f"{status}")
        try:
            told = json.loads(body)
        except ValueError:
            return Unclear(detail=f"{status} with {response.content_type}")
        if status != _OK:
            return Refused(code=f"{status}", because=told["error"])
        return Sent(reference=told["id"])

    def _address(self, delivery: Delivery) -> str:
        return f"{self._url}/channels/{delivery.destination.channel}/messages"
