"""What one client of the gateway is told: in order, and again if it missed something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord.wire import Wire
from tests.servers.discord.world import Guild

Json = dict[str, Any]

GUILDS, MESSAGE_CONTENT = 1 << 0, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
"""Members, presences, contents of messages: to be switched on in the developer portal."""
_DISPATCH = 0
_SECRETS = ("content", "embeds", "components", "attachments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """A client introduced itself; *at* is `time.monotonic`."""

    at: float
    shard: int
    shards: int
    intents: int


@dataclass(kw_only=True, eq=False)
class Session:
    """What a client is told, in order; without a *wire* it is kept until the client resumes."""

    id: str
    shard: int
    shards: int
    intents: int
    wire: Wire | None
    log: list[Json] = field(default_factory=list)

    def dispatch(self, event: str, data: object) -> None:
        """Tells it now, or at the next resume."""
        self.log.append({"op": _DISPATCH, "s": len(self.log) + 1, "t": event, "d": data})
        if self.wire is not None:
            self.wire.send(self.log[-1])

    def seen(self, event: str, data: Json, guild: Guild | None, bot_id: str) -> Json:
        """What it may see of an event: other people's words in servers only with the intent for them."""
        own = data.get("author", {}).get("id") == bot_id
        if not event.startswith("MESSAGE_") or guild is None or own or self.intents & MESSAGE_CONTENT:
            return data
        return data | {key: type(data[key])() for key in _SECRETS if key in data}

    def hears(self, event: str, guild: Guild | None) -> bool:
        """Whether an event in *guild* (or in no server) is told to it."""
        mine = (guild.shard(self.shards) if guild else 0) == self.shard
        return mine and (event == "INTERACTION_CREATE" or bool(self.intents & _intent(event, guild)))


def _intent(event: str, guild: Guild | None) -> int:
    if event.startswith("MESSAGE_"):
        return 1 << 9 if guild else 1 << 12
    return GUILDS
