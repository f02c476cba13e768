from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final, get_args

import pytest

from bot.domain import answers
from bot.domain.answers import Answer
from bot.domain.command_text import parse_command
from bot.domain.commands import Clauses, Edit, Follow, Subscribe, Whose
from bot.domain.digests import Field, Hidden
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Tally
from bot.domain.subscriptions import Platform, WorkspaceSettings
from bot.presentation.cards import Notice, Tone
from bot.presentation.notices import present
from tests.presentation.samples import (
    ANA,
    MORNING,
    READER,
    ROOM,
    THURSDAY,
    VIEWER,
    alert,
    digest,
    entry,
    match,
    pick,
    subscription,
)

KNOWN: Final = answers.Coverage(since=THURSDAY, until=THURSDAY)
TOMORROW: Final = MORNING + timedelta(days=1)
RATE: Final = answers.MatchRate(days=10, listed=310, matched=42, latest=(match(),))
NOTHING: Final = replace(RATE, matched=0, latest=())
HE: Final = answers.ManyNames(term="He", share=0.09, people=(("Kaiming He", 3), ("Xiangnan He", 2)))
FOLLOW: Final = subscription("agents", destination=ANA, short_id="2b9d")
OFFER: Final = answers.Offer(subscription=subscription(), rate=RATE, next_at=TOMORROW)
VERDICT: Final = answers.Verdict(
    subscription=subscription(), listed=True, in_window=True, had_at=None, match=match(), place=2, ceiling=5
)
SAMPLES: Final[dict[type, dict[str, Answer]]] = {
    answers.DayAnswer: {
        "a day": answers.DayAnswer(
            digest=digest(pick(), left_out=(entry(),), matched=2, hidden=(Hidden(term="survey", count=1),)),
            asked=THURSDAY,
            coverage=KNOWN,
        ),
        "first contact": answers.DayAnswer(
            digest=digest(pick(), wanted=""), asked=THURSDAY, coverage=KNOWN, start=True
        ),
        "trending": answers.DayAnswer(digest=digest(pick()), asked=THURSDAY, coverage=KNOWN, trending=True),
        "an empty day": answers.DayAnswer(digest=digest(listed=0), asked=THURSDAY, coverage=KNOWN),
        "nothing matched": answers.DayAnswer(digest=digest(), asked=THURSDAY, coverage=KNOWN),
    },
    answers.Found: {
        "found": answers.Found(
            text="world model",
            filter=parse_filter("world, model"),
            matches=(match(),),
            total=7,
            partial=False,
            coverage=KNOWN,
        ),
        "partial": answers.Found(
            text="a b", filter=parse_filter("a, b"), matches=(match(),), total=1, partial=True, coverage=KNOWN
        ),
        "mended": answers.Found(
            text="wrold model",
            filter=parse_filter("world, model"),
            matches=(match(),),
            total=1,
            partial=False,
            coverage=KNOWN,
            meant="world model",
            mended=True,
        ),
        "a slip among words": answers.Found(
            text="wrold model",
            filter=parse_filter("wrold, model"),
            matches=(match(),),
            total=1,
            partial=True,
            coverage=KNOWN,
            meant="world model",
        ),
        "nothing": answers.Found(
            text="zzz", filter=parse_filter("zzz"), matches=(), total=0, partial=False, coverage=KNOWN
        ),
    },
    answers.Shown: {
        "a paper": answers.Shown(
            entry=entry(abstract="One.\nTwo."),
            tallies=(Tally(at=MORNING, upvotes=12), Tally(at=TOMORROW, upvotes=84)),
            saved=False,
        ),
        "saved": answers.Shown(entry=entry(), tallies=(), saved=True),
        "bibtex": answers.Shown(entry=entry(), tallies=(), saved=False, bibtex=True),
    },
    answers.Offer: {
        "new": OFFER,
        "follow": replace(OFFER, subscription=FOLLOW),
        "edit": replace(OFFER, before=subscription("agents")),
        "alert": answers.Offer(subscription=alert(), rate=replace(RATE, alerts_a_week=1.5), next_at=None),
        "widened": replace(OFFER, rate=replace(NOTHING, widened=((parse_filter("plan, agents"), 31),))),
        "nothing matched": replace(OFFER, rate=NOTHING),
        "no papers yet": replace(OFFER, rate=replace(NOTHING, days=0, listed=0)),
    },
    answers.Saved: {
        "new": answers.Saved(subscription=subscription(), next_at=TOMORROW),
        "follow": answers.Saved(subscription=FOLLOW, next_at=TOMORROW),
        "edit": answers.Saved(subscription=subscription(), next_at=TOMORROW, before=subscription("agents")),
        "alert": answers.Saved(subscription=alert(), next_at=None),
    },
    answers.Form: {
        "subscribe": answers.Form(command=Subscribe(filter=None, clauses=Clauses())),
        "follow": answers.Form(command=Follow(filter=None, clauses=Clauses())),
        "edit": answers.Form(command=Edit(short_id="7f3k"), editing=subscription()),
    },
    answers.MailForm: {
        "with a filter": answers.MailForm(
            command=Follow(filter=parse_filter("agents"), clauses=Clauses()),
            url="https://papers.example.org/mail?filter=agents",
        ),
        "of everything": answers.MailForm(
            command=Follow(filter=None, clauses=Clauses()), url="https://papers.example.org/mail"
        ),
    },
    answers.SubscriptionList: {
        "nothing": answers.SubscriptionList(here=ROOM, subscriptions=(), follows=()),
        "some": answers.SubscriptionList(
            here=ROOM,
            subscriptions=(
                answers.Held(subscription=subscription(), next_at=TOMORROW),
                answers.Held(subscription=alert().pause(MORNING, "the bot may not post here"), next_at=None),
            ),
            follows=(answers.Held(subscription=FOLLOW, next_at=TOMORROW),),
        ),
    },
    answers.Previewed: {
        "papers": answers.Previewed(subscription=subscription(), digest=digest(pick()), next_at=TOMORROW),
        "nothing": answers.Previewed(subscription=subscription(), digest=digest(), next_at=None),
    },
    answers.Delivered: {
        "papers": answers.Delivered(subscription=subscription(), digest=digest(pick()), next_at=TOMORROW),
        "nothing new": answers.Delivered(subscription=subscription(), digest=digest(matched=3), next_at=None),
    },
    answers.Paused: {"paused": answers.Paused(subscription=subscription())},
    answers.Dropped: {"dropped": answers.Dropped()},
    answers.Resumed: {"resumed": answers.Resumed(subscription=subscription(), next_at=TOMORROW)},
    answers.Removed: {
        "removed": answers.Removed(
            subscription=subscription(), again="subscribe diffusion -survey at 09:00 Berlin"
        )
    },
    answers.Bookmarked: {
        "saved": answers.Bookmarked(entry=entry(), changed=True),
        "saved before": answers.Bookmarked(entry=entry(), changed=False),
        "taken out": answers.Bookmarked(entry=entry(), changed=True, removed=True),
        "not there": answers.Bookmarked(entry=entry(), changed=False, removed=True),
    },
    answers.Bookmarks: {
        "none": answers.Bookmarks(entries=()),
        "some": answers.Bookmarks(entries=(entry(), entry("Two"))),
        "bibtex": answers.Bookmarks(entries=(entry(), entry("Two")), bibtex=True),
    },
    answers.Explained: {
        "came": answers.Explained(entry=entry(), verdicts=(replace(VERDICT, had_at=MORNING),)),
        "no subscription": answers.Explained(entry=entry(), verdicts=()),
    },
    answers.SettingsAnswer: {
        "shown": answers.SettingsAnswer(platform=Platform.TERMINAL, settings=WorkspaceSettings()),
        "changed": answers.SettingsAnswer(
            platform=Platform.TERMINAL, settings=WorkspaceSettings(channels=("a", "b")), changed="channels"
        ),
        "may not": answers.SettingsAnswer(
            platform=Platform.TERMINAL, settings=WorkspaceSettings(), may_change=False
        ),
    },
    answers.Forgetting: {
        "me": answers.Forgetting(whose=Whose.ME, here=ROOM, subscriptions=2, follows=1, saved=5),
        "me with nothing": answers.Forgetting(whose=Whose.ME, here=ROOM),
        "a workspace": answers.Forgetting(whose=Whose.WORKSPACE, here=ROOM, subscriptions=3, channels=2),
        "an empty workspace": answers.Forgetting(whose=Whose.WORKSPACE, here=ROOM),
    },
    answers.Forgotten: {
        "me": answers.Forgotten(whose=Whose.ME, subscriptions=1, follows=1, saved=5),
        "me with nothing": answers.Forgotten(whose=Whose.ME),
        "a workspace": answers.Forgotten(whose=Whose.WORKSPACE, subscriptions=3),
    },
    answers.Restored: {
        "restored": answers.Restored(subscriptions=(subscription(), FOLLOW)),
        "nothing": answers.Restored(subscriptions=()),
    },
    answers.LookedUp: {
        "several": answers.LookedUp(entries=(entry(), entry()), unknown=("2511.99999",)),
        "one": answers.LookedUp(entries=(entry(),)),
        "none": answers.LookedUp(entries=(), unknown=("2511.99999", "2511.99998")),
    },
    answers.HelpAnswer: {
        topic or "help": answers.HelpAnswer(
            here=ROOM, topic=topic, subscriptions=2, next_at=TOMORROW, zone="Europe/Berlin"
        )
        for topic in ("", "filters", "times")
    },
}
EACH: Final = [
    pytest.param(answer, id=f"{kind.__name__}: {name}")
    for kind, named in SAMPLES.items()
    for name, answer in named.items()
]


