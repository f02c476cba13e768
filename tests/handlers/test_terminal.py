from __future__ import annotations

import asyncio
import io
import os
import re
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.cells import cell_len

from bot.domain import answers
from bot.domain.answers import Answer
from bot.domain.command_text import parse_command
from bot.domain.commands import (
    Caller,
    Clauses,
    Command,
    Forget,
    Help,
    Save,
    Search,
    Show,
    Subscribe,
    Subscriptions,
    Today,
    Whose,
)
from bot.domain.digests import Digest, Field
from bot.domain.errors import Duplicate, NotAllowed, Unknown
from bot.presentation.bibtex import bibtex
from bot.presentation.cards import Card, Link, Notice, Row, Tone
from bot.presentation.digests import digest_notice
from bot.presentation.paper_cards import entry_card, full_card, match_card
from handlers.terminal.known import Known
from handlers.terminal.lines import CommandCompleter, piped_lines
from handlers.terminal.prompt import Prompt
from handlers.terminal.render import safe
from handlers.terminal.screen import Screen
from tests.presentation.samples import MORNING, ROOM, THURSDAY, digest, entry, match, pick, subscription

ANA: Final = Caller(person="ana", name="Ana", here=ROOM, manages=True, zone="Europe/Berlin")
RATE: Final = answers.MatchRate(days=10, listed=310, matched=42, latest=(match(),))
OFFER: Final = answers.Offer(subscription=subscription(), rate=RATE, next_at=MORNING + timedelta(days=1))
SUBSCRIBED: Final = answers.Saved(subscription=subscription(), next_at=OFFER.next_at)
DAY: Final = answers.DayAnswer(digest=digest(pick()), asked=THURSDAY, coverage=answers.Coverage())
FORM: Final = answers.Form(command=Subscribe(filter=None, clauses=Clauses()))
FORGETTING: Final = answers.Forgetting(whose=Whose.ME, here=ROOM, follows=2, saved=1)
WIDTHS: Final = (60, 80, 120, 200)
CONTROL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass
class FakeDesk:
    """Answers each kind of command with what it was given, and remembers what it was asked."""

    given: dict[type, Answer | BaseException] = field(default_factory=dict)
    confirms: Exception | None = None
    asked: list[Command] = field(default_factory=list)
    confirmed: list[answers.Offer] = field(default_factory=list)
    forgotten: list[answers.Forgetting] = field(default_factory=list)

    async def answer(self, caller: Caller, command: Command) -> Answer:
        assert caller == ANA
        self.asked.append(command)
        answer = self.given.get(type(command), DAY)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def confirm(self, caller: Caller, offer: answers.Offer) -> answers.Saved:
        assert caller == ANA
        if self.confirms is not None:
            raise self.confirms
        self.confirmed.append(offer)
        return SUBSCRIBED

    async def forget(self, caller: Caller, asked: answers.Forgetting) -> answers.Forgotten:
        assert caller == ANA
        self.forgotten.append(asked)
        return answers.Forgotten(whose=asked.whose, follows=2)


@dataclass
class Talk:
    """A conversation: what is typed, what is printed, and what is reported."""

    desk: FakeDesk = field(default_factory=FakeDesk)
    reported: list[tuple[BaseException, str]] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    asks: bool = False
    came: int = 0

    async def about(self, *lines: str) -> str:
        file = io.StringIO()
        prompt = Prompt(
            self.desk,
            ANA,
            Screen(file=file, width=80),
            lines=typed(lines),
            now=lambda: MORNING,
            report=lambda error, reference: self.reported.append((error, reference)),
            known=self.known,
            asks=self.asks,
        )
        self.came = await prompt.run()
        return file.getvalue()


def typed(lines: Sequence[str]) -> Callable[[], AsyncIterator[str]]:
    async def one_by_one() -> AsyncIterator[str]:
        for line in lines:
            yield line

    return one_by_one


def offering() -> Talk:
    return Talk(desk=FakeDesk(given={Subscribe: OFFER}))


# Talking


@pytest.mark.parametrize(
    ("lines", "deleted", "said"),
    [
        (("yes",), True, "Everything about you is deleted."),
        (("no",), False, "Nothing was deleted."),
        (("today",), False, "Nothing was deleted."),
        ((), False, "Nothing was deleted."),
    ],
    ids=["yes", "no", "another command", "the end"],
)
async def test_what_would_be_forgotten_goes_only_after_a_yes(
    lines: tuple[str, ...],
    deleted: bool,  # noqa: FBT001 - a table's column
    said: str,
) -> None:
    talk = Talk(desk=FakeDesk(given={Forget: FORGETTING}))
    printed = await talk.about("forget me", *lines)

    assert talk.desk.forgotten == ([FORGETTING] if deleted else [])
    assert "Type yes to delete it; anything else cancels." in printed
    assert said in printed


