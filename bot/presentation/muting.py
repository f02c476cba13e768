"""What could be hidden from a subscription after a paper came that nobody wanted: the words that the paper stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.commands import Edit
from bot.domain.errors import UserError
from bot.domain.filters import Filter, Term
from bot.presentation.cards import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.papers import Entry
    from bot.presentation.cards import Choice
    from bot.presentation.viewing import Viewer

_MOST: Final = 4


def muting(entry: Entry, short_id: str, viewer: Viewer) -> tuple[Action, ...]:
    """Mutes of the paper's keywords for the subscription *short_id*; nothing for a paper without keywords.

    Each is an edit, which is shown before it is saved.
    """
    choices = tuple(_choices(entry, short_id, viewer))[:_MOST]
    return (Action(words="Not wanted here? Hide papers on", choices=choices),) if choices else ()


def _choices(entry: Entry, short_id: str, viewer: Viewer) -> Iterator[Choice]:
    for keyword in entry.paper.keywords:
        try:
            hidden = Filter(mutes=(Term(text=keyword),))
            yield viewer.choice(f"Hide {keyword}", Edit(short_id=short_id, add=hidden))
        except UserError:  # a keyword of signs alone
            continue
