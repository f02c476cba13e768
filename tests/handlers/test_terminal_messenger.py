from __future__ import annotations

import io
from dataclasses import replace
from typing import Final

from bot.domain.bulletins import Bulletin
from bot.domain.deliveries import Job, deliveries, scheduled
from bot.domain.outcomes import Sent, Unreadable
from bot.presentation.bulletins import bulletin_notice
from bot.presentation.cards import Notice
from handlers.terminal.messenger import TerminalMessenger
from handlers.terminal.screen import Screen
from tests.presentation.samples import ANA, MORNING, ROOM, digest, pick, subscription

BULLETIN: Final = Bulletin(
    subscription=subscription(),
    edition=scheduled(MORNING, "Europe/Berlin"),
    digest=digest(pick(), pick()),
    made_at=MORNING,
    due_at=MORNING,
)
JOB: Final = Job(subscription_id="s1", edition=BULLETIN.edition, due_at=MORNING)


def messenger() -> tuple[TerminalMessenger, io.StringIO]:
    out = io.StringIO()
    return TerminalMessenger(Screen(file=out, width=80), prefix="/papers", credit="Hugging Face"), out


def printed(notice: Notice) -> str:
    out = io.StringIO()
    Screen(file=out, width=80).show(notice)
    return out.getvalue()


async def test_what_is_packed_is_printed_word_for_word_later() -> None:
    terminal, out = messenger()
    [parcel] = terminal.pack(BULLETIN)
    [delivery] = deliveries(JOB, ROOM, (parcel,), MORNING)

    assert isinstance(await terminal.post(delivery), Sent)
    assert parcel.picks == tuple(pick.entry.paper.id for pick in BULLETIN.digest.picks)
    assert out.getvalue() == f"To #{ROOM.channel}\n" + printed(bulletin_notice(BULLETIN))


async def test_a_follow_is_printed_to_you() -> None:
    terminal, out = messenger()
    [delivery] = deliveries(JOB, ANA, terminal.pack(BULLETIN), MORNING)
    await terminal.post(delivery)
    assert out.getvalue().startswith("To you\n")


async def test_what_may_have_been_printed_cannot_be_known() -> None:
    terminal, _ = messenger()
    [delivery] = deliveries(JOB, ROOM, terminal.pack(BULLETIN), MORNING)
    assert isinstance(await terminal.look(delivery), Unreadable)
    assert terminal.paces(ROOM) == ()


async def test_a_channel_cannot_steer_the_terminal() -> None:
    terminal, out = messenger()
    [delivery] = deliveries(JOB, replace(ROOM, channel="\x1b[31mred"), terminal.pack(BULLETIN), MORNING)
    await terminal.post(delivery)
    assert "\x1b" not in out.getvalue()
