from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cadence import EVERY_DAY, LAST_DAY, WEEKDAYS, WEEKEND, Rhythm, Weekday
from bot.domain.command_parts import is_short_id
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import (
    ChangeSettings,
    Clauses,
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
    When,
    Whose,
)
from bot.domain.errors import BadCommand, BadFilter, BadText, UserError
from bot.domain.filter_text import normalise, parse_filter
from bot.domain.filters import AnyOf, Comparison, Count, CountCondition, Filter, Scope, Term
from bot.domain.subscriptions import Extra

if TYPE_CHECKING:
    from collections.abc import Callable

DAILY = When(weekdays=EVERY_DAY)
ON_WEEKDAYS = When(weekdays=WEEKDAYS)
NINE = (time(9),)
SHOW = Show(reference="2511.01234")


def phrase(text: str) -> Filter:
    return Filter(wants=Term(text=text))


def on(*days: Weekday) -> When:
    return When(weekdays=days)


def weekly(day: Weekday) -> When:
    return When(rhythm=Rhythm.WEEKLY, weekdays=(day,))


def monthly(day: int) -> When:
    return When(rhythm=Rhythm.MONTHLY, month_day=day)


def hot(votes: int | None) -> When:
    return When(rhythm=Rhythm.HOT, hot_votes=votes)


def agents(  # the clauses of a subscription to agents
    when: When | None = None,
    times: tuple[time, ...] | None = None,
    zone: str | None = None,
    top: int | None = None,
    channel: str | None = None,
) -> Subscribe:
    return Subscribe(
        filter=phrase("agents"), clauses=Clauses(when=when, times=times, zone=zone, top=top, channel=channel)
    )


def subscribed(filter_: Filter, **clauses: object) -> Subscribe:
    return Subscribe(filter=filter_, clauses=Clauses(**clauses))  # type: ignore[arg-type]