def said(notice: Notice) -> str:
    rows = [f"{row.name} {row.meaning}" for row in notice.rows]
    return "\n".join((notice.headline, *notice.lines, *rows, *notice.footer))


def typed(notice: Notice) -> list[str]:
    return [command for action in notice.actions for command in action.commands]


def shown(kind: type, name: str) -> Notice:
    return present(SAMPLES[kind][name], VIEWER)


def test_no_kind_of_answer_is_forgotten() -> None:
    assert set(SAMPLES) == set(get_args(Answer))


@pytest.mark.parametrize("answer", EACH)
def test_each_answer_has_words_without_gaps(answer: Answer) -> None:
    notice = present(answer, VIEWER)

    assert notice.headline or notice.cards
    assert all((*notice.lines, *notice.footer))
    assert all(row.name and row.meaning for row in notice.rows)
    assert notice.notification or notice.cards
    for text in (said(notice), notice.notification):
        assert not re.search(r"None(?! of)", text)
        assert " ·  · " not in text
        assert not text.endswith((" ", "·"))


@pytest.mark.parametrize("answer", EACH)
def test_each_command_that_is_offered_can_be_typed(answer: Answer) -> None:
    for command in typed(present(answer, VIEWER)):
        assert command.startswith("/papers ")
        parse_command(command)


