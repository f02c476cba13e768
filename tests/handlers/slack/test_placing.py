"""Who is asked about before something is done, and who need not be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.rooms import opened
from bot.domain.command_text import parse_command
from bot.domain.errors import NotAllowed, UserError
from handlers.slack.asking import Asked, Surface, Typed
from handlers.slack.knowing import Knowing, Known, Person
from handlers.slack.placing import EVERYWHERE, Placing

ASKED = Asked(
    workspace="T1",
    person="U1",
    name="ana",
    channel="C012AB3CD",
    what=Typed(text=""),
    surface=Surface(trigger="", url="https://hooks.example.org"),
)
ALONE = replace(ASKED, channel="D012AB3CD")
FOREIGN = replace(ASKED, foreign=True)


class Noted(Knowing):
    """Knows everybody, and notes which channels it was asked about; None: it was asked nothing."""

    def __init__(self) -> None:
        self.about: list[str] | None = None

    async def known(self, asked: Asked, channels: Iterable[str]) -> Known:
        self.about = [one for one in channels if one]
        return Known(asked=asked, person=Person(admin=True))


async def placed(folder: Path, asked: Asked, text: str) -> tuple[Known, list[str] | None]:
    knowing = Noted()
    async with opened(f"sqlite:///{folder / 'x.db'}", data_dir=folder) as rooms:
        known = await Placing(knowing, rooms.store.subscriptions).placed(asked, parse_command(text))
    return known, knowing.about


@pytest.mark.parametrize(
    "text", ["", "today", "search x", "save 2511.00001", "saved", "subscriptions", "help"]
)
async def test_looking_up_needs_nobody_asked_about(tmp_path: Path, text: str) -> None:
    assert (await placed(tmp_path, FOREIGN, text))[1] is None


@pytest.mark.parametrize("text", ["subscribe agents", "follow agents", "pause 7f3k", "settings", "forget me"])
async def test_people_of_other_workspaces_change_nothing(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotAllowed, match="another workspace"):
        await placed(tmp_path, FOREIGN, text)


@pytest.mark.parametrize(
    ("asked", "text", "about", "here"),
    [
        (ASKED, "subscribe agents", ["C012AB3CD"], "C012AB3CD"),
        (ASKED, "subscribe agents in #C0OTHER99", ["C012AB3CD", "C0OTHER99"], "C012AB3CD"),
        (ALONE, "subscribe agents in #C0OTHER99", ["C0OTHER99"], "C0OTHER99"),
        (ALONE, "follow agents", [], "U1"),
        (ALONE, "settings zone Berlin", [], EVERYWHERE),
        (ALONE, "forget workspace", [], EVERYWHERE),
        (ALONE, "forget me", [], "U1"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_where_it_is_meant(
    tmp_path: Path, asked: Asked, text: str, about: list[str], here: str
) -> None:
    known, asked_about = await placed(tmp_path, asked, text)
    assert asked_about == about
    assert known.caller.here.channel == here


@pytest.mark.parametrize("value", ["#reading", "reading", "#C012AB3CD, #reading"])
async def test_channels_are_chosen_and_not_spelt(tmp_path: Path, value: str) -> None:
    with pytest.raises(UserError, match="I know no channel #reading"):
        await placed(tmp_path, ASKED, f"settings channels {value}")
    await placed(tmp_path, ASKED, "settings channels all")
