"""What we listen to on Slack: each kind of thing someone may do, acknowledged in time and handed to the conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handlers.slack.asking import of_action, of_command, of_form, of_message, of_wish
from handlers.slack.manifest import LOOK_UP, SUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.app.async_app import AsyncApp

    from handlers.slack.answering import Ack
    from handlers.slack.asking import Asked
    from handlers.slack.talking import Talking

Body = Mapping[str, Any]
"""What Slack sends."""
_ANY: Final = re.compile("")
"""Also what an older version of ours put under a message: it is answered, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What we are called in the manifest: the slash *command*, the shortcuts *look_up* and *subscribe*."""

    command: str = "/papers"
    look_up: str = LOOK_UP
    subscribe: str = SUBSCRIBE


def listen(app: AsyncApp, talking: Talking, names: Names) -> None:
    """Let *talking* hear every command, button, form and shortcut of ours, and who opens App Home.

    Everything is acknowledged before any work begins, but for forms: see `handlers.slack.answering`.
    """

    def acknowledged(read: Callable[[Body], Asked]) -> Callable[..., Awaitable[None]]:
        async def hear(ack: Ack, body: Body) -> None:
            await ack()
            await talking.hear(read(body))

        return hear

    async def sent(ack: Ack, body: Body) -> None:
        await talking.hear_form(of_form(body), ack)

    async def visited(body: Body, event: Body) -> None:
        if event.get("tab") == "home":
            await talking.show_home(str(body["team_id"]), event["user"])

    app.command(names.command)(acknowledged(of_command))
    app.block_action(_ANY)(acknowledged(of_action))
    app.message_shortcut(names.look_up)(acknowledged(of_message))
    app.global_shortcut(names.subscribe)(acknowledged(of_wish))
    app.view_submission(_ANY)(sent)
    app.event("app_home_opened")(visited)
