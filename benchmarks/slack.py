"""What does Slack cost: how soon is a command answered and acknowledged, how many posts does a processor make?

Our process (`benchmarks.slack_bot`, real slack-bolt and slack_sdk) serves 2,000 workspaces that installed it, with five
channels each, all subscribed, and 40,000 papers in SQLite. This process is Slack: it has everything brought that is
due, with all limits lifted, then people give 100 commands a second at random moments, or press *More* below what was
brought; each comes to us as a signed request. *ms* are from the moment a person asks until the answer is stored here,
both ways through sockets; processor time and memory are our process's alone. Aims: p99 of commands 100 ms, an
acknowledgement never near 3 s, 400 posts a second of processor time, 250 MiB.

    python -m benchmarks.slack [--small] [--homes N] [--rate N] [--folder FOLDER] [--profile FILE] [PATH]

PATH is arxiv.jsonl.gz. A store kept in FOLDER is used again; what was brought from it is not due a second time, and then
*More* is pressed below the answer to the first command.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

from aiohttp.test_utils import unused_port
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Bot

from benchmarks import crowd
from benchmarks.bot_process import serving
from benchmarks.crowd import SMALL, Size, posts_row, row, url_of
from benchmarks.search import corpus
from bot.domain.subscriptions import Destination, Platform
from bot.sealing import Sealer
from handlers.slack.installing import Vault
from storage.opening import open_store
from tests.servers.slack.rates import POST
from tests.servers.slack.server import SlackServer, running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.bot_process import Used
    from bot.domain.papers import Entry
    from tests.servers.slack.asked import Asked
    from tests.servers.slack.messages import Message
    from tests.servers.slack.world import Channel, User

WORKSPACES = 2_000
CHANNELS = 5
KINDS = {"today": 5, "search": 5, "show": 3, "subscriptions": 2, "subscribe": 1, "More": 4}
"""What people do, and how often in twenty times; *More* is a button."""
MORE = "p1:more:"
COMMAND = "/papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Who is there: *channels* of workspaces, one person in each workspace, *pages* of papers with a button each."""

    server: SlackServer
    channels: Sequence[Channel]
    people: dict[str, User]
    pages: Sequence[tuple[Message, str]] = ()

    def person(self, channel: Channel) -> User:
        """The one in the workspace of *channel*."""
        return self.people[channel.workspace.id]


# What is there


def settled(server: SlackServer, workspaces: int) -> Town:
    """*workspaces* on *server*, with a person and `CHANNELS` channels each."""
    server.rates.off()
    homes = [server.add_workspace(f"Lab {number}") for number in range(workspaces)]
    people = {one.id: server.add_user(one, f"person {number}") for number, one in enumerate(homes)}
    channels = [
        server.add_channel(one, f"papers-{number}", people[one.id])
        for one in homes
        for number in range(CHANNELS)
    ]
    return Town(server=server, channels=channels, people=people)


async def install(town: Town, folder: Path, seal_keys: str) -> None:
    """Every workspace installed us: tokens are new each time."""
    async with open_store(url_of(folder)) as store:
        vault = Vault(store.installations, Sealer([seal_keys]))
        for grant in town.server.grants.every.values():
            place = grant.workspace
            await vault.keep(
                Bot(
                    app_id=town.server.world.app_id,
                    team_id=place.id,
                    bot_token=grant.token,
                    bot_id=place.bot_id,
                    bot_user_id=place.bot.id,
                    bot_scopes=sorted(grant.scopes),
                    installed_at=0.0,
                )
            )


