"""The words of what is deleted for good, and of what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.commands import Whose
from bot.presentation.cards import Notice, Tone
from bot.presentation.offers import subscription_words
from bot.presentation.phrases import counted, listed_words

if TYPE_CHECKING:
    from bot.domain.answers import Forgetting, Forgotten, Restored
    from bot.presentation.viewing import Viewer

_NO_WAY_BACK = "There is no way back."


def forgetting_notice(asked: Forgetting, viewer: Viewer) -> Notice:
    """What would be deleted; who reads it must still say so."""
    mine = asked.whose is Whose.ME
    headline = "Delete everything about you?" if mine else "Delete everything that was set up here?"
    lines = _own_lines(asked) if mine else _workspace_lines(asked)
    return Notice(
        headline=headline,
        lines=(*lines, _NO_WAY_BACK),
        actions=() if mine else viewer.offer("Only what is yours", "forget me"),
        tone=Tone.WARNING,
    )


def _own_lines(asked: Forgetting) -> tuple[str, ...]:
    things, made = _things(asked.follows, asked.saved), asked.subscriptions
    records = "the records of what was delivered to you"
    goes = (
        f"Gone will be {things}, and {records}." if things else f"You follow and saved nothing; {records} go."
    )
    stay = "channels stay there and no longer say" if made > 1 else "a channel stays there and no longer says"
    return (goes, f"{counted(made, 'subscription')} that you made for {stay} by whom.") if made else (goes,)


def _workspace_lines(asked: Forgetting) -> tuple[str, ...]:
    here = f"{counted(asked.subscriptions, 'subscription')} in {counted(asked.channels, 'channel')}"
    kept = "the settings and the records of what was delivered"
    goes = f"Gone will be {here}, {kept}." if asked.subscriptions else f"Nothing is subscribed; {kept} go."
    return goes, "What people follow and saved stays theirs."


def forgotten_notice(gone: Forgotten) -> Notice:
    """What was deleted."""
    if gone.whose is Whose.WORKSPACE:
        told = f"{counted(gone.subscriptions, 'subscription')} went." if gone.subscriptions else ""
        headline = "Everything that was set up here is deleted."
    else:
        things = _things(gone.follows, gone.saved)
        told = f"{things} went." if things else ""
        headline = "Everything about you is deleted."
    return Notice(headline=headline, lines=(told,) if told else (), tone=Tone.GOOD)


def _things(follows: int, saved: int) -> str:
    counts = ((follows, "follow"), (saved, "saved paper"))
    return listed_words([counted(number, noun) for number, noun in counts if number])


def restored_notice(answer: Restored, viewer: Viewer) -> Notice:
    """What runs again."""
    if not answer.subscriptions:
        return Notice(
            headline="There is nothing to restore.", actions=viewer.offer("What is here", "subscriptions")
        )
    return Notice(
        headline=f"{counted(len(answer.subscriptions), 'subscription')} restored.",
        lines=tuple(f"{one.short_id}: {subscription_words(one)}" for one in answer.subscriptions),
        actions=viewer.offer("Look at them", "subscriptions"),
        tone=Tone.GOOD,
    )
