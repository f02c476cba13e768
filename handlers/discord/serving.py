"""The Discord side of one process, put together: what posts, and what listens."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.domain.pacing import Pace
from handlers.discord.answering import Answering
from handlers.discord.client import Client, point_at
from handlers.discord.completing import Suggesting
from handlers.discord.digests import digest_messages
from handlers.discord.doors import Doors
from handlers.discord.gateway import Gateway
from handlers.discord.messenger import DiscordMessenger
from handlers.discord.rest import agent_of, page_of, rest_to
from handlers.discord.saying import Saying
from handlers.discord.spelling import spelt, spelt_alone
from handlers.discord.talking import Talk
from handlers.discord.telling import Telling

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.domain.bulletins import Bulletin
    from bot.outbox import Leases, Limiter
    from bot.ports import Clock, Observer
    from bot.services.conversing import Conversation
    from bot.services.offering import Offering
    from handlers.discord.client import Departures
    from handlers.discord.completing import Completing, Holding
    from handlers.discord.messages import Message

_CREDIT: Final = "Hugging Face"
_ANSWER_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Which bot this is and where Discord is; *gateway* is empty for the address that Discord names."""

    token: str
    api: str
    gateway: str = ""
    per_second: float
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What stands behind the conversation."""

    conversation: Conversation
    offering: Offering
    holding: Holding
    completing: Completing
    departures: Departures
    limiter: Limiter
    leases: Leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Discord:
    """What posts, and the part that listens."""

    messenger: DiscordMessenger
    gateway: Gateway


@asynccontextmanager
async def serving(  # noqa: PLR0913 - the bot, what it serves, and who watches
    account: Account,
    services: Services,
    *,
    owner: str,
    observe: Observer,
    report: Callable[[BaseException, str], None],
    now: Clock,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> AsyncGenerator[Discord]:
    """The Discord side as long as it is open; nothing is connected before `Gateway.run`."""
    point_at(account.api)
    agent = agent_of(account.version, page_of(account.token))
    async with (
        rest_to(account.token, user_agent=agent, base=account.api) as rest,
        aiohttp.ClientSession(timeout=_ANSWER_TIMEOUT, headers={"User-Agent": agent}) as http,
    ):

        def may_read(channel: str) -> bool | None:
            return gateway.may_read(channel)

        messenger = DiscordMessenger(rest, _rendered, may_read=may_read, per_second=account.per_second)
        saying = Saying(rest, messenger, services.limiter, now=now, sleep=sleep)
        talk = Talk(
            conversation=services.conversation,
            answering=Answering(http, account.api, observe),
            suggesting=Suggesting(services.completing, services.holding),
            telling=Telling(services.offering, now=now, credit=_CREDIT),
            doors=Doors(saying),
            report=report,
        )

        def made() -> Client:
            return Client(
                hear=talk.hear,
                departures=services.departures,
                report=report,
                turn=_turns(services.limiter, now, sleep),
                gateway=account.gateway,
            )

        gateway = Gateway(made, account.token, services.leases, owner=owner, observe=observe, now=now)
        yield Discord(messenger=messenger, gateway=gateway)


def _rendered(bulletin: Bulletin) -> tuple[Message, ...]:
    spell = spelt_alone if bulletin.subscription.personal else spelt
    return digest_messages(bulletin, spell=spell, credit=_CREDIT)


def _turns(
    limiter: Limiter, now: Clock, sleep: Callable[[float], Awaitable[object]]
) -> Callable[[str, timedelta], Awaitable[None]]:
    """What waits for a turn to identify, shared by all processes on one store."""

    async def turn(key: str, every: timedelta) -> None:
        pace = Pace(key=f"discord {key}", per_second=1 / every.total_seconds())
        slot = await limiter.reserve([pace], now())
        await sleep(max((slot.at - now()).total_seconds(), 0))

    return turn