async def test_each_line_gets_its_answer() -> None:
    talk = Talk()
    printed = await talk.about("today agents", "/papers search diffusion")

    assert [type(command) for command in talk.desk.asked] == [Today, Search]
    assert printed.count("World models that plan") == 2
    assert talk.came == 2


async def test_yes_saves_what_was_offered() -> None:
    talk = offering()
    printed = await talk.about("subscribe diffusion", "yes")

    assert talk.desk.confirmed == [OFFER]
    assert "Type yes to subscribe; anything else cancels." in printed
    assert "Subscribed: every weekday at 09:00 Berlin" in printed
    assert "Nothing was saved" not in printed


@pytest.mark.parametrize("word", ["yes", "Y", " YES ", "y", "/papers yes"])
async def test_yes_is_said_in_several_ways(word: str) -> None:
    talk = offering()
    await talk.about("subscribe diffusion", word)

    assert talk.desk.confirmed == [OFFER]


@pytest.mark.parametrize("word", ["no", "N", "cancel", ""])
async def test_anything_else_saves_nothing(word: str) -> None:
    talk = offering()
    printed = await talk.about("subscribe diffusion", word)

    assert talk.desk.confirmed == []
    assert len(talk.desk.asked) == 1
    assert printed.count("Nothing was saved.") == 1


async def test_another_command_drops_the_offer_and_is_answered() -> None:
    talk = offering()
    printed = await talk.about("subscribe diffusion", "today", "yes")

    assert talk.desk.confirmed == []
    assert [type(command) for command in talk.desk.asked] == [Subscribe, Today]
    assert printed.index("Nothing was saved.") < printed.rindex("World models that plan")
    assert "Nothing waits for a yes or a no." in printed


async def test_an_offer_is_saved_once() -> None:
    talk = offering()
    await talk.about("subscribe diffusion", "yes", "yes")

    assert talk.desk.confirmed == [OFFER]


async def test_an_offer_that_waits_at_the_end_is_not_saved() -> None:
    talk = offering()

    assert (await talk.about("subscribe diffusion")).rstrip().endswith("Nothing was saved.")
    assert talk.desk.confirmed == []


async def test_a_new_offer_takes_the_place_of_the_old() -> None:
    other = answers.Offer(subscription=subscription("agents"), rate=RATE, next_at=None)
    talk = offering()
    talk.desk.given[Today] = other
    await talk.about("subscribe diffusion", "today", "yes")

    assert talk.desk.confirmed == [other]


@pytest.mark.parametrize(
    ("offer", "verb"),
    [
        pytest.param(OFFER, "subscribe", id="new"),
        pytest.param(answers.Offer(subscription=subscription(), rate=RATE, next_at=None, before=subscription("a")), "change it", id="edit"),
    ],
)  # fmt: skip
async def test_the_question_names_what_yes_does(offer: answers.Offer, verb: str) -> None:
    talk = Talk(desk=FakeDesk(given={Subscribe: offer}))

    assert f"Type yes to {verb};" in await talk.about("subscribe diffusion")


async def test_a_form_waits_for_the_words_where_someone_types() -> None:
    talk = Talk(asks=True)
    talk.desk.given[Subscribe] = FORM
    printed = await talk.about("subscribe", "diffusion top 3")

    assert "an empty line cancels" in printed
    assert talk.desk.asked[-1] == parse_command("subscribe diffusion top 3")


@pytest.mark.parametrize("line", ["today", "/papers today"])
async def test_a_whole_command_stands_for_itself_even_in_a_form(line: str) -> None:
    talk = Talk(asks=True)
    talk.desk.given[Subscribe] = FORM
    await talk.about("subscribe", line)

    assert talk.desk.asked[-1] == Today()


async def test_an_empty_line_cancels_a_form() -> None:
    talk = Talk(asks=True)
    talk.desk.given[Subscribe] = FORM
    printed = await talk.about("subscribe", "  ", "help")

    assert "Nothing was saved." in printed
    assert talk.desk.asked[1:] == [Help()]


