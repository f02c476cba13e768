"""What can be done with an answer, in the words of its buttons; and what of it a whole channel may see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.domain.answers import Forgetting, Offer
from bot.domain.buttons import Draft, Page, Share, Step
from bot.presentation.cards import Notice
from bot.presentation.paper_cards import mark_words
from bot.presentation.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.answers import Answer
    from bot.domain.buttons import Button
    from bot.presentation.cards import Action, Choice, Row

_MOST_NAME: Final = 80
_ENDING: Final = ("unsubscribe", "save remove")
"""What takes something away at once; *forget* asks first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person's word under *key*; *yes* is what the button that confirms it says (*Subscribe*).

    *change* says whether it can be changed first, *ends* that saying yes takes something away for good.
    """

    key: str
    yes: str
    change: bool = True
    ends: bool = False


def waiting_for(answer: Answer, key: str) -> Waiting | None:
    """What of *answer* waits under *key*; None if it asks nothing."""
    match answer:
        case Forgetting():
            return Waiting(key=key, yes="Delete", change=False, ends=True)
        case Offer(before=before, subscription=subscription):
            yes = "Save" if before else "Follow" if subscription.personal else "Subscribe"
            return Waiting(key=key, yes=yes)
        case _:
            return None


def decisions(waiting: Waiting | None) -> list[tuple[str, Draft]]:
    """What is decided about it: what each button says and does, the one that confirms first."""
    if waiting is None:
        return []
    steps = [(waiting.yes, Step.OK), ("Change", Step.CHANGE), ("Cancel", Step.CANCEL)]
    return [
        (label, Draft(key=waiting.key, step=step))
        for label, step in steps
        if waiting.change or step is not Step.CHANGE
    ]


def turns(asked: str, number: int, count: int, *, shareable: bool) -> list[tuple[str, Button]]:
    """The pages before and after page *number* of what the command *asked* answers, and to share it."""
    if not asked:
        return []
    pages = ((f"Page {number - 1}", number - 1), (f"Page {number + 1} of {count}", number + 1))
    turning: list[tuple[str, Button]] = [
        (label, Page(number=to, text=asked)) for label, to in pages if 1 <= to <= count
    ]
    return [*turning, *([("Share here", Share(text=asked))] if shareable else [])]


def offered_by(rows: Iterable[Row]) -> frozenset[str]:
    """The commands that the buttons of *rows* do."""
    return frozenset(choice.text for one in rows for choice in one.choices)


def choices_of(notice: Notice) -> list[Choice]:
    """What the actions of *notice* offer and no row does; examples are none of it."""
    done = offered_by(notice.rows)
    return [
        choice
        for action in notice.actions
        for choice in action.choices
        if choice.text not in done and not choice.example
    ]


def examples_of(notice: Notice) -> list[Action]:
    """The actions of *notice* that show what can be typed: they are words, and no buttons."""
    return [action for action in notice.actions if any(choice.example for choice in action.choices)]


def words_of(notice: Notice) -> str:
    """The words of the action that names what can be typed (an id), which no button says; empty if none does."""
    told = (
        action.words
        for action in notice.actions
        if action.words not in {choice.label for choice in action.choices}
        and any(typed in action.words for choice in action.choices for typed in choice.text.split()[1:])
    )
    return next(told, "")


def ends_something(choice: Choice) -> bool:
    """Whether *choice* takes something away, so that its button warns."""
    return choice.text.startswith(_ENDING)


def shared_notice(notice: Notice, who: str, credit: str) -> Notice | None:
    """The papers of *notice* for the whole channel, with the name of *who* shares them; None if it has none.

    Nothing that the person typed is in it: no search, no filter, no reason. *credit* as in `mark_words`.
    """
    if not notice.cards:
        return None
    cards = tuple(replace(card, reason="") for card in notice.cards)
    papers = counted(len(cards), "paper") if len(cards) > 1 else "A paper"
    return Notice(
        headline="",
        lines=(f"{papers}, shared by {who[:_MOST_NAME]}",),
        cards=cards,
        footer=mark_words(cards, credit),
    )
