"""The prompt: one line a command, one answer each; the same at a terminal and through a pipe."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.answers import Form, Offer
from bot.domain.command_text import parse_command
from bot.domain.errors import PaperroundError
from bot.presentation.cards import Notice
from bot.presentation.explain import explain
from bot.presentation.notices import Viewer, present

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.domain.answers import Answer, Saved
    from bot.domain.commands import Caller, Command
    from bot.ports import Clock
    from handlers.terminal.screen import Screen

_LEAVE: Final = frozenset({"quit", "exit", "/quit", "/exit"})
_YES: Final = frozenset({"yes", "y"})
_NO: Final = frozenset({"no", "n", "cancel"})


class Desk(Protocol):
    """What answers."""

    async def answer(self, caller: Caller, command: Command) -> Answer:
        """The answer to *command*; raises `PaperroundError`."""
        ...

    async def confirm(self, caller: Caller, offer: Offer) -> Saved:
        """Save what was offered; raises `PaperroundError`."""
        ...


class Prompt:
    """A conversation at the terminal about what *lines* gives. An offer waits for the next line: yes saves it, anything else does not."""

    def __init__(  # noqa: PLR0913 - who talks to whom, and where
        self,
        desk: Desk,
        caller: Caller,
        screen: Screen,
        *,
        lines: Callable[[], AsyncIterator[str]],
        now: Clock,
        report: Callable[[BaseException, str], None],
        prefix: str = "/papers",
    ) -> None:
        self._desk = desk
        self._caller = caller
        self._screen = screen
        self._lines = lines
        self._now = now
        self._report = report
        self._prefix = prefix
        self._offer: Offer | None = None

    async def run(self) -> int:
        """Answer each line until they end or someone leaves; gives how many were answered."""
        answered = 0
        async for line in self._lines():
            if line.strip().lower() in _LEAVE:
                break
            await self.say(line)
            answered += 1
        return answered

    async def say(self, line: str) -> None:
        """Answer one line; an error becomes an answer too, and is reported if it is not ours."""
        try:
            if not await self._decided(line.strip().lower()):
                self._show(await self._desk.answer(self._caller, parse_command(line)))
        except PaperroundError as error:
            self._screen.show(explain(error))
        except Exception as error:  # noqa: BLE001 - a defect of ours ends one answer, not the conversation
            reference = secrets.token_hex(2).upper()
            self._report(error, reference)
            self._screen.show(explain(error, reference))

    async def _decided(self, word: str) -> bool:
        """Whether *word* was the decision about a waiting offer; another line drops the offer and says so."""
        offer, self._offer = self._offer, None
        if offer is None:
            return False
        if word in _YES:
            self._show(await self._desk.confirm(self._caller, offer))
            return True
        self._screen.show(Notice(headline="Nothing was saved."))
        return word in _NO or not word

    def _show(self, answer: Answer) -> None:
        self._screen.show(present(answer, self._viewer()))
        if isinstance(answer, Offer):
            self._offer = answer
            verb = "change it" if answer.before else "follow" if answer.subscription.personal else "subscribe"
            self._screen.show(Notice(headline=f"Type yes to {verb}; anything else cancels."))
        elif isinstance(answer, Form):
            self._screen.show(Notice(headline="Nothing was saved."))

    def _viewer(self) -> Viewer:
        return Viewer(now=self._now(), zone=self._caller.zone or "UTC", prefix=self._prefix)
