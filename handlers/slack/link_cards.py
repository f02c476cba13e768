"""The add-on *link cards*: a link to a paper becomes a card below it.

Shown are the papers we have; nothing is asked of anybody because somebody posted a link. A message with many links gets
none, and a paper gets one in a channel and half an hour. https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.domain.departures import workspace_key
from bot.domain.events import AnswerLost
from bot.domain.mentions import mentioned_papers
from bot.domain.subscriptions import Platform
from bot.outbox import Lease
from bot.presentation.paper_cards import entry_card, mark_words
from bot.presentation.rooms import Room
from handlers.slack.papers import paper_blocks
from handlers.slack.responses import Answer, NoAnswer, answered
from handlers.slack.wording import foot_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.app.async_app import AsyncApp
    from slack_bolt.context.async_context import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.papers import Entry, PaperId
    from bot.outbox import Leases
    from bot.ports import Clock, Observer, PaperStore
    from bot.remembering import SettingsStore
    from handlers.slack.blocks import Block

SHOWN_FOR: Final = timedelta(minutes=30)
"""How long a paper gets no second card in a channel."""
TOO_MANY: Final = 3
"""A message with so many links gets no cards."""

_COMPOSER: Final = "composer"
_ROOM: Final = Room()


class LinkCards:
    """Makes the cards; all processes share *leases*."""

    def __init__(  # noqa: PLR0913 - what is shown, whether, how often, and who watches
        self,
        papers: PaperStore,
        settings: SettingsStore,
        leases: Leases,
        *,
        credit: str,
        observe: Observer,
        now: Clock,
    ) -> None:
        self._papers = papers
        self._settings = settings
        self._leases = leases
        self._credit = credit
        self._observe = observe
        self._now = now

    def listen(self, app: AsyncApp) -> None:
        """Hear of links through *app*."""
        app.event("link_shared")(self._shared)

    async def _shared(self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """Somebody posted links, or is about to."""
        links = {
            str(one["url"]): found[0] for one in event["links"] if (found := mentioned_papers(one["url"]))
        }
        if len(event["links"]) >= TOO_MANY or not links:
            return
        workspace = str(context.team_id)
        if not (await self._settings.of_workspace(workspace_key(Platform.SLACK, workspace))).cards:
            return
        known = await self._papers.entries(set(links.values()))
        wanted = {url: known[paper] for url, paper in links.items() if paper in known}
        if event.get("source") != _COMPOSER:
            wanted = await self._fresh(wanted, f"{workspace} {event['channel']}")
        if wanted:
            unfurls = {url: {"blocks": self._card(entry)} for url, entry in wanted.items()}
            self._judge(await answered(client.chat_unfurl(**_place(event), unfurls=unfurls)))

    async def _fresh(self, wanted: Mapping[str, Entry], where: str) -> dict[str, Entry]:
        """Those of *wanted* that were not shown *where* lately; they are from now on. A paper linked twice is shown once."""
        first = {entry.paper.id: url for url, entry in reversed(list(wanted.items()))}
        return {url: wanted[url] for paper, url in first.items() if await self._first(paper, where)}

    async def _first(self, paper: PaperId, where: str) -> bool:
        now = self._now()
        lease = Lease(owner=secrets.token_hex(9), at=now, until=now + SHOWN_FOR)
        return await self._leases.acquire(f"slack card {where} {paper}", lease)

    def _card(self, entry: Entry) -> list[Block]:
        """A card without a button: what stands below somebody's message is theirs."""
        card = replace(entry_card(entry), paper="")
        return [*paper_blocks(card, _ROOM), *foot_blocks(mark_words([card], self._credit), {})]

    def _judge(self, answer: Answer | NoAnswer) -> None:
        if not isinstance(answer, Answer):
            self._observe(AnswerLost(reason=f"a link card: {answer.detail}"))
        elif not answer.ok:
            self._observe(AnswerLost(reason=f"a link card: {answer.error or answer.status}"))


def _place(event: dict[str, Any]) -> dict[str, Any]:
    """Where the card goes: below a message, or into what somebody is writing."""
    if event.get("source") == _COMPOSER:
        return {"unfurl_id": event["unfurl_id"], "source": _COMPOSER}
    return {"channel": event["channel"], "ts": event["message_ts"]}