@pytest.mark.parametrize("answer", EACH)
def test_nobody_who_cannot_type_is_told_to_subscribe_or_search(answer: Answer) -> None:
    if isinstance(answer, answers.Form | answers.HelpAnswer):
        return  # both are asked for by typing
    assert "/papers" not in said(present(answer, READER))
    assert typed(present(answer, READER)) == []


@pytest.mark.parametrize("answer", EACH)
def test_the_mark_of_machine_written_words_is_explained_once_where_it_stands(answer: Answer) -> None:
    notice = present(answer, VIEWER)
    marked = any(card.machine_written for card in notice.cards)

    assert said(notice).count("✦ machine-written summary (Hugging Face)") == int(marked)
    assert "Hugging Face" not in said(present(answer, replace(VIEWER, credit="")))


def test_a_kind_that_is_no_answer_has_no_words() -> None:
    with pytest.raises(NotImplementedError, match="Caller"):
        present(type("Caller", (), {})(), VIEWER)


# A day


def test_a_day_tells_its_filter_what_was_hidden_and_how_to_see_the_rest() -> None:
    notice = shown(answers.DayAnswer, "a day")

    assert notice.headline.startswith("1 paper · Thu 13 Nov · 31 listed · 2 matched")
    assert notice.lines[0] == parse_filter('"world model"').reading()
    assert "-survey hid 1" in notice.lines[1]
    assert notice.footer[0].startswith("1 more matched")
    assert typed(notice) == ['/papers day 2025-11-13 "world model"']


