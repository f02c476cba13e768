"""Suggestions while one types: what fits, in Discord's limits, and never an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.domain.answers import Held, SubscriptionList
from bot.domain.commands import Caller
from bot.domain.errors import StoreUnavailable
from bot.domain.papers import PaperId
from handlers.discord.asking import Typing
from handlers.discord.completing import MOST, Suggesting
from tests.handlers.discord.heard import Ear
from tests.presentation.samples import subscription
from tests.servers.discord.server import DiscordServer


@dataclass
class Known:
    """Knows what it was given, and remembers what it was asked."""

    papers: Sequence[tuple[PaperId, str]] = ()
    words: Sequence[str] = ()
    fails: bool = False
    asked: list[str] = field(default_factory=list)

    async def titles(self, text: str, limit: int) -> Sequence[tuple[PaperId, str]]:
        self._hear(text)
        return self.papers[:limit]

    async def keywords(self, text: str, limit: int) -> Sequence[str]:
        self._hear(text)
        return self.words[:limit]

    async def listed(self, caller: Caller) -> SubscriptionList:
        self._hear(caller.person)
        held = Held(subscription=subscription("agents"), next_at=None)
        return SubscriptionList(here=caller.here, subscriptions=(held,), follows=())

    def _hear(self, text: str) -> None:
        self.asked.append(text)
        if self.fails:
            raise StoreUnavailable("The store is away.", hint="Wait.")


async def suggested(known: Known, option: str, typed: object) -> list[tuple[str, str]]:
    server = DiscordServer()
    place = server.add_channel(server.add_guild("Lab"), "papers")
    _, asked = Ear(server).asked(server.add_user("ana"), place)
    typing = Typing(name="subscribe", options={option: typed}, focused=option)
    choices = await Suggesting(known, known).suggest(asked, typing)
    return [(one["name"], one["value"]) for one in choices]


async def test_papers_are_shown_by_title_and_stand_for_their_id() -> None:
    known = Known(papers=[("2511.00001", "Agents")])
    assert await suggested(known, "paper", "ag") == [("Agents", "2511.00001")]


async def test_a_long_title_is_cut_and_an_empty_one_left_out() -> None:
    known = Known(papers=[("2511.00001", "word " * 60), ("2511.00002", " ")])
    [(name, value)] = await suggested(known, "paper", "word")
    assert len(name) <= 100
    assert value == "2511.00001"


async def test_there_are_never_more_than_discord_takes() -> None:
    known = Known(words=[f"agents {number}" for number in range(60)])
    assert len(await suggested(known, "filter", "agents")) == MOST


@pytest.mark.parametrize(
    ("typed", "asked", "first", "second"),
    [
        pytest.param("ag", "ag", "ag", "agents", id="the first word"),
        pytest.param("diffusion, ag", "ag", "diffusion, ag", "diffusion, agents", id="after a comma"),
        pytest.param("(diffusion,ag", "ag", "(diffusion,ag", "(diffusion, agents", id="in parentheses"),
        pytest.param("diffusion -ag", "ag", "diffusion -ag", "diffusion -agents", id="a mute"),
        pytest.param("title:ag", "ag", "title:ag", "title:agents", id="in a field"),
    ],
)
async def test_the_last_word_of_a_filter_is_completed(
    typed: str, asked: str, first: str, second: str
) -> None:
    known = Known(words=["agents"])
    found = await suggested(known, "filter", typed)
    assert known.asked == [asked]
    assert [name for name, _ in found] == [first, second]


async def test_a_filter_too_long_for_a_choice_gets_none() -> None:
    assert await suggested(Known(), "filter", "x" * 101) == []


async def test_zones_need_no_store() -> None:
    assert "Europe/Berlin" in [value for _, value in await suggested(Known(fails=True), "timezone", "berl")]


async def test_subscriptions_are_found_by_id_and_by_words() -> None:
    [(name, value)] = await suggested(Known(), "id", "AGEN")
    assert name == f"{value} · agents"
    assert await suggested(Known(), "id", "robots") == []


@pytest.mark.parametrize("option", ["paper", "filter", "id", "when"])
async def test_a_store_that_is_away_suggests_nothing(option: str) -> None:
    assert await suggested(Known(fails=True), option, "ag") == []


@pytest.mark.parametrize("typed", ["", None, 3])
async def test_whatever_stands_in_the_option_is_no_error(typed: object) -> None:
    assert isinstance(await suggested(Known(), "filter", typed), list)
