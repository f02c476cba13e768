"""What someone asked, read from the interactions that Discord sends."""

from __future__ import annotations

import discord
import pytest

from bot.domain.commands import Standing
from handlers.discord.asking import Aimed, Filled, Pressed, Typed, Typing, person, read
from tests.handlers.discord.heard import Ear, command, option, with_channel
from tests.servers.discord import interactions as kinds
from tests.servers.discord import payloads
from tests.servers.discord.messages import EPHEMERAL, Draft
from tests.servers.discord.permissions import MANAGER, MEMBER, NOTHING, POSTING, THREADS, Permission
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.world import THREAD, Channel, User


@pytest.fixture
def server() -> DiscordServer:
    return DiscordServer()


@pytest.fixture
def place(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild("Lab"), "papers")


@pytest.fixture
def ana(server: DiscordServer) -> User:
    return server.add_user("ana")


# Who asks, and where


def test_a_member_asks_in_a_channel(server: DiscordServer, place: Channel, ana: User) -> None:
    _, asked = Ear(server).asked(ana, place)
    caller = asked.caller
    assert place.guild is not None
    assert (caller.person, caller.name) == (ana.id, "Ana")
    assert str(caller.here) == f"discord:{place.guild.id}/{place.id}"
    assert caller.home == person(ana.id)
    assert not caller.manages
    assert not caller.governs
    assert asked.locale == "en-US"


@pytest.mark.parametrize(
    ("may", "manages", "governs"),
    [
        pytest.param(MANAGER, True, False, id="Manage Channels"),
        pytest.param(MEMBER | Permission.MANAGE_GUILD, False, True, id="Manage Server"),
        pytest.param(Permission.ADMINISTRATOR, True, True, id="Administrator"),
    ],
)
def test_rights_are_those_of_the_interaction(
    server: DiscordServer, place: Channel, ana: User, *, may: Permission, manages: bool, governs: bool
) -> None:
    server.allow(place, ana, may)
    _, asked = Ear(server).asked(ana, place)
    assert (asked.caller.manages, asked.caller.governs) == (manages, governs)


def test_in_a_direct_message_there_is_nobody_but_the_asker(server: DiscordServer, ana: User) -> None:
    _, asked = Ear(server).asked(ana, server.world.conversation(ana))
    assert asked.caller.here == asked.caller.home == person(ana.id)
    assert not asked.caller.manages


# What is asked


def test_a_command_has_its_options(server: DiscordServer, place: Channel, ana: User) -> None:
    data = command("search", option("words", "agents"), option("top", 3, 4))
    _, asked = Ear(server).asked(ana, place, data=data)
    assert asked.what == Typed(name="search", options={"words": "agents", "top": 3})


def test_what_is_being_typed_names_its_option(server: DiscordServer, place: Channel, ana: User) -> None:
    data = command("show", option("bibtex", value=True, kind=5), option("paper", "ag", focused=True))
    _, asked = Ear(server).asked(ana, place, data=data, kind=kinds.AUTOCOMPLETE)
    assert asked.what == Typing(name="show", options={"bibtex": True, "paper": "ag"}, focused="paper")


@pytest.mark.parametrize("private", [True, False], ids=["an answer of ours", "a digest"])
def test_a_button_says_whether_it_stands_below_an_answer_to_the_asker_alone(
    server: DiscordServer, place: Channel, ana: User, *, private: bool
) -> None:
    draft = Draft(seen_by=ana) if private else Draft()
    source = server.messages.create(place, server.bot, {"flags": EPHEMERAL if private else 0}, draft)
    data = {"component_type": 3, "custom_id": "p1:zone:!follow", "values": ["Asia/Tokyo"], "id": 2}
    _, asked = Ear(server).asked(ana, place, data=data, kind=kinds.COMPONENT, source=source)
    assert asked.what == Pressed(custom_id="p1:zone:!follow", values=("Asia/Tokyo",))
    assert asked.from_message
    assert asked.ours is private


def test_a_form_is_read_under_labels_and_in_rows(server: DiscordServer, place: Channel, ana: User) -> None:
    fields = [
        {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "filter", "value": "agents"}},
        {"type": 18, "id": 3, "component": {"type": 3, "id": 4, "custom_id": "when", "values": ["daily"]}},
        {"type": 1, "id": 5, "components": [{"type": 4, "id": 6, "custom_id": "at", "value": ""}]},
        {"type": 18, "id": 7, "component": {"type": 3, "id": 8, "custom_id": "top", "values": []}},
    ]
    data = {"custom_id": "p1:fill:!subscribe", "components": fields}
    _, asked = Ear(server).asked(ana, place, data=data, kind=kinds.MODAL_SUBMIT)
    expected = {"filter": "agents", "when": "daily", "at": "", "top": ""}
    assert asked.what == Filled(custom_id="p1:fill:!subscribe", fields=expected)


