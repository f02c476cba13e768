"""Our side of `benchmarks.slack`: one process that serves Slack over HTTP, and says what it used when asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.bot_process import UNLIMITED, ignore, questions, served
from benchmarks.crowd import url_of
from bot.app.delivering import delivery
from bot.app.rooms import opened
from bot.app.slack import on_slack
from bot.app.web import on_web
from bot.services.following import Following
from bot.settings import Settings, SlackSettings, WebSettings

if TYPE_CHECKING:
    from bot.domain.pacing import Pace
    from bot.domain.subscriptions import Destination
    from handlers.slack.messenger import SlackMessenger


class Unhurried:
    """*messenger* without Slack's limits, which no setting lifts; slots are taken all the same."""

    def __init__(self, messenger: SlackMessenger) -> None:
        self._messenger = messenger
        self.platform = messenger.platform
        self.manner = messenger.manner
        self.look_paces = messenger.look_paces
        self.pack = messenger.pack
        self.replies = messenger.replies
        self.post = messenger.post
        self.look = messenger.look

    def paces(self, destination: Destination) -> tuple[Pace, ...]:
        """The same paces, each as fast as may be."""
        return tuple(replace(one, per_second=UNLIMITED) for one in self._messenger.paces(destination))


def settings_of(folder: Path, slack: dict[str, Any], seal_keys: str, port: int) -> Settings:
    """Where the store is and how Slack finds us."""
    return Settings(
        data_dir=folder,
        store=url_of(folder),
        seal_keys=seal_keys,
        slack=SlackSettings(mode="http", **slack),
        web=WebSettings(port=port, base_url=f"http://127.0.0.1:{port}"),
    )


async def serve(told: dict[str, Any]) -> None:
    """Serve until the input ends; the first answer comes when Slack may tell us of things."""
    folder = Path(told.pop("folder"))
    settings = settings_of(folder, **told)
    async with (
        opened(settings.store_url, data_dir=folder, observe=ignore) as rooms,
        on_slack(settings, rooms, owner="bench", observe=ignore) as slack,
    ):
        assert slack is not None
        async with on_web(settings, rooms, routes=slack.routes):
            following = asyncio.create_task(
                Following(rooms.composer, rooms.searching, observe=ignore, sleep=asyncio.sleep).run()
            )
            await slack.run()
            await questions(delivery(rooms, [Unhurried(slack.messenger)], owner="bench", observe=ignore))
            following.cancel()
            await asyncio.wait({following})


if __name__ == "__main__":
    served(serve)
