"""What to tell the person whose command failed; the one place where errors become words."""

from __future__ import annotations

from functools import singledispatch
from typing import Final

from bot.domain.errors import BadFilter, BadText, PaperroundError, SourceError, StoreError
from bot.presentation.cards import Notice, Tone

_AROUND: Final = 40


@singledispatch
def explain(error: BaseException, reference: str = "") -> Notice:
    """What to tell the person whose command raised *error*; never the text of an error that is not ours.

    *reference* is what the log calls it, so that an operator finds it.
    """
    del error
    named = f" (reference {reference})" if reference else ""
    return Notice(
        headline=f"Something broke on our side{named}.",
        lines=("It is logged; please try again.",),
        tone=Tone.ERROR,
    )


@explain.register
def _(error: PaperroundError, reference: str = "") -> Notice:
    del reference
    return Notice(headline=error.message, lines=_lines(error.hint), tone=Tone.WARNING)


@explain.register
def _(error: BadText, reference: str = "") -> Notice:
    del reference
    suggested = (f"Did you mean: {error.suggestion}",) if error.suggestion else ()
    return Notice(
        headline=error.message, lines=(*_pointed(error), *_lines(error.hint), *suggested), tone=Tone.WARNING
    )


@explain.register
def _(error: BadFilter, reference: str = "") -> Notice:
    del reference
    meant = tuple(f"Perhaps: {text}" for text in (error.suggestion, *error.alternatives) if text)
    return Notice(
        headline=error.message, lines=(*_pointed(error), *_lines(error.hint), *meant), tone=Tone.WARNING
    )


@explain.register
def _(error: SourceError, reference: str = "") -> Notice:
    del reference
    return Notice(
        headline="The listings cannot be read just now.",
        lines=_lines(error.message, error.hint, "What I knew before is still here."),
        tone=Tone.WARNING,
    )


@explain.register
def _(error: StoreError, reference: str = "") -> Notice:
    del reference
    return Notice(headline=error.message, lines=_lines(error.hint), tone=Tone.ERROR)


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _pointed(error: BadText) -> tuple[str, ...]:
    """The words around the mistake, with the mistake between pointers."""
    if not error.text or error.start >= len(error.text):
        return ()
    before = error.text[max(0, error.start - _AROUND) : error.start]
    wrong = error.text[error.start : error.end][: 2 * _AROUND]
    after = error.text[error.end : error.end + _AROUND]
    begins, ends = error.start > _AROUND, error.end + _AROUND < len(error.text)
    return (f"{'…' if begins else ''}{before}▸{wrong}◂{after}{'…' if ends else ''}",)
