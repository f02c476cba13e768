"""What does Discord cost: how soon is a command answered, how many posts does a processor make, how much memory?

Our process (`benchmarks.discord_bot`, real discord.py) serves 10,000 servers of five channels each, with 10,000
subscriptions and 40,000 papers in SQLite. This process is Discord: it connects the bot, lets people give 100 commands a
second at random moments, then has everything brought that is due, with all limits lifted. *ms* are from the moment
a person asks until the answer is stored here, both ways through sockets; processor time and memory are our process's
alone. Aims: p99 of commands 100 ms, of suggestions 50 ms; 400 posts a second of processor time; 250 MiB.

    python -m benchmarks.discord [--small] [--homes N] [--rate N] [--folder FOLDER] [--profile FILE] [PATH]

PATH is arxiv.jsonl.gz. A store kept in FOLDER is used again; what was brought from it is not due a second time.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from math import inf
from typing import TYPE_CHECKING

from benchmarks import crowd
from benchmarks.bot_process import serving
from benchmarks.crowd import SMALL, Size, posts_row, row
from benchmarks.search import corpus
from bot.domain.subscriptions import Destination, Platform
from tests.servers.discord.server import DiscordServer, running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.domain.papers import Entry
    from tests.servers.discord.interactions import Interaction
    from tests.servers.discord.world import Channel, User

GUILDS_A_SHARD = 1_000
CHANNELS = 5
KINDS = {
    "today": 5,
    "search": 5,
    "show": 4,
    "subscriptions": 2,
    "a suggested paper": 3,
    "a suggested keyword": 1,
}
"""What people do, and how often in twenty times."""
SUGGESTED = "a suggested"


# What is there


def settle(server: DiscordServer, guilds: int) -> list[Channel]:
    """*guilds* servers of `CHANNELS` channels on *server*; gives the first channel of each."""
    server.desk.strict, server.rates.per_second = False, 0
    server.gateway.shards = max(1, guilds // GUILDS_A_SHARD)
    homes = [server.add_guild(f"Lab {number}") for number in range(guilds)]
    for number in range(CHANNELS * guilds):
        server.add_channel(homes[number // CHANNELS], f"papers-{number % CHANNELS}")
    return list(server.world.channels.values())[::CHANNELS]


# What people do


async def give(server: DiscordServer, who: User, where: Channel, kind: str, paper: Entry) -> Interaction:
    """*who* does *kind* of thing about *paper*."""
    words = crowd.words_of(paper)
    match kind:
        case "search":
            return await server.command(who, where, "papers search", {"words": " ".join(words[:2])})
        case "show":
            return await server.command(who, where, "papers show", {"paper": paper.paper.id})
        case "a suggested paper":
            typed = paper.paper.title[:12]
            return await server.autocomplete(who, where, "papers show", option="paper", typed=typed)
        case "a suggested keyword":
            return await server.autocomplete(
                who, where, "papers today", option="filter", typed=words[0].lower()[:4]
            )
        case _:
            return await server.command(who, where, f"papers {kind}")


async def answered(
    server: DiscordServer, channels: Sequence[Channel], entries: Sequence[Entry], size: Size
) -> dict[str, list[float]]:
    """Milliseconds from each command to its answer, by its kind."""
    chance = random.Random(2)
    people = [server.add_user(f"person {number}") for number in range(200)]
    asked: list[tuple[str, Interaction]] = []
    async for kind in crowd.coming(size, KINDS, chance):
        who, where = chance.choice(people), chance.choice(channels)
        asked.append((kind, await give(server, who, where, kind, chance.choice(entries))))
    took = defaultdict(list)
    for kind, one in asked:
        took[kind].append(await after(kind, one) * 1e3)
    return took


async def after(kind: str, one: Interaction) -> float:
    """Seconds until *one* was answered; infinity if it came too late for Discord, or not at all."""
    try:
        await (one.answer(within=20) if kind.startswith(SUGGESTED) else one.message(within=20))
    except TimeoutError:
        return inf
    return one.replies[-1].after


async def first_look(server: DiscordServer, where: Channel) -> float:
    """Seconds that the first ``today`` after a start takes; what it needs was read while the servers were told of."""
    asked = await server.command(server.add_user("first"), where, "papers today")
    await asked.message(within=60)
    return asked.replies[-1].after


def rows_of(took: dict[str, list[float]], spent: float) -> list[str]:
    """The rows about commands."""
    every = [ms for kind, some in took.items() for ms in some if not kind.startswith(SUGGESTED)]
    suggested = [ms for kind, some in took.items() for ms in some if kind.startswith(SUGGESTED)]
    count = len(every) + len(suggested)
    return [
        row("a command to its answer, ms", every, "100 ms"),
        *(row(f"… {kind}, ms", took[kind]) for kind in KINDS if not kind.startswith(SUGGESTED)),
        row("suggestions while typing, ms", suggested, "50 ms"),
        f"| our processor time a command, ms | {spent / count * 1e3:.1f} | | |",
    ]


async def measure(size: Size, path: Path, folder: Path, profile: str) -> list[str]:
    """The rows of the table."""
    entries = await asyncio.to_thread(corpus, path, size.papers)
    server = DiscordServer()
    channels = settle(server, size.homes)
    await crowd.stored(folder, entries, [_place(channel) for channel in channels])
    async with running(server), serving("benchmarks.discord_bot", _told(server, folder), profile) as bot:
        connected = await bot.heard()
        first = await first_look(server, channels[0])
        begun = await bot.ask("used")
        took = await answered(server, channels, entries, size)
        asked = await bot.ask("used")
        brought = await bot.ask("bring")
    assert not server.complaints, server.complaints[:3]
    return [
        f"| the first look at a day after a start, s | {first:.1f} | | |",
        *rows_of(took, asked.seconds - begun.seconds),
        *posts_row(_posts(server), brought.seconds - asked.seconds),
        f"| memory, connected to {size.homes:,} servers, MiB | {connected} | | 250 |",
        f"| … after the commands, MiB | {asked} | | |",
        f"| … after all was brought, MiB | {brought} | | |",
    ]


def _told(server: DiscordServer, folder: Path) -> dict[str, str]:
    """What our process must know."""
    return {"folder": str(folder), "api": server.api, "token": server.token}


def _place(channel: Channel) -> Destination:
    assert channel.guild is not None
    return Destination(platform=Platform.DISCORD, workspace=channel.guild.id, channel=channel.id)


def _posts(server: DiscordServer) -> int:
    """How many digests there are: answers have no nonce."""
    return sum(1 for one in server.messages.every.values() if one.nonce is not None)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    crowd.main(str(__doc__), arguments, (Size(), SMALL), measure)


if __name__ == "__main__":
    main()