COMMANDS: list[tuple[str, Command]] = [
    # the table of the specification
    (
        "subscribe text-to-image -survey at 9am weekdays top 5",
        subscribed(
            Filter(wants=Term(text="text-to-image"), mutes=(Term(text="survey"),)),
            when=ON_WEEKDAYS,
            times=NINE,
            top=5,
        ),
    ),
    ("subscribe attention at scale on weekdays", subscribed(phrase("attention at scale"), when=ON_WEEKDAYS)),
    (
        'subscribe RAG -"code generation" weekly on Friday',
        subscribed(
            Filter(wants=Term(text="RAG"), mutes=(Term(text="code generation"),)), when=weekly(Weekday.FRIDAY)
        ),
    ),
    (
        'subscribe org:meta OR author:"He" every monday 9:00',
        subscribed(
            Filter(
                wants=AnyOf(
                    (Term(text="meta", scope=Scope.ORGANIZATION), Term(text="He", scope=Scope.AUTHOR))
                )
            ),
            when=on(Weekday.MONDAY),
            times=NINE,
        ),
    ),
    (
        "subscribe C++, C# daily",
        subscribed(Filter(wants=AnyOf((Term(text="C++"), Term(text="C#")))), when=DAILY),
    ),
    ("subscribe top-k sampling top 5", subscribed(phrase("top-k sampling"), top=5)),
    ("subscribe diffusion hot 100", subscribed(phrase("diffusion"), when=hot(100))),
    ("follow agents", Follow(filter=phrase("agents"), clauses=Clauses())),
    ("subscribe agents in #papers", agents(channel="papers")),
    ("subscribe attention at scale | at 9", subscribed(phrase("attention at scale"), times=NINE)),
    ("subscribe “world model” — at 9", subscribed(phrase("world model"), times=NINE)),
    ("edit 7f3k -benchmark", Edit(short_id="7f3k", filter=Filter(mutes=(Term(text="benchmark"),)))),
    ("edit 7f3k add robotics top 3", Edit(short_id="7f3k", add=phrase("robotics"), clauses=Clauses(top=3))),
    ("/papers 2511.01234", SHOW),
    ("/papers diffusion", Search(text="diffusion")),
    ("/papers", Start()),
    (
        '/papers subscribe diffusion, "world model" -survey upvotes>=20 at 09:00 Berlin on weekdays top 5',
        subscribed(
            Filter(
                wants=AnyOf((Term(text="diffusion"), Term(text="world model"))),
                mutes=(Term(text="survey"),),
                conditions=(CountCondition(count=Count.UPVOTES, comparison=Comparison.AT_LEAST, number=20),),
            ),
            when=ON_WEEKDAYS,
            times=NINE,
            zone="Europe/Berlin",
            top=5,
        ),
    ),
    # days
    ("subscribe agents daily", agents(DAILY)),
    ("subscribe agents every day", agents(DAILY)),
    ("subscribe agents, daily, at 9, top 3", agents(DAILY, NINE, top=3)),
    ("subscribe agents every weekday", agents(ON_WEEKDAYS)),
    ("subscribe agents weekends", agents(When(weekdays=WEEKEND))),
    ("subscribe agents mon, Thurs and Fri.", agents(on(Weekday.MONDAY, Weekday.THURSDAY, Weekday.FRIDAY))),
    ("subscribe agents on Tuesdays", agents(on(Weekday.TUESDAY))),
    ("subscribe agents mon-fri 9am", agents(ON_WEEKDAYS, NINE)),
    ("subscribe agents mon to fri", agents(ON_WEEKDAYS)),
    ("subscribe agents monday to friday at 9", agents(ON_WEEKDAYS, NINE)),
    ("subscribe agents from mon to fri 9am", agents(ON_WEEKDAYS, NINE)),
    (
        "subscribe agents on mon through thu",
        agents(on(Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY)),
    ),
    ("subscribe agents mon - fri", agents(ON_WEEKDAYS)),
    ("subscribe agents mon – fri at 9", agents(ON_WEEKDAYS, NINE)),
    ("subscribe agents sat until mon", agents(on(Weekday.MONDAY, Weekday.SATURDAY, Weekday.SUNDAY))),
    ("subscribe agents on monday and at 9", agents(on(Weekday.MONDAY), NINE)),
    ("subscribe agents on sat–mon", agents(on(Weekday.MONDAY, Weekday.SATURDAY, Weekday.SUNDAY))),
    ("subscribe agents weekly", agents(weekly(Weekday.MONDAY))),
    ("subscribe agents every week on tue", agents(weekly(Weekday.TUESDAY))),
    ("subscribe agents monthly", agents(monthly(1))),
    ("subscribe agents monthly on 28", agents(monthly(28))),
    ("subscribe agents monthly on the last day", agents(monthly(LAST_DAY))),
    ("subscribe agents on the 3rd of each month at noon", agents(monthly(3), (time(12),))),
    ("subscribe agents hot", agents(hot(100))),
    ("subscribe agents hot 50 upvotes", agents(hot(50))),
    ("subscribe agents hot growth", agents(hot(None))),
    # times and zones
    ("subscribe agents at 9", agents(times=NINE)),
    ("subscribe agents at 9:30 pm", agents(times=(time(21, 30),))),
    ("subscribe agents at 9 p.m.", agents(times=(time(21),))),
    ("subscribe agents at 12am", agents(times=(time(0),))),
    ("subscribe agents at 12pm", agents(times=(time(12),))),
    ("subscribe agents at 9 o’clock", agents(times=NINE)),
    ("subscribe agents at 9 o'clock pm Berlin", agents(times=(time(21),), zone="Europe/Berlin")),
    ("subscribe agents at 0900", agents(times=NINE)),
    ("subscribe agents at 9h30", agents(times=(time(9, 30),))),
    ("subscribe agents at 9.30", agents(times=(time(9, 30),))),
    ("subscribe agents at midnight ET", agents(times=(time(0),), zone="America/New_York")),
    ("subscribe agents at 18:00, 9", agents(times=(time(9), time(18)))),
    (
        "subscribe agents at 9 and 18:00 São Paulo",
        agents(times=(time(9), time(18)), zone="America/Sao_Paulo"),
    ),
    ("subscribe agents at 9 New York daily", agents(DAILY, NINE, "America/New_York")),
    (
        "subscribe agents at 9 in Berlin in #papers",
        agents(times=NINE, zone="Europe/Berlin", channel="papers"),
    ),
    ("subscribe agents at 9, Pacific time", agents(times=NINE, zone="America/Los_Angeles")),
    ("subscribe agents at 9 UTC +2 top 3", agents(times=NINE, zone="UTC+02:00", top=3)),
    # top and channel
    ("subscribe agents top 20 papers", agents(top=20)),
    ("subscribe agents top ten in #x at 10pm", agents(times=(time(22),), top=10, channel="x")),
    ("subscribe agents in <#C123|papers> at 9", agents(times=NINE, channel="<#C123|papers>")),
    ("subscribe agents in &lt;#123&gt;", agents(channel="<#123>")),
    # the border, quotes, and what is no clause
    ("subscribe attention | ", subscribed(phrase("attention"))),
    ("subscribe daily | on mondays", subscribed(phrase("daily"), when=on(Weekday.MONDAY))),
    ("subscribe | daily", subscribed(Filter(), when=DAILY)),
    ("subscribe vision — language daily", subscribed(phrase("vision language"), when=DAILY)),
    ("subscribe agents -- weekdays", agents(ON_WEEKDAYS)),
    ('subscribe "agents at 9" daily', subscribed(phrase("agents at 9"), when=DAILY)),
    ("subscribe neural SAT", subscribed(phrase("neural SAT"))),
    ("subscribe in-context learning at 9", subscribed(phrase("in-context learning"), times=NINE)),
    ("subscribe quantization at 4 bits", subscribed(phrase("quantization at 4 bits"))),
    ("subscribe LLMs at 1.58 bits", subscribed(phrase("LLMs at 1.58 bits"))),
    ("subscribe video at 30 fps", subscribed(phrase("video at 30 fps"))),
    ("subscribe looking at 9 of the many layers", subscribed(phrase("looking at 9 of the many layers"))),
    ("subscribe decoding at 9 tokens", subscribed(phrase("decoding at 9 tokens"))),
    ("subscribe video at 24 frames/second", subscribed(phrase("video at 24 frames/second"))),
    ("subscribe from sun to earth", subscribed(phrase("from sun to earth"))),
    ("subscribe think twice", subscribed(phrase("think twice"))),
    ('subscribe ";-survey" at 9', subscribed(phrase(";-survey"), times=NINE)),
    ("subscribe attention on graphs", subscribed(phrase("attention on graphs"))),
    (
        "subscribe one shot learning of every possible kind",
        subscribed(phrase("one shot learning of every possible kind")),
    ),
    ("SUBSCRIBE agents\u00a0DAILY", agents(DAILY)),
    # forms
    ("subscribe", Subscribe(filter=None, clauses=Clauses())),
    ("follow", Follow(filter=None, clauses=Clauses())),
    ("subscribe daily", subscribed(Filter(), when=DAILY)),
    ("edit", Edit()),
    ("edit 7F3K", Edit(short_id="7f3k")),
    # edit
    ("edit top 3", Edit(clauses=Clauses(top=3))),
    ("subscribe agents with abstracts", subscribed(phrase("agents"), wanted=frozenset({Extra.ABSTRACTS}))),
    (
        "subscribe agents at 8 with notifications and with abstracts",
        subscribed(phrase("agents"), times=(time(8),), wanted=frozenset(Extra)),
    ),
    ("subscribe agents zone Berlin", subscribed(phrase("agents"), zone="Europe/Berlin")),
    ("subscribe agents at 9, zone ET daily", agents(DAILY, NINE, "America/New_York")),
    (
        "follow agents hot 50 zone UTC+2",
        Follow(filter=phrase("agents"), clauses=Clauses(when=hot(50), zone="UTC+02:00")),
    ),
    ("subscribe zone of proximal development", subscribed(phrase("zone of proximal development"))),
    ("subscribe captioning with images", subscribed(phrase("captioning with images"))),
    (
        "edit 7f3k without abstracts",
        Edit(short_id="7f3k", clauses=Clauses(unwanted=frozenset({Extra.ABSTRACTS}))),
    ),
    ("edit 7f3k at 8", Edit(short_id="7f3k", clauses=Clauses(times=(time(8),)))),
    ("edit 7f3k drop robotics", Edit(short_id="7f3k", drop=phrase("robotics"))),
    ("edit add robotics", Edit(add=phrase("robotics"))),
    (
        "edit add robotics drop vision daily",
        Edit(add=phrase("robotics"), drop=phrase("vision"), clauses=Clauses(when=DAILY)),
    ),
    ("edit data", Edit(filter=phrase("data"))),
    ('edit "3dgs"', Edit(filter=phrase("3dgs"))),
    # the other verbs
    ("forget me", Forget(what=Whose.ME)),
    ("forget Everything here", Forget(what=Whose.WORKSPACE)),
    ("today", Today()),
    ("today diffusion", Today(filter=phrase("diffusion"))),
    ("day 16 Oct diffusion", Day(when="16 Oct", filter=phrase("diffusion"))),
    ("day 16 Oct | 2025", Day(when="16 Oct", filter=phrase("2025"))),
    ("day monday", Day(when="monday")),
    ("day 10/11/2025", Day(when="10/11/2025")),
    ("trending org:nvidia", Trending(filter=Filter(wants=Term(text="nvidia", scope=Scope.ORGANIZATION)))),
    ("search today's news: a title", Search(text="today's news: a title")),
    ("show 2511.01234v2 bibtex", Show(reference="2511.01234", bibtex=True)),
    ("show Attention Is All You Need", Show(reference="Attention Is All You Need")),
    ('show "On BibTeX"', Show(reference="On BibTeX")),
    ("show <https://arxiv.org/abs/2511.01234|arxiv.org>", SHOW),
    ("https://huggingface.co/papers/2511.01234", SHOW),
    ("arXiv:2511.01234v3", SHOW),
    ("2511.01234 bibtex", Show(reference="2511.01234", bibtex=True)),
    ("subscriptions", Subscriptions()),
    ("list", Subscriptions()),
    ("restore", Restore()),
    ("preview 7f3k", Preview(short_id="7f3k")),
    ("send", Send()),
    ("send now 7f3k", Send(short_id="7f3k")),
    ("pause 7F3K", Pause(short_id="7f3k")),
    ("resume", Resume()),
    ("unsubscribe 7f3k", Unsubscribe(short_id="7f3k")),
    ("unfollow 7f3k", Unsubscribe(short_id="7f3k")),
    ("save 2511.01234", Save(reference="2511.01234")),
    ("save remove 2511.01234", Unsave(reference="2511.01234")),
    ("saved", Saved()),
    ("saved BibTeX", Saved(bibtex=True)),
    ("explain arxiv.org/abs/2511.01234", Explain(reference="2511.01234")),
    ("settings", ChangeSettings()),
    ("settings zone Europe/Berlin", ChangeSettings(name="zone", value="Europe/Berlin")),
    ("help", Help()),
    ("help filters", Help(topic="filters")),
    ("help me", Help()),
    # searches
    ("how do transformers work", Search(text="how do transformers work")),
    ("diet planning", Search(text="diet planning")),
    ("hot", Search(text="hot")),
    ("papers about agents", Search(text="papers about agents")),
    ("", Start()),
]
IDS = [text or "nothing" for text, _ in COMMANDS]


