"""A bot on discord.py that does a little of everything: for tests of the local Discord."""

from __future__ import annotations

from re import Match
from typing import Any, Self

import discord
from discord import app_commands, ui

Ask = discord.Interaction[discord.Client]


class More(ui.DynamicItem[ui.Button[ui.View]], template=r"more:(?P<paper>[\d.]+)"):
    """A button that a fresh process knows by its id."""

    def __init__(self, paper: str) -> None:
        super().__init__(ui.Button(label="More", custom_id=f"more:{paper}"))
        self.paper = paper

    @classmethod
    async def from_custom_id(cls, _: Ask, item: ui.Item[Any], match: Match[str]) -> Self:
        del item
        return cls(match["paper"])

    async def callback(self, interaction: Ask) -> None:
        await interaction.response.send_message(f"All about {self.paper}", ephemeral=True)


class Digest(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Container(ui.Section(ui.TextDisplay("A paper"), accessory=More("2510.12345"))))


class Change(ui.Modal, title="Change"):
    when: ui.Label[Self] = ui.Label(text="When", component=ui.TextInput(custom_id="when", default="09:00"))

    async def on_submit(self, interaction: Ask) -> None:
        assert isinstance(self.when.component, ui.TextInput)
        await interaction.response.send_message(f"At {self.when.component.value}", ephemeral=True)


class Where(ui.View):
    @ui.select(cls=ui.ChannelSelect, custom_id="where")
    async def where(self, interaction: Ask, select: ui.ChannelSelect[Self]) -> None:
        await interaction.response.edit_message(content=f"In {select.values[0].id}", view=None)


class Papers(app_commands.Group):
    """Commands of a bot that does a little of everything."""

    @app_commands.command(description="Search")
    async def search(self, interaction: Ask, query: str) -> None:
        await interaction.response.send_message(f"Found {query}", ephemeral=True)

    @search.autocomplete("query")
    async def queries(self, _: Ask, typed: str) -> list[app_commands.Choice[str]]:
        return [
            app_commands.Choice(name=f"{typed} {number}", value=f"{typed}-{number}") for number in range(25)
        ]

    @app_commands.command(description="Today")
    async def today(self, interaction: Ask) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(view=Digest())
        await interaction.followup.send("And one more.", ephemeral=True)

    @app_commands.command(description="Change")
    async def change(self, interaction: Ask) -> None:
        await interaction.response.send_modal(Change())

    @app_commands.command(description="Where")
    async def where(self, interaction: Ask, channel: discord.TextChannel) -> None:
        await interaction.response.send_message(f"Not in {channel.id}?", view=Where())


class Bot(discord.AutoShardedClient):
    def __init__(self, shards: int = 1) -> None:
        nobody = discord.AllowedMentions.none()
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_count=shards,
            allowed_mentions=nobody,
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self.tree.add_command(Papers(name="papers", description="Papers"))
        managing: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="manage", description="Manage", callback=manage
        )
        managing.default_permissions = discord.Permissions(manage_channels=True)
        self.tree.add_command(managing)
        self.tree.add_command(app_commands.ContextMenu(name="Look up papers", callback=look_up))
        self.add_dynamic_items(More)

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def manage(interaction: Ask) -> None:
    may = interaction.permissions.manage_channels
    await interaction.response.send_message(f"{may=} {interaction.app_permissions.send_messages=}")


async def look_up(interaction: Ask, message: discord.Message) -> None:
    await interaction.response.send_message(f"In it: {message.content}", ephemeral=True)