def test_first_contact_says_how_to_get_it_every_day() -> None:
    commands = typed(shown(answers.DayAnswer, "first contact"))

    assert [type(parse_command(command)) for command in commands[:2]] == [Subscribe, Follow]
    assert commands[-1] == "/papers help"


def test_a_day_without_papers_says_so_with_its_date() -> None:
    assert shown(answers.DayAnswer, "an empty day").headline == "No papers were listed on Thu 13 Nov."


@pytest.mark.parametrize(
    ("coverage", "line"),
    [
        pytest.param(replace(KNOWN, complete=False), "I know papers since 13 Nov.", id="back-fill under way"),
        pytest.param(
            replace(KNOWN, stale_since=MORNING),
            "As of 13 Nov 08:00 UTC: no listing was read since.",
            id="stale",
        ),
    ],
)
def test_answers_say_what_they_cover(coverage: answers.Coverage, line: str) -> None:
    day = answers.DayAnswer(digest=digest(pick()), asked=THURSDAY, coverage=coverage)
    found = answers.Found(
        text="x", filter=parse_filter("x"), matches=(), total=0, partial=False, coverage=coverage
    )

    assert line in present(day, VIEWER).lines
    assert line in present(found, VIEWER).lines


def test_answers_that_know_all_say_nothing_about_it() -> None:
    assert "I know papers" not in said(shown(answers.DayAnswer, "a day"))


# Finding


def test_a_search_says_how_many_and_offers_the_new_ones() -> None:
    notice = shown(answers.Found, "found")

    assert notice.headline == "7 papers for “world model”, the best 1"
    assert typed(notice) == ["/papers follow world, model"]


def test_a_search_that_missed_a_word_says_so_and_offers_nothing() -> None:
    notice = shown(answers.Found, "partial")

    assert "No paper has every word" in notice.lines[0]
    assert typed(notice) == []


def test_a_search_without_a_find_says_what_to_do() -> None:
    notice = shown(answers.Found, "nothing")

    assert notice.headline == "Nothing I know matches “zzz”."
    assert typed(notice) == ["/papers help filters"]


def test_a_search_that_was_mended_says_what_was_found_instead() -> None:
    notice = shown(answers.Found, "mended")

    assert notice.headline == "1 paper for “world model”"
    assert notice.lines[0] == "Nothing I know matches “wrold model”."


def test_a_word_that_no_paper_has_is_asked_about() -> None:
    notice = shown(answers.Found, "a slip among words")

    assert notice.headline == "1 paper for “wrold model”"
    assert typed(notice) == ["/papers search world model"]


def test_a_paper_tells_how_it_grew_and_how_to_keep_and_cite_it() -> None:
    notice = shown(answers.Shown, "a paper")

    assert notice.footer[0] == "Upvotes: 12 (13 Nov 08:00) → 84 (14 Nov 08:00) UTC"
    assert typed(notice) == [
        "/papers save 2511.01234",
        "/papers show 2511.01234 bibtex",
        "/papers search like:2511.01234",
    ]
    assert notice.cards[0].paragraphs == ("One.", "Two.")


def test_growth_names_only_changes_and_the_last_six() -> None:
    counts = (1, 1, 2, 3, 4, 5, 6, 7, 7)
    tallies = tuple(
        Tally(at=MORNING + timedelta(hours=hour), upvotes=count) for hour, count in enumerate(counts)
    )
    notice = present(answers.Shown(entry=entry(), tallies=tallies, saved=False), VIEWER)

    assert [step.split(" (")[0] for step in notice.footer[0].removeprefix("Upvotes: ").split(" → ")] == list(
        "234567"
    )


