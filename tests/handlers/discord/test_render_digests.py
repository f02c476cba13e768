from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.bulletins import Bulletin, Silence
from bot.domain.deliveries import scheduled
from bot.domain.digests import Match, Pick
from bot.domain.papers import Entry, Organization, Paper, Tally
from bot.domain.subscriptions import Extra
from handlers.discord.buttons import More, Run, decode
from handlers.discord.components import MOST_BYTES, MOST_CHARACTERS, MOST_COMPONENTS, every, texts
from handlers.discord.digests import digest_messages
from tests.handlers.discord.hostile import (
    ANA,
    MORNING,
    TODAY,
    bulletins,
    digest,
    mentions,
    pings,
    stray,
    subscription,
)
from tests.servers.discord.schema import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.discord.messages import Message

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
UNSEEN = {"custom_id", "url", "value"}
CREATE = "/channels/{channel_id}/messages"


def check_limits(body: Any) -> None:  # noqa: ANN401 - JSON
    """Every limit of one message: those that the published schema knows, and those that it does not."""
    assert problems("POST", CREATE, {**body, "allowed_mentions": {"parse": []}}) == []
    assert len(json.dumps(body).encode()) < 100_000
    parts = list(every(body["components"]))
    custom_ids = [one["custom_id"] for one in parts if "custom_id" in one]
    assert len(set(custom_ids)) == len(custom_ids)
    assert len(parts) <= MOST_COMPONENTS
    said = texts(body["components"])
    assert sum(map(len, said)) <= MOST_CHARACTERS
    assert sum(len(one.encode()) for one in said) + 12 * len(said) <= MOST_BYTES
    assert all(one.strip() for one in said)
    assert all(1 <= len(one["label"]) <= 80 for one in parts if "label" in one)
    if "content" in body:
        assert not body.get("flags", 0) & 1 << 15
        assert 1 <= len(body["content"]) <= 2_000
        check_embeds(body.get("embeds", []))


def check_embeds(embeds: list[dict[str, Any]]) -> None:
    assert len(embeds) <= 10
    assert len({one["url"] for one in embeds if "url" in one}) == sum("url" in one for one in embeds)
    footers = [one["footer"]["text"] for one in embeds if "footer" in one]
    assert sum(len(one["title"] + one["description"]) for one in embeds) + sum(map(len, footers)) <= 6_000
    assert all(1 <= len(one["title"]) <= 256 and len(one["description"]) <= 4_096 for one in embeds)
    assert all(len(one) <= 2_048 for one in footers)


