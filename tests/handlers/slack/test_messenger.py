from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.domain.deliveries import Delivery, scheduled
from bot.domain.outcomes import NotPosted, Refused, Unreadable
from handlers.slack.access import Access, OneWorkspace
from handlers.slack.digests import digest_messages
from handlers.slack.limits import HISTORY_SCOPES
from handlers.slack.messages import decode
from handlers.slack.messenger import SlackMessenger
from tests.handlers.discord.hostile import MORNING
from tests.handlers.discord.test_render_digests import realistic
from tests.handlers.slack.reading import ANA, ROOM
from tests.handlers.slack.test_render_digests import bulletin_of

NOBODY = "http://127.0.0.1:9/api/"
"""Where nothing listens."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def messenger(
    http: aiohttp.ClientSession,
    *,
    workspace: str = "",
    confirms: bool = False,
    scopes: frozenset[str] = HISTORY_SCOPES,
) -> SlackMessenger:
    accesses = OneWorkspace(Access(token="xoxb-hunter2", scopes=scopes), workspace)
    return SlackMessenger(
        http, accesses, digest_messages, now=lambda: MORNING, base=NOBODY, confirms=confirms
    )


def delivery(payload: str = "", **known: object) -> Delivery:
    made = Delivery(
        destination=ROOM,
        subscription_id="s1",
        edition=scheduled(MORNING, "UTC"),
        payload=payload,
        created_at=MORNING,
        not_before=MORNING,
    )
    return replace(made, **known)  # type: ignore[arg-type]


def packed(http: aiohttp.ClientSession) -> str:
    return messenger(http).pack(bulletin_of(realistic(1)))[0].payload


async def test_what_is_packed_are_the_messages_with_their_papers(http: aiohttp.ClientSession) -> None:
    bulletin = bulletin_of(*map(realistic, range(14)))
    parcels = messenger(http).pack(bulletin)
    assert [decode(one.payload).body for one in parcels] == [one.body for one in digest_messages(bulletin)]
    assert [len(one.picks) for one in parcels] == [7, 7]


async def test_a_channel_takes_less_than_one_message_a_second_and_a_workspace_four(
    http: aiohttp.ClientSession,
) -> None:
    workspace, channel = messenger(http).paces(ROOM)
    assert (workspace.key, workspace.per_second) == ("slack T012AB3CD", 4)
    assert (channel.key, channel.per_second < 1) == ("slack T012AB3CD C012AB3CD", True)
    assert [pace.key for pace in messenger(http).look_paces(ROOM)] == ["slack T012AB3CD"]
    [looks] = messenger(http, confirms=True).look_paces(ROOM)
    assert (looks.key, looks.per_second * 60) == ("slack T012AB3CD history", 1)


async def test_nothing_is_ever_sent_again_blindly(http: aiohttp.ClientSession) -> None:
    assert messenger(http).manner.certainty.resend_within == timedelta(0)


async def test_without_a_connection_it_surely_was_not_posted(http: aiohttp.ClientSession) -> None:
    outcome = await messenger(http).post(delivery(packed(http)))
    assert outcome == NotPosted(detail="no connection (ClientConnectorError)")


async def test_a_workspace_that_has_us_no_more_is_refused_in_words(http: aiohttp.ClientSession) -> None:
    outcome = await messenger(http, workspace="T9").post(delivery(packed(http)))
    assert outcome == Refused(code="not_installed", because="Paperround is not installed in this workspace")


@pytest.mark.parametrize("payload", ["", "x", '{"v": 9}'])
async def test_a_message_of_another_version_is_refused_this_once(
    http: aiohttp.ClientSession, payload: str
) -> None:
    outcome = await messenger(http).post(delivery(payload))
    assert isinstance(outcome, Refused)
    assert not outcome.for_good


@pytest.mark.parametrize(
    ("confirms", "scopes", "to"),
    [
        (False, HISTORY_SCOPES, ROOM),
        (True, frozenset({"channels:history"}), ROOM),
        (True, frozenset(), ROOM),
        (True, HISTORY_SCOPES, ANA),
    ],
    ids=["the base app", "half of the scopes", "none of them", "a conversation"],
)
async def test_a_history_that_may_not_be_read_is_not_asked_for(
    http: aiohttp.ClientSession, *, confirms: bool, scopes: frozenset[str], to: object
) -> None:
    looked = await messenger(http, confirms=confirms, scopes=scopes).look(
        delivery(packed(http), destination=to)
    )
    assert isinstance(looked, Unreadable)


async def test_where_it_may_be_read_it_is_asked_for(http: aiohttp.ClientSession) -> None:
    looked = await messenger(http, confirms=True).look(delivery(packed(http)))
    assert isinstance(looked, NotPosted)


async def test_the_token_is_in_no_repr_and_no_outcome(http: aiohttp.ClientSession) -> None:
    one = messenger(http)
    assert "hunter2" not in f"{one!r}{await one.post(delivery(packed(http)))}"