def test_a_message_is_read_with_what_its_embeds_link_to(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    said = server.say(place, ana, "look")
    said.embeds = [{"url": "https://arxiv.org/abs/2511.00001", "description": "of 2511.00002"}]
    shown = {"messages": {said.id: payloads.message(said, server.world)}}
    data = {"id": "1", "name": "Look up papers", "type": 3, "target_id": said.id, "resolved": shown}
    _, asked = Ear(server).asked(ana, place, data=data)
    assert asked.what == Aimed(text="look\nhttps://arxiv.org/abs/2511.00001 of 2511.00002")


def test_a_kind_that_is_none_of_ours_is_passed_over(server: DiscordServer, place: Channel, ana: User) -> None:
    _, heard = Ear(server).hears(ana, place, {"id": "1", "name": "papers", "type": 1})
    heard.type = discord.InteractionType.ping
    assert read(heard) is None


# The channels of a server


@pytest.mark.parametrize(
    ("may", "standing"),
    [
        pytest.param(NOTHING, Standing.STRANGER, id="unseen"),
        pytest.param(MEMBER, Standing.MEMBER, id="seen"),
        pytest.param(MANAGER, Standing.MANAGER, id="managed"),
        pytest.param(Permission.ADMINISTRATOR, Standing.MANAGER, id="administrated"),
    ],
)
def test_a_channel_among_the_options_says_what_the_asker_may_do_there(
    server: DiscordServer, place: Channel, ana: User, may: Permission, standing: Standing
) -> None:
    assert place.guild is not None
    other = server.add_channel(place.guild, "other")
    server.allow(other, ana, may)
    data = with_channel(command("subscribe", option("channel", other.id, 7)), other, ana)
    _, asked = Ear(server).asked(ana, place, data=data)
    assert asked.rooms.standing(other.id) is standing
    assert {place.id, other.id} <= asked.rooms.ids


def test_a_channel_that_nobody_knows_is_a_strange_one(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    _, asked = Ear(server).asked(ana, place)
    assert asked.rooms.standing("123") is Standing.STRANGER
    assert asked.rooms.standing("papers") is Standing.STRANGER
    assert asked.rooms.lacking("123") == ()


@pytest.mark.parametrize(
    ("bot", "lacking"),
    [
        pytest.param(POSTING, (), id="all there"),
        pytest.param(POSTING & ~Permission.EMBED_LINKS, ("Embed Links",), id="no links"),
        pytest.param(POSTING & ~Permission.SEND_MESSAGES, ("Send Messages",), id="no writing"),
        pytest.param(NOTHING, ("View Channel", "Send Messages"), id="nothing"),
        pytest.param(Permission.ADMINISTRATOR, (), id="administrator"),
    ],
)
def test_permissions_that_we_lack_are_named_as_discord_names_them(
    server: DiscordServer, place: Channel, ana: User, bot: Permission, lacking: tuple[str, ...]
) -> None:
    assert place.guild is not None
    there = server.add_channel(place.guild, "there", bot=bot)
    ear = Ear(server)
    _, elsewhere = ear.asked(ana, place)
    _, here = ear.asked(ana, there)
    assert here.rooms.lacking(there.id) == lacking
    assert elsewhere.rooms.lacking(there.id) == lacking


def test_abstracts_need_threads(server: DiscordServer, place: Channel, ana: User) -> None:
    _, asked = Ear(server).asked(ana, place)
    assert asked.rooms.lacking(place.id, abstracts=True) == (
        "Create Public Threads",
        "Send Messages in Threads",
    )
    server.allow(place, server.bot, POSTING | THREADS)
    _, asked = Ear(server).asked(ana, place)
    assert asked.rooms.lacking(place.id, abstracts=True) == ()


def test_in_a_thread_writing_is_another_permission(server: DiscordServer, place: Channel, ana: User) -> None:
    thread = server.world.add_thread(place, server.messages.fresh_id(), "talk")
    thread.permissions[server.bot.id] = POSTING
    _, asked = Ear(server).asked(ana, thread)
    assert thread.type == THREAD
    assert asked.rooms.lacking(thread.id) == ("Send Messages in Threads",)
