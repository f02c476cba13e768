"""What people do again and again in the scenarios of Slack."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.subscriptions import Subscription
from tests.scenarios.slack_lab import Lab
from tests.servers.slack.messages import Message
from tests.servers.slack.views import View
from tests.servers.slack.world import User
from tests.services.conftest import MONDAY, listing
from tests.services.town import agents


async def filled(lab: Lab) -> None:
    entries = [agents(number, 10 * number, keywords=("agents",)) for number in range(1, 7)]
    await lab.rooms.ingest.keep(listing(*entries, day=MONDAY, seen=lab.clock()))
    lab.clock.pass_(timedelta(hours=1))


async def held(lab: Lab) -> list[Subscription]:
    return await lab.rooms.store.subscriptions.all()


async def pressed(lab: Lab, where: Message | View, label: str, user: User | None = None) -> Message:
    return await (await lab.press(where, label, user or lab.ana)).message()


async def shown_in(view: View, words: str, lab: Lab) -> View:
    """*view*, once it says *words*."""

    async def said() -> bool:
        return words in view.words

    await lab.until(said)
    return view


async def home_with(lab: Lab, words: str) -> View:
    """Ana's page, once it says *words*."""
    return await shown_in(await lab.server.home(lab.ana), words, lab)


async def form(lab: Lab, text: str = "subscribe") -> View:
    return await (await lab.asked(lab.ana, text)).opened()
