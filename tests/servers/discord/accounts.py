"""The routes about the bot itself: its account, its application, its commands, its gateway."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.servers.discord import commands as registered
from tests.servers.discord import payloads
from tests.servers.discord.calls import Call, Endpoint
from tests.servers.discord.commands import Commands
from tests.servers.discord.problems import Refused, told
from tests.servers.discord.world import World

Json = dict[str, Any]

GLOBAL_COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


class AccountRoutes:
    """Who the bot is; *gateway* tells the answer of ``GET /gateway/bot``, *application* what differs in the bot's own."""

    def __init__(
        self, world: World, commands: Commands, gateway: Callable[[], Json], application: Callable[[], Json]
    ) -> None:
        self._world = world
        self._commands = commands
        self._gateway = gateway
        self._described = application

    def endpoints(self) -> list[Endpoint]:
        """Every route of this part."""
        return [
            Endpoint(method="GET", path="/gateway", act=self._address, open=True),
            Endpoint(method="GET", path="/gateway/bot", act=self._budget),
            Endpoint(method="GET", path="/users/@me", act=self._me),
            Endpoint(method="GET", path="/users/{user_id}", act=self._user),
            Endpoint(method="GET", path="/applications/@me", act=self._application),
            Endpoint(method="GET", path="/oauth2/applications/@me", act=self._application),
            *(
                Endpoint(method=method, path=path, act=act)
                for path in (GLOBAL_COMMANDS, GUILD_COMMANDS)
                for method, act in (("GET", self._list), ("PUT", self._overwrite))
            ),
        ]

    async def _address(self, _: Call) -> web.Response:
        return told({"url": self._gateway()["url"]})

    async def _budget(self, _: Call) -> web.Response:
        return told(self._gateway())

    async def _me(self, _: Call) -> web.Response:
        return told(payloads.myself(self._world.bot))

    async def _user(self, call: Call) -> web.Response:
        somebody = self._world.users.get(call.ids["user_id"])
        if somebody is None:
            raise Refused(404, 10013)
        return told(payloads.user(somebody))

    async def _application(self, _: Call) -> web.Response:
        bot = self._world.bot
        owner = next((one for one in self._world.users.values() if not one.bot), bot)
        described = {
            "id": bot.id,
            "name": "Paperround",
            "description": "Brings papers.",
            "bot": payloads.user(bot),
            "approximate_guild_count": sum(home.installed for home in self._world.guilds.values()),
        }
        return told(_APPLICATION | described | {"owner": payloads.user(owner)} | self._described())

    async def _list(self, call: Call) -> web.Response:
        return told(self._commands.of(self._scope(call)))

    async def _overwrite(self, call: Call) -> web.Response:
        scope, asked = self._scope(call), call.body or []
        call.check(list(registered.problems(asked)))
        return told(self._commands.overwrite(asked, scope))

    def _scope(self, call: Call) -> str:
        """The server whose commands are meant; empty for those that are everywhere."""
        if call.ids["application_id"] != self._world.bot.id:
            raise Refused(403, 50001)
        guild_id = call.ids.get("guild_id", "")
        if guild_id and (guild_id not in self._world.guilds or not self._world.guilds[guild_id].installed):
            raise Refused(403, 50001)
        return guild_id


_APPLICATION: Json = {
    "icon": None,
    "type": None,
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 0,
    "flags_new": "0",
    "redirect_uris": [],
    "interactions_endpoint_url": None,
    "role_connections_verification_url": None,
    "approximate_user_install_count": 0,
    "approximate_user_authorization_count": 0,
    "explicit_content_filter": 0,
    "team": None,
    "eligible_oauth2_scopes": ["bot", "applications.commands"],
    "tags": [],
}
