"""What to tell the person whose command failed; the one place where errors become words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import singledispatch
from typing import Final

from bot.domain.command_text import PREFIX, parse_command
from bot.domain.errors import BadFilter, BadText, PaperroundError, SourceError, StoreError, UserError
from bot.presentation.cards import Action, Choice, Notice, Tone
from bot.presentation.fitting import fit

_AROUND: Final = 40
_MOST_LABEL: Final = 45
"""Of a button: what a phone shows of it on one line."""
_COMMAND: Final = re.compile(rf"`{PREFIX}(?: (?P<text>[^`]*))?`")
"""A command in a hint: see `bot.domain.errors`."""


_OUT_OF_REACH: Final = Notice(
    headline="I cannot reach what I know just now.",
    lines=("Try again in a minute. Whoever runs Paperround finds the reason in its log.",),
    tone=Tone.ERROR,
)


def explain_to_guests(error: PaperroundError, spell: Callable[[str], str] = str) -> Notice:
    """As `explain`, for people who do not run Paperround: not where its store is, and what only its operator can do."""
    return _OUT_OF_REACH if isinstance(error, StoreError) else explain(error, spell=spell)


@singledispatch
def explain(error: BaseException, reference: str = "", spell: Callable[[str], str] = str) -> Notice:
    """What to tell the person whose command raised *error*; never the text of an error that is not ours.

    *reference* is what the log calls it, so that an operator finds it. *spell* is how a command is typed on the
    person's platform, so that what is suggested can be pasted.
    """
    del error, spell
    named = f" (reference {reference})" if reference else ""
    return Notice(
        headline=f"Something broke on our side{named}.",
        lines=("It is logged; please try again.",),
        tone=Tone.ERROR,
    )


@explain.register
def _(error: PaperroundError, reference: str = "", spell: Callable[[str], str] = str) -> Notice:
    del reference
    return Notice(
        headline=error.message,
        lines=_lines(hint_words(error, spell)),
        actions=tuple(
            Action(words=label, choices=(Choice(label=label, text=text, command=spell(text)),))
            for label, text in error.remedies
        ),
        tone=Tone.WARNING,
    )


@explain.register
def _(error: BadText, reference: str = "", spell: Callable[[str], str] = str) -> Notice:
    del reference
    return _mended(error, (error.suggestion,), spell)


@explain.register
def _(error: BadFilter, reference: str = "", spell: Callable[[str], str] = str) -> Notice:
    del reference
    return _mended(error, (error.suggestion, *error.alternatives), spell)


@explain.register
def _(error: SourceError, reference: str = "", spell: Callable[[str], str] = str) -> Notice:
    del reference, spell
    return Notice(
        headline="The listings cannot be read just now.",
        lines=_lines(error.message, error.hint, "What I knew before is still here."),
        tone=Tone.WARNING,
    )


@explain.register
def _(error: StoreError, reference: str = "", spell: Callable[[str], str] = str) -> Notice:
    del reference, spell
    return Notice(headline=error.message, lines=_lines(error.hint), tone=Tone.ERROR)


def _mended(error: BadText, suggestions: tuple[str, ...], spell: Callable[[str], str]) -> Notice:
    return Notice(
        headline=error.message,
        lines=_lines(_pointed(error), hint_words(error, spell)),
        actions=tuple(
            Action(
                words="Type",
                choices=(Choice(label=_label(error, text, spell), text=text, command=spell(text)),),
            )
            for text in dict.fromkeys(suggestions)
            if text
        ),
        tone=Tone.WARNING,
    )


def _label(error: BadText, text: str, spell: Callable[[str], str]) -> str:
    """What a button for the correction *text* says: of a filter what is new, which is the filter; else all of it."""
    if not isinstance(error, BadFilter):
        return spell(text)
    try:
        command = parse_command(text)
    except UserError:
        return spell(text)
    mended = next(filter(None, (getattr(command, name, None) for name in ("filter", "add", "drop"))), None)
    return fit(f"Try: {mended}", _MOST_LABEL) if mended else spell(text)


def hint_words(error: PaperroundError, spell: Callable[[str], str]) -> str:
    """What to do about *error*, its commands as they are typed."""
    return _COMMAND.sub(lambda found: spell(found["text"] or "") or found["text"], error.hint)


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _pointed(error: BadText) -> str:
    """The words around the mistake, with the mistake between pointers; empty without a place to point at."""
    if not error.text or error.start >= len(error.text):
        return ""
    before = error.text[max(0, error.start - _AROUND) : error.start]
    wrong = error.text[error.start : error.end][: 2 * _AROUND]
    after = error.text[error.end : error.end + _AROUND]
    begins, ends = error.start > _AROUND, error.end + _AROUND < len(error.text)
    return f"{'…' if begins else ''}{before}▸{wrong}◂{after}{'…' if ends else ''}"
