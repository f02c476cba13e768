from __future__ import annotations

import json
import textwrap
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import answers
from bot.domain.buttons import Draft, Manage, More, Page, Run, Share, Step, Zone, key_of
from bot.domain.errors import BadFilter
from bot.domain.subscriptions import Platform, WorkspaceSettings
from bot.presentation.asking import Waiting
from bot.presentation.cards import Action, Card, Choice, Link, Notice
from bot.presentation.explain import explain
from bot.presentation.notices import Viewer, present
from handlers.slack.answers import Menu, Showing, shared, shown
from handlers.slack.buttons import pressed
from handlers.slack.home import HomePart, home
from handlers.slack.mrkdwn import channel
from tests.handlers.discord.hostile import MORNING, subscription
from tests.handlers.discord.hostile import texts as hostile
from tests.handlers.discord.test_render_answers import notices
from tests.handlers.discord.test_render_digests import realistic
from tests.handlers.slack.reading import ROOM, check_blocks, check_message, markup, objects, shown_text

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
VIEWER = Viewer(now=MORNING, zone="Europe/Berlin")


def buttons(body: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return [pressed(one)[0] for one in objects(body["blocks"], "button")]


def labels(body: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [one["text"]["text"] for one in objects(body["blocks"], "button")]


@SLOW
@given(notices(), st.integers(-1, 9), hostile(300), st.booleans())
def test_whatever_an_answer_says_no_limit_is_broken(
    notice: Notice,
    number: int,
    asked: str,
    shareable: bool,  # noqa: FBT001 - drawn
) -> None:
    made = shown(notice, Showing(asked=asked, number=number, shareable=shareable))
    check_message(made.body)
    keys = {one.key for one in buttons(made.body) if isinstance(one, Run | Share | Page) and one.key}
    assert keys == set(made.kept)


@SLOW
@given(notices())
def test_every_paper_of_an_answer_stands_on_one_of_its_pages(notice: Notice) -> None:
    wanted = [card.paper for card in notice.cards]
    found, number, more = [], 1, True
    while more and number < 99:
        body = shown(notice, Showing(asked="today", number=number)).body
        found += [one.paper for one in buttons(body) if isinstance(one, More)]
        more = Page(number=number + 1, text="today") in buttons(body)
        number += 1
    if not any(card.paragraphs or card.links for card in notice.cards):
        assert found == wanted


@SLOW
@given(st.lists(notices(), min_size=1, max_size=4))
def test_whatever_stands_in_app_home_no_limit_is_broken(parts: list[Notice]) -> None:
    made = home([HomePart(title=f"Part {n}", notice=one, more="saved") for n, one in enumerate(parts)], {})
    blocks = json.loads(json.dumps(made.view["blocks"]))  # blocks are shared: they are not ours to change
    assert 1 <= len(blocks) <= 100
    for one in objects(blocks, "button"):
        one["action_id"] += (
            f":{id(one)}"  # the same may stand in two of its parts, each in a block of its own
        )
    check_blocks(blocks, most=100)


def test_app_home_says_how_much_it_does_not_show() -> None:
    many = Notice(
        headline="You saved 30 papers", cards=tuple(Card(title=f"T{n}", url="", rank=n) for n in range(30))
    )
    made = home([HomePart(title="Saved", notice=many, more="saved")], {})
    assert any("more are not shown here." in line for line in markup(made.view["blocks"]))
    assert Run(text="saved") in buttons(made.view)


def test_what_is_offered_is_subscribed_changed_or_cancelled() -> None:
    offer = answers.Offer(
        subscription=subscription(destination=ROOM),
        rate=answers.MatchRate(
            days=14, listed=430, matched=59, latest=(realistic(1).match, realistic(2).match)
        ),
        next_at=MORNING,
    )
    how = Showing(
        waiting=Waiting(key="k1", yes="Subscribe"), known={f"#{ROOM.channel}": channel(ROOM.channel)}
    )
    body = shown(present(offer, VIEWER), how).body
    check_message(body)
    assert [one for one in buttons(body) if isinstance(one, Draft)] == [
        Draft(key="k1", step=step) for step in (Step.OK, Step.CHANGE, Step.CANCEL)
    ]
    assert labels(body)[-3:] == ["Subscribe", "Change", "Cancel"]
    assert (
        markup(body["blocks"])[0] == f"*Every weekday at 09:00 Berlin, up to 5 papers, in <#{ROOM.channel}>*"
    )


def listed(count: int) -> Notice:
    held = tuple(
        answers.Held(subscription=subscription(short_id=f"{place:02d}ab", destination=ROOM), next_at=MORNING)
        for place in range(count)
    )
    return present(answers.SubscriptionList(here=ROOM, subscriptions=held, follows=()), VIEWER)


@pytest.mark.parametrize("count", range(1, 6))
def test_up_to_five_subscriptions_have_all_their_buttons(count: int) -> None:
    body = shown(listed(count), Showing(asked="subscriptions")).body
    check_message(body)
    assert len(buttons(body)) == 5 * count
    assert labels(body)[0] == ("Pause" if count == 1 else "Pause 00ab")


def test_of_more_subscriptions_each_has_one_button_and_there_are_pages() -> None:
    first = shown(listed(23), Showing(asked="subscriptions")).body
    last = shown(listed(23), Showing(asked="subscriptions", number=3)).body
    for body in (first, last):
        check_message(body)
    assert buttons(first)[0] == Manage(short_id="00ab")
    assert Page(number=2, text="subscriptions") in buttons(first)
    assert [one.short_id for one in buttons(last) if isinstance(one, Manage)] == ["20ab", "21ab", "22ab"]


def test_a_paper_is_told_whole_and_can_be_shared() -> None:
    pick = realistic(1)
    answer = answers.Shown(entry=pick.entry, tallies=(), saved=False)
    body = shown(present(answer, VIEWER), Showing(asked="show 2511.00001", shareable=True)).body
    check_message(body)
    assert pick.entry.paper.abstract.strip() in markup(body["blocks"])
    assert any("<https://arxiv.org/pdf/2511.00001|PDF>" in line for line in markup(body["blocks"]))
    assert labels(body)[:2] == ["Save", "BibTeX"]
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
    made = shared(present(found, VIEWER), "Ana <!channel>")
    assert made is not None
    check_message(made.body)
    assert "secret" not in str(made.body)
    assert markup(made.body["blocks"])[0] == "2 papers, shared by Ana &lt;!channel&gt;"
    assert shared(Notice(headline="Nothing"), "Ana") is None


def test_bibtex_is_copied_whole_however_long_it_is() -> None:
    entry = "@misc{x%d,\n  author = {" + " and ".join(f"Ada Lovelace{n}" for n in range(664)) + "}\n}\n"
    literal = "\n".join(entry % number for number in range(5))
    found, number, more = "", 1, True
    while more:
        body = shown(
            Notice(headline="5 papers", literal=literal), Showing(asked="saved bibtex", number=number)
        ).body
        check_message(body)
        blocks = [
            shown_text(one["text"]) for one in objects(body["blocks"], "mrkdwn") if "```" in one["text"]
        ]
        found += "\n".join(one.removeprefix("```\n").removesuffix("\n```") for one in blocks) + "\n"
        more = Page(number=number + 1, text="saved bibtex") in buttons(body)
        number += 1
    assert found.split() == literal.split()
    assert max(map(len, textwrap.dedent(found).splitlines())) <= 504


def test_an_error_offers_what_was_meant_even_if_that_is_long() -> None:
    meant = 'subscribe diffusion, "world model", ' + "robotics, " * 300
    made = shown(explain(BadFilter("The quote is never closed.", text="x", start=0, end=1, suggestion=meant)))
    check_message(made.body)
    assert buttons(made.body) == [Run(key=key_of(meant))]
    assert made.kept == {key_of(meant): meant}


def test_a_menu_of_zones_stands_below_the_question_and_its_command_is_kept() -> None:
    meant = "subscribe " + "agents, " * 50
    one = Menu(does=Zone(text=meant), hint="Choose a time zone", options=(("Berlin", "Europe/Berlin"),) * 120)
    made = shown(Notice(headline="In which time zone?"), Showing(menu=one))
    check_message(made.body)
    [menu] = objects(made.body["blocks"], "static_select")
    assert len(menu["options"]) == 100
    assert pressed({**menu, "selected_option": menu["options"][0]}) == (
        Zone(key=key_of(meant)),
        "Europe/Berlin",
    )
    assert made.kept == {key_of(meant): meant}


def test_rows_without_buttons_are_words_to_type_with_their_meaning() -> None:
    answer = answers.SettingsAnswer(platform=Platform.SLACK, settings=WorkspaceSettings(hour=time(7, 30)))
    body = shown(present(answer, VIEWER)).body
    check_message(body)
    assert "`hour` — 07:30, where none is named" in markup(body["blocks"])


def test_a_card_without_an_id_has_no_button() -> None:
    cards = (
        Card(title="A", url="", rank=1),
        Card(title="B", url="", links=(Link(name="x", url="javascript:x"),)),
    )
    body = shown(Notice(headline="Two", cards=cards)).body
    check_message(body)
    assert buttons(body) == []
    assert markup(body["blocks"]) == ["*1. A*", "*B*", "x"]


def test_the_same_command_has_one_button() -> None:
    twice = Choice(label="Help", text="help", command="/papers help")
    notice = Notice(headline="x", actions=(Action(words="", choices=(twice, replace(twice, label="Again"))),))
    assert labels(shown(notice).body) == ["Help"]