async def test_blank_lines_of_a_pipe_ask_for_nothing() -> None:
    talk = Talk()
    await talk.about("", "  ", "today")

    assert talk.desk.asked == [Today()]
    assert talk.came == 3  # lines: with none at all there would be nobody to leave


@pytest.mark.parametrize("word", ["quit", "exit", "/quit", " EXIT "])
async def test_leaving_ends_the_conversation(word: str) -> None:
    talk = Talk()

    assert await talk.about(word, "today") == ""
    assert talk.desk.asked == []


# Failing


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            Unknown("I have no paper 2511.99999.", hint="Check the id."),
            "I have no paper 2511.99999.\nCheck the id.\n",
        ),
        (NotAllowed("Only managers may.", hint="Ask one."), "Only managers may.\nAsk one.\n"),
        (Duplicate("That is 7f3k.", short_id="7f3k"), "That is 7f3k.\n"),
    ],
)
async def test_an_error_is_an_answer_and_the_conversation_goes_on(error: Exception, told: str) -> None:
    talk = Talk()
    talk.desk.given[Show] = error
    printed = await talk.about("show 2511.99999", "today")

    assert printed.startswith(told)
    assert "World models that plan" in printed
    assert talk.reported == []


async def test_a_mistyped_command_is_pointed_at_and_a_mended_one_offered() -> None:
    talk = Talk()
    printed = await talk.about('today "world model')

    assert "▸" in printed
    assert '/papers today "world model"' in printed
    assert talk.desk.asked == []


async def test_a_defect_of_ours_is_reported_with_a_reference_and_shows_none_of_its_text() -> None:
    talk = Talk()
    talk.desk.given[Show] = ZeroDivisionError("xoxb-secret")
    printed = await talk.about("show 2511.01234", "today")

    ((error, reference),) = talk.reported
    assert isinstance(error, ZeroDivisionError)
    assert re.fullmatch(r"[0-9A-F]{4}", reference)
    assert f"Something broke on our side (reference {reference})." in printed
    assert "xoxb" not in printed
    assert "World models that plan" in printed


@pytest.mark.parametrize(
    "error", [Unknown("It is gone."), RuntimeError("x")], ids=["ours to tell", "a defect"]
)
async def test_an_offer_that_cannot_be_saved_is_answered_too(error: Exception) -> None:
    talk = offering()
    talk.desk.confirms = error
    printed = await talk.about("subscribe diffusion", "yes", "today")

    assert "It is gone." in printed or "Something broke on our side" in printed
    assert "World models that plan" in printed
    assert len(talk.reported) == isinstance(error, RuntimeError)


async def test_cancelling_ends_the_conversation_and_is_no_defect() -> None:
    talk = Talk()
    talk.desk.given[Today] = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await talk.about("today", "show 2511.01234")

    assert talk.reported == []
    assert talk.desk.asked == [Today()]


# Lines


async def test_lines_of_a_file_come_without_their_ends(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("today\n\nsearch “世界”\nlast")
    with path.open() as file:
        assert [line async for line in piped_lines(file)] == ["today", "", "search “世界”", "last"]


async def test_lines_of_a_pipe_come_as_they_are_written() -> None:
    read, write = os.pipe()
    with os.fdopen(read) as file:
        lines = piped_lines(file)
        os.write(write, b"today\nsea")
        assert await anext(lines) == "today"
        os.write(write, "rch 世界\nlast".encode())
        os.close(write)
        assert [line async for line in lines] == ["search 世界", "last"]


def completions(text: str, known: Known | None = None) -> list[str]:
    completer = CommandCompleter(known or Known())
    return [one.text for one in completer.get_completions(Document(text), CompleteEvent())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("sub", {"subscribe", "subscriptions"}, id="a command"),
        pytest.param("/papers tod", {"today"}, id="a command after its prefix"),
        pytest.param("TOD", {"today"}, id="in capitals"),
        pytest.param("today aut", {"author:"}, id="a field"),
        pytest.param("today up", {"upvotes>="}, id="a condition"),
        pytest.param("subscribe agents week", {"weekly"}, id="a clause"),
        pytest.param("help ", {"filters", "times"}, id="topics"),
        pytest.param("help filters ", set(), id="nothing after a topic"),
        pytest.param("settings z", {"zone"}, id="a setting"),
        pytest.param("subscribe agents at 09:00 Berl", {"Berlin"}, id="a zone"),
        pytest.param("zzz", set(), id="nothing known"),
    ],
)
def test_the_word_before_the_cursor_is_completed(text: str, found: set[str]) -> None:
    assert set(completions(text)) == found


