from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.bulletins import Bulletin, Silence
from bot.domain.buttons import More, Run
from bot.domain.deliveries import alert, scheduled
from bot.domain.digests import Pick
from bot.domain.subscriptions import Destination, Extra
from handlers.slack.buttons import pressed
from handlers.slack.digests import digest_messages
from handlers.slack.messages import Message, UnreadablePayload, decode, encode
from tests.handlers.discord.hostile import MORNING, TODAY, bulletins, digest, subscription
from tests.handlers.discord.test_render_digests import realistic
from tests.handlers.slack.reading import ANA, ROOM, check_message, markup, objects

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def does(message: Message) -> list[object]:
    """What the buttons of *message* stand for."""
    return [pressed(one)[0] for one in objects(message.body["blocks"], "button")]


def papers_of(message: Message) -> list[str]:
    return [one.paper for one in does(message) if isinstance(one, More)]


def bulletin_of(*chosen: Pick, **known: Any) -> Bulletin:  # noqa: ANN401 - any field of a Subscription
    return Bulletin(
        subscription=subscription(**{"destination": ROOM, **known}),
        edition=scheduled(MORNING, "Europe/Berlin"),
        digest=digest(*chosen),
        made_at=MORNING,
        due_at=MORNING,
        next_at=MORNING,
    )


@st.composite
def here(draw: st.DrawFn) -> Bulletin:
    place: Destination = draw(st.sampled_from((ROOM, ANA)))
    made: Bulletin = draw(bulletins(destination=place))
    return made


@SLOW
@given(here())
def test_whatever_the_papers_are_no_limit_is_broken_and_none_is_lost(bulletin: Bulletin) -> None:
    messages = digest_messages(bulletin)
    for message in messages:
        check_message(message.body)
        assert decode(encode(message)) == replace(message, picks=())
    wanted = [pick.entry.paper.id for pick in bulletin.digest.picks]
    assert [paper for message in messages for paper in message.picks] == wanted
    assert all(papers_of(message) == list(message.picks) for message in messages)
    assert [message.reply for message in messages] == sorted(message.reply for message in messages)
    if bulletin.subscription.personal:
        assert all(Run(text="unsubscribe 7f3k") in does(message) for message in messages)


@pytest.mark.parametrize("count", range(1, 11))
def test_ten_papers_or_fewer_are_one_message(count: int) -> None:
    (message,) = digest_messages(bulletin_of(*map(realistic, range(count))))
    check_message(message.body)
    assert len(message.picks) == count
    assert json.dumps(message.body, ensure_ascii=False).count("84 upvotes · 4 comments") == count


def test_more_than_ten_are_spread_evenly() -> None:
    messages = digest_messages(bulletin_of(*map(realistic, range(14))))
    assert [len(message.picks) for message in messages] == [7, 7]
    assert markup(messages[1].body["blocks"])[0] == "Papers 8 to 14 of 14"
    assert messages[1].body["text"].startswith("Papers 8 to 14 of 14: Scene7-World")


def test_a_paper_reads_as_on_every_platform() -> None:
    (message,) = digest_messages(bulletin_of(realistic(1)))
    title, byline, summary, figures, *_ = markup(message.body["blocks"])[1:]
    assert title.startswith("*1. <https://huggingface.co/papers/2511.00001|Scene1-World: High-quality")
    assert byline == "Xinyang Li, Tengfei Wang +7 · Example University · 13 Nov"
    assert summary.startswith("✦ A cross-view video model")
    assert figures == "84 upvotes · 4 comments · code (1.2k stars)"


def test_the_notification_names_the_papers_and_buttons_say_of_which() -> None:
    (message,) = digest_messages(bulletin_of(realistic(1), realistic(2)))
    assert message.body["text"].startswith("2 papers: Scene1-World: High-quality Generation")
    more = [
        one for one in objects(message.body["blocks"], "button") if one["text"]["text"].startswith("More")
    ]
    assert [one["text"]["text"] for one in more] == ["More 1", "More 2"]
    assert more[0]["accessibility_label"].startswith("More 1: Scene1-World: High-quality")


def test_an_alert_says_in_its_notification_what_happened() -> None:
    held = subscription(alerts=True, destination=ROOM)
    made = replace(bulletin_of(realistic(1)), subscription=held, edition=alert(MORNING))
    (message,) = digest_messages(made)
    check_message(message.body)
    assert message.body["text"].startswith("Passing 100 upvotes after 8 hours: Scene1-World")


def test_the_next_one_is_told_in_the_readers_own_time_too() -> None:
    (message,) = digest_messages(bulletin_of(realistic(1)))
    moment = f"<!date^{int(MORNING.timestamp())}^{{date_short_pretty}} at {{time}}|today 09:00 (Berlin)>"
    assert f"Next digest: today 09:00 (Berlin) · {moment} your time" in markup(message.body["blocks"])


def test_summaries_give_way_evenly_before_anything_else() -> None:
    wordy = [realistic(number, "A summary that goes on for very long. " * 9) for number in range(10)]
    (message,) = digest_messages(bulletin_of(*wordy))
    check_message(message.body)
    summaries = [line for line in markup(message.body["blocks"]) if line.startswith("✦ A summary")]
    assert len(summaries) == 10
    assert max(map(len, summaries)) - min(map(len, summaries)) <= 8


def test_abstracts_follow_as_replies_and_none_is_split() -> None:
    chosen = [realistic(number) for number in range(7)]
    first, *replies = digest_messages(bulletin_of(*chosen, extras=frozenset({Extra.ABSTRACTS})))
    assert not first.reply
    assert len(replies) > 1
    assert all(message.reply and not message.picks for message in replies)
    for reply in replies:
        check_message(reply.body)
        assert reply.body["text"] == "Abstracts · Thu 13 Nov"
    said = "\n".join(line for reply in replies for line in markup(reply.body["blocks"]))
    assert said.count(chosen[0].entry.paper.abstract.strip()) == 7


def test_silence_is_said_with_a_way_to_change_and_to_stop() -> None:
    silent = replace(bulletin_of(), silence=Silence(since=TODAY, listed=143))
    (message,) = digest_messages(silent)
    check_message(message.body)
    assert message.body["text"].startswith("Still here: 143 papers listed since 13 Nov")
    assert does(message) == [Run(text="edit 7f3k"), Run(text="unsubscribe 7f3k")]


def test_six_hundred_authors_are_two_and_a_number() -> None:
    pick = realistic(1)
    paper = replace(pick.entry.paper, authors=tuple(f"Ada {n}" for n in range(664)), author_count=664)
    entry = replace(pick.entry, paper=paper)
    (message,) = digest_messages(bulletin_of(replace(pick, match=replace(pick.match, entry=entry))))
    check_message(message.body)
    assert any("Ada 0, Ada 1 +662" in line for line in markup(message.body["blocks"]))


@pytest.mark.parametrize("payload", ["", "[]", '{"v": 2, "body": {}}', '{"v": 1}', "null"])
def test_a_payload_of_another_version_is_recognised_as_such(payload: str) -> None:
    with pytest.raises(UnreadablePayload):
        decode(payload)
