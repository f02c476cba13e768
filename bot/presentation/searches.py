"""The words of a search: what was found, what was meant, what can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.commands import Clauses, Follow, Search
from bot.domain.filter_text import MAX_LENGTH
from bot.domain.filters import Scope
from bot.presentation.cards import Notice
from bot.presentation.fitting import fit
from bot.presentation.paper_cards import mark_words, match_card
from bot.presentation.phrases import counted, quoted
from bot.presentation.viewing import coverage_lines

if TYPE_CHECKING:
    from bot.domain.answers import Found
    from bot.presentation.cards import Action
    from bot.presentation.viewing import Viewer

_LONGEST_ASKED: Final = 120


def asked_words(text: str) -> str:
    """What was searched for, in quotes; of a pasted abstract its beginning."""
    return quoted(fit(text, _LONGEST_ASKED))


def search_lines(found: Found) -> tuple[str, ...]:
    """How what was found stands to what was asked."""
    mended = (f"Nothing I know matches {asked_words(found.text)}.",) if found.mended else ()
    partial = ("No paper has every word; these have the most.",) if found.partial else ()
    return (*mended, *partial, *coverage_lines(found.coverage))


def found_notice(found: Found, viewer: Viewer) -> Notice:
    """The answer to a search."""
    if not found.matches:
        return Notice(
            headline=f"Nothing I know matches {asked_words(found.text)}.",
            lines=("Try fewer or other words.", *coverage_lines(found.coverage)),
            actions=viewer.offer("How to ask", "help filters"),
        )
    shown = len(found.matches)
    of = f", the best {shown}" if found.total > shown else ""
    asked = asked_words(found.meant if found.mended else found.text)
    cards = tuple(match_card(match, rank) for rank, match in enumerate(found.matches, start=1))
    return Notice(
        headline=f"{counted(found.total, 'paper')} for {asked}{of}",
        lines=search_lines(found),
        cards=cards,
        footer=mark_words(cards, viewer.credit),
        actions=_followed(found, viewer),
    )


def _followed(found: Found, viewer: Viewer) -> tuple[Action, ...]:
    if found.meant and not found.mended:
        meant = (f"Did you mean {asked_words(found.meant)}", Search(text=found.meant))
        return viewer.offer("Did you mean", meant)
    wanted = str(found.filter)
    # A paper never is new twice, and a filter may be shorter only than a search.
    one_paper = any(term.scope is Scope.ID for term in found.filter.terms())
    if found.partial or not wanted or one_paper or len(wanted) > MAX_LENGTH:
        return ()
    return viewer.offer("Get new ones", Follow(filter=found.filter, clauses=Clauses()))
