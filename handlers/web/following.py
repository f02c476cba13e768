"""How to get what a page shows without coming back: the ways to follow a filter. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.commands import Clauses, Follow, Subscribe, When
from handlers.web.addresses import FEED, address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.filters import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How a platform called *name* spells a command that is pasted there."""

    name: str
    spell: Callable[[Follow | Subscribe], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to follow: what it is called, what to copy, and what that does. *href* if it is an address."""

    name: str
    does: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What is followed, in words, and the ways to do it."""

    reading: str
    ways: tuple[Way, ...]


def following(filter_: Filter, spellings: Sequence[Spelling], base: str, mail: str = "") -> Following:
    """The ways to follow *filter_*; *base* is where this page is found from outside, *mail* where mail is asked for."""
    feed = base + address(FEED, filter=str(filter_))
    form = address(mail, filter=str(filter_))
    return Following(
        reading=filter_.reading(),
        ways=(
            *(way for spelling in spellings for way in _commands(filter_, spelling)),
            Way(name="Atom feed", does="in any feed reader", text=feed, href=feed),
            *((Way(name="Mail", does="at an hour of yours", text=form, href=form),) if mail else ()),
        ),
    )


def _commands(filter_: Filter, spelling: Spelling) -> tuple[Way, ...]:
    clauses = Clauses() if str(filter_) else Clauses(when=When())  # without any words it would ask for some
    return (
        Way(
            name=spelling.name,
            does="for a channel",
            text=spelling.spell(Subscribe(filter=filter_, clauses=clauses)),
        ),
        Way(
            name=spelling.name,
            does="for yourself",
            text=spelling.spell(Follow(filter=filter_, clauses=clauses)),
        ),
    )
