"""One dialogue, held on every platform: what is said is the same, whatever it looks like."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.rooms import Paperround, opened
from bot.domain.commands import Caller
from bot.domain.subscriptions import Destination, Platform
from bot.presentation.viewing import TYPED
from handlers.discord.spelling import spelt
from handlers.slack.telling import IN_THREADS
from handlers.terminal.prompt import Prompt
from tests.scenarios import slack_lab
from tests.scenarios.discord_lab import Lab, laboratory
from tests.scenarios.transcripts import (
    Names,
    Recorded,
    Step,
    discord_words,
    phrases,
    slack_words,
)
from tests.servers.discord.messages import Message
from tests.servers.slack.messages import Message as SlackMessage
from tests.services.conftest import MONDAY, Clock, listing
from tests.services.town import agents

ABSTRACT = "We let agents plan. They plan well, and they say why. It costs little."
SUBSCRIBED = "subscribe agents, robots -survey at 9 Berlin on weekdays top 3"
OPTIONS = {"filter": "agents, robots -survey", "when": "weekdays", "at": "9", "timezone": "Berlin", "top": 3}
FRIDAYS = {"filter": "agents", "when": "weekly on friday", "at": "18", "timezone": "Berlin"}
AT_NINE = {"at": "9", "timezone": "Berlin"}
DIALOGUE = (
    Step(typed="today", name="papers today"),
    Step(typed="search agents 2", name="papers search", options={"words": "agents 2"}),
    Step(typed="search squids", name="papers search", options={"words": "squids"}),
    Step(typed="show 2511.99999", name="papers show", options={"paper": "2511.99999"}),
    Step(typed="show 2511.00002", name="papers show", options={"paper": "2511.00002"}),
    Step(typed="save 2511.00002", press="Save"),
    Step(typed="saved", name="papers saved"),
    Step(typed=SUBSCRIBED, name="papers-channel subscribe", options=OPTIONS),
    Step(typed="yes", press="Subscribe"),
    Step(typed="subscriptions", name="papers subscriptions"),
    Step(typed=SUBSCRIBED, name="papers-channel subscribe", options=OPTIONS),
    Step(typed="edit add images", name="papers-channel edit", options={"add": "images"}),
    Step(typed="yes", press="Save"),
    Step(typed="pause", name="papers-channel pause"),
    Step(typed="subscriptions", name="papers subscriptions"),
    Step(typed="resume", name="papers-channel resume"),
    Step(typed="preview", name="papers-channel preview"),
    Step(typed="explain 2511.00003", name="papers explain", options={"paper": "2511.00003"}),
    Step(typed="unsubscribe", name="papers-channel unsubscribe"),
    Step(typed="follow agents weekly on friday at 18 Berlin", name="papers follow", options=FRIDAYS),
    Step(typed="yes", press="Follow"),
    Step(typed="subscriptions", name="papers subscriptions"),
    Step(
        typed='subscribe "agents', name="papers-channel subscribe", options={"filter": '"agents', **AT_NINE}
    ),
    Step(
        typed="subscribe agents at 9 Berln",
        name="papers-channel subscribe",
        options={"filter": "agents", "at": "9", "timezone": "Berln"},
    ),
    Step(
        typed="subscribe venue:icml at 9 Berlin",
        name="papers-channel subscribe",
        options={"filter": "venue:icml", **AT_NINE},
    ),
    Step(typed="help filters", name="papers help", options={"topic": "filters"}),
    Step(typed="help", name="papers help"),
)


async def filled(rooms: Paperround, clock: Clock) -> None:
    entries = [agents(number, 10 * number, abstract=ABSTRACT, keywords=("agents",)) for number in range(1, 5)]
    await rooms.ingest.keep(listing(*entries, day=MONDAY, seen=clock()))
    clock.pass_(timedelta(hours=1))


@dataclass
class Terminal:
    """The dialogue at a terminal, typed."""

    prompt: Prompt
    screen: Recorded
    rooms: Paperround
    names: Names

    async def turn(self, step: Step) -> list[str]:
        await self.prompt.say(step.typed)
        said = self.screen.taken()
        await noted(self.names, self.rooms)
        kept = (one for one in said.split("\n") if not one.startswith("Type yes to "))
        return phrases("\n".join(kept), self.names)


@dataclass
class OnDiscord:
    """The dialogue on Discord, with commands and buttons."""

    lab: Lab
    names: Names
    last: Message | None = None

    async def turn(self, step: Step) -> list[str]:
        self.last = await self._answer(step)
        await noted(self.names, self.lab.rooms)
        return phrases(discord_words(self.last), self.names)

    async def _answer(self, step: Step) -> Message:
        if not step.press:
            return await self.lab.ask(self.lab.ana, step.name, dict(step.options))
        assert self.last is not None
        return await (await self.lab.press(self.last, step.press, self.lab.ana)).message()


@dataclass
class OnSlack:
    """The dialogue on Slack: typed as at the terminal, and pressed."""

    lab: slack_lab.Lab
    names: Names
    last: SlackMessage | None = None

    async def turn(self, step: Step) -> list[str]:
        self.last = await self._answer(step)
        await noted(self.names, self.lab.rooms)
        return phrases(slack_words(self.last).replace(IN_THREADS, ""), self.names)

    async def _answer(self, step: Step) -> SlackMessage:
        if not step.press:
            return await self.lab.ask(self.lab.ana, step.typed)
        assert self.last is not None
        return await (await self.lab.press(self.last, step.press, self.lab.ana)).message()


async def noted(names: Names, rooms: Paperround) -> None:
    """Remember the ids that were given out."""
    held = sorted(await rooms.store.subscriptions.all(), key=lambda one: one.created_at)
    names.ids += [one.short_id for one in held if one.short_id not in names.ids]


@asynccontextmanager
async def at_a_terminal(folder: Path, spell: Callable[[str], str]) -> AsyncIterator[Terminal]:
    clock, screen = Clock(), Recorded()
    here = Destination(platform=Platform.TERMINAL, workspace="local", channel="papers")
    async with opened(f"sqlite:///{folder / 'terminal.db'}", data_dir=folder, now=clock) as rooms:
        await filled(rooms, clock)
        caller = Caller(person="ana", name="Ana", here=here, manages=True)
        prompt = Prompt(rooms.desk, caller, screen, lines=_none, now=clock, report=_raised)
        prompt._spell = spell
        yield Terminal(prompt, screen, rooms, Names(channel="papers"))


@asynccontextmanager
async def on_discord(folder: Path) -> AsyncIterator[OnDiscord]:
    clock = Clock()
    async with laboratory(clock, folder) as lab, lab.running():
        await filled(lab.rooms, clock)
        yield OnDiscord(lab, Names(channel=lab.papers.id))


@asynccontextmanager
async def on_slack(folder: Path) -> AsyncIterator[OnSlack]:
    clock = Clock()
    async with slack_lab.laboratory(clock, folder) as lab, lab.running():
        await filled(lab.rooms, clock)
        yield OnSlack(lab, Names(channel=lab.papers.id))


async def _none() -> AsyncIterator[str]:
    nothing: tuple[str, ...] = ()
    for line in nothing:
        yield line


def _raised(error: BaseException, _: str) -> None:
    raise error


Opened = Callable[[Path], AbstractAsyncContextManager[OnDiscord | OnSlack]]
PLATFORMS: dict[str, tuple[Opened, Callable[[str], str]]] = {
    "Discord": (on_discord, spelt),
    "Slack": (on_slack, TYPED),
}
"""Each, and how it spells commands, is compared with the terminal; what another one needs is a `turn`."""


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_dialogue_says_the_same_as_at_the_terminal(platform: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    opened_there, spell = PLATFORMS[platform]
    async with at_a_terminal(tmp_path, spell) as terminal, opened_there(other) as there:
        for number, step in enumerate(DIALOGUE):
            said, typed = await there.turn(step), await terminal.turn(step)
            assert typed
            assert said == typed, f"step {number}: {step.typed}"
