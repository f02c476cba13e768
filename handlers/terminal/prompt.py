"""The prompt: one line a command, one answer each; the same at a terminal and through a pipe."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.answers import Forgetting, Form, Offer
from bot.domain.command_text import PREFIX, parse_command
from bot.domain.errors import PaperroundError
from bot.presentation.cards import Notice
from bot.presentation.commands import COMMANDS
from bot.presentation.explain import explain
from bot.presentation.notices import Viewer, present
from bot.presentation.viewing import typed_after
from handlers.terminal.known import Known

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.domain.answers import Answer, Forgotten, Saved
    from bot.domain.commands import Caller, Command
    from bot.ports import Clock
    from handlers.terminal.screen import Screen

_LEAVE: Final = frozenset({"quit", "exit", "/quit", "/exit"})
_NAMES: Final = frozenset(name for command in COMMANDS for name in (command.name, *command.aliases))
_YES: Final = frozenset({"yes", "y"})
_NO: Final = frozenset({"no", "n", "cancel"})
_NOT_SAVED: Final = Notice(headline="Nothing was saved.")
_NOT_DELETED: Final = Notice(headline="Nothing was deleted.")


class Desk(Protocol):
    """What answers."""

    async def answer(self, caller: Caller, command: Command) -> Answer:
        """The answer to *command*; raises `PaperroundError`."""
        ...

    async def confirm(self, caller: Caller, offer: Offer) -> Saved:
        """Save what was offered; raises `PaperroundError`."""
        ...

    async def forget(self, caller: Caller, asked: Forgetting) -> Forgotten:
        """Delete what was asked about; raises `PaperroundError`."""
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
        known: Known | None = None,
        asks: bool = False,
        prefix: str = PREFIX,
        credit: str = "Hugging Face",
    ) -> None:
        self._desk = desk
        self._caller = caller
        self._screen = screen
        self._lines = lines
        self._now = now
        self._report = report
        self._known = known or Known()
        self._asks = asks
        self._spell = typed_after(prefix)
        self._credit = credit
        self._offer: Offer | Forgetting | None = None
        self._form: Form | None = None

    async def run(self) -> int:
        """Answer each line until they end or someone leaves; gives how many came.

        A blank line asks for nothing where lines are piped in; what waits for a decision at the end is not saved.
        """
        came = 0
        async for line in self._lines():
            came += 1
            if _word(line) in _LEAVE:
                break
            if line.strip() or self._asks or self._offer:
                await self.say(line)
        if self._offer is not None:
            self._screen.show(_left(self._offer))
        return came

    async def say(self, line: str) -> None:
        """Answer one line; an error becomes an answer too, and is reported if it is not ours."""
        try:
            if not await self._decided(_word(line)):
                await self._answer(line)
        except PaperroundError as error:
            self._screen.show(explain(error, spell=self._spell))
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
            self._show(await self._confirmed(offer))
            return True
        self._screen.show(_left(offer))
        return word in _NO or not word

    async def _confirmed(self, offer: Offer | Forgetting) -> Answer:
        if isinstance(offer, Forgetting):
            return await self._desk.forget(self._caller, offer)
        return await self._desk.confirm(self._caller, offer)

    async def _answer(self, line: str) -> None:
        form, self._form = self._form, None
        if form is not None and not line.strip():
            self._screen.show(_NOT_SAVED)
        elif form is None and _word(line) in _YES | _NO:
            self._screen.show(Notice(headline="Nothing waits for a yes or a no."))
        else:
            text = line if form is None else _filled(form, line)
            self._show(await self._desk.answer(self._caller, parse_command(text)))

    def _show(self, answer: Answer) -> None:
        self._known.note(answer)
        self._screen.show(present(answer, self._viewer()))
        if isinstance(answer, Offer | Forgetting):
            self._offer = answer
            self._screen.show(Notice(headline=f"Type yes to {_verb(answer)}; anything else cancels."))
        elif isinstance(answer, Form) and self._asks:
            self._form = answer
            self._screen.show(Notice(headline="Type the words, or a whole command; an empty line cancels."))

    def _viewer(self) -> Viewer:
        zone = self._caller.zone or "UTC"
        return Viewer(now=self._now(), zone=zone, spell=self._spell, credit=self._credit)


def _verb(offer: Offer | Forgetting) -> str:
    if isinstance(offer, Forgetting):
        return "delete it"
    return "change it" if offer.before else "follow" if offer.subscription.personal else "subscribe"


def _left(offer: Offer | Forgetting) -> Notice:
    """What to say of an offer that was not taken."""
    return _NOT_DELETED if isinstance(offer, Forgetting) else _NOT_SAVED


def _word(line: str) -> str:
    """*line* as one lower-case word, without what a command begins with."""
    return line.strip().lower().removeprefix(PREFIX).strip()


def _filled(form: Form, words: str) -> str:
    """The command that *form* and the *words* typed into it make; a whole command stands for itself."""
    first = words.split(maxsplit=1)[0].lower()
    if first == PREFIX or first in _NAMES:
        return words
    if form.editing is not None:
        return f"edit {form.editing.short_id} {words}"
    return f"{type(form.command).__name__.lower()} {words}"
