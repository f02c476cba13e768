"""The words of somebody's own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.answers import Held
from bot.domain.subscriptions import Destination, Platform
from bot.presentation.home import channel_digests, own_digests
from bot.presentation.viewing import Viewer
from tests.presentation.samples import subscription

NOW = datetime(2025, 11, 10, 9, tzinfo=UTC)
VIEWER = Viewer(now=NOW)
ROOM = Destination(platform=Platform.SLACK, workspace="T1", channel="C012AB3CD")
ANA = Destination(platform=Platform.SLACK, workspace="T1", channel="U1", person=True)


def held(where: Destination, short_id: str) -> Held:
    return Held(subscription=subscription(destination=where, short_id=short_id), next_at=NOW)


def test_each_channel_is_named_before_what_comes_there() -> None:
    other = replace(ROOM, channel="C0OTHER99")
    there = [(ROOM, [held(ROOM, "7f3k"), held(ROOM, "2b9d")]), (other, [held(other, "a01c")])]
    notice = channel_digests(there, VIEWER)
    assert notice.lines == ("3 subscriptions in 2 channels.",)
    told = [(row.name, row.meaning.split(" · ")[0]) for row in notice.rows]
    assert told == [("7f3k", "#C012AB3CD"), ("2b9d", "#C012AB3CD"), ("a01c", "#C0OTHER99")]
    assert all("unsubscribe" in row.choices[-1].text for row in notice.rows)


def test_a_follow_says_that_it_is_one() -> None:
    [row] = own_digests(ANA, [held(ANA, "7f3k")], VIEWER).rows
    assert row.meaning.startswith("follow · ")


def test_an_empty_page_says_what_could_be_there() -> None:
    assert "Nothing comes to you yet" in own_digests(ANA, [], VIEWER).lines[0]
    assert "Nothing comes to the channels" in channel_digests([], VIEWER).lines[0]
