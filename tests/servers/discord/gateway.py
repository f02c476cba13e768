"""The gateway: sessions that hear of events, miss some, resume, and are thrown out."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord import payloads
from tests.servers.discord.sessions import GUILDS, PRIVILEGED, Identify, Session
from tests.servers.discord.wire import Wire, squeezing
from tests.servers.discord.world import Guild, World

Json = dict[str, Any]

HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 3, 6, 7, 9, 10, 11
UNKNOWN_OPCODE, UNREADABLE, UNAUTHENTICATED, BAD_TOKEN, ALREADY = 4001, 4002, 4003, 4004, 4005
BAD_SEQUENCE, TOO_FAST, BAD_SHARD, SHARDING, DISALLOWED = 4007, 4008, 4010, 4011, 4014
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway"""
_BYTES, _SENT, _MINUTE, _GUILDS_A_SHARD = 4096, 120, 60, 2500


@dataclass(kw_only=True)
class Gateway:
    """What the gateway does; change it while it runs.

    The next *refusing* connections are answered with 503. While *silent* nothing is said to anybody; *acks* are
    answers to heartbeats. Clients may ask for the *privileged* intents that are switched on here. *max_concurrency*
    is how many may introduce themselves within *identify_seconds*; *starts_left* how many in a day.
    """

    world: World
    token: str
    url: str = ""
    heartbeat_seconds: float = 41.25
    shards: int = 1
    max_concurrency: int = 16
    identify_seconds: float = 5
    starts_left: int = 1000
    privileged: int = 0
    refusing: int = 0
    silent: bool = False
    acks: bool = True
    sessions: dict[str, Session] = field(default_factory=dict)
    identifies: list[Identify] = field(default_factory=list)
    resumes: list[str] = field(default_factory=list)
    """The ids of the sessions that were resumed."""
    connections: int = 0
    closed: list[int] = field(default_factory=list)
    """The codes with which clients were thrown out."""
    wires: list[Wire] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def budget(self) -> Json:
        """The answer to ``GET /gateway/bot``."""
        left = {
            "remaining": self.starts_left,
            "reset_after": 86_400_000,
            "max_concurrency": self.max_concurrency,
        }
        return {"url": self.url, "shards": self.shards, "session_start_limit": {"total": 1000, **left}}

    def dispatch(self, event: str, data: Json, guild: Guild | None = None) -> list[Session]:
        """Tells every session that hears of it; returns those."""
        told = [session for session in self.sessions.values() if session.hears(event, guild)]
        for session in told:
            session.dispatch(event, session.seen(event, data, guild, self.world.bot.id))
        return told

    def live(self, shard: int | None = None) -> list[Session]:
        """The sessions with a connection; of one shard, or of all."""
        return [one for one in self.sessions.values() if one.wire is not None and shard in (None, one.shard)]

    async def introduced(self, shards: int = 1, *, within: float = 5) -> None:
        """Returns when that many sessions have a connection.

        Raises:
            TimeoutError: they have not, *within* so many seconds.

        """
        async with asyncio.timeout(within):
            while len(self.live()) < shards:
                self._changed.clear()
                await self._changed.wait()

    async def deserted(self, *, within: float = 5) -> None:
        """Returns when nobody has a connection any more.

        Raises:
            TimeoutError: somebody still has, after *within* seconds.

        """
        async with asyncio.timeout(within):
            while self.live():
                self._changed.clear()
                await self._changed.wait()

    def reconnect(self, shard: int | None = None) -> None:
        """Asks clients to come again and resume (op 7)."""
        for wire in self._wires(shard):
            wire.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Tells clients that their session is void (op 9); if it is not *resumable* it is forgotten."""
        for session in self.live(shard):
            if not resumable:
                del self.sessions[session.id]
            if session.wire is not None:
                session.wire.send({"op": INVALID, "d": resumable})

    def close(self, code: int, shard: int | None = None) -> None:
        """Closes connections with that code; sessions can be resumed."""
        for wire in self._wires(shard):
            wire.close(code)

    def drop(self, shard: int | None = None) -> None:
        """Cuts connections without a word; sessions can be resumed."""
        for wire in self._wires(shard):
            wire.abort()

    def forget(self) -> None:
        """Forgets every session without a connection: whoever resumes has to introduce itself again."""
        self.sessions = {one.id: one for one in self.live()}

    def unreadable(self) -> None:
        """Tells everybody of an event that no parser can make sense of."""
        for session in self.live():
            session.dispatch("THREAD_CREATE", {"thread": None})

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket: ``?v=10&encoding=json&compress=``."""
        self.connections += 1
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=503)
        asked = request.query
        if (asked.get("v"), asked.get("encoding")) != ("10", "json"):
            return web.Response(status=400, text="only v=10&encoding=json is done here")
        try:
            squeeze = squeezing(asked.get("compress"))
        except LookupError as error:
            return web.Response(status=400, text=str(error))
        socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        await self._talk(socket, Wire(socket, request, squeeze, lambda: self.silent))
        return socket

    async def _talk(self, socket: web.WebSocketResponse, wire: Wire) -> None:
        self.wires.append(wire)
        wire.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}})
        heard: deque[float] = deque()
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT or len(frame.data) > _BYTES:
                    self._throw_out(wire, UNREADABLE)
                elif _too_many(heard):
                    self._throw_out(wire, TOO_FAST)
                else:
                    self._hear(wire, frame.data)
        finally:
            self.wires.remove(wire)
            self._leave(wire, socket.close_code)
            await wire.end()

    def _hear(self, wire: Wire, text: str) -> None:
        try:
            said = json.loads(text)
            op, data = said["op"], said["d"]
        except (ValueError, TypeError, KeyError):
            return self._throw_out(wire, UNREADABLE)
        session = self._of(wire)
        if op == HEARTBEAT:
            return wire.send({"op": ACK}) if self.acks else None
        if op in (IDENTIFY, RESUME):
            return self._authorize(wire, op, data) if session is None else self._throw_out(wire, ALREADY)
        if op != PRESENCE:
            return self._throw_out(wire, UNKNOWN_OPCODE)
        return None if session else self._throw_out(wire, UNAUTHENTICATED)

    def _authorize(self, wire: Wire, op: int, data: Json) -> None:
        if str(data.get("token", "")).removeprefix("Bot ") != self.token:
            return self._throw_out(wire, BAD_TOKEN)
        return self._identify(wire, data) if op == IDENTIFY else self._resume(wire, data)

    def _identify(self, wire: Wire, data: Json) -> None:
        shard, shards = data.get("shard") or (0, 1)
        one = Identify(at=time.monotonic(), shard=shard, shards=shards, intents=data["intents"])
        unwelcome = self._unwelcome(one)
        if unwelcome:
            return self._throw_out(wire, unwelcome)
        crowded = self._crowded(one)
        self.identifies.append(one)
        self.starts_left -= 1
        if crowded:
            return wire.send({"op": INVALID, "d": False})
        session_id = f"session-{next(self._numbers)}"
        session = Session(id=session_id, shard=shard, shards=shards, intents=one.intents, wire=wire)
        self.sessions[session.id] = session
        self._welcome(session)
        return self._changed.set()

    def _unwelcome(self, one: Identify) -> int:
        if not 0 <= one.shard < one.shards:
            return BAD_SHARD
        if len(self._homes(one.shard, one.shards)) > _GUILDS_A_SHARD:
            return SHARDING
        if one.intents & PRIVILEGED & ~self.privileged:
            return DISALLOWED
        return 0 if self.starts_left > 0 else BAD_TOKEN

    def _crowded(self, one: Identify) -> bool:
        """Whether another shard of the same group introduced itself just now."""
        group = one.shard % self.max_concurrency
        times = [other.at for other in self.identifies if other.shard % self.max_concurrency == group]
        others = {other.shard for other in self.identifies if one.at - other.at < self.identify_seconds}
        return bool(times) and one.at - times[-1] < self.identify_seconds and others != {one.shard}

    def _welcome(self, session: Session) -> None:
        homes = self._homes(session.shard, session.shards)
        ready = {
            "v": 10,
            "user": payloads.myself(self.world.bot),
            "guilds": [{"id": home.id, "unavailable": True} for home in homes],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": self.world.bot.id, "flags": 0},
            "private_channels": [],
        }
        session.dispatch("READY", ready)
        for home in homes:
            if home.available and session.intents & GUILDS:
                session.dispatch("GUILD_CREATE", payloads.joined(home, self.world) | {"unavailable": False})

    def _resume(self, wire: Wire, data: Json) -> None:
        session = self.sessions.get(data.get("session_id", ""))
        if session is None:
            return wire.send({"op": INVALID, "d": False})
        if data["seq"] > len(session.log):
            return self._throw_out(wire, BAD_SEQUENCE)
        session.wire = wire
        self.resumes.append(session.id)
        for missed in session.log[data["seq"] :]:
            wire.send(missed)
        session.dispatch("RESUMED", {})
        return self._changed.set()

    def _throw_out(self, wire: Wire, code: int) -> None:
        self.closed.append(code)
        wire.close(code)

    def _leave(self, wire: Wire, code: int | None) -> None:
        """A connection is gone; its session too if the client said goodbye."""
        session = self._of(wire)
        if session is None:
            return
        session.wire = None
        self._changed.set()
        if code in (1000, 1001) and not wire.closing:
            self.sessions.pop(session.id, None)

    def _of(self, wire: Wire) -> Session | None:
        return next((one for one in self.sessions.values() if one.wire is wire), None)

    def _wires(self, shard: int | None) -> Iterator[Wire]:
        return (session.wire for session in self.live(shard) if session.wire is not None)

    def _homes(self, shard: int, shards: int) -> list[Guild]:
        return [one for one in self.world.guilds.values() if one.installed and one.shard(shards) == shard]


def _too_many(heard: deque[float]) -> bool:
    """Whether a client said more than it may in a minute."""
    now = time.monotonic()
    heard.append(now)
    while heard[0] <= now - _MINUTE:
        heard.popleft()
    return len(heard) > _SENT