@pytest.mark.parametrize(("text", "command"), COMMANDS, ids=IDS)
def test_a_command_reads(text: str, command: Command) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(("text", "command"), COMMANDS, ids=IDS)
def test_a_command_is_written_so_that_it_reads_back(text: str, command: Command) -> None:
    written = format_command(command)
    assert parse_command(written) == command
    assert parse_command(f"/papers {written}") == command
    assert format_command(parse_command(written)) == written, text


# text, where the mistake is, the whole text corrected
MISTAKES = [
    ("subscribe agents at 9am Berln", "Berln", "subscribe agents at 9am Berlin"),
    ("subscribe agents at 9 Berln", "Berln", "subscribe agents at 9 Berlin"),
    ("subscribe agents at 9am Berln on weekdays", "Berln", "subscribe agents at 9am Berlin on weekdays"),
    (
        "/papers subscribe agents at 9 Europe/Berln",
        "Europe/Berln",
        "/papers subscribe agents at 9 Europe/Berlin",
    ),
    ("subscribe agents at 9am Foo Bar", "Foo Bar", ""),
    ("subscribe agents at 9 local time", "local time", ""),
    ("subscribe agents at 25:00", "25:00", ""),
    ("subscribe agents at 25:00 Berlin", "25:00 Berlin", ""),
    ("subscribe agents at 9:75 daily", "9:75", ""),
    ("subscribe agents at 13pm", "13pm", ""),
    ("subscribe agents at 30", "30", ""),
    ("subscribe agents at", "at", ""),
    ("subscribe agents at 1,2,3,4,5,6,7", "at 1,2,3,4,5,6,7", ""),
    ("subscribe agents 9am", "9am", "subscribe agents at 9am"),
    ("subscribe agents 9am Berlin on weekdays", "9am Berlin", "subscribe agents at 9am Berlin on weekdays"),
    ("subscribe agents mon to", "mon to", ""),
    ("subscribe agents weekdays to fri", "weekdays to", ""),
    ("subscribe agents mon to frday", "frday", "subscribe agents mon to Friday"),
    (
        "subscribe agents weekdays at 9 and weekends at 11",
        "weekdays at 9 and",
        "subscribe agents weekdays at 9",
    ),
    ("subscribe agents weekly on monday to friday", "weekly", ""),
    ("subscribe agents and daily", "and", "subscribe agents daily"),
    ("subscribe agents at 9 Mars/Phobos", "Mars/Phobos", ""),
    ("subscribe agents at 9 UTC+25", "UTC+25", ""),
    ("subscribe agents at 9 GMT -19 daily", "GMT -19", ""),
    ("subscribe agents at 9 to 17", "at 9 to 17", ""),
    ("subscribe agents on the 15th", "on the 15th", "subscribe agents monthly on 15"),
    ("subscribe agents on the 31st at 9", "on the 31st", "subscribe agents monthly on the last day at 9"),
    ("subscribe agents on the last day", "on the last day", "subscribe agents monthly on the last day"),
    (
        "subscribe agents every other day at 9",
        "every other day",
        "subscribe agents on monday, wednesday, friday at 9",
    ),
    ("subscribe agents every other week", "every other week", "subscribe agents weekly"),
    ("subscribe agents every other monday", "every other", ""),
    ("subscribe agents twice a day", "twice a day", "subscribe agents at 9, 18"),
    ("subscribe agents twice daily", "twice", "subscribe agents at 9, 18 daily"),
    ("subscribe agents twice weekly", "twice", ""),
    ("subscribe agents once a week", "once a week", "subscribe agents weekly"),
    ("subscribe agents 5 times a day", "5 times a day", ""),
    ("subscribe agents twice a day at 9", "twice a day", ""),
    ("subscribe agents top 50", "top 50", "subscribe agents top 20"),
    ("subscribe agents top 0", "top 0", "subscribe agents top 1"),
    ("subscribe agents every mondy", "mondy", "subscribe agents every Monday"),
    ("subscribe agents every mondy at 9", "mondy", "subscribe agents every Monday at 9"),
    ("subscribe agents on monday, tusday", "tusday", "subscribe agents on monday, Tuesday"),
    ("subscribe agents on weekdys", "weekdys", "subscribe agents on weekdays"),
    ("subscribe agents dialy", "dialy", "subscribe agents daily"),
    ("subscribe agents weekly on mondy", "mondy", "subscribe agents weekly on Monday"),
    ("subscribe agents weekly on payday", "on payday", ""),
    ("subscribe agents every fortnight", "every fortnight", ""),
    ("subscribe agents every 2 weeks", "every 2 weeks", ""),
    ("subscribe agents every", "every", ""),
    ("subscribe agents monthly on 31", "on 31", "subscribe agents monthly on the last day"),
    ("subscribe agents hot 0", "hot 0", "subscribe agents hot 100"),
    ("subscribe agents hot grwoth", "hot grwoth", "subscribe agents hot growth"),
    ("subscribe agents hot 50 at 9", "hot 50 at 9", "subscribe agents hot 50"),
    ("subscribe agents top 3 top 5", "top 3", ""),
    ("subscribe agents daily on weekdays", "daily", ""),
    ("subscribe agents #papers", "#papers", "subscribe agents in #papers"),
    ("subscribe agents <#C1>", "<#C1>", "subscribe agents in <#C1>"),
    ("subscribe agents | whenever", "whenever", ""),
    ("subscribe agents | at 25:00 top 5", "25:00", ""),
    ("subscribe agents — at 25:00", "25:00", ""),
    ("follow agents in #papers", "agents in #papers", "subscribe agents in #papers"),
    ("/papers subscirbe x", "subscirbe", "/papers subscribe x"),
    ("serach x", "serach", "search x"),
    ("/papers unsubscibe 7f3k", "unsubscibe", "/papers unsubscribe 7f3k"),
    ("list decoding", "decoding", "search list decoding"),
    ("/papers resume screening", "screening", "/papers search resume screening"),
    ("saved by the bell", "by the bell", "search by the bell"),
    ("edit add", "add", ""),
    ("edit 7f3k add x add y", "7f3k add x add y", ""),
    ("day", "", ""),
    ("search", "", ""),
    ("show", "", ""),
    ("save remove", "remove", ""),
    ("explain", "", ""),
]


