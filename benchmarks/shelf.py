"""A messenger whose platform is this process, for measuring all that is not a platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.domain.deliveries import Parcel
from bot.domain.outcomes import Absent, Certainty, Sent
from bot.domain.subscriptions import Platform
from bot.outbox import Manner
from bot.presentation.bulletins import bulletin_notice

if TYPE_CHECKING:
    from bot.domain.bulletins import Bulletin
    from bot.domain.deliveries import Delivery
    from bot.domain.outcomes import Looked, Posted
    from bot.domain.pacing import Pace
    from bot.domain.subscriptions import Destination


class Shelf:
    """Counts what is posted."""

    platform = Platform.SLACK
    manner = Manner(certainty=Certainty())

    def __init__(self) -> None:
        self.posted = 0

    def paces(self, _: Destination) -> tuple[Pace, ...]:
        """No limit, so that only our own work is measured."""
        return ()

    def look_paces(self, _: Destination) -> tuple[Pace, ...]:
        """None either."""
        return ()

    def pack(self, bulletin: Bulletin) -> tuple[Parcel, ...]:
        """All words of the digest, as a platform's message would hold them."""
        notice = bulletin_notice(bulletin)
        words = {
            "text": notice.notification,
            "blocks": [
                notice.headline,
                *notice.lines,
                *(
                    [card.title, card.url, card.byline, card.summary, card.figures, card.reason]
                    for card in notice.cards
                ),
                *notice.footer,
            ],
        }
        picks = tuple(pick.entry.paper.id for pick in bulletin.digest.picks)
        return (Parcel(payload=json.dumps(words), picks=picks),)

    def replies(self, _: Delivery) -> bool:
        """No message goes under another."""
        return False

    async def post(self, _: Delivery) -> Posted:
        """Count it."""
        self.posted += 1
        return Sent(reference=str(self.posted))

    async def look(self, _: Delivery) -> Looked:
        """Nothing is ever looked for."""
        return Absent()