def test_a_saved_paper_says_so_and_a_flat_line_nothing() -> None:
    notice = shown(answers.Shown, "saved")

    assert notice.footer[0] == "You saved this paper."
    assert typed(notice) == [
        "/papers show 2511.01234 bibtex",
        "/papers save remove 2511.01234",
        "/papers search like:2511.01234",
    ]


def test_bibtex_is_text_to_copy() -> None:
    one, many = shown(answers.Shown, "bibtex"), shown(answers.Bookmarks, "bibtex")

    assert one.literal.startswith("@misc{lovelace2025")
    assert not one.cards
    assert many.literal.count("@misc{") == 2


# Subscribing


def test_an_offer_says_when_what_how_much_and_from_when() -> None:
    notice = shown(answers.Offer, "new")

    assert notice.headline == "Every weekday at 09:00 Berlin, up to 5 papers, in #papers"
    assert notice.lines == (
        parse_filter("diffusion -survey").reading(),
        "Filter: diffusion -survey",
        "In the last 10 list days this would have matched 4.2 papers a day (31 listed a day).",
        "First digest: tomorrow 09:00 (Berlin).",
        "The latest:",
    )
    assert [card.title for card in notice.cards] == ["World models that plan"]


def test_an_offer_for_oneself_says_to_whom() -> None:
    assert shown(answers.Offer, "follow").headline.endswith("up to 5 papers, to you")


def test_every_example_of_the_edit_form_keeps_the_filter() -> None:
    typed_in = [
        parse_command(command)
        for action in shown(answers.Form, "edit").actions
        for command in action.commands
    ]

    assert len(typed_in) > 1
    assert all(isinstance(command, Edit) and command.filter is None for command in typed_in)


def test_an_edit_shows_before_and_after() -> None:
    assert (
        "Before: every weekday at 09:00 Berlin, up to 5 papers, in #papers; agents"
        in shown(answers.Offer, "edit").lines
    )


def test_an_alert_says_how_often_and_no_first_digest() -> None:
    words = said(shown(answers.Offer, "alert"))

    assert "about 1.5 alerts a week" in words
    assert "First digest" not in words
    assert "up to" not in words


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        pytest.param(
            replace(RATE, matched=200),
            "That is nearly everything; narrower keywords would help.",
            id="nearly all",
        ),
        pytest.param(NOTHING, "In the last 10 list days nothing matched.", id="nothing"),
        pytest.param(replace(RATE, days=1), "On the last list day this would have matched", id="one day"),
        pytest.param(replace(RATE, hidden=(("survey", 3),)), "-survey hid 3 of 45.", id="a mute"),
        pytest.param(
            replace(RATE, hidden=(("survey", 3), ("video", 2), ("x", 0))),
            "-survey hid 3 and -video hid 2.",
            id="mutes",
        ),
        pytest.param(replace(NOTHING, days=0), "I know no papers yet", id="an empty store"),
        pytest.param(
            replace(NOTHING, meant=(("difusion", "diffusion"),)),
            "In the last 10 list days nothing matched.\n“difusion” matched nothing; did you mean “diffusion”?",
            id="a slip alone",
        ),
        pytest.param(
            replace(RATE, meant=(("difusion", "diffusion"),)),
            "(31 listed a day).\n“difusion” matched nothing; did you mean “diffusion”?",
            id="a slip beside what matched",
        ),
        pytest.param(
            replace(RATE, names=(HE,)),
            "author:He names 9 % of all papers: Kaiming He (3), Xiangnan He (2)."
            ' Put a full name in quotes for one person: author:"Kaiming He".',
            id="a name of many",
        ),
    ],
)
def test_an_offer_advises_where_it_brings_too_much_or_nothing(rate: answers.MatchRate, told: str) -> None:
    assert told in said(present(replace(OFFER, rate=rate), VIEWER))


