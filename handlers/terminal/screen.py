"""Where answers are printed: a terminal of 60 to 200 columns, or plain lines into a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from handlers.terminal.render import render, safe

if TYPE_CHECKING:
    from typing import TextIO

    from bot.presentation.cards import Notice

_NARROWEST, _WIDEST = 60, 200
_USUAL: Final = 80
_READABLE: Final = 110
"""Lines longer than this are hard to read; a wider window gets margins instead."""


class Screen:
    """Prints notices. Colour and links only on a terminal, no colour if ``NO_COLOR`` is set.

    *file* is standard output if not given. *terminal* says whether it is a terminal, where it cannot be asked.
    """

    def __init__(
        self, *, file: TextIO | None = None, width: int | None = None, terminal: bool | None = None
    ) -> None:
        self._console = Console(
            file=file, width=width, force_terminal=terminal, highlight=False, markup=False, emoji=False
        )
        if self._console.width <= 0:  # COLUMNS=0, as some shells say when they do not know
            self._console.width = _USUAL

    @property
    def width(self) -> int:
        """How many columns are used: what the window has, at least 60, at most what reads well."""
        have = min(max(self._console.width, _NARROWEST), _WIDEST)
        return min(have, _READABLE)

    def title(self, text: str) -> None:
        """Print *text* as what stands above the next notice."""
        self._console.print(Text(safe(text), style="bold dim"))

    def show(self, notice: Notice) -> None:
        """Print *notice*, and a blank line after it."""
        for line in render(notice, self.width):
            self._console.print(line, soft_wrap=True)
        self._console.print()
