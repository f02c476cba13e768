"""A workspace's settings, shown and changed one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.answers import SettingsAnswer
from bot.domain.errors import NotAllowed, Unknown, UserError
from bot.domain.schedules import read_time
from bot.domain.subscriptions import MOST_POSTS_A_DAY, POSTS_A_DAY, WhoMaySubscribe
from bot.domain.words import words_of
from bot.domain.zones import parse_zone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import time

    from bot.domain.commands import Caller, ChangeSettings
    from bot.domain.subscriptions import WorkspaceSettings
    from bot.remembering import SettingsStore

ALL: Final = frozenset({"all", "any", "*"})
"""What is said for no choice of channels."""
_YES: Final = frozenset({"on", "yes", "true"})
_NO: Final = frozenset({"off", "no", "false"})


async def change_settings(store: SettingsStore, caller: Caller, command: ChangeSettings) -> SettingsAnswer:
    """Show the settings of the caller's workspace, or change the one that *command* names.

    Raises `NotAllowed` unless the caller manages, `Unknown` for a name that is none, `UserError` for a bad value.
    """
    key = caller.here.shard_key
    settings = await store.of_workspace(key)
    if not command.name:
        return SettingsAnswer(settings=settings, platform=caller.here.platform, may_change=caller.may_govern)
    if not caller.may_govern:
        raise NotAllowed(
            "Only managers change the settings.", hint="Anyone may look at them: `/papers settings`"
        )
    change = _CHANGES.get(command.name)
    if change is None:
        raise Unknown(f"There is no setting “{command.name}”.", hint=f"Settings are {', '.join(_CHANGES)}.")
    changed = change(settings, command.value.strip())
    await store.put(key, changed)
    return SettingsAnswer(
        settings=changed, platform=caller.here.platform, changed=command.name, may_change=True
    )


def _subscribers(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    choices = tuple(WhoMaySubscribe)
    if not value:
        raise UserError(
            "Who may subscribe?", hint="`/papers settings subscribers managers`, or members, or usual."
        )
    if value.lower() not in choices:
        raise UserError(
            f"“{value}” cannot be chosen.",
            hint="`/papers settings subscribers managers`, or members, or usual.",
        )
    return replace(settings, who_may_subscribe=WhoMaySubscribe(value.lower()))


def _channels(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    if not value:
        raise UserError(
            "Which channels?",
            hint="`/papers settings channels #papers, #reading-group`, or `/papers settings channels all`.",
        )
    if value.lower() in ALL:
        return replace(settings, channels=())
    names = (name.strip().removeprefix("#") for name in value.replace(",", " ").split())
    return replace(settings, channels=tuple(dict.fromkeys(name for name in names if name)))


def _sharing(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    return replace(settings, sharing=_switched("sharing", value))


def _cards(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    return replace(settings, cards=_switched("cards", value))


def _switched(name: str, value: str) -> bool:
    if not value:
        raise UserError("On or off?", hint=f"`/papers settings {name} on`, or off.")
    if value.lower() not in _YES | _NO:
        raise UserError(f"“{value}” cannot be chosen.", hint=f"`/papers settings {name} on`, or off.")
    return value.lower() in _YES


def _zone(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    if not value:
        raise UserError("Which time zone?", hint="For example: `/papers settings zone Berlin`, or UTC+2.")
    return replace(settings, zone=parse_zone(value))


def _hour(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    return replace(settings, hour=_time(value))


def _quiet(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    first, found, last = value.replace("–", "-").replace(" to ", "-").partition("-")
    if not found:
        raise UserError(
            "Quiet hours have a beginning and an end.",
            hint="For example: `/papers settings quiet 20:00-08:00`",
        )
    return replace(settings, quiet_from=_time(first.strip()), quiet_until=_time(last.strip()))


def _posts(settings: WorkspaceSettings, value: str) -> WorkspaceSettings:
    hint = f"`/papers settings posts 10`, from 1 to {MOST_POSTS_A_DAY} (usual: {POSTS_A_DAY})"
    if not value:
        raise UserError("At most how many messages a day in one channel?", hint=hint)
    if not value.isdecimal() or not 1 <= int(value) <= MOST_POSTS_A_DAY:
        raise UserError(f"“{value}” cannot be chosen.", hint=hint)
    return replace(settings, posts_a_day=int(value))


def _time(text: str) -> time:
    if not text:
        raise UserError("Which hour?", hint="For example: `/papers settings hour 07:30`, or 9am, noon.")
    words = words_of(text)
    read = read_time(words, 0) if words else None
    if read is None or read[1] != len(words):
        raise UserError(f"“{text}” is no time.", hint="For example: 07:30, 9am, noon")
    return read[0]


_CHANGES: Final[dict[str, Callable[[WorkspaceSettings, str], WorkspaceSettings]]] = {
    "subscribers": _subscribers,
    "channels": _channels,
    "sharing": _sharing,
    "zone": _zone,
    "hour": _hour,
    "quiet": _quiet,
    "posts": _posts,
    "cards": _cards,
}
