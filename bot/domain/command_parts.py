"""What follows the verb of a command: filters, references to papers, clauses and changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.clauses import check_clauses, part
from bot.domain.commands import Clauses, Edit, Follow, Subscribe
from bot.domain.errors import BadCommand, BadFilter
from bot.domain.filter_text import parse_filter
from bot.domain.filters import Filter
from bot.domain.near_misses import check_near_misses, no_clauses
from bot.domain.papers import find_paper_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.words import Word

CHANGES: Final = ("add", "drop")
_SHORT_ID: Final = re.compile(r"(?=.*\d)[0-9a-hjkmnp-tv-z]{4}", re.ASCII)
_LABELLED_LINK: Final = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_QUOTED: Final = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Said:
    """The normalised *text* of a whole command, its *verb* as typed, and where the verb and what follows it begin."""

    text: str
    verb: str
    verb_start: int
    start: int

    @property
    def rest(self) -> str:
        """All that follows the verb."""
        return self.text[self.start :]

    def bad(self, message: str, hint: str, suggestion: str = "") -> BadCommand:
        """An error about all that follows the verb."""
        return BadCommand(
            message, hint=hint, text=self.text, start=self.start, end=len(self.text), suggestion=suggestion
        )

    def instead(self, verb: str) -> str:
        """The same text with another verb."""
        return f"{self.text[: self.verb_start]}{verb} {self.rest}".strip()


def is_short_id(text: str) -> bool:
    """Whether *text* has the shape of a subscription's short id; new ones must have it."""
    return _SHORT_ID.fullmatch(text.casefold()) is not None


def read_filter(text: str, start: int, end: int) -> Filter:
    """The filter in *text* between *start* and *end*; errors name places in *text* and correct the whole of it."""
    try:
        return parse_filter(text[start:end])
    except BadFilter as error:
        lead = start + len(text[start:end]) - len(text[start:end].lstrip())

        def whole(mended: str) -> str:
            return text[:lead] + mended + (" " + text[end:].lstrip() if text[end:].strip() else "")

        moved = BadFilter(
            error.message,
            hint=error.hint,
            text=text,
            start=lead + error.start,
            end=lead + error.end,
            suggestion=whole(error.suggestion) if error.suggestion else "",
        )
        moved.alternatives = tuple(whole(alternative) for alternative in error.alternatives)
        raise moved from None


def last_filter(said: Said, length: int) -> Filter | None:
    """The filter in the last *length* characters of what is *said*; None if it wants every paper."""
    end = len(said.text)
    return _unless_empty(read_filter(said.text, end - length, end))


def _unless_empty(filter_: Filter) -> Filter | None:
    return None if filter_ == Filter() else filter_


def read_reference(said: Said, text: str) -> str:
    """The paper that *text* names: its id where it is an id or a link, else a title; quotes around it go."""
    if not text:
        raise said.bad(
            "Which paper?", f"Give its id, a link or its title, for example: `/papers {said.verb} 2511.01234`"
        )
    quoted = _QUOTED.fullmatch(text)
    bare = bare_link(quoted[1] if quoted else text)
    return find_paper_id(bare) or bare


def bare_link(text: str) -> str:
    """*text* with links as Slack writes them (``<https://…|label>``) made plain."""
    return _LABELLED_LINK.sub(r"\1", text)


def without_bibtex(text: str) -> tuple[str, bool]:
    """*text* without the word ``bibtex`` at its end, and whether it was there."""
    head, _, last = text.rpartition(" ")
    return (head.rstrip(), True) if last.casefold() == "bibtex" and head.strip() else (text, False)


def read_subscribe(kind: Callable[..., Subscribe | Follow], said: Said) -> Subscribe | Follow:
    """A subscribe or follow: filter and clauses; with nothing after the verb the form is asked for."""
    if not said.rest:
        return kind(filter=None, clauses=Clauses())
    clauses, words = _clauses(said, said.start)
    if kind is Follow and clauses.channel:
        raise said.bad(
            "A follow comes to you alone.", "To bring it to a channel, subscribe.", said.instead("subscribe")
        )
    if kind is not Follow and clauses.by_mail:
        raise said.bad(
            "Mail comes to one person, not to a channel.",
            "To get it yourself, follow.",
            said.instead("follow"),
        )
    return kind(filter=_filter_of(said, words), clauses=clauses)


def _clauses(said: Said, start: int) -> tuple[Clauses, Sequence[Word]]:
    """The clauses in what is *said* from *start* on, and the words of the filter before them."""
    parted = part(said.text, start)
    if parted.clauses is None:
        raise no_clauses(said.text, parted.tail)
    check_clauses(said.text, parted)
    if not parted.bordered:
        check_near_misses(said.text, parted.filter_words)
    return parted.clauses, parted.filter_words


def _filter_of(said: Said, words: Sequence[Word]) -> Filter:
    return read_filter(said.text, words[0].start, words[-1].end) if words else Filter()


def read_edit(said: Said) -> Edit:
    """An edit: ``[ID] [filter | add … | drop …] [clauses]``."""
    first, _, rest = said.rest.partition(" ")
    short_id = first.casefold() if is_short_id(first) else ""
    start = len(said.text) - len(rest.lstrip()) if short_id else said.start
    clauses, words = _clauses(said, start)
    if not words or words[0].lower not in CHANGES:
        return Edit(short_id=short_id, filter=_unless_empty(_filter_of(said, words)), clauses=clauses)
    changes = _changes(said, words)
    return Edit(short_id=short_id, add=changes.get("add"), drop=changes.get("drop"), clauses=clauses)


def _changes(said: Said, words: Sequence[Word]) -> dict[str, Filter]:
    """What ``add …`` and ``drop …`` are followed by."""
    places = [place for place, word in enumerate(words) if word.lower in CHANGES]
    changes: dict[str, Filter] = {}
    for place, end in zip(places, [*places[1:], len(words)], strict=True):
        name = words[place].lower
        change = _unless_empty(_filter_of(said, words[place + 1 : end]))
        if change is None or name in changes:
            raise said.bad(
                f"{name} needs one filter after it.", f"For example: `/papers edit 7f3k {name} robotics`"
            )
        changes[name] = change
    return changes
