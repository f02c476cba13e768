"""Mail about follows themselves: whether one is wanted, and why one was not saved. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.errors import Duplicate
from bot.presentation.offers import subscription_words
from bot.presentation.phrases import counted
from bot.services.mailing import FORGOTTEN_AFTER, UNCONFIRMED_FOR
from handlers.email.links import EDIT
from handlers.email.messages import encode
from handlers.email.render import Leads, Sheet, mail_of

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.domain.answers import Offer
    from bot.domain.errors import UserError
    from bot.domain.filters import Filter
    from bot.domain.subscriptions import Subscription
    from handlers.email.links import Links

_LONGEST_FILTER: Final = 120
_UNASKED: Final = (
    "Someone typed this address into our form. If that was not you, do nothing: nothing will come, and the address is"
    " deleted after {}."
)
_LEADS_ELSEWHERE: Final = re.compile(r"[^\W\d_]\.[^\W\d_]{2}|[/@\\]|www", re.IGNORECASE)
"""What a mail client would make a link of: the form is open to all, and must not carry a stranger's words."""


class LetterPress:
    """The `bot.services.mailing.Letters` of mail."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def asking(self, offer: Offer, token: str) -> str:
        """Asks whether *offer* is wanted; *token* confirms it."""
        subscription = offer.subscription
        words = subscription_words(subscription)
        sheet = Sheet(
            headline="Shall these papers come to this inbox?",
            lines=(f"{words[:1].upper()}{words[1:]}.", _reading(subscription.filter)),
            button=Leads(words="Yes, send them", url=self._links.confirm(token)),
            footer=(
                f"The link works for {_days(UNCONFIRMED_FOR)}. Each mail can be changed, paused and stopped.",
                _UNASKED.format(_days(FORGOTTEN_AFTER)),
            ),
        )
        return encode(mail_of(sheet, subject="Confirm: research papers by mail"))

    def declining(self, why: UserError, subscriptions: list[tuple[Subscription, str]]) -> str:
        """Says why what was asked for was not saved, with what there is."""
        said = (
            "You get the same already." if isinstance(why, Duplicate) else f"{why.message} {why.hint}".strip()
        )
        sheet = Sheet(
            headline="Nothing was changed",
            lines=("Someone asked for papers by mail, with this address.", said),
            footer=("If that was not you, do nothing.",),
            because="What comes to this inbox can be changed here:",
            leads=tuple(
                Leads(words=subscription_words(one), url=self._links.managing(EDIT, token))
                for one, token in subscriptions
            ),
        )
        return encode(mail_of(sheet, subject="Research papers by mail: nothing was changed"))


def _reading(filter_: Filter) -> str:
    """The filter in words, unless they would lead elsewhere."""
    words = filter_.reading()
    if len(words) > _LONGEST_FILTER or _LEADS_ELSEWHERE.search(words):
        return "The filter is shown when you open the link."
    return words


def _days(span: timedelta) -> str:
    return counted(span.days, "day")
