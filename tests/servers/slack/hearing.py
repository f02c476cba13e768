"""How the bot hears of things: told once or several times, again if it did not listen; and what its answer does."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from tests.servers.slack import limits
from tests.servers.slack.asked import Ack, Asked
from tests.servers.slack.blocks import option_problems
from tests.servers.slack.calls import Complaint, Desk
from tests.servers.slack.grants import Grants
from tests.servers.slack.messages import Message, Messages
from tests.servers.slack.responding import Responses
from tests.servers.slack.sending import Transport, later, why
from tests.servers.slack.telling import Telling, reachable
from tests.servers.slack.views import Trigger, View, Views
from tests.servers.slack.world import User, Workspace, World

Json = dict[str, Any]


class Hearing:
    """Brings things to the bot over *transport*; to nobody, while that is None."""

    world: World
    messages: Messages
    grants: Grants
    views: Views
    responses: Responses
    telling: Telling
    desk: Desk
    url: str
    transport: Transport | None
    unfurl_domains: list[str]
    events: set[str] | None
    """The kinds of events that the manifest subscribes to; None: all."""
    retries: tuple[float, ...]
    """The seconds before each repetition of an event that was not acknowledged."""
    composed: dict[str, Message]
    """Messages with links, by the id under which their cards are sent."""
    asked: list[Asked]
    """Everything the bot was told."""
    _tasks: set[asyncio.Task[None]]

    def ask(self, asked: Asked, *, age: float = 0, times: int = 1) -> Asked:
        """Tells the bot, *times* over; it may answer from now on."""
        asked.asked_at -= age
        trigger_id = f"{secrets.token_hex(6)}.{secrets.token_hex(6)}"
        if asked.user is not None:
            below = asked.view if asked.view and asked.view.body["type"] == "modal" else None
            self.views.triggers[trigger_id] = Trigger(
                user=asked.user,
                asked_at=asked.asked_at,
                opened=lambda view: self._opened(asked, view),
                below=below,
            )
        self.responses.open[asked.response_token] = asked
        reachable(asked, trigger_id, f"{self.url}/response/{asked.response_token}")
        self.asked.append(asked)
        for _ in range(times):
            self.deliver(asked)
        return asked

    def tell(self, workspace: Workspace, event: Json, *, user: User | None = None, times: int = 1) -> Asked:
        """An event, if the app subscribed to its kind; *times* over, as Slack does when it is unsure."""
        payload = self.telling.event(workspace, event)
        asked = Asked(kind="events_api", workspace=workspace, payload=payload, user=user)
        if self.events is None or event["type"] in self.events:
            return self.ask(asked, times=times)
        return asked

    def deliver(self, asked: Asked) -> Asked:
        """Tells the bot; again, if it was told before."""
        if self.transport is not None:
            self._start(self._bring(asked, self.transport))
        return asked

    def whispered(self, message: Message) -> None:
        """An ephemeral message: it answers what that person asked last in that channel."""
        for asked in reversed(self.asked):
            if asked.user is message.seen_by and asked.channel is message.channel:
                asked.note("whisper", message.requests[-1], message=message)
                return

    async def settled(self) -> None:
        """Returns when everything that was told was acknowledged or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop_telling(self) -> None:
        """Nothing is told any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, asked: Asked, transport: Transport) -> None:
        reason = ""
        again = self.retries if asked.kind == "events_api" else ()
        for attempt, seconds in enumerate((0, *again)):
            await later(seconds)
            with suppress(TimeoutError):  # nobody connects: as good as no answer
                await transport.ready()
            ack = await transport.send(asked, attempt, reason)
            first = not any(one.good for one in asked.acks)
            if ack.good and first:
                self._apply(asked, ack)
            asked.acknowledged(ack)
            if ack.good or ack.final:
                return
            reason = why(ack)

    def _apply(self, asked: Asked, ack: Ack) -> None:
        """What Slack does with the body of an acknowledgement."""
        kind = asked.payload.get("type")
        if asked.kind == "slash_commands" and (ack.body or ack.text):
            body = ack.body or {"text": ack.text}
            problems = limits.message_problems(body)
            shown = body.get("response_type") == "in_channel"
            problems += list(limits.manners(body, self.desk.welcome)) if shown else []
            self._complain(asked, problems)
            self.responses.show(asked, "ack", body)
        if kind == "view_submission":
            self._react(asked, ack.body)
        if kind == "block_suggestion":
            groups = [group["options"] for group in ack.body.get("option_groups") or ()]
            for group in [ack.body.get("options") or [], *groups]:
                self._complain(asked, list(option_problems("", group)))

    def _react(self, asked: Asked, body: Json) -> None:
        """https://docs.slack.dev/surfaces/modals#response_actions"""
        view = asked.view
        assert view is not None
        action = body.get("response_action")
        if action == "errors":
            asked.errors = dict(body["errors"])
            known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            self._complain(
                asked, [f"errors: no input in {one!r}" for one in asked.errors if one not in known]
            )
        elif action in ("update", "push"):
            self._complain(asked, list(limits.view_problems(body["view"])))
            if action == "update":
                self.views.replace(view, body["view"])
            shown = view if action == "update" else self.views.add(view.user, body["view"], view)
            asked.note("view", body["view"], view=shown)
        elif action == "clear":
            _close_all(view)
        else:
            view.closed = True
            self._complain(asked, [f"no such response_action: {action}"] if action else [])

    def _opened(self, asked: Asked, view: View) -> None:
        asked.note("view", view.body, view=view)

    def _complain(self, asked: Asked, problems: list[str]) -> None:
        kept = [Complaint(method=f"ack of {asked.kind}", problem=one, body=asked.acks) for one in problems]
        self.desk.complaints.extend(kept)


def _close_all(view: View | None) -> None:
    while view is not None:
        view.closed = True
        view = view.below
