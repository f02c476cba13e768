"""The add-on *link cards* on Slack: links to papers become cards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.slack_lab import Lab, laboratory, listed
from tests.servers.slack.grants import BASE, LINKS
from tests.services.conftest import Clock


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """One workspace by Socket Mode, with the base manifest."""
    async with laboratory(Clock(), tmp_path) as lab, lab.running():
        await listed(lab)
        yield lab


@pytest.fixture
async def cards(tmp_path: Path) -> AsyncIterator[Lab]:
    """With the add-on *link cards*."""
    async with (
        laboratory(
            Clock(), tmp_path, scopes=BASE | LINKS, more_events=["link_shared"], link_cards=True
        ) as lab,
        lab.running(),
    ):
        await listed(lab)
        yield lab


ARXIV = "https://arxiv.org/abs/2511.00003"


@pytest.mark.parametrize(
    "url",
    [
        ARXIV,
        "https://arxiv.org/pdf/2511.00003v2",
        "https://huggingface.co/papers/2511.00003",
        "https://www.alphaxiv.org/abs/2511.00003",
    ],
)
async def test_a_link_to_a_paper_becomes_a_card(cards: Lab, url: str) -> None:
    message, asked = await cards.server.share_link(cards.ben, cards.papers, url, times=3)
    assert asked is not None
    await cards.until(lambda: _has_cards(message.unfurls))
    [card] = message.unfurls.values()
    assert "Agents 3" in str(card["blocks"])
    await cards.server.settled()
    assert cards.server.desk.count("chat.unfurl") == 1
    assert cards.posted == []


async def _has_cards(unfurls: Mapping[str, object]) -> bool:
    return bool(unfurls)


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param([ARXIV, ARXIV[:-1] + "2", ARXIV[:-1] + "1"], id="three links"),
        pytest.param(["https://arxiv.org/abs/2401.99999"], id="a paper that we do not have"),
        pytest.param(["https://huggingface.co/models"], id="no paper"),
    ],
)
async def test_other_links_get_none(cards: Lab, urls: list[str]) -> None:
    message, _ = await cards.server.share_link(cards.ben, cards.papers, *urls)
    await cards.server.settled()
    await asyncio.sleep(0.1)  # an event is acknowledged before anything is done
    assert message.unfurls == {}
    assert cards.server.desk.count("chat.unfurl") == 0


async def test_the_same_paper_gets_one_card_in_half_an_hour_and_channel(cards: Lab) -> None:
    other = cards.server.add_channel(cards.team, "other", cards.ben)
    for room in (cards.papers, cards.papers, other):
        await cards.server.share_link(cards.ben, room, ARXIV)
        await cards.server.settled()
    await cards.until(lambda: _unfurled(cards, 2))
    cards.clock.pass_(timedelta(minutes=31))
    await cards.server.share_link(cards.ben, cards.papers, "https://huggingface.co/papers/2511.00003")
    await cards.until(lambda: _unfurled(cards, 3))


async def _unfurled(lab: Lab, times: int) -> bool:
    await asyncio.sleep(0.05)
    return lab.server.desk.count("chat.unfurl") == times


async def test_a_workspace_can_switch_cards_off(cards: Lab) -> None:
    cards.ana.admin = True
    assert "Changed cards" in (await cards.ask(cards.ana, "settings cards off")).words
    message, _ = await cards.server.share_link(cards.ben, cards.papers, ARXIV)
    await cards.server.settled()
    await asyncio.sleep(0.05)
    assert message.unfurls == {}


async def test_who_is_writing_a_link_sees_its_card_before_it_is_posted(cards: Lab) -> None:
    message, _ = await cards.server.compose_link(cards.ben, cards.papers, ARXIV)
    await cards.until(lambda: _has_cards(message.unfurls))
    posted, _ = await cards.server.share_link(cards.ben, cards.papers, ARXIV)
    await cards.until(lambda: _has_cards(posted.unfurls))


async def test_without_the_addon_no_link_is_looked_at(lab: Lab) -> None:
    _, asked = await lab.server.share_link(lab.ben, lab.papers, ARXIV)
    assert asked is None
