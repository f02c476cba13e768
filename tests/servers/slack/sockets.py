"""Socket Mode: connections, envelopes and their acknowledgements, and all the ways in which a connection ends."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import WSMsgType, web

from tests.servers.slack.asked import Ack, Asked
from tests.servers.slack.sending import PATIENCE

Json = dict[str, Any]
Reason = Literal["refresh_requested", "warning", "too_many_websockets", "link_disabled"]
MOST = 10
"""Connections of an app: https://docs.slack.dev/apis/events-api/using-socket-mode"""


@dataclass(kw_only=True, eq=False)
class Connection:
    """One WebSocket of the bot; *waiting* are the envelopes it was given and has not acknowledged."""

    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    async def say(self, frame: Json) -> None:
        """Sends *frame*; nothing happens if the client is gone."""
        with suppress(ConnectionError):
            await self.socket.send_str(json.dumps(frame))

    def abort(self) -> None:
        """Cuts it without a word, as a failing network does."""
        if self.request.transport is not None:
            self.request.transport.abort()

    def lost(self) -> None:
        """Nothing will be acknowledged any more."""
        for future in self.waiting.values():
            future.cancel()


@dataclass(kw_only=True)
class Sockets:
    """All connections. Envelopes go to one of them, in turn.

    While *silent* is true, pings are not answered. *patience* is how long (seconds) an acknowledgement may take.
    """

    app_id: str
    address: Callable[[], str]
    patience: float = PATIENCE
    silent: bool = False
    hello: bool = True
    """Whether a connection begins with hello."""
    connections: list[Connection] = field(default_factory=list)
    opened: int = 0
    """How many connections there ever were."""
    unknown: list[Json] = field(default_factory=list)
    """What clients said that acknowledges nothing."""
    _tickets: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: int = 0

    def ticket(self) -> str:
        """An address to connect to, good once."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self.address()}/link/?ticket={ticket}&app_id={self.app_id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """A WebSocket, until one side ends it."""
        if request.query.get("ticket", "") not in self._tickets or len(self.connections) >= MOST:
            return web.Response(status=401)
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket=socket, request=request)
        self.connections.append(connection)
        self.opened += 1
        if self.hello:
            await connection.say(self._hello())
        self._changed.set()
        try:
            await self._listen(connection)
        finally:
            connection.lost()
            self._forget(connection)
        return socket

    async def ready(self, opened: int = 1, *, within: float = 15) -> None:
        """Returns when there is a connection, and there were so many in all.

        Raises:
            TimeoutError: there is none *within* so many seconds.

        """
        async with asyncio.timeout(within):
            while not self.connections or self.opened < opened:
                self._changed.clear()
                await self._changed.wait()

    async def send(self, asked: Asked, attempt: int, reason: str) -> Ack:
        """An envelope to the next connection, and its acknowledgement."""
        begin = time.monotonic()
        if not self.connections:
            return Ack(after=0, status=502)
        self._turn += 1
        connection = self.connections[self._turn % len(self.connections)]
        envelope = enveloped(asked, attempt, reason)
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = future
        await connection.say(envelope)
        await asyncio.wait([future], timeout=self.patience)
        connection.waiting.pop(envelope["envelope_id"], None)
        if not future.done() or future.cancelled():
            return Ack(after=time.monotonic() - begin, status=0)
        told = future.result().get("payload") or {}
        body, text = (told, "") if isinstance(told, dict) else ({}, str(told))
        return Ack(after=time.monotonic() - begin, status=200, body=body, text=text)

    async def disconnect(self, reason: Reason = "refresh_requested", *, close: bool = False) -> None:
        """Tells every client to connect anew; *close*: and closes, as Slack does a little later."""
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-7"}}
        for connection in list(self.connections):
            await connection.say(frame)
            if close:
                await connection.socket.close()

    async def close(self, code: int = 1000) -> None:
        """Closes every connection."""
        for connection in list(self.connections):
            self._forget(connection)
            await connection.socket.close(code=code)

    def abort(self) -> None:
        """Cuts every connection."""
        for connection in list(self.connections):
            self._forget(connection)
            connection.abort()

    def _hello(self) -> Json:
        host = {"host": "applink-7", "build_number": 15, "approximate_connection_time": 18060}
        count = len(self.connections)
        told = {"type": "hello", "num_connections": count, "debug_info": host}
        return {**told, "connection_info": {"app_id": self.app_id}}

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type == WSMsgType.PING and not self.silent:
                with suppress(ConnectionError):
                    await connection.socket.pong(message.data)
            if message.type == WSMsgType.TEXT:
                self._heard(connection, json.loads(message.data))

    def _heard(self, connection: Connection, frame: Json) -> None:
        future = connection.waiting.pop(str(frame.get("envelope_id")), None)
        if future is None:
            self.unknown.append(frame)
        elif not future.done():
            future.set_result(frame)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)


def enveloped(asked: Asked, attempt: int, reason: str) -> Json:
    """https://docs.slack.dev/apis/events-api/using-socket-mode#events"""
    told: Json = {"envelope_id": secrets.token_hex(16), "type": asked.kind, "payload": asked.payload}
    told["accepts_response_payload"] = asked.kind != "events_api"
    if asked.kind == "events_api":
        told |= {"retry_attempt": attempt, "retry_reason": "timeout" if reason else ""}
    return told
