"""The words of one paper, of those that a message names, and of those that a person keeps."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from bot.domain.commands import Save, Search, Show, Unsave
from bot.presentation.bibtex import bibtex
from bot.presentation.cards import Action, Notice, Tone
from bot.presentation.paper_cards import entry_card, full_card, mark_words
from bot.presentation.phrases import counted, day_words, listed_words, quoted

if TYPE_CHECKING:
    from bot.domain.answers import Bookmarked, Bookmarks, LookedUp, Shown
    from bot.domain.commands import Command
    from bot.presentation.viewing import Viewer

_STEPS: Final = 6
_OUT: Final = "Take it out"


def paper_notice(answer: Shown, viewer: Viewer) -> Notice:
    """One paper: its card, how its upvotes grew, and what can be done with it; or its BibTeX entry."""
    paper = answer.entry.paper
    if answer.bibtex:
        return Notice(headline=paper.title, literal=bibtex([paper]))
    cards = (full_card(answer.entry),)
    saved = ("You saved this paper.",) if answer.saved else ()
    return Notice(
        headline="",
        cards=cards,
        footer=(*_growth(answer), *saved, *mark_words(cards, viewer.credit)),
        actions=(
            *viewer.offer("Cite it or take it out" if answer.saved else "Keep it or cite it", *_uses(answer)),
            *viewer.offer("More like this", Search(text=f"like:{paper.id}")),
        ),
    )


def _uses(answer: Shown) -> tuple[tuple[str, Command], ...]:
    reference = answer.entry.paper.id
    cite = ("BibTeX", Show(reference=reference, bibtex=True))
    return (
        (cite, (_OUT, Unsave(reference=reference)))
        if answer.saved
        else (("Save", Save(reference=reference)), cite)
    )


def _growth(answer: Shown) -> tuple[str, ...]:
    counts = [(tally.at, tally.upvotes) for tally in answer.tallies if tally.upvotes is not None]
    steps = [
        *counts[:1],
        *(after for before, after in itertools.pairwise(counts) if after[1] != before[1]),
    ]
    if len(steps) < 2:  # noqa: PLR2004 - growth needs a before and an after
        return ()
    told = [
        f"{upvotes} ({day_words(at.date(), weekday=False)} {at:%H:%M})" for at, upvotes in steps[-_STEPS:]
    ]
    return (f"Upvotes: {' → '.join(told)} UTC",)


def bookmarked_notice(answer: Bookmarked, viewer: Viewer) -> Notice:
    """That a paper was saved or taken out, with what undoes it."""
    title = quoted(answer.entry.paper.title)
    told = {
        (False, True): f"Saved {title}.",
        (False, False): f"{title} was saved already.",
        (True, True): f"Took {title} out of your list.",
        (True, False): f"{title} was not in your list.",
    }
    return Notice(
        headline=told[answer.removed, answer.changed],
        actions=(*viewer.offer("Your list", "saved"), *_back(answer, viewer)),
        tone=Tone.GOOD if answer.changed else Tone.PLAIN,
    )


def _back(answer: Bookmarked, viewer: Viewer) -> tuple[Action, ...]:
    """What undoes it."""
    reference = answer.entry.paper.id
    undo: tuple[str, Command] = (
        ("Save it again", Save(reference=reference))
        if answer.removed
        else (_OUT, Unsave(reference=reference))
    )
    return viewer.offer(undo[0], undo)


def bookmarks_notice(answer: Bookmarks, viewer: Viewer) -> Notice:
    """The papers that a person keeps."""
    if not answer.entries:
        return Notice(
            headline="You saved no papers yet.", actions=viewer.examples("Save one", "save 2511.01234")
        )
    headline = f"You saved {counted(len(answer.entries), 'paper')}"
    if answer.bibtex:
        return Notice(headline=headline, literal=bibtex(entry.paper for entry in answer.entries))
    cards = tuple(map(entry_card, answer.entries))
    return Notice(
        headline=headline,
        cards=cards,
        footer=mark_words(cards, viewer.credit),
        actions=viewer.offer("As BibTeX", "saved bibtex"),
    )


def named_notice(answer: LookedUp, viewer: Viewer) -> Notice:
    """The papers that a message names."""
    unknown = (f"I have no paper {listed_words(answer.unknown, 'or')}.",) if answer.unknown else ()
    if not answer.entries:
        return Notice(headline="I know none of the papers in that message.", lines=unknown)
    alone = len(answer.entries) == 1
    cards = tuple(full_card(entry) if alone else entry_card(entry) for entry in answer.entries)
    named = counted(len(answer.entries) + len(answer.unknown), "paper")
    return Notice(
        headline="" if alone and not unknown else f"That message names {named}.",
        lines=unknown,
        cards=cards,
        footer=mark_words(cards, viewer.credit),
    )
