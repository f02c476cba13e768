from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.domain.deliveries import Delivery, State, scheduled
from bot.domain.processes import Running
from bot.domain.status import Status
from bot.domain.subscriptions import Unreadable
from bot.presentation.cards import Notice, Tone
from bot.presentation.status import delivery_notice, delivery_words, status_notice
from tests.presentation.samples import MORNING, ROOM, THURSDAY, subscription

WELL: Final = Status(
    papers=3492,
    newest_day=THURSDAY,
    listed=31,
    read_at=MORNING,
    stale=False,
    subscriptions=2,
    next_due_at=MORNING + timedelta(days=1),
    counts={"jobs": 0, "pending": 0, "sent": 7},
    stopped=(),
    troubled=(),
    held={},
)
FAILED: Final = Delivery(
    destination=ROOM,
    subscription_id="s17-0a",
    edition=scheduled(MORNING, "Europe/Berlin"),
    picks=("2511.00001",),
    payload="the text",
    created_at=MORNING,
    not_before=MORNING,
    state=State.REFUSED,
    detail="403: the bot may not post here",
)


def told(status: Status) -> Notice:
    return status_notice(status, now=MORNING, zone="Europe/Berlin")


def row(notice: Notice, name: str) -> str:
    return next(row.meaning for row in notice.rows if row.name == name)


def test_if_all_is_well_it_says_so_on_six_lines() -> None:
    notice = told(WELL)
    assert (notice.headline, len(notice.rows), notice.footer) == ("All is well.", 6, ())
    assert row(notice, "Newest listing") == "2025-11-13, 31 papers, read today 09:00 (Berlin)"
    assert row(notice, "Next due") == "tomorrow 09:00 (Berlin)"
    assert row(notice, "Outbox") == "0 jobs, 0 pending, 7 sent"
    assert row(notice, "Limits") == "nothing is held back"


def test_days_that_were_not_read_well_are_named() -> None:
    days = tuple(THURSDAY - timedelta(days=back) for back in range(1, 11))
    assert (
        row(told(replace(WELL, behind=days[:1])), "Days not read well")
        == "2025-11-12 (see fetch.failed in the log)"
    )
    assert " and 7 more (see" in row(told(replace(WELL, behind=days)), "Days not read well")


def test_subscriptions_that_cannot_be_read_are_named_with_the_reason() -> None:
    unreadable = tuple(Unreadable(id=f"s17-0{number}", reason="It is too new.") for number in range(5))
    notice = told(replace(WELL, unreadable=unreadable))
    assert (notice.headline, notice.tone) == ("Some things wait for you.", Tone.WARNING)
    words = [one.meaning for one in notice.rows if one.name == "Not readable"]
    assert words[0] == "subscription s17-00 is passed over: It is too new."
    assert words[3:] == ["2 more subscriptions"]


def test_a_pause_of_which_nobody_noted_the_moment_has_none() -> None:
    stopped = replace(subscription(), paused_because="its zone is gone")
    assert row(told(replace(WELL, stopped=(stopped,))), stopped.short_id) == "paused: its zone is gone"


def test_processes_that_run_with_different_settings_are_named_with_what_differs() -> None:
    alike, other = ({"source": "x", "PAPERROUND_POLL_EVERY": every} for every in ("0:15:00", "0:05:00"))
    processes = tuple(
        Running(name=name, until=MORNING, settings=settings)
        for name, settings in (("one-1", alike), ("two-2", other))
    )
    notice = told(replace(WELL, processes=processes))
    assert (notice.headline, notice.tone) == ("Some things wait for you.", Tone.WARNING)
    assert row(notice, "Running") == "one-1, two-2"
    assert row(notice, "Settings differ") == "PAPERROUND_POLL_EVERY is 0:15:00 (one-1), 0:05:00 (two-2)"
    assert row(told(replace(WELL, processes=processes[:1])), "Running") == "one-1"


def test_before_the_first_ingest_it_says_how_to_begin() -> None:
    empty = replace(
        WELL, papers=0, newest_day=None, listed=0, read_at=None, next_due_at=None, subscriptions=0
    )
    notice = told(empty)
    assert row(notice, "Newest listing") == "none yet: `paperround ingest`"
    assert row(notice, "Next due") == "nothing"


def test_a_source_that_was_not_read_is_the_first_thing_said() -> None:
    notice = told(replace(WELL, stale=True))
    assert (notice.headline, notice.tone) == ("The source has not been read for a while.", Tone.WARNING)


def test_what_failed_and_what_is_paused_stand_below_with_their_reasons() -> None:
    paused = subscription().pause(MORNING, "the channel is gone")
    notice = told(replace(WELL, troubled=(FAILED,), stopped=(paused,)))
    assert notice.headline == "Some things wait for you."
    assert row(notice, paused.short_id) == "paused today 09:00 (Berlin): the channel is gone"
    assert row(notice, FAILED.nonce[:8]).endswith("403: the bot may not post here")
    assert "deliveries show" in notice.footer[-1]


def test_many_paused_ones_are_counted_not_listed() -> None:
    paused = subscription().pause(MORNING, "gone")
    notice = told(replace(WELL, stopped=(paused,) * 12))
    assert len(notice.rows) == 6 + 8
    assert notice.footer == ("4 more are paused.",)


def test_what_is_held_back_says_until_when() -> None:
    held = {f"channel {number}": MORNING + timedelta(minutes=1) for number in range(10)}
    assert row(told(replace(WELL, held=held)), "Limits").startswith("channel 0 until today 09:01 (Berlin), ")
    assert row(told(replace(WELL, held=held)), "Limits").endswith(" and 2 more")


def test_the_process_that_has_the_store_is_named() -> None:
    assert row(told(replace(WELL, running="host-7")), "Running") == "host-7"


def test_a_delivery_is_one_line_or_all_that_is_known() -> None:
    part = replace(FAILED, part=2, parts=3)
    assert ", part 2 of 3: 403" in delivery_words(part)
    notice = delivery_notice(FAILED, now=MORNING, zone="Europe/Berlin")
    assert row(notice, "State") == "refused: 403: the bot may not post here"
    assert (row(notice, "Papers"), row(notice, "Key"), notice.literal) == (
        "2511.00001",
        FAILED.key,
        "the text",
    )