def test_a_slip_can_be_mended_with_the_command_that_is_shown() -> None:
    rate = replace(NOTHING, meant=(("difusion", "diffusion"),), corrected=parse_filter("diffusion -survey"))
    notice = present(replace(OFFER, rate=rate), VIEWER)

    commands = map(parse_command, typed(notice))
    assert [str(command.filter) for command in commands if isinstance(command, Subscribe)] == [
        "diffusion -survey"
    ]


def test_a_phrase_that_matched_nothing_offers_its_words_with_the_rest_as_it_was() -> None:
    notice = shown(answers.Offer, "widened")
    (command,) = typed(notice)
    asked = parse_command(command)

    assert "would have matched 31" in said(notice)
    assert isinstance(asked, Subscribe)
    assert str(asked.filter) == "plan, agents"
    assert asked.clauses.zone == "Europe/Berlin"
    assert asked.clauses.channel == "papers"


@pytest.mark.parametrize(
    ("name", "headline", "line"),
    [
        (
            "new",
            "Subscribed: every weekday at 09:00 Berlin, up to 5 papers, in #papers",
            "First digest: tomorrow",
        ),
        (
            "follow",
            "Following: every weekday at 09:00 Berlin, up to 5 papers, to you",
            "First digest: tomorrow",
        ),
        (
            "edit",
            "Changed: every weekday at 09:00 Berlin, up to 5 papers, in #papers",
            "Next digest: tomorrow",
        ),
    ],
)
def test_what_was_saved_is_read_back(name: str, headline: str, line: str) -> None:
    notice = shown(answers.Saved, name)

    assert notice.headline == headline
    assert line in notice.lines[-1]
    assert notice.tone is Tone.GOOD


def test_what_was_saved_names_its_id_to_type() -> None:
    assert "/papers unsubscribe 7f3k" in typed(shown(answers.Saved, "new"))


def test_the_form_for_changes_shows_what_is_held() -> None:
    notice = shown(answers.Form, "edit")

    assert notice.headline.startswith("7f3k is every weekday")
    assert all(command.startswith("/papers edit 7f3k ") for command in typed(notice))


def test_the_list_names_each_with_its_id_rhythm_filter_and_next() -> None:
    notice = shown(answers.SubscriptionList, "some")

    assert notice.headline == "#papers has 2 subscriptions · you follow 1"
    assert [row.name for row in notice.rows] == ["7f3k", "7f3k", "2b9d"]
    assert (
        notice.rows[0].meaning
        == "every weekday at 09:00 Berlin · diffusion -survey · next: tomorrow 09:00 (Berlin) · since 13 Nov"
    )
    assert "paused since 13 Nov: the bot may not post here (/papers resume 7f3k)" in notice.rows[1].meaning
    assert notice.rows[2].meaning.startswith("follow · ")


def test_an_empty_list_says_how_to_begin() -> None:
    notice = shown(answers.SubscriptionList, "nothing")

    assert notice.headline == "Nothing is subscribed in #papers."
    assert isinstance(parse_command(typed(notice)[0]), Subscribe)


def test_a_preview_says_that_nothing_was_counted() -> None:
    notice = shown(answers.Previewed, "papers")

    assert "A preview; nothing was counted. Next digest: tomorrow 09:00 (Berlin)." in notice.footer


def test_a_digest_brought_early_is_on_its_way_and_says_when_the_next_comes() -> None:
    notice = shown(answers.Delivered, "papers")

    assert notice.headline.startswith("On its way to #")
    assert notice.headline.endswith(": 1 paper.")
    assert notice.footer == ("Next digest: tomorrow 09:00 (Berlin).",)


@pytest.mark.parametrize(
    ("kind", "name", "line"),
    [
        (answers.Previewed, "nothing", '31 papers looked at, none matched "world model".'),
        (answers.Delivered, "nothing new", "31 papers looked at, 3 matched, and each came before."),
    ],
)
def test_silence_says_what_was_looked_at(kind: type, name: str, line: str) -> None:
    notice = shown(kind, name)

    assert notice.headline == "Nothing new matches."
    assert notice.lines == (line,)


