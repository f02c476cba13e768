"""Digests and alerts at the terminal: printed as they come."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from bot.domain.deliveries import Parcel
from bot.domain.outcomes import Certainty, Sent, Unreadable
from bot.domain.subscriptions import Platform
from bot.outbox import Manner
from bot.presentation.bulletins import bulletin_notice
from bot.presentation.cards import Action, Card, Choice, Link, Notice, Row, Tone
from bot.presentation.viewing import typed_after

if TYPE_CHECKING:
    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery
    from bot.domain.outcomes import Looked, Posted
    from bot.domain.pacing import Pace
    from bot.domain.subscriptions import Destination
    from handlers.terminal.screen import Screen

_FORMAT: Final = 1


class TerminalMessenger:
    """The `bot.outbox.Messenger` of a terminal: what is printed has arrived, and cannot be looked up again."""

    platform = Platform.TERMINAL
    manner = Manner(certainty=Certainty())

    def __init__(self, screen: Screen, *, prefix: str, credit: str) -> None:
        self._screen = screen
        self._prefix = prefix
        self._credit = credit

    def paces(self, destination: Destination) -> tuple[Pace, ...]:  # noqa: ARG002 - a terminal has no limits
        """None: a terminal takes what comes."""
        return ()

    def look_paces(self, destination: Destination) -> tuple[Pace, ...]:  # noqa: ARG002 - nor a history
        """None: there is nothing to look at."""
        return ()

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """One message, however many papers."""
        notice = bulletin_notice(bulletin, spell=typed_after(self._prefix), credit=self._credit)
        picks = tuple(pick.entry.paper.id for pick in bulletin.digest.picks)
        return (
            Parcel(
                payload=json.dumps({"v": _FORMAT, **asdict(notice), "tone": notice.tone.value}), picks=picks
            ),
        )

    def replies(self, delivery: Delivery) -> bool:  # noqa: ARG002 - a terminal has no threads
        """Nothing does."""
        return False

    async def post(self, delivery: Delivery) -> Posted:
        """Print it."""
        to = delivery.destination
        self._screen.title(f"To {'you' if to.person else f'#{to.channel}'}")
        self._screen.show(_notice(json.loads(delivery.payload)))
        return Sent(reference=delivery.nonce)

    async def look(self, delivery: Delivery) -> Looked:  # noqa: ARG002 - a screen cannot be read
        """A screen cannot be read."""
        return Unreadable(detail="whether it was printed cannot be known")


def _notice(wire: dict[str, Any]) -> Notice:
    """The notice that `asdict` took apart."""
    return Notice(
        headline=wire["headline"],
        lines=tuple(wire["lines"]),
        rows=tuple(Row(name=row["name"], meaning=row["meaning"]) for row in wire["rows"]),
        cards=tuple(map(_card, wire["cards"])),
        footer=tuple(wire["footer"]),
        actions=tuple(
            Action(words=one["words"], choices=tuple(Choice(**choice) for choice in one["choices"]))
            for one in wire["actions"]
        ),
        literal=wire["literal"],
        tone=Tone(wire["tone"]),
    )


def _card(wire: dict[str, Any]) -> Card:
    links = tuple(Link(**link) for link in wire["links"])
    return Card(**{**wire, "paragraphs": tuple(wire["paragraphs"]), "links": links})
