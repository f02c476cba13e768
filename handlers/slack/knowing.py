"""Who asks and which channels are meant, as Slack knows them: what they may subscribe by Slack's own custom.

Slack has no managers of channels: what is posted in one is the business of its members. Not so where more people read
along than those: in the channel that everybody is in, in one that is shared with another company, and not for guests,
who are let in for something else. There only administrators may, until they decide otherwise (``settings subscribers``).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.domain.commands import Caller, Standing
from bot.domain.errors import UserError
from bot.domain.zones import find_zone
from handlers.slack.calling import told
from handlers.slack.responses import Answer, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from handlers.slack.asking import Asked
    from handlers.slack.calling import Calls

ENTRY: Final = "I come into a channel only by /invite @Paperround, and stop posting when I am removed."
CHOOSE: Final = "Type # and choose it from Slack’s list, so that I learn which one is meant."
_ROOM: Final = re.compile(r"[CDG][A-Z0-9]{8,30}", re.ASCII)
_NOT_THERE: Final = frozenset({"channel_not_found", "missing_scope", "invalid_arguments"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody. *admin*: they decide for the workspace. *outsider*: a bot, gone, or of another company."""

    zone: str = ""
    admin: bool = False
    guest: bool = False
    outsider: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel; *known* is False if there is none that we see. *ours*: we are in it; *theirs*: the person is."""

    name: str
    known: bool = False
    everyone: bool = False
    shared: bool = False
    archived: bool = False
    ours: bool = False
    theirs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The person who asked, and the channels that are meant, by their ids."""

    asked: Asked
    person: Person = Person()
    rooms: Mapping[str, Room] = field(default_factory=dict)

    @property
    def caller(self) -> Caller:
        """Who asks, as the conversation wants to know it."""
        asked, here = self.asked, self.asked.here
        stands = Standing.STRANGER if here.person else self.standing(here.channel)
        return Caller(
            person=asked.person,
            name=asked.name,
            here=here,
            manages=stands >= Standing.REGULAR,
            governs=self.person.admin,
            stands=stands,
            elsewhere=self.standing,
            barred=self.barred,
            zone=self.person.zone,
        )

    def room(self, channel: str) -> Room:
        """The channel; one that is not known if nobody asked for it."""
        return self.rooms.get(channel, Room(name=channel))

    def standing(self, channel: str) -> Standing:
        """What the channel is to the person."""
        room, person = self.room(channel), self.person
        if not room.theirs or person.outsider:
            return Standing.STRANGER
        if person.admin:
            return Standing.MANAGER
        usual = not (person.guest or room.everyone or room.shared)
        return Standing.REGULAR if usual else Standing.MEMBER

    def barred(self, channel: str) -> str:
        """Why the person may not subscribe the channel, if they may not."""
        room, named, person = self.room(channel), f"#{channel}", self.person
        reasons = (
            (person.outsider, "Only people of this workspace subscribe its channels."),
            (not is_room(channel), f"I know no channel {named}. {CHOOSE}"),
            (not room.known, f"{self._unseen(channel)} {named}. {ENTRY}"),
            (not room.theirs, f"Only its members subscribe {named}, and you are not in it."),
            (person.guest, "Guests of this workspace cannot subscribe its channels."),
            (room.everyone, f"Everyone here reads {named}: only administrators subscribe it."),
            (room.shared, f"{named} is shared with another company: only administrators subscribe it."),
        )
        usual = "Only administrators of this workspace subscribe its channels."
        return next((reason for holds, reason in reasons if holds), usual)

    def _unseen(self, channel: str) -> str:
        """What is said of a channel that Slack does not show us: one that somebody asks in is surely there."""
        return "I am not in" if channel == self.asked.channel else "I know no channel"


def is_room(channel: str) -> bool:
    """Whether *channel* is the id of one, and not a name that Slack did not look up."""
    return bool(_ROOM.fullmatch(channel))


def presumed(asked: Asked) -> Known:
    """The one who asked as long as Slack need not be asked: a member of the channel where they are."""
    room = Room(name=asked.channel, known=True, ours=True, theirs=True)
    return Known(asked=asked, person=Person(outsider=asked.foreign), rooms={asked.channel: room})


class Knowing:
    """Asks Slack who someone is."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def known(self, asked: Asked, channels: Iterable[str]) -> Known:
        """The one who asked, and what *channels* are; raises `UserError` if Slack does not say."""
        wanted = [one for one in dict.fromkeys(channels) if one]
        person, theirs, *rooms = await asyncio.gather(
            self._calls.person(asked.workspace, asked.person),
            self._channels_of(asked, wanted) if wanted else _nothing(),
            *(self._calls.channel(asked.workspace, one) for one in wanted),
        )
        return Known(
            asked=asked,
            person=person_of(_sure(person)["user"], asked.workspace),
            rooms={
                one: _room(one, answer, theirs=one in theirs)
                for one, answer in zip(wanted, rooms, strict=True)
            },
        )

    async def member(self, asked: Asked, channels: Iterable[str]) -> Known:
        """The same, but only of those of *channels* that they are in, and not whether we are in them."""
        person, theirs = await asyncio.gather(
            self._calls.person(asked.workspace, asked.person), self._channels_of(asked, channels)
        )
        return Known(
            asked=asked,
            person=person_of(_sure(person)["user"], asked.workspace),
            rooms={one: room_of(told, ours=True, theirs=True) for one, told in theirs.items()},
        )

    async def _channels_of(self, asked: Asked, wanted: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Those of the *wanted* channels that the one who asked is in, by id."""
        found: dict[str, Mapping[str, Any]] = {}
        missing = set(wanted)
        async for page in self._calls.channels_of(asked.workspace, asked.person):
            found |= {one["id"]: one for one in _sure(page).get("channels") or () if one["id"] in missing}
            if missing <= found.keys():
                break
        return found


def person_of(told: Mapping[str, Any], workspace: str) -> Person:
    """Whom ``users.info`` describes: https://docs.slack.dev/reference/objects/user-object"""
    teams = (told.get("enterprise_user") or {}).get("teams") or [told.get("team_id", workspace)]
    return Person(
        zone=find_zone(str(told.get("tz") or "")) or "",
        admin=bool(told.get("is_admin") or told.get("is_owner")),
        guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted")),
        outsider=workspace not in teams
        or any(told.get(flag) for flag in ("is_bot", "is_stranger", "deleted")),
    )


def room_of(told: Mapping[str, Any], *, ours: bool, theirs: bool) -> Room:
    """What ``conversations.info`` describes: https://docs.slack.dev/reference/objects/conversation-object"""
    return Room(
        name=str(told.get("name") or told["id"]),
        known=True,
        everyone=bool(told.get("is_general")),
        shared=bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared")),
        archived=bool(told.get("is_archived")),
        ours=ours,
        theirs=theirs,
    )


def _room(channel: str, answer: Answer | NoAnswer, *, theirs: bool) -> Room:
    if isinstance(answer, Answer) and answer.error in _NOT_THERE:
        return Room(name=channel)
    told = _sure(answer)["channel"]
    return room_of(told, ours=bool(told.get("is_member")), theirs=theirs)


def _sure(answer: Answer | NoAnswer) -> Mapping[str, Any]:
    """What Slack said; raises `UserError` if it said nothing of use."""
    wrong = told(answer)
    if wrong or isinstance(answer, NoAnswer):
        raise UserError("Slack does not say just now who may do that.", hint="Try again in a minute.")
    return answer.body


async def _nothing() -> dict[str, Mapping[str, Any]]:
    return {}