def told(server: SlackServer, folder: Path, seal_keys: str, port: int) -> dict[str, Any]:
    """What our process must know."""
    app = server.known_as
    slack = {
        "api_base": server.api,
        "authorize_url": server.authorize_url,
        "signing_secret": app.signing_secret,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    return {"folder": str(folder), "slack": slack, "seal_keys": seal_keys, "port": port}


def pages_of(server: SlackServer) -> list[tuple[Message, str]]:
    """Each message with *More*, and such a button's id: digests, or answers where nothing was brought."""
    found = [
        (message, one)
        for message in server.messages.every
        for one in message.action_ids
        if one.startswith(MORE)
    ]
    return [one for one in found if one[0].seen_by is None] or found


# What people do


async def give(town: Town, chance: random.Random, kind: str, paper: Entry) -> Asked:
    """Somebody does *kind* of thing about *paper*."""
    if kind == "More":
        message, button = chance.choice(town.pages)
        return await town.server.press(message, button, town.person(message.channel))
    channel = chance.choice(town.channels)
    text = {
        "search": f"search {' '.join(crowd.words_of(paper)[:2])}",
        "show": f"show {paper.paper.id}",
        "subscribe": f"subscribe {crowd.words_of(paper)[0]} at 9 Berlin",
    }
    return await town.server.command(town.person(channel), channel, COMMAND, text.get(kind, kind))


async def answered(town: Town, entries: Sequence[Entry], size: Size) -> list[tuple[str, Asked, float]]:
    """What was asked, by its kind, and milliseconds until it was answered; infinity if it was not."""
    chance = random.Random(2)
    asked = [
        (kind, await give(town, chance, kind, chance.choice(entries)))
        async for kind in crowd.coming(size, KINDS, chance)
    ]
    took = await asyncio.gather(*(after(one) for _, one in asked))
    return [(kind, one, seconds * 1e3) for (kind, one), seconds in zip(asked, took, strict=True)]


async def after(one: Asked) -> float:
    """Seconds until *one* was answered."""
    try:
        return (await one.reply(within=20)).after
    except TimeoutError:
        return inf


# What comes out


def rows_of(asked: Sequence[tuple[str, Asked, float]], begun: Used, ended: Used) -> list[str]:
    """The rows about commands."""
    took: dict[str, list[float]] = defaultdict(list)
    for kind, _, ms in asked:
        took[kind].append(ms)
    acks = [(ack.after if ack.good else inf) * 1e3 for _, one, _ in asked for ack in one.acks]
    return [
        row("a command to its answer, ms", [ms for _, _, ms in asked], "100 ms"),
        *(row(f"… {kind}, ms", took[kind]) for kind in KINDS),
        f"| … never answered | {sum(ms == inf for _, _, ms in asked)} | | 0 |",
        row("… to its acknowledgement, ms", acks),
        f"| the latest acknowledgement, ms | {max(acks):.1f} | | 3,000 |",
        f"| our processor time a command, ms | {(ended.seconds - begun.seconds) / len(asked) * 1e3:.1f} | | |",
        f"| … waiting for a processor, ms | {(ended.waited - begun.waited) / len(asked) * 1e3:.1f} | | |",
    ]


async def measure(size: Size, path: Path, folder: Path, profile: str) -> list[str]:
    """The rows of the table."""
    entries = await asyncio.to_thread(corpus, path, size.papers)
    server, seal_keys, port = SlackServer(), Fernet.generate_key().decode(), unused_port()
    town = settled(server, size.homes)
    await crowd.stored(folder, entries, [_place(channel) for channel in town.channels])
    await install(town, folder, seal_keys)
    async with (
        running(server),
        serving("benchmarks.slack_bot", told(server, folder, seal_keys, port), profile) as bot,
    ):
        connected = await bot.heard()
        server.over_http(f"http://127.0.0.1:{port}/slack/events")
        first = await after(await give(town, random.Random(1), "today", entries[0]))
        begun = await bot.ask("used")
        brought = await bot.ask("bring")
        asked = await answered(replace(town, pages=pages_of(server)), entries, size)
        ended = await bot.ask("used")
    assert not server.complaints, server.complaints[:3]
    return [
        f"| the first look at a day after a start, s | {first:.1f} | | |",
        *rows_of(asked, brought, ended),
        *posts_row(server.desk.count(POST), brought.seconds - begun.seconds),
        f"| memory, serving {size.homes:,} workspaces, MiB | {connected} | | 250 |",
        f"| … after all was brought, MiB | {brought} | | |",
        f"| … after the commands, MiB | {ended} | | |",
    ]


def _place(channel: Channel) -> Destination:
    return Destination(platform=Platform.SLACK, workspace=channel.workspace.id, channel=channel.id)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    crowd.main(str(__doc__), arguments, (Size(homes=WORKSPACES), SMALL), measure)


if __name__ == "__main__":
    main()
