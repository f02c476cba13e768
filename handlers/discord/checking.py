"""Whether this bot can serve: its token, its application, its commands, the gateway. Nothing is changed by looking."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import yarl

from bot.presentation.findings import Finding
from bot.presentation.phrases import counted
from handlers.discord.registration import registered
from handlers.discord.responses import Answer
from handlers.discord.rest import agent_of, page_of, rest_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.discord.responses import NoAnswer
    from handlers.discord.rest import Rest

PERMISSIONS: Final = 84_992
"""View Channels, Send Messages, Embed Links, Read Message History:
https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags"""

_NAME: Final = "Discord"
_COMMANDS: Final = "Discord commands"
_GATEWAY: Final = "Discord gateway"
_SERVERS: Final = "Discord servers"
_PORTAL: Final = "discord.com/developers/applications"
_COPY: Final = f"Copy it anew from {_PORTAL}, your application, Bot, and set PAPERROUND_DISCORD__TOKEN."
_REACH: Final = "Let this machine reach it; PAPERROUND_DISCORD__API_BASE is where it is looked for."
_PRIVILEGED: Final[Mapping[str, int]] = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
"""https://discord.com/developers/docs/resources/application#application-object-application-flags"""
_HELLO: Final = 10
_PATIENCE: Final = aiohttp.ClientTimeout(total=10)


async def findings(token: str, *, api: str, gateway: str, version: str) -> list[Finding]:
    """How the bot of *token* stands; what depends on something that is wrong is not looked at.

    *gateway* is empty for the address that Discord names; *version* is ours.
    """
    async with rest_to(token, user_agent=agent_of(version, page_of(token)), base=api) as rest:
        me = await rest.me()
        if wrong := _wrong(me):
            return [Finding(name=_NAME, told=wrong, well=False)]
        application = await rest.application()
        if not isinstance(application, Answer) or not application.id:
            told = f"The bot’s application cannot be read. {_wrong(application)}".strip()
            return [Finding(name=_NAME, told=told, well=False)]
        return [
            Finding(name=_NAME, told=_account(me, application)),
            _commands(await rest.commands(application.id)),
            await _gateway(rest, gateway),
            _servers(application),
        ]


def _wrong(answer: Answer | NoAnswer) -> str:
    """What is wrong, and what to do; empty if *answer* is a good one."""
    if not isinstance(answer, Answer):
        return f"Discord cannot be reached: {answer.detail}. {_REACH}"
    if answer.body is None:
        return (
            f"A page of Cloudflare or of a proxy came instead of an answer ({answer.status})."
            f" Wait an hour if the bot ran before, else see what stands in between. {_REACH}"
        )
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return f"Discord does not know this bot token. {_COPY}"
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return "Discord takes no more requests of this bot just now. Try again in a few minutes."
    if answer.status == HTTPStatus.OK:
        return ""
    return f"Discord answered {answer.status}. Try again later; discordstatus.com tells of outages."


def _account(me: Answer | NoAnswer, application: Answer) -> str:
    name = me.fields.get("username", "") if isinstance(me, Answer) else ""
    told = f"the token is that of the bot {name}, application {application.fields.get('name', '')}"
    flags = application.fields.get("flags") or 0
    switched_on = [intent for intent, bits in _PRIVILEGED.items() if flags & bits]
    if not switched_on:
        return f"{told}; no privileged intent is on, and none is needed"
    return f"{told}; none of its privileged intents ({', '.join(switched_on)}) is needed: switch them off"


def _commands(answer: Answer | NoAnswer) -> Finding:
    wanted = [one["name"] for one in registered()]
    if wrong := _wrong(answer):
        return Finding(name=_COMMANDS, told=wrong, well=False)
    listed: list[Any] = answer.body if isinstance(answer, Answer) and isinstance(answer.body, list) else []
    known = {one.get("name") for one in listed if isinstance(one, dict)}
    lacking = [name for name in wanted if name not in known]
    if lacking:
        return Finding(name=_COMMANDS, told=f"{', '.join(lacking)} will be registered by `paperround run`")
    return Finding(name=_COMMANDS, told=f"{', '.join(wanted)} are registered")


async def _gateway(rest: Rest, address: str) -> Finding:
    answer = await rest.gateway()
    if wrong := _wrong(answer):
        return Finding(name=_GATEWAY, told=wrong, well=False)
    told: Mapping[str, Any] = answer.fields if isinstance(answer, Answer) else {}
    limit = told.get("session_start_limit") or {}
    left, total, wanted = limit.get("remaining", 0), limit.get("total", 0), told.get("shards", 1)
    if left < wanted:
        hours = limit.get("reset_after", 0) / 3_600_000
        why = (
            f"no more sessions may be started for {hours:.1f} hours. Find out what restarts the bot so often."
        )
        return Finding(name=_GATEWAY, told=f"{left} of {total} left: {why}", well=False)
    where = address or str(told.get("url", ""))
    if fault := await _greeted(where):
        hint = "Let this machine reach it; PAPERROUND_DISCORD__GATEWAY sets another address."
        return Finding(name=_GATEWAY, told=f"{where} does not answer: {fault}. {hint}", well=False)
    return Finding(
        name=_GATEWAY, told=f"answers; {left:,} of {total:,} sessions left, {counted(wanted, 'shard')}"
    )


async def _greeted(address: str) -> str:
    """Connect and wait for the greeting; gives what went wrong, or nothing."""
    try:
        url = yarl.URL(address).update_query({"v": "10", "encoding": "json"})
        async with aiohttp.ClientSession(timeout=_PATIENCE) as http, http.ws_connect(url) as socket:
            hello = await socket.receive_json(timeout=_PATIENCE.total)
            return "" if isinstance(hello, dict) and hello.get("op") == _HELLO else "it greets otherwise"
    except (aiohttp.ClientError, OSError, ValueError, TypeError) as error:
        return f"no connection ({type(error).__name__})"


def _servers(application: Answer) -> Finding:
    count = application.fields.get("approximate_guild_count") or 0
    if count:
        return Finding(name=_SERVERS, told=f"the bot is in {counted(count, 'server')}")
    return Finding(
        name=_SERVERS,
        told=f"the bot is in none yet. Invite it: {invitation(application.id)}",
        well=False,
    )


def invitation(application_id: str) -> str:
    """The link that adds the bot to a server with the permissions it needs, and no others."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot%20applications.commands&permissions={PERMISSIONS}"
    )
