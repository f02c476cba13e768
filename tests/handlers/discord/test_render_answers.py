from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import answers
from bot.domain.buttons import Step
from bot.domain.errors import BadFilter
from bot.domain.subscriptions import Platform, WorkspaceSettings
from bot.presentation.asking import Waiting
from bot.presentation.cards import Action, Card, Choice, Link, Notice, Row, Tone
from bot.presentation.explain import explain
from bot.presentation.notices import Viewer, present
from bot.presentation.paper_cards import full_card, match_card
from handlers.discord.answers import Showing, for_edit, shared, shown
from handlers.discord.buttons import Draft, Manage, More, Page, Run, Share, Zone, decode, key_of
from handlers.discord.components import EPHEMERAL, IS_V2, every, menu, texts
from tests.handlers.discord.hostile import MORNING, ROOM, picks, subscription
from tests.handlers.discord.hostile import texts as hostile
from tests.handlers.discord.test_render_digests import check_limits, check_markup, realistic
from tests.servers.discord.schema import problems

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
VIEWER = Viewer(now=MORNING, zone="Europe/Berlin")
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


def buttons(body: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return [decode(one["custom_id"]) for one in every(body["components"]) if "custom_id" in one]


def labels(body: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [one["label"] for one in every(body["components"]) if "label" in one]


def check(body: Any) -> None:  # noqa: ANN401 - JSON
    check_limits(body)
    assert problems("POST", CALLBACK, {"type": 4, "data": {**body, "allowed_mentions": {"parse": []}}}) == []


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    numbers = itertools.count()

    def words(most: int) -> str:
        return draw(hostile(most))

    def choice() -> Choice:
        return Choice(label=words(120), text=f"{next(numbers)} {words(300)}", command="")

    def row() -> Row:
        return Row(
            name=f"{next(numbers)} {words(60)}",
            meaning=words(900),
            choices=tuple(choice() for _ in range(draw(st.integers(0, 6)))),
        )

    chosen = [draw(picks(number)) for number in range(draw(st.integers(0, 12)))]
    whole = draw(st.booleans())
    return Notice(
        headline=words(500),
        lines=tuple(words(500) for _ in range(draw(st.integers(0, 4)))),
        rows=tuple(row() for _ in range(draw(st.integers(0, 8)))),
        cards=tuple(
            full_card(pick.entry) if whole else match_card(pick.match, place)
            for place, pick in enumerate(chosen, 1)
        ),
        footer=tuple(words(300) for _ in range(draw(st.integers(0, 4)))),
        actions=tuple(
            Action(words=words(100), choices=tuple(choice() for _ in range(draw(st.integers(1, 7)))))
            for _ in range(draw(st.integers(0, 4)))
        ),
        tone=draw(st.sampled_from(Tone)),
    )


@SLOW
@given(notices(), st.integers(-1, 9), hostile(300), st.booleans())
def test_whatever_an_answer_says_no_limit_is_broken(
    notice: Notice,
    number: int,
    asked: str,
    shareable: bool,  # noqa: FBT001 - drawn
) -> None:
    made = shown(notice, Showing(asked=asked, number=number, shareable=shareable))
    check(made.body)
    check_markup(made.body)
    keys = {one.key for one in buttons(made.body) if isinstance(one, Run | Share | Page) and one.key}
    assert keys == set(made.kept)


@SLOW
@given(notices())
def test_every_paper_of_an_answer_stands_on_one_of_its_pages(notice: Notice) -> None:
    wanted = [card.paper for card in notice.cards]
    found, number, more = [], 1, True
    while more and number < 99:
        body = shown(notice, Showing(asked="today", number=number)).body
        check(body)
        found += [one.paper for one in buttons(body) if isinstance(one, More)]
        more = Page(number=number + 1, text="today") in buttons(body)
        number += 1
    if not any(card.paragraphs or card.links for card in notice.cards):
        assert found == wanted


def test_an_answer_is_private_and_can_be_an_edit() -> None:
    body = shown(Notice(headline="Done.", tone=Tone.GOOD)).body
    assert body["flags"] == EPHEMERAL | IS_V2
    assert for_edit(body)["flags"] == IS_V2
    assert body["components"][0]["accent_color"] == 0x3BA55D


def test_what_is_offered_is_subscribed_changed_or_cancelled() -> None:
    offer = answers.Offer(
        subscription=subscription(),
        rate=answers.MatchRate(
            days=14, listed=430, matched=59, latest=(realistic(1).match, realistic(2).match)
        ),
        next_at=MORNING,
    )
    channel = f"#{ROOM.channel}"
    how = Showing(waiting=Waiting(key="k1", yes="Subscribe"), known={channel: f"<{channel}>"})
    body = shown(present(offer, VIEWER), how).body
    check(body)
    assert [one for one in buttons(body) if isinstance(one, Draft)] == [
        Draft(key="k1", step=step) for step in (Step.OK, Step.CHANGE, Step.CANCEL)
    ]
    assert labels(body)[-3:] == ["Subscribe", "Change", "Cancel"]
    assert texts(body["components"])[0].startswith(
        f"### Every weekday at 09:00 Berlin, up to 5 papers, in <#{ROOM.channel}>\n"
    )


def listed(count: int) -> Notice:
    held = tuple(
        answers.Held(subscription=subscription(short_id=f"{place:02d}ab"), next_at=MORNING)
        for place in range(count)
    )
    return present(answers.SubscriptionList(here=ROOM, subscriptions=held, follows=()), VIEWER)


@pytest.mark.parametrize("count", range(1, 6))
def test_up_to_five_subscriptions_have_all_their_buttons(count: int) -> None:
    body = shown(listed(count), Showing(asked="subscriptions")).body
    check(body)
    does = buttons(body)
    assert len(does) == 5 * count
    assert all(
        Run(text=f"{verb} 00ab") in does for verb in ("pause", "edit", "preview", "send", "unsubscribe")
    )
    assert labels(body)[0] == ("Pause" if count == 1 else "Pause 00ab")


def test_of_more_subscriptions_each_has_one_button_and_there_are_pages() -> None:
    first = shown(listed(23), Showing(asked="subscriptions")).body
    last = shown(listed(23), Showing(asked="subscriptions", number=3)).body
    for body in (first, last):
        check(body)
    assert buttons(first)[0] == Manage(short_id="00ab")
    assert Page(number=2, text="subscriptions") in buttons(first)
    assert [one.short_id for one in buttons(last) if isinstance(one, Manage)] == ["20ab", "21ab", "22ab"]
    assert buttons(last)[-1] == Page(number=2, text="subscriptions")


def test_a_paper_is_told_whole_and_can_be_shared() -> None:
    pick = realistic(1)
    answer = answers.Shown(entry=pick.entry, tallies=(), saved=False)
    body = shown(present(answer, VIEWER), Showing(asked="show 2511.00001", shareable=True)).body
    check(body)
    said = texts(body["components"])
    assert said[1] == pick.entry.paper.abstract.strip()
    assert "[PDF](https://arxiv.org/pdf/2511.00001)" in said[2]
    assert labels(body)[:2] == ["Save", "BibTeX"]
    assert labels(body)[-1] == "Share here"
    assert buttons(body)[-1] == Share(text="show 2511.00001")


def test_what_is_shared_repeats_nothing_that_was_typed() -> None:
    found = answers.Found(
        text="my secret words",
        filter=subscription().filter,
        matches=(realistic(1).match, realistic(2).match),
        total=2,
        partial=False,
        coverage=answers.Coverage(),
    )
    made = shared(present(found, VIEWER), "Ana @everyone")
    assert made is not None
    check(made.body)
    check_markup(made.body)
    assert not made.body["flags"] & EPHEMERAL
    assert "secret" not in str(made.body)
    assert texts(made.body["components"])[0] == "2 papers, shared by Ana @\u200beveryone"
    assert shared(Notice(headline="Nothing"), "Ana") is None


def test_bibtex_is_a_block_to_copy_or_a_file_if_it_is_long() -> None:
    short = shown(Notice(headline="A title", literal="@misc{x,\n  title = {A}\n}"))
    assert texts(short.body["components"])[1] == "```\n@misc{x,\n  title = {A}\n}\n```"
    assert short.attachment is None
    long = shown(Notice(headline="You saved 99 papers", literal="@misc{x}\n" * 900))
    check(long.body)
    assert long.attachment is not None
    assert long.attachment.text == "@misc{x}\n" * 900
    assert long.body["attachments"] == [{"id": "0", "filename": "papers.bib"}]


def test_an_error_offers_what_was_meant_even_if_that_is_long() -> None:
    meant = 'subscribe diffusion, "world model", ' + "robotics, " * 30
    error = BadFilter("The quote is never closed.", text="x", start=0, end=1, suggestion=meant)
    made = shown(explain(error))
    check(made.body)
    assert buttons(made.body) == [Run(key=key_of(meant))]
    assert made.kept == {key_of(meant): meant}


def test_a_menu_of_zones_stands_below_the_question() -> None:
    one = menu(Zone(text="subscribe agents"), "Choose a time zone", [("Berlin", "Europe/Berlin")] * 30)
    body = shown(Notice(headline="In which time zone?"), Showing(menu=one)).body
    check(body)
    assert buttons(body) == [Zone(text="subscribe agents")]


def test_rows_without_buttons_are_words_to_type_with_their_meaning() -> None:
    answer = answers.SettingsAnswer(platform=Platform.DISCORD, settings=WorkspaceSettings(hour=time(7, 30)))
    body = shown(present(answer, VIEWER)).body
    check(body)
    assert "`hour` — 07:30, where none is named" in texts(body["components"])[1]


def test_a_card_without_an_id_has_no_button() -> None:
    cards = (
        Card(title="A", url="", rank=1),
        Card(title="B", url="", links=(Link(name="x", url="javascript:x"),)),
    )
    body = shown(Notice(headline="Two", cards=cards)).body
    check(body)
    assert buttons(body) == []
    assert texts(body["components"])[1:] == ["**1. A**", "**B**", "x"]


def test_the_same_command_has_one_button() -> None:
    twice = Choice(label="Help", text="help", command="/papers help")
    notice = Notice(headline="x", actions=(Action(words="", choices=(twice, replace(twice, label="Again"))),))
    assert labels(shown(notice).body) == ["Help"]