def test_what_was_removed_can_be_had_back() -> None:
    (command,) = typed(shown(answers.Removed, "removed"))

    assert isinstance(parse_command(command), Subscribe)


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("saved", "Saved “World models that plan”."),
        ("saved before", "“World models that plan” was saved already."),
        ("taken out", "Took “World models that plan” out of your list."),
        ("not there", "“World models that plan” was not in your list."),
    ],
)
def test_keeping_a_paper_says_what_changed(name: str, headline: str) -> None:
    assert shown(answers.Bookmarked, name).headline == headline


# Explaining


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        pytest.param(replace(VERDICT, had_at=MORNING), "it came on Thu 13 Nov.", id="came"),
        pytest.param(replace(VERDICT, listed=False, match=None), "no candidate", id="never listed"),
        pytest.param(
            replace(VERDICT, match=None, mutes=("survey",), place=None),
            "it does not match.\n  muted by -survey",
            id="muted",
        ),
        pytest.param(
            replace(VERDICT, match=None, missing=("agents",), place=None),
            "it does not match.\n  not found: agents",
            id="missing",
        ),
        pytest.param(
            replace(VERDICT, match=None, failed=("upvotes>=100",), place=None),
            "failed upvotes>=100",
            id="condition",
        ),
        pytest.param(
            replace(VERDICT, place=9), "it matches, as number 9 of its day; 5 are taken.", id="crowded out"
        ),
        pytest.param(
            replace(VERDICT, place=9, chance=0.12),
            "it matches, as number 9 of its day; a chance of 12 % to end among the 5 best.",
            id="hardly likely",
        ),
        pytest.param(
            replace(VERDICT, chance=0.55),
            "number 2 of its day; a chance of 55 % to end among the 5 best\n"
            "  on its list day a paper comes from 70 %, later from 20 %",
            id="doubtful",
        ),
        pytest.param(replace(VERDICT, in_window=False), "listed too long ago", id="too old"),
        pytest.param(VERDICT, "found: “world model” in the title\n  number 2 of its day", id="matches"),
    ],
)
def test_a_verdict_names_the_subscription_and_what_decided(verdict: answers.Verdict, told: str) -> None:
    notice = present(answers.Explained(entry=entry(), verdicts=(verdict,)), VIEWER)

    assert "7f3k (diffusion -survey): " in notice.lines[0]
    assert told in "\n".join(notice.lines)


def test_a_place_that_nothing_is_subscribed_in_explains_nothing() -> None:
    assert shown(answers.Explained, "no subscription").headline.startswith("Nothing is subscribed here")


# What is deleted for good, what comes back, and what a message names


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param(
            "me",
            "Gone will be 1 follow and 5 saved papers, and the records of what was delivered to you.\n"
            "2 subscriptions that you made for channels stay there and no longer say by whom.",
            id="me",
        ),
        pytest.param(
            "me with nothing",
            "You follow and saved nothing; the records of what was delivered to you go.",
            id="me with nothing",
        ),
        pytest.param(
            "a workspace",
            "Gone will be 3 subscriptions in 2 channels, the settings and the records of what was delivered.\n"
            "What people follow and saved stays theirs.",
            id="a workspace",
        ),
        pytest.param(
            "an empty workspace",
            "Nothing is subscribed; the settings and the records of what was delivered go.\n"
            "What people follow and saved stays theirs.",
            id="an empty workspace",
        ),
    ],
)
def test_before_anything_is_deleted_it_is_counted(name: str, told: str) -> None:
    notice = shown(answers.Forgetting, name)

    assert "\n".join(notice.lines) == f"{told}\nThere is no way back."
    assert notice.headline.endswith("?")
    assert notice.tone is Tone.WARNING


def test_what_was_deleted_is_counted() -> None:
    assert shown(answers.Forgotten, "me").lines == ("1 follow and 5 saved papers went.",)
    assert shown(answers.Forgotten, "me with nothing").lines == ()
    assert shown(answers.Forgotten, "a workspace").lines == ("3 subscriptions went.",)