def test_a_completion_replaces_the_word_that_was_begun() -> None:
    (one,) = CommandCompleter(Known()).get_completions(Document("/papers tod"), CompleteEvent())

    assert one.start_position == -3


async def test_ids_that_were_shown_are_completed() -> None:
    talk = offering()
    held = answers.SubscriptionList(here=ROOM, subscriptions=(answers.Held(subscription=subscription(short_id="2b9d"), next_at=None),), follows=())  # fmt: skip
    talk.desk.given[Subscriptions] = held
    await talk.about("today", "subscribe diffusion", "yes", "subscriptions")

    assert completions("show 25", talk.known) == ["2511.01234"]
    assert set(completions("edit ", talk.known)) == {"7f3k", "2b9d"}
    assert completions("today 25", talk.known) == []


def test_every_kind_of_command_completes_to_something_or_nothing_without_failing() -> None:
    for kind in (Save(reference="x"), Help(), Today()):
        assert completions(type(kind).__name__.lower() + " ") is not None


# Rendering


def printed(notice: Notice, width: int = 80) -> str:
    file = io.StringIO()
    Screen(file=file, width=width).show(notice)
    return file.getvalue()


def controls(text: str) -> set[str]:
    """What could steer a terminal; joiners of scripts and emoji cannot."""
    return {char for char in text if char not in "\n\u200c\u200d" and unicodedata.category(char) in CONTROL}


