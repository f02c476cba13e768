"""Commands as text: what is typed at the prompt, after a Slack command, or into a terminal's pipe.

    [/papers] VERB [what it needs] [clauses]        see docs/commands.md

A short id is four of ``0-9a-hjkmnp-tv-z`` with at least one digit (`is_short_id`), so that no plain word is one; in
quotes such a word is a keyword.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from bot.domain.clauses import clauses_text
from bot.domain.command_parts import (
    CHANGES,
    Said,
    bare_link,
    is_short_id,
    last_filter,
    read_edit,
    read_reference,
    read_subscribe,
    without_bibtex,
)
from bot.domain.commands import (
    ChangeSettings,
    Command,
    Day,
    Edit,
    Explain,
    Follow,
    Forget,
    Help,
    Pause,
    Preview,
    Restore,
    Resume,
    Save,
    Saved,
    Search,
    Send,
    Show,
    Start,
    Subscribe,
    Subscriptions,
    Today,
    Trending,
    Unsave,
    Unsubscribe,
    Whose,
)
from bot.domain.dates import split_day
from bot.domain.errors import BadCommand, BadText, UserError
from bot.domain.filter_text import normalise
from bot.domain.filters import Filter
from bot.domain.papers import find_paper_id
from bot.domain.slips import alike
from bot.domain.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX: Final = "/papers"
_PREFIXED: Final = re.compile(rf"{PREFIX}(?:\s+|$)", re.IGNORECASE)
_TOPICS: Final = {
    "filters": "filters",
    "filter": "filters",
    "times": "times",
    "time": "times",
    "zones": "times",
}
_WHOSE: Final = {
    "me": Whose.ME,
    "workspace": Whose.WORKSPACE,
    "this workspace": Whose.WORKSPACE,
    "server": Whose.WORKSPACE,
    "everything here": Whose.WORKSPACE,
}
_SHORTEST_MISSPELT: Final = 4


def parse_command(text: str) -> Command:
    """The command that *text* is, with or without ``/papers`` before it.

    A paper's id or link alone is `Show`, nothing at all is `Start`, other text is a `Search`. Raises `BadCommand`
    or `BadFilter` with the place in ``normalise(text)`` and, where it can be guessed, the whole text corrected,
    which is a command.
    """
    try:
        return _parsed(text)
    except BadText as error:
        error.suggestion = _readable(error.suggestion)
        raise


def _readable(suggestion: str) -> str:
    """*suggestion* with a second mistake corrected too; empty if that does not lead to a command."""
    for _ in range(2):
        try:
            _parsed(suggestion)
        except BadText as error:
            suggestion = error.suggestion
        except UserError:
            return ""
        else:
            return suggestion
    return ""


def _parsed(text: str) -> Command:
    plain = normalise(text)
    prefixed = _PREFIXED.match(plain)
    begin = prefixed.end() if prefixed else 0
    verb, _, rest = plain[begin:].partition(" ")
    if not verb:
        return Start()
    said = Said(text=plain, verb=verb, verb_start=begin, start=len(plain) - len(rest.lstrip()))
    read = _READERS.get(verb.casefold())
    return read(said) if read else _other(said, plain[begin:])


def _other(said: Said, whole: str) -> Command:
    shown = _show_if_paper(whole)
    if shown is not None:
        return shown
    verb = said.verb.casefold()
    names = [name for name in _READERS if len(name) >= _SHORTEST_MISSPELT and name[0] == verb[0]]
    meant = alike(verb, names) if len(verb) <= len("unsubscribe") + 2 else None
    if meant is None:
        return Search(text=whole)
    raise BadCommand(
        f"There is no command “{said.verb}”.",
        hint=f"Did you mean {meant}? To look for it: `{PREFIX} search {whole}`",
        text=said.text,
        start=said.verb_start,
        end=said.verb_start + len(said.verb),
        suggestion=said.instead(meant),
    )


def _show_if_paper(text: str) -> Show | None:
    reference, bibtex = without_bibtex(text)
    paper_id = find_paper_id(bare_link(reference))
    return Show(reference=paper_id, bibtex=bibtex) if paper_id else None


def _filter_of(said: Said) -> Filter | None:
    return last_filter(said, len(said.rest))


def _day(said: Said) -> Command:
    when, border, wanted = (text.strip() for text in said.rest.partition("|"))
    if not border:
        when, wanted = split_day(said.rest)
    if not when:
        raise said.bad("Which day?", f"For example: `{PREFIX} day yesterday`, `{PREFIX} day 2025-10-16`")
    return Day(when=when, filter=last_filter(said, len(wanted)))


def _search(said: Said) -> Command:
    if not said.rest:
        raise said.bad("Search for what?", f"For example: `{PREFIX} search world models`")
    return Search(text=said.rest)


def _show(said: Said) -> Command:
    text, bibtex = without_bibtex(said.rest)
    return Show(reference=read_reference(said, text), bibtex=bibtex)


def _save(said: Said) -> Command:
    first, _, rest = said.rest.partition(" ")
    if first.casefold() == "remove":
        return Unsave(reference=read_reference(said, rest.strip()))
    return Save(reference=read_reference(said, said.rest))


def _saved(said: Said) -> Command:
    bibtex = said.rest.casefold() == "bibtex"
    if said.rest and not bibtex:
        raise said.bad(
            f"“{said.rest}” cannot follow saved.",
            f"Say `{PREFIX} saved`, or `{PREFIX} saved bibtex`.",
            said.instead("search"),
        )
    return Saved(bibtex=bibtex)


def _with_id(kind: Callable[..., Command], said: Said) -> Command:
    typed = said.rest.casefold()
    if kind is Send:
        typed = typed.removeprefix("now").strip()
    if typed and not is_short_id(typed):
        raise said.bad(
            f"“{said.rest}” is not the id of a subscription.",
            f"Ids look like 7f3k; `{PREFIX} subscriptions` lists them.",
            said.instead(f"search {said.verb}"),
        )
    return kind(short_id=typed)


def _settings(said: Said) -> Command:
    name, _, value = said.rest.partition(" ")
    return ChangeSettings(name=name, value=value.strip())


def _forget(said: Said) -> Command:
    whose = _WHOSE.get(said.rest.casefold())
    if whose is None:
        about = f"“{said.rest}” cannot be forgotten." if said.rest else "Forget what?"
        meant = said.instead("search forget") if said.rest else ""
        raise said.bad(about, f"Say `{PREFIX} forget me`, or `{PREFIX} forget workspace`.", meant)
    return Forget(what=whose)


def _alone(kind: Callable[[], Command], said: Said) -> Command:
    if said.rest:
        raise said.bad(
            f"Nothing follows {said.verb}.",
            f"Say `{PREFIX} {said.verb}` alone.",
            said.instead(f"search {said.verb}"),
        )
    return kind()


_READERS: Final[dict[str, Callable[[Said], Command]]] = {
    "today": lambda said: Today(filter=_filter_of(said)),
    "day": _day,
    "trending": lambda said: Trending(filter=_filter_of(said)),
    "search": _search,
    "show": _show,
    "follow": partial(read_subscribe, Follow),
    "subscribe": partial(read_subscribe, Subscribe),
    "subscriptions": partial(_alone, Subscriptions),
    "list": partial(_alone, Subscriptions),
    "restore": partial(_alone, Restore),
    "edit": read_edit,
    "preview": partial(_with_id, Preview),
    "send": partial(_with_id, Send),
    "pause": partial(_with_id, Pause),
    "resume": partial(_with_id, Resume),
    "unsubscribe": partial(_with_id, Unsubscribe),
    "unfollow": partial(_with_id, Unsubscribe),
    "save": _save,
    "saved": _saved,
    "explain": lambda said: Explain(reference=read_reference(said, said.rest)),
    "settings": _settings,
    "forget": _forget,
    "help": lambda said: Help(topic=_TOPICS.get(said.rest.casefold(), "")),
}

_VERBS: Final[dict[type[Command], str]] = {
    Today: "today",
    Day: "day",
    Trending: "trending",
    Search: "search",
    Show: "show",
    Subscribe: "subscribe",
    Follow: "follow",
    Subscriptions: "subscriptions",
    Edit: "edit",
    Preview: "preview",
    Send: "send",
    Pause: "pause",
    Resume: "resume",
    Restore: "restore",
    Unsubscribe: "unsubscribe",
    Save: "save",
    Unsave: "save remove",
    Saved: "saved",
    Explain: "explain",
    ChangeSettings: "settings",
    Forget: "forget",
    Help: "help",
    Start: "",
}


@lru_cache(maxsize=512)  # one answer asks several times: for its buttons, its pages, the words beside them
def format_command(command: Command) -> str:
    """The canonical text of *command*, without ``/papers``: ``parse_command(format_command(c)) == c``.

    That holds for every command that `parse_command` can give. A border or quotes are written only where the text
    would read differently without them.
    """
    for rest in _texts(command):
        text = f"{_VERBS[type(command)]} {rest}".strip()
        if _reads_as(text, command):
            return text
    return text


def _reads_as(text: str, command: Command) -> bool:
    try:
        return parse_command(text) == command
    except UserError:
        return False


def _texts(command: Command) -> tuple[str, ...]:
    """What can follow the verb of *command*, the plainest text first."""
    if isinstance(command, Subscribe | Follow):
        return _bordered("" if command.filter is None else str(command.filter), clauses_text(command.clauses))
    if isinstance(command, Edit):
        return _bordered(_edited(command), clauses_text(command.clauses))
    if isinstance(command, Day):
        return _bordered(command.when, str(command.filter or ""))
    if isinstance(command, Show):
        bibtex = " bibtex" if command.bibtex else ""
        return command.reference + bibtex, f'"{command.reference}"{bibtex}'
    if isinstance(command, Save | Unsave | Explain):
        return command.reference, f'"{command.reference}"'
    return (_plain(command),)


def _bordered(one: str, other: str) -> tuple[str, str]:
    return f"{one} {other}".strip(), f"{one} | {other}".strip()


def _plain(command: Command) -> str:
    if isinstance(command, Today | Trending):
        return str(command.filter or "")
    if isinstance(command, Preview | Send | Pause | Resume | Unsubscribe):
        return command.short_id
    if isinstance(command, Saved):
        return "bibtex" if command.bibtex else ""
    if isinstance(command, ChangeSettings):
        return f"{command.name} {command.value}".strip()
    if isinstance(command, Search):
        return command.text
    return command.what if isinstance(command, Forget) else command.topic if isinstance(command, Help) else ""


def _edited(command: Edit) -> str:
    parts = (("", command.filter), ("add ", command.add), ("drop ", command.drop))
    changes = [name + _quoted(filter_) for name, filter_ in parts if filter_ is not None]
    return " ".join(text for text in (command.short_id, *changes) if text)


def _quoted(filter_: Filter) -> str:
    """The text of *filter_* with the words that `Edit` reads in its own way in quotes."""
    text = str(filter_)
    for word in reversed(words_of(text)):
        if word.lower in CHANGES or is_short_id(word.text):
            text = f'{text[: word.start]}"{word.text}"{text[word.end :]}'
    return text
