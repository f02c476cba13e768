"""Words for one person: a notice as the reply to what they asked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bot.presentation.viewing import Viewer
from handlers.discord.answering import Reply
from handlers.discord.answers import Showing, shown
from handlers.discord.markdown import channel
from handlers.discord.spelling import fields, spelt, spelt_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.ports import Clock
    from bot.presentation.asking import Waiting
    from bot.presentation.cards import Notice
    from bot.services.offering import Offering
    from handlers.discord.asking import Asked
    from handlers.discord.components import Component

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def spelling(asked: Asked) -> Callable[[str], str]:
    """How a command is typed where *asked* came from."""
    return spelt_alone if asked.caller.here.person else spelt


class Telling:
    """Turns notices into replies, and keeps what their buttons need."""

    def __init__(self, offering: Offering, *, now: Clock, credit: str = "Hugging Face") -> None:
        self._offering = offering
        self._now = now
        self._credit = credit

    def viewer(self, asked: Asked) -> Viewer:
        """Who asks, as a reader."""
        return Viewer(
            now=self._now(),
            zone=asked.caller.zone or "UTC",
            spell=spelling(asked),
            fields=fields,
            credit=self._credit,
        )

    async def tell(  # noqa: PLR0913 - an answer is described by all of these
        self,
        asked: Asked,
        notice: Notice,
        *,
        text: str = "",
        number: int = 1,
        shareable: bool = False,
        waiting: Waiting | None = None,
        again: str = "",
        menu: Component | None = None,
        kept: Mapping[str, str] = NOTHING,
        replaces: bool = False,
    ) -> Reply:
        """*notice* for the one who asked. *text* is the command that it answers; *kept* is what *menu* needs.

        The rest as in `Showing`.
        """
        made = shown(
            notice,
            Showing(
                asked=text,
                number=number,
                shareable=shareable,
                known={f"#{one}": channel(one) for one in asked.rooms.ids},
                waiting=waiting,
                again=again,
                menu=menu,
            ),
        )
        await self._offering.keep_texts(asked.caller, {**made.kept, **kept})
        return Reply(body=made.body, file=made.attachment, replaces=replaces)
