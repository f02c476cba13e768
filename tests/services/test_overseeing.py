from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import State
from bot.domain.errors import Unknown, UserError
from bot.domain.outcomes import Refused, Unclear
from bot.ports import Store
from bot.services.composing import Composer
from bot.services.ingesting import back_fill_days
from bot.services.overseeing import TROUBLED, Overseeing
from tests.services.conftest import MONDAY, Clock, FakeMessenger
from tests.services.town import NINE, Town, agents, ids, moment

REFUSED = Refused(code="403", because="the bot may not post there")


@pytest.fixture
def town(store: Store, clock: Clock) -> Town:
    return Town(store, clock, FakeMessenger())


@pytest.fixture
def overseeing(store: Store, clock: Clock) -> Overseeing:
    return Overseeing(store, Composer(store.papers, store.marks, now=clock), now=clock)


async def brought(town: Town) -> None:
    """One subscription, one listing, and what is due at nine."""
    await town.listed(agents(1), agents(2))
    await town.subscribe()
    await town.at(moment(MONDAY, 9))


async def test_an_empty_store_has_nothing_to_tell(overseeing: Overseeing) -> None:
    status = await overseeing.status()
    assert (status.papers, status.newest_day, status.read_at, status.next_due_at) == (0, None, None, None)
    assert (status.stopped, status.troubled, status.held, status.running) == ((), (), {}, "")


async def test_status_says_what_was_read_what_came_and_what_is_next(
    town: Town, overseeing: Overseeing
) -> None:
    await brought(town)
    status = await overseeing.status()
    assert (status.papers, status.newest_day, status.listed) == (2, MONDAY, 2)
    assert status.next_due_at == moment(MONDAY, 9).replace(day=11)
    assert (status.counts["sent"], status.counts["jobs"], status.subscriptions) == (1, 0, 1)
    assert not status.stale


async def test_status_names_the_days_that_were_not_read_well_while_others_were(
    town: Town, overseeing: Overseeing
) -> None:
    old, never = (MONDAY - timedelta(days=back) for back in (1, 2))
    for day in back_fill_days(MONDAY):
        if day != never:
            await town.listed(agents(1), day=day)
    assert (await overseeing.status()).behind == (never,)
    town.clock.pass_(timedelta(hours=3))
    for day in back_fill_days(MONDAY):
        if day not in {never, old}:
            await town.listed(agents(1), day=day)
    assert (await overseeing.status()).behind == (old, never)
    await town.listed(agents(1), day=never)
    await town.listed(agents(1), day=old)
    assert (await overseeing.status()).behind == ()


async def test_status_counts_what_cannot_be_read_and_still_says_what_is_due_next(
    town: Town, overseeing: Overseeing, tmp_path: Path
) -> None:
    await town.subscribe(1)
    with closing(sqlite3.connect(tmp_path / "paperround.db")) as file, file:
        file.execute("UPDATE subscription SET document = json_set(document, '$.v', 99)")
    town.clock.moment = moment(MONDAY, 8)
    await town.subscribe(2, cadence=replace(NINE, times=(time(10),)))
    town.clock.moment = moment(MONDAY, 9)
    status = await overseeing.status()
    assert [one.id for one in status.unreadable] == ["s1"]
    assert (status.subscriptions, status.next_due_at) == (2, moment(MONDAY, 10))


async def test_status_names_the_process_that_has_the_store(store: Store, overseeing: Overseeing) -> None:
    async with store.alone("here-1"):
        assert (await overseeing.status()).running == "here-1"
    assert (await overseeing.status()).running == ""


async def test_what_was_refused_stands_in_status_and_can_be_tried_again(
    town: Town, overseeing: Overseeing
) -> None:
    town.messenger.script = [REFUSED]
    await brought(town)
    status = await overseeing.status()
    [one] = status.troubled
    assert one.state is State.REFUSED
    assert [stopped.paused_because for stopped in status.stopped] == ["the bot may not post there"]

    assert (await overseeing.retry(one.nonce[:8])).state is State.PENDING
    await town.work()
    assert town.came == [ids(2, 1)] or town.came == [ids(1, 2)]
    assert await overseeing.deliveries(TROUBLED, 10) == []


async def test_what_is_unknown_can_be_dropped_so_that_its_papers_may_come_again(
    town: Town, overseeing: Overseeing
) -> None:
    town.messenger.script = [Unclear(detail="no answer")]
    await brought(town)
    await town.after(moment(MONDAY, 10) - moment(MONDAY, 9))
    [one] = await overseeing.deliveries(TROUBLED, 10)
    assert one.state is State.UNKNOWN
    assert await town.store.marks.had(one.destination)

    assert (await overseeing.drop(one.key)).detail == "dropped"
    assert not await town.store.marks.had(one.destination)


async def test_what_was_sent_can_neither_be_tried_again_nor_dropped(
    town: Town, overseeing: Overseeing
) -> None:
    await brought(town)
    [one] = await overseeing.deliveries([State.SENT], 10)
    with pytest.raises(UserError, match="is sent and cannot be tried again"):
        await overseeing.retry(one.key)
    with pytest.raises(UserError, match="is sent and cannot be dropped"):
        await overseeing.drop(one.key)


@pytest.mark.parametrize("reference", ["", "zz", "0123456789", "terminal:x|s1|y|1"])
async def test_a_reference_that_names_none_is_an_error(
    town: Town, overseeing: Overseeing, reference: str
) -> None:
    await brought(town)
    with pytest.raises(Unknown, match="No delivery begins with"):
        await overseeing.delivery(reference)