def markup(body: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Every line of markdown in a message."""
    embeds = body.get("embeds", [])
    shown = [body.get("content", ""), *texts(body["components"])]
    shown += [text for one in embeds for text in (re.sub(r"^\d+\. ", "", one["title"]), one["description"])]
    return [line for text in shown for line in text.split("\n")]


def check_markup(body: Any) -> None:  # noqa: ANN401 - JSON
    for line in markup(body):
        assert mentions(line) == []
        assert stray(line) == "", line
    assert [found for text in seen(body) for found in pings(text)] == []


def seen(body: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Every text of a message that somebody sees."""
    if isinstance(body, dict):
        for name, one in body.items():
            yield from () if name in UNSEEN else seen(one)
    elif isinstance(body, list):
        for one in body:
            yield from seen(one)
    elif isinstance(body, str):
        yield body


def shown_papers(message: Message) -> list[str]:
    """The papers that the buttons of a message tell more of."""
    buttons = (decode(one["custom_id"]) for one in every(message.body["components"]) if "custom_id" in one)
    return [one.paper for one in buttons if isinstance(one, More)]


@SLOW
@given(bulletins())
def test_whatever_the_papers_are_no_limit_is_broken_and_none_is_lost(bulletin: Bulletin) -> None:
    messages = digest_messages(bulletin)
    for message in messages:
        check_limits(message.body)
        check_markup(message.body)
    wanted = [pick.entry.paper.id for pick in bulletin.digest.picks]
    assert [paper for message in messages for paper in message.picks] == wanted
    assert all(shown_papers(message) == list(message.picks) for message in messages)
    assert [message.reply for message in messages] == sorted(message.reply for message in messages)


@SLOW
@given(bulletins(most=3, destination=ANA))
def test_every_message_of_a_follow_can_stop_it(bulletin: Bulletin) -> None:
    for message in digest_messages(bulletin):
        does = [decode(one["custom_id"]) for one in every(message.body["components"]) if "custom_id" in one]
        assert Run(text="unsubscribe 7f3k") in does


def realistic(number: int, summary: str = "") -> Pick:
    """A paper as long as most that are listed."""
    paper = Paper(
        id=f"2511.{number:05d}",
        title=f"Scene{number}-World: High-quality Generation of Consistent 3D Scenes within Seconds",
        abstract="We propose a method that does all of it. " * 40,
        summary=summary
        or "A cross-view video model with a spatial-temporal VAE improves the quality of video and provides depth estimates for dynamic scenes.",
        authors=("Xinyang Li", "Tengfei Wang", "Zixiao Gu"),
        author_count=9,
        organization=Organization(handle="x", name="Example University"),
        published_on=TODAY,
        listed_on=(TODAY,),
        code_url="https://github.com/a/b",
    )
    entry = Entry(paper=paper, tally=Tally(at=MORNING, upvotes=84, comments=4, stars=1200))
    return Pick(match=Match(entry=entry, reasons=(), strength=1.0), expected=99.0, score=1.0)


def bulletin_of(*chosen: Pick, **known: Any) -> Bulletin:  # noqa: ANN401 - any field of a Subscription
    return Bulletin(
        subscription=subscription(**known),
        edition=scheduled(MORNING, "Europe/Berlin"),
        digest=digest(*chosen),
        made_at=MORNING,
        due_at=MORNING,
        next_at=MORNING,
    )


@pytest.mark.parametrize("count", range(1, 11))
@pytest.mark.parametrize("known", [{}, {"destination": ANA}], ids=["a box", "embeds"])
def test_ten_papers_or_fewer_are_one_message(count: int, known: dict[str, Any]) -> None:
    (message,) = digest_messages(bulletin_of(*map(realistic, range(count)), **known))
    check_limits(message.body)
    assert len(message.picks) == count
    assert json.dumps(message.body, ensure_ascii=False).count("84 upvotes · 4 comments") == count


def test_ten_papers_are_three_components_each() -> None:
    (message,) = digest_messages(bulletin_of(*map(realistic, range(10))))
    sections = [one for one in every(message.body["components"]) if one["type"] == 9]
    assert len(sections) == 10
    assert all(len(one["components"]) == 1 for one in sections)
    assert len(list(every(message.body["components"]))) == 1 + 1 + 30 + 1 + 2


def test_more_than_ten_are_spread_evenly() -> None:
    messages = digest_messages(bulletin_of(*map(realistic, range(14))))
    assert [len(message.picks) for message in messages] == [7, 7]
    assert texts(messages[1].body["components"])[0] == "-# Papers 8 to 14 of 14"


def test_summaries_give_way_evenly_before_anything_else() -> None:
    wordy = [realistic(number, "A summary that goes on for very long. " * 9) for number in range(10)]
    (message,) = digest_messages(bulletin_of(*wordy))
    summaries = [line for line in markup(message.body) if line.startswith("✦ A summary")]
    assert len(summaries) == 10
    assert max(map(len, summaries)) - min(map(len, summaries)) <= 2
    assert sum("Xinyang Li, Tengfei Wang +7" in line for line in markup(message.body)) == 10


def test_the_next_one_is_told_in_the_readers_own_time_too() -> None:
    (message,) = digest_messages(bulletin_of(realistic(1)))
    assert f"today 09:00 (Berlin) · <t:{int(MORNING.timestamp())}:f> your time" in "\n".join(
        markup(message.body)
    )


def test_a_channel_that_asks_for_it_gets_a_notification_that_names_the_papers() -> None:
    (message,) = digest_messages(
        bulletin_of(realistic(1), realistic(2), extras=frozenset({Extra.NOTIFICATIONS}))
    )
    assert message.body["content"].startswith("2 papers: Scene1-World: High-quality")
    assert [one["url"] for one in message.body["embeds"]] == [
        "https://huggingface.co/papers/2511.00001",
        "https://huggingface.co/papers/2511.00002",
    ]
    assert message.body["embeds"][-1]["footer"]["text"].startswith("Next digest: today 09:00 (Berlin)")


def test_abstracts_follow_as_replies_and_none_is_split() -> None:
    chosen = [realistic(number) for number in range(3)]
    first, *replies = digest_messages(bulletin_of(*chosen, extras=frozenset({Extra.ABSTRACTS})))
    assert not first.reply
    assert [message.reply for message in replies] == [True, True]
    assert [len(texts(message.body["components"])) for message in replies] == [2, 1]
    for reply in replies:
        check_limits(reply.body)
        assert reply.thread == "Abstracts · Thu 13 Nov"
    said = "".join(text for reply in replies for text in texts(reply.body["components"]))
    assert said.count(chosen[0].entry.paper.abstract.strip()) == 3


def test_silence_is_said_with_a_way_to_change_and_to_stop() -> None:
    silent = replace(bulletin_of(), silence=Silence(since=TODAY, listed=143))
    (message,) = digest_messages(silent)
    check_limits(message.body)
    assert texts(message.body["components"])[0].startswith("### Still here: 143 papers listed since 13 Nov")
    does = [decode(one["custom_id"]) for one in every(message.body["components"]) if "custom_id" in one]
    assert does == [Run(text="edit 7f3k"), Run(text="unsubscribe 7f3k")]
