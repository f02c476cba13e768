"""What people do: use commands, press, choose, fill in forms, share links. The bot hears of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from tests.servers.slack import filling
from tests.servers.slack.asked import Asked
from tests.servers.slack.filling import Given
from tests.servers.slack.hearing import Hearing
from tests.servers.slack.messages import Message, find_part
from tests.servers.slack.views import View
from tests.servers.slack.world import Channel, User


class People(Hearing):
    """The hands of everybody. Each method tells the bot and returns what comes of it.

    *age* is how many seconds ago the person asked, as when Slack was slow: a trigger may have expired.
    """

    async def command(
        self, user: User, channel: Channel, name: str, text: str = "", *, age: float = 0
    ) -> Asked:
        """``/papers today`` as *name* ``/papers`` and *text* ``today``; not in threads, as in life.

        Raises:
            PermissionError: *user* is not in that channel.

        """
        if not channel.has(user):
            raise PermissionError(f"{user.name} is not in {channel.name}")
        payload = self.telling.command(user, channel, name, text)
        asked = Asked(
            kind="slash_commands", workspace=channel.workspace, payload=payload, user=user, channel=channel
        )
        return self.ask(asked, age=age)

    async def press(
        self,
        where: Message | View,
        action_id: str,
        user: User | None = None,
        *,
        chosen: Given = None,
        block_id: str = "",
        age: float = 0,
    ) -> Asked:
        """A button, or *chosen* from a menu, of a message, a form or a Home tab.

        Raises:
            LookupError: the person sees no such element.

        """
        payload = self.telling.pressed(
            where, self._seeing(where, user), find_part(where.blocks, action_id, block_id), chosen
        )
        return self.ask(self._interactive(where, self._seeing(where, user), payload), age=age)

    async def options(
        self,
        where: Message | View,
        action_id: str,
        typed: str,
        user: User | None = None,
        *,
        block_id: str = "",
    ) -> Asked:
        """*typed* so much into a menu whose choices the bot knows; `Asked.choices` are what it offers."""
        person = self._seeing(where, user)
        part = find_part(where.blocks, action_id, block_id)
        return self.ask(self._interactive(where, person, self.telling.typed(where, person, part, typed)))

    async def submit(
        self,
        view: View,
        values: Mapping[str, Given] | None = None,
        user: User | None = None,
        *,
        age: float = 0,
    ) -> Asked:
        """Sends a form off; *values* by action id or block id, the rest as it was filled in.

        Raises:
            ValueError: something is missing or too long: Slack would say so itself.
            LookupError: there is no such input or choice, or the form is closed.

        """
        person = self._seeing(view, user)
        payload = self.telling.submitted(view, person, values or {})
        if missing := filling.missing(view.blocks, payload["view"]["state"]["values"]):
            raise ValueError(f"these must be filled in: {missing}")
        return self.ask(self._interactive(view, person, payload), age=age)

    async def close_view(self, view: View, *, cleared: bool = False) -> Asked | None:
        """Closes a form; the bot hears of it only if it asked to."""
        view.closed = True
        if not view.body.get("notify_on_close"):
            return None
        return self.ask(
            self._interactive(view, view.user, self.telling.closed(view, view.user, cleared=cleared))
        )

    async def shortcut(self, user: User, callback_id: str, *, age: float = 0) -> Asked:
        """A global shortcut."""
        payload = self.telling.shortcut(user, callback_id)
        asked = Asked(kind="interactive", workspace=user.workspace, payload=payload, user=user)
        return self.ask(asked, age=age)

    async def message_shortcut(
        self, message: Message, callback_id: str, user: User, *, age: float = 0
    ) -> Asked:
        """A shortcut of a message, also in a thread."""
        payload = self.telling.message_action(message, self._seeing(message, user), callback_id)
        return self.ask(self._interactive(message, user, payload), age=age)

    async def open_home(self, user: User, *, tab: str = "home", times: int = 1) -> Asked:
        """Looks at the Home tab (or ``messages``) of the app."""
        event = {"type": "app_home_opened", "user": user.id, "tab": tab}
        event["channel"] = self.world.conversation(user).id
        known = self.views.homes.get(user.id)
        shown = {"view": {"id": known.id, "hash": known.hash, **known.body}} if known else {}
        return self.tell(user.workspace, {**event, **shown}, user=user, times=times)

    async def home(self, user: User, *, within: float = 5) -> View:
        """The Home tab of *user*, once it was published.

        Raises:
            TimeoutError: it was not, *within* so many seconds.

        """
        async with asyncio.timeout(within):
            while user.id not in self.views.homes:  # noqa: ASYNC110 - the bot may publish without being asked
                await asyncio.sleep(0.01)
        return self.views.homes[user.id]

    async def share_link(
        self, user: User, channel: Channel, *urls: str, thread_ts: str = "", times: int = 1
    ) -> tuple[Message, Asked | None]:
        """Posts links; the bot hears of those whose domains it knows, if it may read links."""
        body = {"text": " ".join(f"<{url}>" for url in urls), "thread_ts": thread_ts}
        message = self.messages.create(channel, user, body)
        return message, self._links(message, urls, "conversations_history", times)

    async def compose_link(self, user: User, channel: Channel, url: str) -> tuple[Message, Asked | None]:
        """Types a link and has not posted it: the bot may prepare its card."""
        message = Message(ts="0.0", channel=channel, author=user, text=f"<{url}>")
        return message, self._links(message, (url,), "composer", 1)

    def _links(self, message: Message, urls: Sequence[str], source: str, times: int) -> Asked | None:
        place = message.channel.workspace
        known = [url for url in urls if self.hears_of(urlsplit(url).hostname or "")]
        grant = self.grants.of(place)
        if not known or grant is None or "links:read" not in grant.scopes:
            return None
        unfurl_id = self.world.fresh_id("Uxyz")
        self.composed[unfurl_id] = message
        event = {
            "type": "link_shared",
            "user": message.author.id,
            "channel": message.channel.id if source != "composer" else "COMPOSER",
            "message_ts": message.ts if source != "composer" else f"{unfurl_id}-909b5454",
            "unfurl_id": unfurl_id,
            "source": source,
            "is_bot_user_member": message.channel.has(place.bot),
            "links": [{"url": url, "domain": urlsplit(url).hostname} for url in known],
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        }
        return self.tell(place, event, user=message.author, times=times)

    def hears_of(self, domain: str) -> bool:
        """Whether the app's manifest names this domain, or one above it."""
        return any(domain == one or domain.endswith(f".{one}") for one in self.unfurl_domains)

    def _interactive(self, where: Message | View, user: User, payload: filling.Json) -> Asked:
        message = where if isinstance(where, Message) else None
        return Asked(
            kind="interactive",
            workspace=user.workspace,
            payload=payload,
            user=user,
            channel=message.channel if message else None,
            source=message,
            view=where if isinstance(where, View) else None,
        )

    @staticmethod
    def _seeing(where: Message | View, user: User | None) -> User:
        """Who does it: a form has but one person who sees it."""
        if isinstance(where, View):
            if where.closed or user not in (None, where.user):
                raise LookupError("nobody sees that form")
            return where.user
        if user is None or where.deleted or where.seen_by not in (None, user) or not where.channel.has(user):
            raise LookupError("that person does not see that message")
        return user