@pytest.mark.parametrize(("text", "where", "meant"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_shown_with_its_place_and_what_was_meant(text: str, where: str, meant: str) -> None:
    with pytest.raises(BadCommand) as caught:
        parse_command(text)
    error = caught.value
    assert error.text == text
    assert error.text[error.start : error.end] == where
    assert error.suggestion == meant
    assert error.message
    assert error.hint


SUGGESTED = [row[2] for row in MISTAKES if row[2]]


@pytest.mark.parametrize("text", SUGGESTED)
def test_what_is_suggested_can_be_pasted(text: str) -> None:
    parse_command(text)


BAD_FILTERS = [
    ('subscribe diffusion "world model', '"world model', 'subscribe diffusion "world model"'),
    ("/papers today authr:He", "authr:He", "/papers today author:He"),
    ("subscribe  agents, authr:He at 9", "authr:He", "subscribe  agents, author:He at 9"),
    ("subscribe agents (vision at 9", "(", "subscribe agents (vision) at 9"),
    ("edit 7f3k add upvotes=>20 top 3", "upvotes=>20", "edit 7f3k add upvotes>=20 top 3"),
    ("subscribe agents - survey at 9", "-", "subscribe agents -survey at 9"),
    ("subscribe agents -upvotes>=20 daily", "-upvotes>=20", "subscribe agents upvotes<20 daily"),
    ("day monday authr:He", "authr:He", "day monday author:He"),
]


@pytest.mark.parametrize(("text", "where", "meant"), BAD_FILTERS, ids=[row[0] for row in BAD_FILTERS])
def test_a_mistake_in_the_filter_is_placed_in_the_whole_command(text: str, where: str, meant: str) -> None:
    with pytest.raises(BadFilter) as caught:
        parse_command(text)
    error = caught.value
    assert error.text == normalise(text)
    assert error.text[error.start : error.end] == where
    assert error.suggestion == meant
    parse_command(meant)


def test_alternatives_are_whole_commands() -> None:
    with pytest.raises(BadFilter) as caught:
        parse_command("subscribe agents OR upvotes>=10 daily")
    assert caught.value.alternatives == ("subscribe agents daily", "subscribe upvotes>=10 daily")


@pytest.mark.parametrize(
    "repeat", ["agents ", "agents, ", "at 9 ", "every ", "9am ", '"', "on mondy, ", "(", "x"]
)
@pytest.mark.parametrize("verb", ["subscribe ", "edit ", "today ", "day ", "show ", ""])
def test_ten_kilobytes_of_anything_end_in_a_command_or_one_clear_error(verb: str, repeat: str) -> None:
    error = read_or_error(verb + repeat * (10_000 // len(repeat)))[1]
    assert error is None or (len(error.message) < 300 and error.hint)


def read_or_error(text: str) -> tuple[Command | None, UserError | None]:
    try:
        return parse_command(text), None
    except UserError as error:
        return None, error


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("7f3k", True),
        ("7F3K", True),
        ("a01c", True),
        ("data", False),
        ("7f3", False),
        ("7f3kk", False),
        ("7fik", False),
    ],
)
def test_a_short_id_has_a_digit(text: str, is_one: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_short_id(text) is is_one


WORDS = [
    "agents",
    "daily",
    "add",
    "drop",
    "3dgs",
    "at",
    "9",
    "top",
    "5",
    "hot",
    "monday",
    "on",
    "SAT",
    "9am",
    "2025",
    "x",
]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
terms = st.builds(Term, text=texts, scope=st.sampled_from([Scope.ANYWHERE, Scope.TITLE, Scope.AUTHOR]))
filters = st.builds(
    lambda wants, mutes: Filter(
        wants=None if not wants else wants[0] if len(wants) == 1 else AnyOf(tuple(wants)), mutes=tuple(mutes)
    ),
    st.lists(terms, max_size=3, unique=True),
    st.lists(terms, max_size=2, unique=True),
)
whens = st.one_of(
    st.builds(lambda days: When(weekdays=tuple(sorted(days))), st.sets(st.sampled_from(Weekday), min_size=1)),
    st.builds(weekly, st.sampled_from(Weekday)),
    st.builds(monthly, st.one_of(st.integers(1, 28), st.just(LAST_DAY))),
)
clock = st.times().map(lambda one: one.replace(second=0, microsecond=0))
times = st.sets(clock, min_size=1, max_size=6).map(lambda some: tuple(sorted(some)))
zones = st.sampled_from([None, "Europe/Berlin", "America/New_York", "Asia/Istanbul", "UTC+02:00", "UTC"])
tops = st.one_of(st.none(), st.integers(1, 20))
channels = st.sampled_from(
    [None, "papers", "7f3k", "<#C123|papers>", "<#123>", "1437160000000000001", "C02AB"]
)


def _clauses(
    when: When | None, at: tuple[time, ...] | None, zone: str | None, top: int | None, channel: str | None
) -> Clauses:
    return Clauses(when=when, times=at, zone=zone, top=top, channel=channel)


scheduled = st.builds(_clauses, st.none() | whens, st.none() | times, zones, tops, channels)
alerts = st.builds(
    lambda votes, zone, top, channel: Clauses(when=hot(votes), zone=zone, top=top, channel=channel),
    st.none() | st.integers(1, 100_000),
    zones,
    tops,
    channels,
)
wishes = st.frozensets(st.sampled_from(Extra))
clauses = st.builds(
    lambda plain, wanted, unwanted: replace(plain, wanted=wanted, unwanted=unwanted - wanted),
    scheduled | alerts,
    wishes,
    wishes,
)
ids = st.sampled_from(["", "7f3k", "2b9d"])
some = filters.filter(lambda one: one != Filter())
references = st.sampled_from(
    ["2511.01234", "Attention is all", "remove the noise", "on bibtex", "world bibtex"]
)


of_an_id: list[Callable[..., Command]] = [Preview, Send, Pause, Resume, Unsubscribe]


commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(Subscribe, filter=filters, clauses=clauses),
    st.builds(
        lambda filter_, clauses_: Follow(filter=filter_, clauses=clauses_),
        filters,
        clauses.filter(lambda one: one.channel is None),
    ),
    st.builds(Edit, short_id=ids, filter=st.none() | some, clauses=clauses),
    st.builds(Edit, short_id=ids, add=st.none() | some, drop=st.none() | some, clauses=clauses),
    st.builds(Today, filter=st.none() | some),
    st.builds(Trending, filter=st.none() | some),
    st.builds(
        Day, when=st.sampled_from(["monday", "16 Oct", "2025-10-16", "Oct 16"]), filter=st.none() | some
    ),
    st.builds(Search, text=texts),
    st.builds(Show, reference=references, bibtex=st.booleans()),
    st.builds(Save, reference=references),
    st.builds(Unsave, reference=references),
    st.builds(Explain, reference=references),
    st.builds(Saved, bibtex=st.booleans()),
    st.builds(ChangeSettings, name=st.sampled_from(["", "zone"])),
    st.builds(Forget, what=st.sampled_from(Whose)),
    st.builds(Help, topic=st.sampled_from(["", "filters", "times"])),
    *(st.builds(kind, short_id=ids) for kind in of_an_id),
)


@given(commands)
@settings(max_examples=400, deadline=None)
def test_every_command_is_written_so_that_it_reads_back(command: Command) -> None:
    assert parse_command(format_command(command)) == command


@given(filters)
@settings(max_examples=100, deadline=None)
def test_the_filters_of_these_tests_are_filters(filter_: Filter) -> None:
    assert parse_filter(str(filter_)) == filter_


SIGNS = [
    *WORDS,
    "to",
    "and",
    "twice",
    "the",
    "15th",
    "o'clock",
    ";x",
    "-",
    "|",
    ",",
    ";",
    "weekly",
    "Berlin",
    "in",
    "#x",
    "mondy",
    "-x",
]


@given(
    st.lists(st.sampled_from([*SIGNS, "—", "--"]), max_size=10)
    | st.lists(st.sampled_from([*SIGNS, '"', '"a']), max_size=10)
)
@settings(max_examples=400, deadline=None)
def test_any_words_are_a_command_that_can_be_written_or_an_error_with_advice(words: list[str]) -> None:
    for verb in ("subscribe", "edit", "day", ""):
        command, error = read_or_error(f"{verb} {' '.join(words)}")
        assert error is None or error.hint
        suggestion = error.suggestion if isinstance(error, BadText) else ""
        assert not suggestion or read_or_error(suggestion)[1] is None
        assert command is None or parse_command(format_command(command)) == command


def test_a_command_that_no_text_can_say_is_still_written() -> None:
    assert format_command(Subscribe(filter=None, clauses=Clauses(top=3))) == "subscribe | top 3"


@pytest.mark.parametrize(
    "text", ["agents at 9am in the far away land of Berln", "agents at 9am one two three four five"]
)
def test_a_time_far_from_the_end_is_a_part_of_the_sentence(text: str) -> None:
    command = parse_command(f"subscribe {text}")
    assert isinstance(command, Subscribe)
    assert command.clauses == Clauses()
    assert str(command.filter) == f'"{text}"'
