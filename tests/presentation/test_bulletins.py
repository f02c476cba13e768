from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from bot.domain.bulletins import Bulletin, Silence
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.deliveries import alert as alert_edition
from bot.domain.deliveries import requested, scheduled
from bot.presentation.bulletins import bulletin_notice
from bot.presentation.cards import Notice
from tests.presentation.samples import MORNING, THURSDAY, alert, digest, entry, pick, subscription

DAY: Final = timedelta(days=1)
DIGEST: Final = Bulletin(
    subscription=subscription(),
    edition=scheduled(MORNING, "Europe/Berlin"),
    digest=digest(pick()),
    made_at=MORNING,
    due_at=MORNING,
    next_at=MORNING + DAY,
)
ALERT: Final = replace(
    DIGEST, subscription=alert(), edition=alert_edition(MORNING), next_at=None, digest=digest(pick())
)


def words(bulletin: Bulletin) -> Notice:
    return bulletin_notice(bulletin)


def test_a_digest_says_what_is_next_and_how_to_change_it() -> None:
    notice = words(DIGEST)
    assert len(notice.cards) == 1
    assert "Next digest: tomorrow 09:00 (Berlin)" in notice.footer
    assert notice.actions[0].commands == ("/papers edit 7f3k",)
    assert notice.lines == ()


@pytest.mark.parametrize(
    ("bulletin", "line"),
    [
        pytest.param(
            replace(DIGEST, made_at=MORNING + timedelta(hours=7)),
            "Late: this was due Thursday at 09:00.",
            id="later than six hours",
        ),
        pytest.param(
            replace(DIGEST, stale_since=MORNING - timedelta(hours=3)),
            f"As of 13 Nov {MORNING - timedelta(hours=3):%H:%M} UTC: no listing was read since.",
            id="the source is down",
        ),
        pytest.param(
            replace(DIGEST, unconfirmed=(scheduled(MORNING - DAY, "Europe/Berlin"),)),
            "I could not confirm that Wednesday’s digest arrived.",
            id="an edition nobody knows of",
        ),
        pytest.param(
            replace(DIGEST, unconfirmed=(alert_edition(MORNING - DAY),)),
            "I could not confirm that an alert arrived.",
            id="an alert nobody knows of",
        ),
        pytest.param(
            replace(DIGEST, unconfirmed=(requested("x"),)),
            "I could not confirm that the digest sent on request arrived.",
            id="a requested one nobody knows of",
        ),
    ],
)
def test_what_went_wrong_is_the_first_thing_said(bulletin: Bulletin, line: str) -> None:
    assert words(bulletin).lines[0] == line


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=5)])
def test_a_delay_of_a_few_hours_is_not_mentioned(late: timedelta) -> None:
    assert words(replace(DIGEST, made_at=MORNING + late)).lines == ()


def test_a_digest_that_was_asked_for_is_never_late() -> None:
    asked = replace(DIGEST, edition=requested("x"), made_at=MORNING + timedelta(hours=9))
    assert words(asked).lines == ()


def test_what_came_as_an_alert_is_one_line() -> None:
    notice = words(replace(DIGEST, alerted=(entry(),)))
    assert f"Came as an alert: “{entry().paper.title}”" in notice.footer


def test_a_recap_says_what_was_posted_before() -> None:
    known = pick()
    recap = replace(DIGEST, digest=digest(known), had={known.entry.paper.id: THURSDAY - 2 * DAY})
    assert words(recap).cards[0].reason.startswith("posted here Tuesday; ")


def test_an_alert_says_what_happened_and_how_to_change_it() -> None:
    notice = words(ALERT)
    assert notice.headline.startswith("Passing 100 upvotes after ")
    assert notice.cards[0].rank is None
    assert notice.actions[0].commands == (f"/papers edit {alert().short_id}",)


def test_alerts_that_waited_come_as_one_message() -> None:
    notice = words(replace(ALERT, digest=digest(pick(), pick())))
    assert notice.headline == "2 papers passed 100 upvotes"
    assert [card.rank for card in notice.cards] == [1, 2]


def test_an_alert_of_growth_says_where_it_leads() -> None:
    growing = replace(alert(), cadence=Cadence(rhythm=Rhythm.HOT, hot_votes=None))
    assert words(replace(ALERT, subscription=growing)).headline.startswith("Growing fast: ")
    several = replace(ALERT, subscription=growing, digest=digest(pick(), pick()))
    assert words(several).headline == "2 papers grow unusually fast"


def test_silence_says_that_we_are_alive_what_was_listed_and_what_came_nearest() -> None:
    silence = Silence(since=THURSDAY - 7 * DAY, listed=143, near=4, nearest=entry())
    notice = words(replace(DIGEST, digest=digest(), silence=silence))
    assert notice.headline == "Still here: 143 papers listed since 6 Nov, nothing new matched."
    assert "4 papers have the words but not the rest; the nearest is" in notice.lines[1]
    assert notice.cards == ()
    assert [command for action in notice.actions for command in action.commands] == [
        "/papers edit 7f3k",
        "/papers unsubscribe 7f3k",
    ]


def test_silence_without_anything_near_says_only_what_was_listed() -> None:
    notice = words(replace(DIGEST, digest=digest(), silence=Silence(since=THURSDAY, listed=1)))
    assert notice.headline == "Still here: 1 paper listed since 13 Nov, nothing new matched."
    assert len(notice.lines) == 1
