"""The terminal side of a process."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from bot.app.rooms import Paperround, utc_now
from bot.domain.command_text import PREFIX
from bot.domain.commands import Caller
from bot.domain.subscriptions import Destination, Platform
from bot.domain.zones import find_zone
from bot.presentation.notices import Viewer, present
from bot.watching import report
from handlers.terminal.known import Known
from handlers.terminal.lines import lines
from handlers.terminal.messenger import TerminalMessenger
from handlers.terminal.prompt import Prompt
from handlers.terminal.screen import Screen

if TYPE_CHECKING:
    from bot.domain.answers import Answer
    from bot.presentation.cards import Notice
    from bot.settings import Settings


LOCAL = "local"
"""The workspace of the terminal."""


def terminal_messenger(*, credit: str = "Hugging Face") -> TerminalMessenger:
    """What prints digests at this terminal. *credit* as in `Viewer`."""
    return TerminalMessenger(Screen(), prefix=PREFIX, credit=credit)


def terminal(settings: Settings, rooms: Paperround, *, credit: str = "Hugging Face") -> Prompt:
    """A conversation at this terminal; whoever sits here manages everything. *credit* as in `Viewer`."""
    known = Known()
    return Prompt(
        rooms.desk,
        local_caller(settings),
        Screen(),
        lines=lambda: lines(settings.data_dir / "history", known),
        now=rooms.now,
        report=report,
        known=known,
        asks=sys.stdin.isatty(),
        credit=credit,
    )


def print_notice(notice: Notice) -> None:
    """Print *notice* at this terminal."""
    Screen().show(notice)


def show(answer: Answer, settings: Settings, *, credit: str = "Hugging Face") -> None:
    """Print *answer* at this terminal. *credit* as in `Viewer`."""
    zone = local_caller(settings).zone or "UTC"
    viewer = Viewer(now=utc_now(), zone=zone, types=False, credit=credit)
    print_notice(present(answer, viewer))


def local_caller(settings: Settings) -> Caller:
    """Who sits at this terminal."""
    name = getpass.getuser()
    here = Destination(platform=Platform.TERMINAL, workspace=LOCAL, channel="terminal")
    return Caller(person=name, name=name, here=here, manages=True, zone=settings.zone or _machine_zone())


def _machine_zone() -> str:
    """The zone this machine is set to, or nothing if it does not say; plain UTC says nothing about a person."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    zone = find_zone(named or linked) if named or linked else None
    return "" if zone in (None, "UTC", "Etc/UTC") else str(zone)
