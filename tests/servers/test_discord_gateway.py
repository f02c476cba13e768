"""The gateway of the local Discord: through the real discord.py, and word by word."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from tests.servers.discord.server import DiscordServer, online, pointed_at
from tests.servers.discord.wire import squeezing
from tests.servers.discord.world import Channel

Json = dict[str, Any]


class Listener(discord.AutoShardedClient):
    """Remembers what happened to it."""

    def __init__(self, shards: int = 1, intents: discord.Intents | None = None) -> None:
        wanted = intents or discord.Intents(guilds=True)
        super().__init__(intents=wanted, shard_count=shards, guild_ready_timeout=0.05)
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def on_shard_resumed(self, shard: int) -> None:
        self.heard.put_nowait(f"resumed {shard}")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.heard.put_nowait(f"joined {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.heard.put_nowait(f"removed {guild.name}")

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.heard.put_nowait(f"unavailable {guild.name}")

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self.heard.put_nowait(f"deleted {channel.name}")

    async def next(self) -> str:
        """What it hears next; fails after 5 s."""
        async with asyncio.timeout(5):
            return await self.heard.get()


@pytest.fixture(autouse=True)
def pointed(server: DiscordServer, place: Channel) -> Iterator[None]:
    del place
    with pointed_at(server):
        yield


async def test_each_shard_hears_of_its_servers(server: DiscordServer) -> None:
    guilds = [server.add_guild(name) for name in ("B", "C", "D", "E", "F")]
    listener = Listener(shards=2)
    async with online(listener, server, shards=2):
        assert {one.shard for one in server.gateway.identifies} == {0, 1}
        found = {guild.id: guild.shard_id for guild in listener.guilds}
        assert len(found) == 6
        assert all(found[int(one.id)] == one.shard(2) for one in guilds)
        assert set(found.values()) == {0, 1}


async def test_what_was_missed_is_told_at_the_resume(server: DiscordServer, place: Channel) -> None:
    listener = Listener()
    async with online(listener, server):
        server.gateway.drop()
        server.delete_channel(place)
        assert await listener.next() == "deleted papers"
        assert await listener.next() == "resumed 0"
        assert (len(server.gateway.identifies), len(server.gateway.resumes)) == (1, 1)


@pytest.mark.parametrize("code", [1000, 4000, 4009])
async def test_a_closed_connection_is_resumed(server: DiscordServer, code: int) -> None:
    listener = Listener()
    async with online(listener, server):
        server.gateway.close(code)
        assert await listener.next() == "resumed 0"


async def test_clients_come_again_when_asked_to(server: DiscordServer) -> None:
    listener = Listener()
    async with online(listener, server):
        server.gateway.reconnect()
        assert await listener.next() == "resumed 0"
        assert len(server.gateway.identifies) == 1


async def test_a_bad_token_and_missing_intents_end_the_client(server: DiscordServer) -> None:
    members = Listener(intents=discord.Intents(guilds=True, members=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with online(members, server):
            pytest.fail("was let in")
    assert server.gateway.closed == [4014]
    server.gateway.token = "another"
    with pytest.raises(discord.ConnectionClosed) as closed:
        async with online(Listener(), server):
            pytest.fail("was let in")
    assert closed.value.code == 4004


async def test_joining_outage_and_removal_are_told_apart(server: DiscordServer) -> None:
    listener = Listener()
    async with online(listener, server):
        guild = server.add_guild("New")
        heard = [await listener.next()]
        server.hide(guild)
        heard.append(await listener.next())
        server.restore(guild)
        server.remove(guild)
        heard.append(await listener.next())
    assert heard == ["joined New", "unavailable New", "removed New"]


async def test_an_unreadable_event_ends_the_client(server: DiscordServer) -> None:
    async with online(Listener(), server) as connection:
        server.gateway.unreadable()
        with pytest.raises(KeyError):
            await connection


@asynccontextmanager
async def talking(server: DiscordServer, **query: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    asked = {"v": "10", "encoding": "json"} | query
    async with aiohttp.ClientSession() as http, http.ws_connect(server.gateway.url, params=asked) as socket:
        yield socket


async def says(socket: aiohttp.ClientWebSocketResponse, op: int, data: object) -> Json:
    """Sends that and returns what comes back."""
    await socket.send_json({"op": op, "d": data})
    return await hears(socket)


async def hears(socket: aiohttp.ClientWebSocketResponse) -> Json:
    """The next words; of a connection that was closed, its code."""
    frame = await socket.receive(timeout=3)
    return {"closed": frame.data} if frame.type is aiohttp.WSMsgType.CLOSE else json.loads(frame.data)


def introduction(server: DiscordServer, shard: int = 0, shards: int = 1) -> Json:
    return {"token": server.token, "intents": 1, "shard": [shard, shards], "properties": {}}


async def test_a_conversation_word_by_word(server: DiscordServer, place: Channel) -> None:
    assert place.guild is not None
    async with talking(server) as socket:
        hello = await hears(socket)
        assert (hello["op"], hello["d"]) == (10, {"heartbeat_interval": 41_250})
        assert (await says(socket, 1, None))["op"] == 11
        ready = await says(socket, 2, introduction(server))
        assert (ready["t"], ready["s"], ready["d"]["guilds"][0]["id"]) == ("READY", 1, place.guild.id)
        created = await hears(socket)
        assert (created["t"], created["s"], created["d"]["id"]) == ("GUILD_CREATE", 2, place.guild.id)
        server.gateway.acks = False
        await socket.send_json({"op": 1, "d": 2})
        server.gateway.invalidate(resumable=True)
        assert await hears(socket) == {"op": 9, "d": True}
        await socket.close(code=4000)
    async with talking(server) as socket:
        await hears(socket)
        back = {"token": server.token, "session_id": ready["d"]["session_id"], "seq": 1}
        assert (await says(socket, 6, back))["t"] == "GUILD_CREATE"
        assert (await hears(socket))["t"] == "RESUMED"


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "wrong", "intents": 1}, 4004),
        (6, {"token": "wrong"}, 4004),
        (2, {"shard": [2, 2]}, 4010),
        (2, {"intents": 1 << 15}, 4014),
        (3, {}, 4003),
        (4, {}, 4001),
        (2, {"pad": "x" * 4096}, 4002),
    ],
    ids=["token", "token at resume", "shard", "intents", "too early", "unknown", "too large"],
)
async def test_what_closes_a_connection(server: DiscordServer, op: int, data: Json, code: int) -> None:
    async with talking(server) as socket:
        await hears(socket)
        known = introduction(server) if op == 2 else {}
        assert await says(socket, op, known | data) == {"closed": code}
    assert server.gateway.closed == [code]


async def test_a_forgotten_session_cannot_be_resumed(server: DiscordServer) -> None:
    async with talking(server) as socket:
        await hears(socket)
        assert await says(socket, 6, {"token": server.token, "session_id": "gone", "seq": 3}) == {
            "op": 9,
            "d": False,
        }


async def test_shards_introduce_themselves_one_after_another(server: DiscordServer) -> None:
    server.gateway.max_concurrency = 1
    server.gateway.identify_seconds = 0.2
    async with talking(server) as first, talking(server) as second:
        await hears(first)
        await hears(second)
        assert (await says(first, 2, introduction(server, 0, 2)))["t"] == "READY"
        assert await says(second, 2, introduction(server, 1, 2)) == {"op": 9, "d": False}
        await asyncio.sleep(0.2)
        assert (await says(second, 2, introduction(server, 1, 2)))["t"] == "READY"
    times = [one.at for one in server.gateway.identifies]
    assert (len(times), server.gateway.starts_left) == (3, 997)


async def test_the_gateway_refuses_and_falls_silent(server: DiscordServer) -> None:
    server.gateway.refusing = 1
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with talking(server):
            pytest.fail("was let in")
    assert refused.value.status == 503
    server.gateway.silent = True
    async with talking(server) as socket:
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.05)


async def test_only_what_is_done_here_is_promised(server: DiscordServer) -> None:
    for query in ({"encoding": "etf"}, {"v": "9"}, {"compress": "lz4-stream"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with talking(server, **query):
                pytest.fail("was let in")
        assert refused.value.status == 400


async def test_frames_are_squeezed_as_one_stream(server: DiscordServer) -> None:
    stream = zlib.decompressobj()
    async with talking(server, compress="zlib-stream") as socket:
        hello = (await socket.receive(timeout=3)).data
        assert hello.endswith(b"\x00\x00\xff\xff")
        assert json.loads(stream.decompress(hello))["op"] == 10
        await socket.send_json({"op": 2, "d": introduction(server)})
        assert json.loads(stream.decompress((await socket.receive(timeout=3)).data))["t"] == "READY"


def test_the_other_compressor_too() -> None:
    zstandard = pytest.importorskip("zstandard")
    squeeze, stream = squeezing("zstd-stream"), zstandard.ZstdDecompressor().decompressobj()
    assert squeeze is not None
    assert [stream.decompress(squeeze(word)) for word in (b"one", b"two")] == [b"one", b"two"]