def test_what_is_restored_is_named() -> None:
    notice = shown(answers.Restored, "restored")

    assert notice.headline == "2 subscriptions restored."
    assert notice.lines[0] == "7f3k: every weekday at 09:00 Berlin, up to 5 papers, in #papers"
    assert shown(answers.Restored, "nothing").headline == "There is nothing to restore."


def test_the_papers_of_a_message_are_cards_and_what_is_unknown_is_named() -> None:
    several, one = shown(answers.LookedUp, "several"), shown(answers.LookedUp, "one")

    assert several.headline == "That message names 3 papers."
    assert several.lines == ("I have no paper 2511.99999.",)
    assert len(several.cards) == 2
    assert (one.headline, bool(one.cards[0].links)) == ("", True)
    none = shown(answers.LookedUp, "none")
    assert none.headline == "I know none of the papers in that message."
    assert none.lines == ("I have no paper 2511.99999 or 2511.99998.",)


# Settings and help


def test_each_setting_is_shown_by_the_name_that_changes_it() -> None:
    names = [row.name for row in shown(answers.SettingsAnswer, "shown").rows]

    assert names == ["subscribers", "channels", "sharing", "zone", "hour", "quiet", "posts"]


@pytest.mark.parametrize(
    ("platform", "custom"),
    [
        pytest.param(Platform.SLACK, "a channel’s members may subscribe it, as is usual", id="slack"),
        pytest.param(
            Platform.DISCORD, "whoever manages a channel may subscribe it, as is usual", id="discord"
        ),
    ],
)
def test_settings_are_those_of_the_platform(platform: Platform, custom: str) -> None:
    answer = answers.SettingsAnswer(settings=WorkspaceSettings(), platform=platform)
    rows = {row.name: row.meaning for row in present(answer, VIEWER).rows}

    assert rows["subscribers"] == custom
    assert ("cards" in rows) is (platform is Platform.SLACK)


def test_a_changed_setting_is_read_back() -> None:
    notice = shown(answers.SettingsAnswer, "changed")

    assert (notice.headline, notice.tone) == ("Changed channels.", Tone.GOOD)
    assert next(row.meaning for row in notice.rows if row.name == "channels") == "#a, #b"


def test_who_may_not_change_settings_is_not_told_how() -> None:
    assert typed(shown(answers.SettingsAnswer, "may not")) == []


def test_help_begins_with_this_place_and_ends_with_how_to_stop() -> None:
    notice = shown(answers.HelpAnswer, "help")

    assert notice.headline == "#papers: next digest tomorrow 09:00 (Berlin), 2 subscriptions"
    assert [row.name.split()[1] for row in notice.rows] == [
        "today",
        "search",
        "follow",
        "subscribe",
        "subscriptions",
    ]
    assert typed(notice)[-1] == "/papers unsubscribe"


def test_help_in_a_direct_message_names_no_channel() -> None:
    answer = answers.HelpAnswer(here=ANA, topic="", subscriptions=0, next_at=None)

    notice = present(answer, VIEWER)
    assert notice.headline == "Your papers: 0 follows"
    assert not any("subscribe " in row.name for row in notice.rows)
    assert "settings" not in {choice.text for action in notice.actions for choice in action.choices}


def test_whoever_follows_nothing_is_not_told_of_channels() -> None:
    notice = present(answers.SubscriptionList(here=ANA, subscriptions=(), follows=()), VIEWER)
    assert notice.headline == "You follow nothing yet."
    assert typed(notice) == ['/papers follow diffusion, "world model"']


@pytest.mark.parametrize("topic", ["filters", "times"])
def test_help_about_a_topic_is_one_screen(topic: str) -> None:
    notice = shown(answers.HelpAnswer, topic)

    assert 5 <= len(notice.rows) + len(notice.footer) <= 20


def test_reasons_are_told_where_a_search_found_something() -> None:
    found = answers.Found(
        text="x", filter=parse_filter("x"), matches=(match(entry(), ("x", Field.ABSTRACT)),), total=1, partial=False,
        coverage=KNOWN,
    )  # fmt: skip

    assert present(found, VIEWER).cards[0].reason == "“x” in the abstract"
