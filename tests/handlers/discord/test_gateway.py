"""Keeping one connection to the gateway: what ends it, how long is waited, who takes over; with the real discord.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Container
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl
from aiohttp.test_utils import unused_port
from discord.gateway import DiscordWebSocket

from bot.domain.errors import BadConfiguration, StoreUnavailable
from bot.domain.events import Event, GatewayLost, StoreFailed
from bot.domain.subscriptions import Destination, Platform
from bot.outbox import Lease, Leases
from bot.ports import Store
from handlers.discord.client import Client, point_at
from handlers.discord.gateway import Gateway
from storage.opening import open_store
from tests.servers.discord.server import TOKEN, DiscordServer, pointed_at, running
from tests.servers.redis import KINDS, RedisServer, find_server, redis_server
from tests.services.conftest import Clock

OTHER = TOKEN.replace("MTAw", "MTAx")
MINUTE = timedelta(minutes=1)


@dataclass
class Heard:
    """What a client told of: interactions, and what became of places."""

    interactions: list[discord.Interaction[Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    reported: list[BaseException] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    slow: bool = False

    async def hear(self, interaction: discord.Interaction[Any]) -> None:
        self.interactions.append(interaction)
        self._note("heard")

    async def workspace_left(self, platform: Platform, workspace: str) -> int:
        if self.slow:
            self._note("slow")
            await asyncio.sleep(0.1)
        return self._note(f"left {platform}:{workspace}")

    async def workspace_back(self, platform: Platform, workspace: str) -> int:
        return self._note(f"back {platform}:{workspace}")

    async def all_back(self, platform: Platform, present: Container[str]) -> int:
        del platform, present
        return self._note("ready")

    async def channel_gone(self, destination: Destination) -> int:
        return self._note(f"gone {destination}")

    def report(self, error: BaseException, _: str) -> None:
        self.reported.append(error)
        self._note("reported")

    def _note(self, what: str) -> int:
        self.told.append(what)
        self.changed.set()
        return 0

    async def until(self, what: str, times: int = 1) -> None:
        async with asyncio.timeout(10):
            while self.told.count(what) < times:
                self.changed.clear()
                await self.changed.wait()


@dataclass
class House:
    """One process on *store*; sleeping moves its *clock*, and after *most* times it is told to end."""

    store: Store
    clock: Clock
    heard: Heard = field(default_factory=Heard)
    events: list[Event] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)
    address: str = ""
    most: int = 100
    leases: Leases | None = None
    slept: asyncio.Event = field(default_factory=asyncio.Event)

    def gateway(self, *, token: str = TOKEN, owner: str = "here") -> Gateway:
        return Gateway(
            self._made,
            token,
            self.leases or self.store.leases,
            owner=owner,
            observe=self.events.append,
            now=self.clock,
            sleep=self._sleep,
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Gateway]:
        gateway = self.gateway()
        running = asyncio.create_task(gateway.run())
        try:
            await self.heard.until("ready")
            yield gateway
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def lived(self, gateway: Gateway) -> None:
        with suppress(asyncio.CancelledError):
            await gateway.run()

    def _made(self) -> Client:
        return Client(
            hear=self.heard.hear,
            departures=self.heard,
            report=self.heard.report,
            turn=self._turn,
            gateway=self.address,
        )

    async def _turn(self, key: str, every: timedelta) -> None:
        assert every == timedelta(seconds=5)
        self.turns.append(key)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.slept.set()
        self.clock.pass_(timedelta(seconds=seconds))
        if len(self.waits) >= self.most:
            raise asyncio.CancelledError
        await asyncio.sleep(0)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with running(DiscordServer()) as started:
        with pointed_at(started):
            yield started


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_store(f"sqlite:///{tmp_path / 'paperround.db'}") as store:
        yield House(store, Clock())


# What only an operator can mend


@pytest.mark.usefixtures("server")
async def test_a_wrong_token_is_told_with_where_to_get_a_right_one(house: House) -> None:
    with pytest.raises(BadConfiguration, match="does not know this bot token") as raised:
        await house.gateway(token=OTHER).run()
    assert "PAPERROUND_DISCORD__TOKEN" in raised.value.hint
    assert OTHER not in f"{raised.value.message}{raised.value.hint}"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        pytest.param(lambda server: server.revoke(OTHER), "does not know this bot token", id="a new token"),
        pytest.param(
            lambda server: server.gateway.close(4014), "does not allow this bot the intents", id="intents"
        ),
    ],
)
async def test_what_trying_again_cannot_help_ends_the_process(
    server: DiscordServer, house: House, end: Callable[[DiscordServer], None], told: str
) -> None:
    running = asyncio.create_task(house.gateway().run())
    await house.heard.until("ready")
    end(server)
    with pytest.raises(BadConfiguration, match=told):
        await asyncio.wait_for(running, 10)


# What is tried again


async def test_without_a_session_left_it_waits_as_long_as_discord_says(
    server: DiscordServer, house: House
) -> None:
    server.gateway.starts_left = 0
    house.most = 1
    await house.lived(house.gateway())
    assert house.waits == [86_400]
    assert house.events == [GatewayLost(reason="no session may be started for 1 day, 0:00:00")]
    assert server.gateway.identifies == []


async def test_each_failed_connection_is_waited_for_longer_to_ten_minutes_at_last(house: House) -> None:
    before = discord.http.Route.BASE
    point_at(f"http://127.0.0.1:{unused_port()}")
    house.most = 9
    await house.lived(house.gateway())
    discord.http.Route.BASE = before
    assert house.waits == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert {str(event) for event in house.events} == {
        "GatewayLost(reason='no connection (ClientConnectorError)')"
    }


async def test_an_event_that_cannot_be_read_costs_one_connection(server: DiscordServer, house: House) -> None:
    async with house.listening():
        server.gateway.unreadable()
        await house.heard.until("ready", 2)
    assert house.waits[:1] == [5]
    [event] = house.events
    assert isinstance(event, GatewayLost)


async def test_a_connection_that_is_cut_is_resumed_by_itself(server: DiscordServer, house: House) -> None:
    async with house.listening():
        server.gateway.drop()
        await server.gateway.deserted()
        await server.gateway.introduced()
        assert len(server.gateway.resumes) == 1
    assert house.events == []


async def test_an_invalid_session_begins_anew_where_discord_said(
    server: DiscordServer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = yarl.URL(f"ws://127.0.0.1:{unused_port()}")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", nowhere)
    async with house.listening():
        server.gateway.invalidate(resumable=False)
        await house.heard.until("ready", 2)
    assert len(server.gateway.identifies) == 2
    assert house.events == []


async def test_an_address_that_is_set_goes_before_the_one_that_discord_names(
    server: DiscordServer, house: House
) -> None:
    house.address = server.gateway.url
    server.gateway.url = f"ws://127.0.0.1:{unused_port()}"
    async with house.listening():
        assert len(server.gateway.live()) == 1
        server.gateway.url = house.address  # where READY says that a session is resumed


# One process listens


async def test_another_takes_over_within_a_minute_of_the_first_ones_death(
    server: DiscordServer, house: House
) -> None:
    now = house.clock()
    dead = Lease(owner="dead", at=now, until=now + MINUTE)
    assert await house.store.leases.acquire("discord gateway", dead)
    async with house.listening():
        assert len(server.gateway.live()) == 1
    assert sum(house.waits) == 60


async def test_whoever_ends_gives_the_gateway_to_the_next_at_once(
    server: DiscordServer, house: House
) -> None:
    async with house.listening():
        pass
    second = House(house.store, house.clock)
    async with second.listening():
        assert len(server.gateway.live()) == 1
    assert second.waits == []


# A store that is away


@pytest.fixture(params=KINDS)
async def server_of_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RedisServer]:
    program = find_server(request.param)
    if isinstance(program, str):
        pytest.skip(program)
    async with redis_server(program, tmp_path) as started:
        yield started


@pytest.mark.usefixtures("server")
async def test_a_store_that_is_away_is_waited_for_and_then_it_listens(
    server_of_store: RedisServer,
) -> None:
    async with open_store(server_of_store.url) as store:
        house = House(store, Clock(), most=10_000)
        await server_of_store.stop()
        gateway = house.gateway()
        running = asyncio.create_task(gateway.run())
        async with asyncio.timeout(10):
            await house.slept.wait()
        assert gateway.state() == "Discord: not connected, the store is away."
        assert all(isinstance(event, StoreFailed) for event in house.events)

        await server_of_store.start()
        await house.heard.until("ready")
        assert gateway.state() == "Discord: connected."
        await server_of_store.stop()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


@dataclass
class Faint:
    """Leases of a store that is away from the second question on; each takes *long*."""

    clock: Clock
    long: timedelta = timedelta(0)
    asked: int = 0

    async def acquire(self, name: str, lease: Lease) -> bool:
        del name, lease
        self.asked += 1
        if self.asked == 1:
            return True
        self.clock.pass_(self.long)
        raise StoreUnavailable("The store gives no answer.", hint="Wait.")

    async def release(self, name: str, owner: str) -> None:
        del name, owner
        raise StoreUnavailable("The store gives no answer.", hint="Wait.")

    async def forget(self, before: datetime) -> None:
        """Nothing is kept."""


async def test_a_connection_outlives_a_store_that_is_away_for_less_than_a_minute(
    server: DiscordServer, house: House
) -> None:
    house.leases = Faint(house.clock)
    async with house.listening() as gateway:
        assert gateway.state() == "Discord: connected."
        assert len(server.gateway.live()) == 1
    assert house.events == [StoreFailed(reason="The store gives no answer.")]


async def test_nobody_listens_who_may_have_been_taken_for_dead(server: DiscordServer, house: House) -> None:
    house.leases, house.most = Faint(house.clock, long=MINUTE), 2
    gateway = house.gateway()
    await house.lived(gateway)
    assert server.gateway.live() == []
    assert gateway.state() == "Discord: not connected, the store is away."


async def test_what_was_begun_is_ended_before_the_process_goes_on_to_close_its_store(
    server: DiscordServer, house: House
) -> None:
    home = server.add_guild("Lab")
    async with house.listening():
        house.heard.slow = True
        server.remove(home)
        await house.heard.until("slow")
    assert f"left discord:{home.id}" in house.heard.told
    assert house.heard.reported == []


# States and shards


async def test_its_state_is_told_in_words(server: DiscordServer, house: House) -> None:
    place = server.add_channel(server.add_guild("Lab"), "papers")
    gateway = house.gateway()
    assert gateway.state() == "Discord: not connected here."
    assert gateway.may_read(place.id) is None
    async with house.listening() as gateway:
        assert gateway.state() == "Discord: connected."
        assert gateway.may_read(place.id) is True
        assert gateway.may_read("123") is None
    assert gateway.state() == "Discord: not connected here."


async def test_each_shard_waits_for_its_turn(server: DiscordServer, house: House) -> None:
    server.gateway.shards, server.gateway.max_concurrency = 3, 2
    server.gateway.identify_seconds = 0
    async with house.listening():
        assert len(server.gateway.live()) == 3
    assert sorted(house.turns) == ["identify:0", "identify:0", "identify:1"]


async def test_no_privileged_intent_is_asked_for(server: DiscordServer, house: House) -> None:
    async with house.listening():
        [introduced] = server.gateway.identifies
        assert introduced.intents == 1


async def test_commands_that_are_not_taken_keep_nobody_from_listening(
    server: DiscordServer, house: House
) -> None:
    refusing = server.fail(_refused, method="PUT", path="/applications/{application_id}/commands")
    async with house.listening():
        assert refusing.hits == 1
    [error] = house.heard.reported
    assert isinstance(error, discord.HTTPException)


async def _refused(_: object) -> Any:  # noqa: ANN401 - an answer
    from tests.servers.discord.problems import Refused  # noqa: PLC0415

    return Refused(400, 50035).answer()


# What became of places


async def test_places_that_go_and_come_are_told(server: DiscordServer, house: House) -> None:
    home = server.add_guild("Lab")
    place = server.add_channel(home, "papers")
    thread = server.world.add_thread(place, server.messages.fresh_id(), "talk")
    async with house.listening():
        server.gateway.dispatch(
            "THREAD_DELETE",
            {"id": thread.id, "guild_id": home.id, "parent_id": place.id, "type": thread.type},
            home,
        )
        await house.heard.until(f"gone discord:{home.id}/{thread.id}")
        server.delete_channel(place)
        await house.heard.until(f"gone discord:{home.id}/{place.id}")
        server.hide(home)
        server.restore(home)
        server.remove(home)
        await house.heard.until(f"left discord:{home.id}")
        server.restore(home)
        await house.heard.until(f"back discord:{home.id}")
    assert house.heard.told.count(f"left discord:{home.id}") == 1
