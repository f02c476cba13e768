"""What someone may do in a channel, by Slack's own custom."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.commands import Standing
from handlers.slack.asking import Asked, Surface, Typed
from handlers.slack.knowing import Known, Person, Room, person_of, presumed, room_of

HERE = "C012AB3CD"
ASKED = Asked(
    workspace="T1",
    person="U1",
    name="ana",
    channel=HERE,
    what=Typed(text=""),
    surface=Surface(trigger="", url="https://hooks.example.org"),
)
MEMBER = Room(name="papers", known=True, ours=True, theirs=True)


def known(person: Person, room: Room) -> Known:
    return Known(asked=ASKED, person=person, rooms={HERE: room})


@pytest.mark.parametrize(
    ("person", "room", "standing", "why"),
    [
        (Person(), MEMBER, Standing.REGULAR, "Only administrators of"),
        (Person(admin=True), MEMBER, Standing.MANAGER, "Only administrators of"),
        (Person(guest=True), MEMBER, Standing.MEMBER, "Guests"),
        (Person(), Room(name="g", known=True, theirs=True, everyone=True), Standing.MEMBER, "Everyone here"),
        (Person(), Room(name="s", known=True, theirs=True, shared=True), Standing.MEMBER, "another company"),
        (
            Person(admin=True),
            Room(name="s", known=True, theirs=True, shared=True),
            Standing.MANAGER,
            "another company",
        ),
        (Person(outsider=True), MEMBER, Standing.STRANGER, "Only people of this workspace"),
        (Person(admin=True), Room(name="x", known=True), Standing.STRANGER, "you are not in it"),
        (Person(), Room(name="x"), Standing.STRANGER, "I am not in"),
    ],
    ids=[
        "member",
        "admin",
        "guest",
        "general",
        "shared",
        "admin of a shared one",
        "outsider",
        "admin outside",
        "unknown",
    ],
)
def test_standings(person: Person, room: Room, standing: Standing, why: str) -> None:
    told = known(person, room)
    assert told.standing(HERE) is standing
    assert told.caller.standing(HERE) is standing
    assert why in told.barred(HERE)
    assert told.caller.may_govern is person.admin


def test_a_channel_that_nobody_asked_about_is_strange() -> None:
    assert known(Person(admin=True), MEMBER).standing("C0OTHER99") is Standing.STRANGER


def test_until_slack_is_asked_everyone_is_a_member_and_decides_nothing() -> None:
    caller = presumed(ASKED).caller
    assert caller.standing(HERE) is Standing.REGULAR
    assert not caller.may_govern


@pytest.mark.parametrize(
    ("told", "person"),
    [
        ({"tz": "Europe/Berlin"}, Person(zone="Europe/Berlin")),
        ({"tz": "Nowhere/City"}, Person()),
        ({"tz": None}, Person()),
        ({"is_owner": True}, Person(admin=True)),
        ({"is_ultra_restricted": True}, Person(guest=True)),
        ({"is_restricted": True}, Person(guest=True)),
        ({"is_bot": True}, Person(outsider=True)),
        ({"is_stranger": True}, Person(outsider=True)),
        ({"deleted": True}, Person(outsider=True)),
        ({"team_id": "T2"}, Person(outsider=True)),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, Person()),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2"]}}, Person(outsider=True)),
    ],
    ids=str,
)
def test_people_are_read_as_slack_describes_them(told: dict[str, Any], person: Person) -> None:
    assert person_of({"id": "U1", **told}, "T1") == person


@pytest.mark.parametrize(
    ("told", "room"),
    [
        ({"name": "papers"}, Room(name="papers", known=True)),
        ({"is_general": True}, Room(name=HERE, known=True, everyone=True)),
        ({"is_ext_shared": True}, Room(name=HERE, known=True, shared=True)),
        ({"is_pending_ext_shared": True}, Room(name=HERE, known=True, shared=True)),
        ({"is_org_shared": True, "is_shared": True}, Room(name=HERE, known=True)),
        ({"is_archived": True}, Room(name=HERE, known=True, archived=True)),
    ],
    ids=str,
)
def test_channels_are_read_as_slack_describes_them(told: dict[str, Any], room: Room) -> None:
    assert room_of({"id": HERE, **told}, ours=False, theirs=False) == room
