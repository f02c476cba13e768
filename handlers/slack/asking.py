"""What someone asked of us on Slack: a command, a button, a form or a shortcut without its platform. Pure.

https://docs.slack.dev/reference/interaction-payloads says what each of them looks like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.domain.subscriptions import Destination, Platform
from handlers.slack.buttons import pressed
from handlers.slack.modals import opened_in
from handlers.slack.mrkdwn import heard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.buttons import Button, Outdated

CHANNELS: Final = "channels"
"""Begins the ids of the blocks of App Home that are about channels: what is pressed there is meant in its channel."""

_READ: Final = ("text", "url", "from_url", "original_url", "title_link", "fallback")
"""Where the words and links of a message stand, in blocks, attachments and elements alike."""
_MARKS: Final = re.compile(r"[<>|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A slash command with *text*, as it was meant."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A *button*, or a *value* chosen from a menu. *about_channels*: in the part of App Home about channels."""

    button: Button | Outdated
    value: str = ""
    about_channels: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was sent; *view* is as Slack sends it back."""

    view: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aimed:
    """The shortcut on a message whose *text* it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """The shortcut that asks for a channel's subscription."""


What = Typed | Pressed | Filled | Aimed | Wished


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Where the answer can be shown.

    *url* takes answers for half an hour; *ours* says that the message there is an answer that only the asker sees, and
    *thread* in which thread it is. *form* is the id of the form that was used; *viewed*: it was in one, or in App Home.
    *trigger* opens a form for three seconds.
    """

    trigger: str
    url: str = ""
    ours: bool = False
    thread: str = ""
    form: str = ""
    viewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that *person* did. *channel* is empty where there is none; *foreign*: they are of another workspace."""

    workspace: str
    person: str
    name: str
    channel: str
    what: What
    surface: Surface
    foreign: bool = False

    @property
    def here(self) -> Destination:
        """The channel it was done in, or the conversation with the person."""
        if not self.channel or self.channel.startswith("D"):
            return self.home
        return Destination(platform=Platform.SLACK, workspace=self.workspace, channel=self.channel)

    @property
    def home(self) -> Destination:
        """Where the person's own digests go."""
        return Destination(
            platform=Platform.SLACK, workspace=self.workspace, channel=self.person, person=True
        )


def of_command(body: Mapping[str, Any]) -> Asked:
    """What a slash command asks."""
    return Asked(
        workspace=body["team_id"],
        person=body["user_id"],
        name=body.get("user_name") or body["user_id"],
        channel=body["channel_id"],
        what=Typed(text=heard(body.get("text") or "")),
        surface=Surface(trigger=body["trigger_id"], url=body["response_url"]),
    )


def of_action(body: Mapping[str, Any]) -> Asked:
    """What a button or a menu asks, in a message, a form or App Home."""
    action = body["actions"][0]
    button, value = pressed(action)
    about = str(action.get("block_id") or "").startswith(CHANNELS)
    container = body.get("container") or {}
    view = body.get("view") or {}
    return _asked(
        body,
        Pressed(button=button, value=value, about_channels=about),
        channel=(body.get("channel") or {}).get("id") or opened_in(view),
        surface=Surface(
            trigger=body["trigger_id"],
            url=body.get("response_url") or "",
            ours=bool(container.get("is_ephemeral")),
            thread=container.get("thread_ts") or "",
            form="" if view.get("type") == "home" else view.get("id") or "",
            viewed=bool(view),
        ),
    )


def of_form(body: Mapping[str, Any]) -> Asked:
    """What a form asks that was sent."""
    view = body["view"]
    surface = Surface(trigger=body.get("trigger_id") or "", form=view["id"], viewed=True)
    return _asked(body, Filled(view=view), channel=opened_in(view), surface=surface)


def of_message(body: Mapping[str, Any]) -> Asked:
    """What the shortcut on a message asks."""
    message = body["message"]
    surface = Surface(
        trigger=body["trigger_id"], url=body["response_url"], thread=message.get("thread_ts") or ""
    )
    return _asked(body, Aimed(text=_readable(message)), channel=body["channel"]["id"], surface=surface)


def of_wish(body: Mapping[str, Any]) -> Asked:
    """What the global shortcut asks."""
    return _asked(body, Wished(), channel="", surface=Surface(trigger=body["trigger_id"]))


def _asked(body: Mapping[str, Any], what: What, *, channel: str, surface: Surface) -> Asked:
    user, workspace = body["user"], _workspace(body)
    return Asked(
        workspace=workspace,
        person=user["id"],
        name=user.get("username") or user.get("name") or user["id"],
        channel=channel,
        what=what,
        surface=surface,
        foreign=_foreign(body, workspace, pressed_on=isinstance(what, Pressed)),
    )


def _workspace(body: Mapping[str, Any]) -> str:
    """The team whose installation is meant, as bolt's own authorization reads it."""
    installed = (body.get("view") or {}).get("app_installed_team_id")
    return str(installed or (body.get("team") or {}).get("id") or body["user"]["team_id"])


def _foreign(body: Mapping[str, Any], workspace: str, *, pressed_on: bool) -> bool:
    """Whether the person, or the message of ours that they pressed on, is of another workspace.

    In an organization people have one home workspace and work in many.
    """
    from_elsewhere = body["user"].get("team_id", workspace) != workspace and not body.get("enterprise")
    message = (body.get("message") or {}) if pressed_on else {}
    return from_elsewhere or message.get("team", workspace) != workspace


def _readable(message: Mapping[str, Any]) -> str:
    """The words and links of a message, of its blocks, its attachments and what it forwards."""
    return _MARKS.sub(" ", "\n".join(_texts(message))).replace("&amp;", "&")


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        yield from (part[name] for name in _READ if isinstance(part.get(name), str))
        for one in part.values():
            yield from _texts(one)