HOSTILE: Final = {
    "escapes": "\x1b[2J\x1b[31mred\x1b]0;title\x07\x9b31m",
    "a link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "markup": "[bold]x[/bold] [link=https://evil.example]y[/link] [/] :smile:",
    "direction": "abc\u202egnp.exe\u2066\u2069\u061c",
    "zero width": "a\u200bb\ufeffc\u2060d\u00ade",
    "line breaks": "one\r\ntwo\u2028three\x0bfour\x85five",
    "private use": "a\ue000b\uf8ff",
    "backspaces": "a\b\b\bb\x7f",
    "wide": "世界模型的规划与推理" * 30,
    "one long word": "x" * 500,
    "emoji": "👩‍👩‍👧‍👦🇩🇪👍🏽" * 40,
    "nothing": "",
}


def everywhere(text: str) -> Notice:
    """A notice that holds *text* wherever there can be text."""
    card = Card(
        title=text or "t", url="https://a.example", rank=10, byline=text, summary=text, machine_written=True, figures=text,
        reason=text, paragraphs=(text,),
    )  # fmt: skip
    return Notice(
        headline=text or "h", lines=(text,), rows=(Row(name=text or "n", meaning=text),), cards=(card, card), footer=(text,),
        tone=Tone.WARNING,
    )  # fmt: skip


def long_digest() -> Digest:
    known: dict[str, Any] = {
        "authors": tuple(f"Ada Lovelace {number}" for number in range(664)),
        "author_count": 664,
    }
    picks = [
        pick(
            match(
                entry(title, **known, summary=""), ("world model", Field.TITLE), ("agents", Field.ABSTRACT)
            ),
            since=3,
        )
        for title in ("One " * 60, "世界模型" * 20, "Pneumono" * 20)
    ]
    return digest(*picks, left_out=(pick().entry,))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_line_is_wider_than_the_window(text: str, width: int) -> None:
    for line in printed(everywhere(text), width).splitlines():
        assert cell_len(line) <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_a_digest_of_664_authors_and_1_900_characters_fits(width: int) -> None:
    long = entry(abstract="We plan with it and reach 5% more. " * 54, authors=("Ada",), author_count=664)
    notice = digest_notice(long_digest())
    whole = Notice(
        headline="", cards=(full_card(long), entry_card(long), *notice.cards), footer=notice.footer
    )

    for line in printed(whole, width).splitlines():
        assert cell_len(line) <= width or "https://" in line


def test_a_window_of_any_width_is_read_at_60_to_110_columns() -> None:
    notice = Notice(headline="word " * 200)

    assert max(map(len, printed(notice, 20).splitlines())) <= 60
    assert 100 < max(map(len, printed(notice, 500).splitlines())) <= 110


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_steers_no_terminal(text: str) -> None:
    out = printed(everywhere(text))

    assert controls(out) == set()
    assert "\u202e" not in out


@given(st.text(max_size=120), st.sampled_from(WIDTHS))
def test_any_text_is_printed_without_controls_and_within_the_width(text: str, width: int) -> None:
    out = printed(everywhere(text), width)

    assert controls(out) == set()
    assert all(cell_len(line) <= width for line in out.split("\n"))


@given(st.text(max_size=200))
def test_safe_text_loses_only_what_steers(text: str) -> None:
    kept = safe(text)

    assert controls(kept) == set()
    assert safe(kept) == kept
    assert [char for char in text.replace("\t", " ") if char in kept] == list(kept)


def test_markup_is_printed_as_it_is() -> None:
    assert HOSTILE["markup"] in printed(Notice(headline=HOSTILE["markup"]))


def test_cards_are_numbered_and_indented() -> None:
    card = match_card(match(), 1)

    assert printed(Notice(headline="One", cards=(card,))) == (
        "One\n"
        "\n"
        "1.  World models that plan\n"
        "    Ada Lovelace, Alan Turing +6 · NVIDIA · 11 Nov\n"
        "    ✦ A planner that imagines wins.\n"
        "    84 upvotes · 4 comments · code (1.2k stars) — “world model” in the title\n"
        "\n"
    )


def test_bibtex_is_never_broken() -> None:
    text = bibtex([entry("Long title " * 30).paper])

    assert text in printed(Notice(headline="x", literal=text), 60)


def test_addresses_are_never_broken() -> None:
    url = "https://github.com/" + "a" * 150
    card = Card(title="t", url="", links=(Link(name="code", url=url),))

    assert f"    code: {url}\n" in printed(Notice(headline="", cards=(card,)), 60)


def test_each_kind_of_answer_is_printed_between_blank_lines() -> None:
    out = printed(Notice(headline="", cards=(entry_card(entry()),)))

    assert not out.startswith("\n")
    assert out.endswith("\n\n")
    assert "\n\n\n" not in out


def test_rows_stand_in_columns_and_a_long_name_above_its_meaning() -> None:
    rows = (Row(name="7f3k", meaning="every weekday"), Row(name="n" * 50, meaning="long"))
    lines = printed(Notice(headline="Rows", rows=rows), 60).splitlines()

    assert lines[1] == "7f3k  every weekday"
    assert lines[2:4] == ["n" * 50, "      long"]


# A terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[Notice], str]:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return shown_on_terminal


def shown_on_terminal(notice: Notice) -> str:
    file = io.StringIO()
    Screen(file=file, width=80, terminal=True).show(notice)
    return file.getvalue()


STYLE: Final = re.compile(r"\x1b\[[\d;]*m")
LINK: Final = re.compile(r"\x1b\]8;[^;\x1b]*;([^\x1b\x07]*)\x1b\\")


def test_a_terminal_gets_links_and_colour(terminal: Callable[[Notice], str]) -> None:
    out = terminal(Notice(headline="One", cards=(full_card(entry()),)))

    assert "https://huggingface.co/papers/2511.01234" in LINK.findall(out)
    assert "https://github.com/a/b" in LINK.findall(out)
    assert STYLE.search(out)


def test_no_colour_is_given_where_none_is_wanted(
    terminal: Callable[[Notice], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert not re.search(r"\x1b\[[\d;]*3\d", terminal(Notice(headline="x", tone=Tone.ERROR)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_injects_an_escape_into_a_terminal(terminal: Callable[[Notice], str], text: str) -> None:
    out = terminal(everywhere(text))

    assert set(LINK.findall(out)) <= {"https://a.example", ""}
    assert controls(STYLE.sub("", LINK.sub("", out))) == set()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://a.example/\x1b\\\x1b]8;;https://evil.example", id="a link in a link"),
        pytest.param("https://a.example/\x07\x1b[2J", id="bell and clear"),
        pytest.param("https://a.example/\n\r\x9c\x9d8;;https://evil.example", id="8-bit controls"),
        pytest.param("https://a.example/\u202egnp", id="direction"),
    ],
)
def test_no_address_injects_an_escape_into_a_terminal(terminal: Callable[[Notice], str], url: str) -> None:
    card = Card(title="t", url=url, links=(Link(name="code", url=url),))
    out = terminal(Notice(headline="", cards=(card,)))

    assert controls(STYLE.sub("", LINK.sub("", out))) == set()
    assert all(target in ("", safe(url)) for target in LINK.findall(out))


def test_a_pipe_gets_neither_links_nor_colour() -> None:
    assert "\x1b" not in printed(Notice(headline="x", tone=Tone.ERROR, cards=(full_card(entry()),)))
