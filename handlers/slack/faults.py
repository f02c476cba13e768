"""At which field of a form a fault is told: where somebody can mend it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.errors import NotAllowed, UserError
from bot.presentation.explain import hint_words
from bot.presentation.fields import read_hours, read_zone
from bot.presentation.forms import AT, CHANNEL, FILTER, ZONE
from bot.presentation.viewing import TYPED

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.errors import PaperroundError
    from handlers.slack.modals import Filled

_ROOM: Final = re.compile(r"#[CG][A-Z0-9]{8,30}(?!\w)", re.ASCII)
"""A channel by its id: what is told at a field is plain text, in which Slack shows no names for ids."""


def at_fault(form: Filled, error: PaperroundError, spell: Callable[[str], str] = TYPED) -> dict[str, str]:
    """What is to be said of *error* at one of the fields of *form*, by its name; *spell* as in `explain`."""
    told = " ".join(part for part in (error.message, hint_words(error, spell)) if part)
    words = _ROOM.sub("that channel", told)
    return {_field(form, error): f"{words[:1].upper()}{words[1:]}"}


def _field(form: Filled, error: PaperroundError) -> str:
    if isinstance(error, NotAllowed) and CHANNEL in form.fields:
        return CHANNEL
    if not _reads(read_zone, form.fields.get(ZONE, "")):
        return ZONE
    if not _reads(read_hours, form.fields.get(AT, "")):
        return AT
    return FILTER


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except UserError:
        return False
    return True
