"""What a button stands for, and the short text that says so: it works after a restart, for nothing is remembered.

    p1:more:7f3k:2511.01234        version, kind, fields; what was typed stands last

Each platform keeps as many signs with a button as it likes. A command too long for that is named by a key; who
renders it keeps its text for a while (`kept_text`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import singledispatch
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.papers import PaperId

PATTERN: Final = re.compile(r"p(?P<version>\d+):(?P<kind>[a-z]+):(?P<fields>.*)", re.ASCII | re.DOTALL)
"""Every such text of ours, of whatever version."""

_VERSION: Final = "1"
_KEY_MARK: Final = "="
_KEY_SIGNS: Final = 24
_OFFERED: Final = re.compile(r"[0-9a-z]*", re.ASCII)


class Step(StrEnum):
    """What is done with an offer."""

    OK = "ok"
    CHANGE = "change"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """Tell more of *paper*; *short_id* is the subscription that brought it, empty if none did."""

    paper: PaperId
    short_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Do the command *text*; where it was too long, *text* is empty and *key* names it."""

    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manage:
    """Show what can be done with the subscription *short_id*."""

    short_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Save, change or drop what waits under *key*."""

    key: str
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Show the channel what the command *text* answers; *key* as in `Run`."""

    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Show page *number*, from 1, of what the command *text* answers; *key* as in `Run`."""

    number: int
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """The form of the command *text* was filled in; *key* as in `Run`.

    *of* is the key of the offer (`Draft`) or of the fault (`Again`) that it was opened to change, empty for none.
    """

    text: str = ""
    key: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Open a form again as it was filled in, which is kept under *key*."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone was chosen from a menu for the command *text*; *key* as in `Run`."""

    text: str = ""
    key: str = ""


Button = More | Run | Manage | Draft | Share | Page | Fill | Again | Zone
_SHORT: Final = (More, Manage, Draft, Again)
"""Whatever they say fits everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A text of another version, or one that cannot be read: *custom_id* as it came."""

    custom_id: str


def encode(button: Button, most: int) -> str:
    """The text of *button*: 1 to *most* signs (100 or more), the same for equal buttons.

    Ids of papers and subscriptions are short; a command that is not is named by its key.
    """
    whole = f"p{_VERSION}:{kind_of(button)}:{_fields(button)}"
    if len(whole) <= most or isinstance(button, _SHORT):
        return whole
    return encode(replace(button, text="", key=key_of(button.text)), most)


def kind_of(button: Button) -> str:
    """The name of its kind: ``more``, ``run``, …"""
    return _KINDS[type(button)]


def decode(custom_id: str) -> Button | Outdated:
    """The button whose `encode` is *custom_id*, of a long command with its key alone."""
    found = PATTERN.fullmatch(custom_id)
    read = _READERS.get(found["kind"]) if found and found["version"] == _VERSION else None
    button = read(found["fields"]) if found and read else None
    return button if button is not None else Outdated(custom_id=custom_id)


def key_of(text: str) -> str:
    """What names the command *text* where it is too long: 24 signs, the same whenever it is asked."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:_KEY_SIGNS]


def kept_text(button: Button, most: int) -> dict[str, str]:
    """What must be kept for *button* to work: the text of its command by its key; empty if *most* signs say it all."""
    if isinstance(button, _SHORT):
        return {}
    key = key_of(button.text)
    return {key: button.text} if button.text and encode(button, most).endswith(f"{_KEY_MARK}{key}") else {}


@singledispatch
def _fields(button: object) -> str:
    raise NotImplementedError(type(button).__name__)


@_fields.register
def _(button: More) -> str:
    return f"{button.short_id}:{button.paper}"


@_fields.register
def _(button: Manage) -> str:
    return button.short_id


@_fields.register
def _(button: Draft) -> str:
    return f"{button.step}:{button.key}"


@_fields.register
def _(button: Again) -> str:
    return button.key


@_fields.register
def _(button: Fill) -> str:
    return f"{button.of}{_said(button)}"


@_fields.register(Run)
@_fields.register(Share)
@_fields.register(Zone)
def _said(button: Run | Share | Zone | Fill) -> str:
    return f"{_KEY_MARK}{button.key}" if button.key else f"!{button.text}"


@_fields.register
def _(button: Page) -> str:
    wanted = f"{_KEY_MARK}{button.key}" if button.key else f"!{button.text}"
    return f"{button.number}:{wanted}"


def _more(fields: str) -> Button | None:
    short_id, colon, paper = fields.partition(":")
    return More(paper=paper, short_id=short_id) if colon and paper else None


def _manage(fields: str) -> Button | None:
    return Manage(short_id=fields) if fields else None


def _draft(fields: str) -> Button | None:
    step, _, key = fields.partition(":")
    return Draft(key=key, step=Step(step)) if key and step in tuple(Step) else None


def _again(fields: str) -> Button | None:
    return Again(key=fields) if fields else None


def _fill(fields: str) -> Button | None:
    of = _OFFERED.match(fields)
    wanted = _wanted(fields[of.end() :]) if of else None
    return Fill(text=wanted[0], key=wanted[1], of=of[0]) if of and wanted else None


def _wanted(fields: str) -> tuple[str, str] | None:
    """The text and the key in *fields*, one of them empty."""
    mark, rest = fields[:1], fields[1:]
    if mark == _KEY_MARK and rest:
        return "", rest
    return (rest, "") if mark == "!" else None


def _commanded(kind: Callable[..., Button]) -> Callable[[str], Button | None]:
    def read(fields: str) -> Button | None:
        wanted = _wanted(fields)
        return kind(text=wanted[0], key=wanted[1]) if wanted else None

    return read


def _page(fields: str) -> Button | None:
    number, _, rest = fields.partition(":")
    wanted = _wanted(rest)
    if wanted is None or not (number.isascii() and number.isdecimal()):
        return None
    return Page(number=int(number[:9]), text=wanted[0], key=wanted[1])


_KINDS: Final[dict[type[Button], str]] = {
    More: "more",
    Run: "run",
    Manage: "manage",
    Draft: "draft",
    Share: "share",
    Page: "page",
    Fill: "fill",
    Again: "again",
    Zone: "zone",
}
_READERS: Final[dict[str, Callable[[str], Button | None]]] = {
    "more": _more,
    "run": _commanded(Run),
    "manage": _manage,
    "draft": _draft,
    "share": _commanded(Share),
    "page": _page,
    "fill": _fill,
    "again": _again,
    "zone": _commanded(Zone),
}
