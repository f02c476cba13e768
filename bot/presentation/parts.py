"""An edition in several messages: which papers stand in which, what each says of its place, what can be done in each."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeVar

from bot.presentation.cards import Choice
from bot.presentation.phrases import day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.bulletins import Bulletin
    from bot.presentation.cards import Card, Notice

_Part = TypeVar("_Part")


def spread(cards: tuple[Card, ...], count: int) -> list[tuple[Card, ...]]:
    """*cards*, in their order, in *count* parts as even as can be."""
    ends = [len(cards) * place // count for place in range(count + 1)]
    return [cards[begin:end] for begin, end in itertools.pairwise(ends)]


def in_fewest(total: int, most: int, build: Callable[[int], Sequence[_Part | None]]) -> list[_Part]:
    """What *build* makes of *total* cards in the fewest parts of at most *most* cards that can all be made.

    *build* is given the number of parts, and gives None for one that does not fit; one card always fits.
    """
    fewest = max(1, -(-total // most))
    for count in range(fewest, max(fewest, total) + 1):
        made = [part for part in build(count) if part is not None]
        if len(made) == count:
            return made
    raise AssertionError("one paper always fits into one message")


def span_words(notice: Notice, cards: tuple[Card, ...]) -> str:
    """``Papers 6 to 10 of 12``: which of the notice's papers *cards* are, of which there is one at least."""
    begin = notice.cards.index(cards[0]) + 1
    return f"Papers {begin} to {begin + len(cards) - 1} of {len(notice.cards)}"


def standing_choices(bulletin: Bulletin, notice: Notice | None = None) -> list[Choice]:
    """What can be done about the subscription: what *notice* offers; every message of a follow can stop it."""
    choices = [choice for action in notice.actions for choice in action.choices] if notice else []
    if bulletin.subscription.personal and stopping(bulletin) not in {choice.text for choice in choices}:
        choices.append(Choice(label="Stop it", text=stopping(bulletin), command=""))
    return choices


def stopping(bulletin: Bulletin) -> str:
    """The command that ends the subscription."""
    return f"unsubscribe {bulletin.subscription.short_id}"


def abstracts_title(bulletin: Bulletin) -> str:
    """What the abstracts of the edition stand under."""
    return f"Abstracts · {day_words(bulletin.digest.day)}"
