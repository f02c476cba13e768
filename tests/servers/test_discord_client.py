"""The real discord.py against the local Discord: whatever the bot will do with it, done once."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import discord
import pytest

from tests.servers.discord.messages import EPHEMERAL, V2
from tests.servers.discord.permissions import MANAGER, MEMBER, POSTING, THREADS, Permission
from tests.servers.discord.server import DiscordServer, online, pointed_at, running
from tests.servers.discord.world import Channel, User
from tests.servers.discord_bot import Bot, Digest


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with running(DiscordServer()) as server:
        with pointed_at(server):
            yield server
        assert not server.complaints


@pytest.fixture
async def place(server: DiscordServer) -> Channel:
    return server.add_channel(server.add_guild("Lab", bot=POSTING | THREADS), "papers")


@pytest.fixture
def ana(server: DiscordServer) -> User:
    return server.add_user("ana")


@pytest.fixture
async def bot(server: DiscordServer, place: Channel) -> AsyncIterator[Bot]:
    del place
    bot = Bot()
    async with online(bot, server):
        yield bot


def text_channel(bot: discord.Client, place: Channel) -> discord.TextChannel:
    found = bot.get_channel(int(place.id))
    assert isinstance(found, discord.TextChannel)
    return found


async def test_commands_are_registered_all_at_once(server: DiscordServer, bot: Bot) -> None:
    kept = [(one["type"], one["name"]) for one in server.commands.everywhere]
    assert sorted(kept) == [(1, "manage"), (1, "papers"), (3, "Look up papers")]
    assert server.commands.find("papers")["contexts"] == [0, 1]
    assert [command.name for command in await bot.tree.fetch_commands()] == [name for _, name in kept]


@pytest.mark.usefixtures("bot")
async def test_a_slash_command_is_answered(server: DiscordServer, place: Channel, ana: User) -> None:
    asked = await server.command(ana, place, "papers search", {"query": "diffusion"})
    answer = await asked.answer()
    assert (answer.type, answer.body["content"], answer.after < 1) == (4, "Found diffusion", True)
    assert (await asked.message()).draft.seen_by is ana
    assert server.shown(place) == []


@pytest.mark.usefixtures("bot")
async def test_a_direct_message_knows_no_server(server: DiscordServer, ana: User) -> None:
    asked = await server.command(ana, server.world.conversation(ana), "papers search", {"query": "x"})
    assert (await asked.message()).text == "Found x"


@pytest.mark.usefixtures("bot")
async def test_a_deferred_answer_is_filled_with_components_and_followed_up(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    asked = await server.command(ana, place, "papers today")
    further = await asked.follow_up()
    shown = await asked.message()
    assert [one.type for one in asked.replies] == [5, 0, 0]
    assert (shown.text, shown.flags) == ("A paper\nMore", V2 | EPHEMERAL)
    assert further.text == "And one more."


async def test_a_button_is_known_after_a_restart(
    server: DiscordServer, bot: Bot, place: Channel, ana: User
) -> None:
    await text_channel(bot, place).send(view=Digest())
    [digest] = server.shown(place)
    await bot.close()
    async with online(Bot(), server):
        clicked = await server.click(digest, "more:2510.12345", ana)
        assert (await clicked.message()).text == "All about 2510.12345"


@pytest.mark.usefixtures("bot")
async def test_a_form_opens_filled_in_and_is_sent_off(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    opened = await server.command(ana, place, "papers change")
    sent = await server.submit_modal(opened, {"when": "10:30"})
    assert (await sent.message()).text == "At 10:30"
    again = await server.submit_modal(await server.command(ana, place, "papers change"))
    assert (await again.message()).text == "At 09:00"


@pytest.mark.usefixtures("bot")
async def test_a_channel_is_chosen_from_an_option_and_from_a_menu(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    asked = await server.command(ana, place, "papers where", {"channel": place})
    question = await asked.message()
    assert question.text == f"Not in {place.id}?"
    chosen = await server.choose(question, "where", [place], ana)
    assert (await chosen.answer()).type == 7
    assert question.text == f"In {place.id}"


@pytest.mark.usefixtures("bot")
async def test_autocomplete_offers_choices(server: DiscordServer, place: Channel, ana: User) -> None:
    asked = await server.autocomplete(ana, place, "papers search", option="query", typed="dif")
    choices = await asked.choices()
    assert (len(choices), choices[0]) == (25, {"name": "dif 0", "value": "dif-0"})


@pytest.mark.usefixtures("bot")
async def test_the_menu_of_a_message_passes_it_on(server: DiscordServer, place: Channel, ana: User) -> None:
    message = server.say(place, ana, "https://arxiv.org/abs/2510.12345")
    asked = await server.message_command(message, "Look up papers", ana)
    assert (await asked.message()).text == "In it: https://arxiv.org/abs/2510.12345"


@pytest.mark.usefixtures("bot")
async def test_permissions_come_with_the_interaction(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    with pytest.raises(PermissionError):
        await server.command(ana, place, "manage")
    allowed = await server.command(ana, place, "manage", allowed=True)
    assert (await allowed.message()).text == "may=False interaction.app_permissions.send_messages=True"
    server.allow(place, ana, MANAGER)
    server.allow(place, server.bot, POSTING & ~Permission.SEND_MESSAGES)
    usual = await server.command(ana, place, "manage")
    assert (await usual.message()).text == "may=True interaction.app_permissions.send_messages=False"


@pytest.mark.usefixtures("bot")
async def test_an_interaction_that_arrives_twice_is_answered_once(
    server: DiscordServer, place: Channel, ana: User
) -> None:
    asked = await server.command(ana, place, "papers search", {"query": "x"})
    await asked.answer()
    await server.deliver(asked)
    await server.desk.answered(400)
    assert len(asked.replies) == 1


async def test_the_library_posts_reads_edits_and_opens_threads(
    server: DiscordServer, bot: Bot, place: Channel
) -> None:
    channel = text_channel(bot, place)
    assert (
        channel.permissions_for(channel.guild.me).value
        == int(place.may(server.bot))
        == int(POSTING | THREADS)
    )
    message = await channel.send("Hello", embed=discord.Embed(title="A paper"), nonce="n1")
    await message.edit(content="Good morning")
    thread = await message.create_thread(name="Abstracts")
    await thread.send("We show …")
    [kept] = server.shown(place)
    assert (thread.id, kept.text, kept.nonce) == (message.id, "Good morning\nA paper", "n1")
    assert [one.text for one in server.shown(server.world.channels[kept.id])] == ["We show …"]
    assert [one.content async for one in channel.history()] == ["Good morning"]


async def test_a_file_comes_along(server: DiscordServer, bot: Bot, place: Channel) -> None:
    message = await text_channel(bot, place).send("A list", file=discord.File(io.BytesIO(b"1,2"), "list.csv"))
    [kept] = server.shown(place)
    assert [(one["filename"], one["size"]) for one in kept.draft.attachments] == [("list.csv", 3)]
    assert message.attachments[0].filename == "list.csv"


async def test_a_token_that_was_reset_ends_the_client(server: DiscordServer, place: Channel) -> None:
    del place
    async with online(Bot(), server) as connection:
        server.revoke("another")
        with pytest.raises(discord.ConnectionClosed):
            await connection


async def test_a_person_is_written_to_unless_they_closed_the_door(
    server: DiscordServer, bot: Bot, ana: User
) -> None:
    await (await bot.fetch_user(int(ana.id))).send("Hello")
    assert [one.text for one in server.shown(server.world.conversation(ana))] == ["Hello"]
    ben = server.add_user("ben", reach="closed")
    with pytest.raises(discord.Forbidden) as refused:
        await (await bot.fetch_user(int(ben.id))).send("Hello")
    assert refused.value.code == 50007


async def test_a_member_is_not_asked_for_what_everyone_may(server: DiscordServer, ana: User) -> None:
    quiet = server.add_channel(server.add_guild("B", everyone=MEMBER), "quiet", bot=Permission(0))
    assert not quiet.allows(server.bot, Permission.VIEW_CHANNEL)
    assert quiet.allows(ana, Permission.SEND_MESSAGES)
