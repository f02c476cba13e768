"""The ids that answers have shown, so that the prompt can complete them."""

from __future__ import annotations

from functools import singledispatchmethod

from bot.domain import answers


class Known:
    """Remembers the ids of subscriptions and papers, in the order in which they were first shown."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, None] = {}
        self._papers: dict[str, None] = {}

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """Short ids of subscriptions."""
        return tuple(self._subscriptions)

    @property
    def papers(self) -> tuple[str, ...]:
        """Ids of papers."""
        return tuple(self._papers)

    @singledispatchmethod
    def note(self, answer: object) -> None:
        """Take in what *answer* shows; most answers show no ids."""

    @note.register
    def _(self, answer: answers.Saved) -> None:
        self._subscriptions[answer.subscription.short_id] = None

    @note.register
    def _(self, answer: answers.Removed) -> None:
        self._subscriptions.pop(answer.subscription.short_id, None)

    @note.register
    def _(self, answer: answers.SubscriptionList) -> None:
        for held in (*answer.subscriptions, *answer.follows):
            self._subscriptions[held.subscription.short_id] = None

    @note.register
    def _(self, answer: answers.Found) -> None:
        self._papers.update((match.entry.paper.id, None) for match in answer.matches)

    @note.register(answers.DayAnswer)
    @note.register(answers.Previewed)
    @note.register(answers.Delivered)
    def _(self, answer: answers.DayAnswer | answers.Previewed | answers.Delivered) -> None:
        self._papers.update((pick.entry.paper.id, None) for pick in answer.digest.picks)

    @note.register
    def _(self, answer: answers.Bookmarks) -> None:
        self._papers.update((entry.paper.id, None) for entry in answer.entries)
