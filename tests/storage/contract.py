"""What every store promises: subclass `StoreContract`, give `store`, and inherit the promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import Duplicate
from bot.domain.filter_text import parse_filter
from bot.domain.folding import fold_title
from bot.domain.papers import Entry, page_id
from bot.domain.subscriptions import Destination, Platform, WhoMaySubscribe, WorkspaceSettings
from bot.ports import ListingRecord, PaperChanges
from tests.storage.samples import (
    BARE,
    CHANNEL,
    DAY,
    FULL,
    HOUR,
    NOW,
    PERSON,
    listing,
    paper,
    subscription,
    tally,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.papers import Paper, PaperId, Tally
    from bot.domain.subscriptions import Subscription
    from bot.ports import Store

PAGE = replace(BARE, id=page_id(fold_title(BARE.title)), listed_on=())
YESTERDAY = DAY - timedelta(days=1)


class StoreContract(ABC):
    """The promises of `bot.ports.Store`, once."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> AsyncIterator[Store]:
        """An empty store."""

    async def test_a_store_answers_a_ping(self, store: Store) -> None:
        await store.ping()

    # Papers

    @pytest.mark.parametrize(
        "kept", [pytest.param(FULL, id="every field"), pytest.param(BARE, id="only a title")]
    )
    async def test_a_paper_comes_back_as_it_was_kept(self, store: Store, kept: Paper) -> None:
        await store.papers.keep(PaperChanges(papers=(kept,), tallies=((kept.id, tally()),)))
        assert await store.papers.entries([kept.id]) == {kept.id: Entry(paper=kept, tally=tally())}

    async def test_of_a_paper_kept_twice_the_newest_stays(self, store: Store) -> None:
        await store.papers.keep(PaperChanges(papers=(FULL,)))
        await store.papers.keep(PaperChanges(papers=(replace(FULL, title="Changed"),)))
        [entry] = (await store.papers.entries([FULL.id])).values()
        assert (entry.paper.title, await store.papers.count()) == ("Changed", 1)

    async def test_papers_that_are_not_stored_are_left_out(self, store: Store) -> None:
        await store.papers.keep(PaperChanges(papers=(BARE,)))
        assert list(await store.papers.entries(["2511.99999", BARE.id])) == [BARE.id]
        assert await store.papers.entries([]) == {}

    async def test_a_paper_without_a_tally_has_no_counts(self, store: Store) -> None:
        await store.papers.keep(PaperChanges(papers=(BARE,)))
        found = (await store.papers.entries([BARE.id]))[BARE.id].tally
        assert (found.upvotes, found.comments, found.stars) == (None, None, None)
        assert await store.papers.tallies([BARE.id]) == {}

    async def test_an_entry_has_the_newest_tally_in_whatever_order_they_came(self, store: Store) -> None:
        seen = (tally(2, 30), tally(0, 10), tally(1, None))
        await store.papers.keep(PaperChanges(papers=(BARE,), tallies=tuple((BARE.id, one) for one in seen)))
        assert (await store.papers.entries([BARE.id]))[BARE.id].tally == tally(2, 30)
        assert await store.papers.tallies([BARE.id, FULL.id]) == {
            BARE.id: (tally(0, 10), tally(1, None), tally(2, 30))
        }

    async def test_a_tally_kept_twice_counts_once(self, store: Store) -> None:
        for _ in range(2):
            await store.papers.keep(listing([BARE]))
        assert await store.papers.tallies([BARE.id]) == {BARE.id: (tally(),)}

    async def test_a_tally_of_an_unknown_paper_is_left_out(self, store: Store) -> None:
        await store.papers.keep(
            PaperChanges(papers=(BARE,), tallies=((FULL.id, tally()), (BARE.id, tally())))
        )
        assert await store.papers.tallies([FULL.id, BARE.id]) == {BARE.id: (tally(),)}

    async def test_papers_are_found_by_folded_title(self, store: Store) -> None:
        twin = replace(BARE, id="2511.00003", title="AGENTS")
        await store.papers.keep(PaperChanges(papers=(twin, BARE, FULL)))
        title = fold_title(BARE.title)
        assert await store.papers.titled([title, "nothing"]) == {title: (BARE.id, twin.id)}

    # Days

    async def test_a_record_comes_back_in_the_order_of_its_listing(self, store: Store) -> None:
        kept = ListingRecord(day=DAY, seen_at=NOW, ids=("2511.00009", "2511.00001"), removed=("2511.00005",))
        await store.papers.keep(PaperChanges(record=kept))
        assert await store.papers.records() == [kept]

    async def test_a_newer_record_of_a_day_replaces_the_older(self, store: Store) -> None:
        await store.papers.keep(listing([FULL, BARE]))
        await store.papers.keep(listing([BARE], removed=[FULL]))
        assert await store.papers.records() == [
            ListingRecord(day=DAY, seen_at=NOW, ids=(BARE.id,), removed=(FULL.id,))
        ]

    @pytest.mark.parametrize(
        ("since", "until", "days"),
        [
            pytest.param(None, None, [16, 17, 18], id="all"),
            pytest.param(date(2025, 11, 17), None, [17, 18], id="since, inclusive"),
            pytest.param(None, date(2025, 11, 17), [16, 17], id="until, inclusive"),
            pytest.param(date(2025, 11, 19), None, [], id="none"),
        ],
    )
    async def test_records_of_a_span(
        self, store: Store, since: date | None, until: date | None, days: list[int]
    ) -> None:
        for day in (18, 16, 17):
            await store.papers.keep(listing([], day=date(2025, 11, day)))
        assert [record.day.day for record in await store.papers.records(since, until)] == days

    async def test_listed_gives_each_paper_once_and_no_removed_one(self, store: Store) -> None:
        await store.papers.keep(listing([FULL, BARE], day=YESTERDAY))
        await store.papers.keep(listing([BARE, paper(7)], day=DAY, removed=[paper(8)]))
        await store.papers.keep(PaperChanges(papers=(paper(8), paper(9))))
        assert [entry.paper.id for entry in await store.papers.listed(YESTERDAY, DAY)] == [
            FULL.id,
            BARE.id,
            "2511.00007",
        ]
        assert [entry.paper.id for entry in await store.papers.listed(DAY, DAY)] == [BARE.id, "2511.00007"]

    # Changes

    async def test_a_new_store_has_no_changes(self, store: Store) -> None:
        assert await store.papers.keep(PaperChanges()) == 0
        assert await store.papers.changed(0, 10) == []

    async def test_keeping_the_same_again_changes_nothing(self, store: Store) -> None:
        first = await store.papers.keep(listing([FULL, BARE]))
        again = replace(listing([FULL, BARE]), tallies=((FULL.id, tally(5)), (BARE.id, tally(5))))
        assert await store.papers.keep(again) == first
        assert [paper_id for _, paper_id in await store.papers.changed(0, 10)] == [FULL.id, BARE.id]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param(PaperChanges(papers=(replace(FULL, title="New"),)), id="another document"),
            pytest.param(PaperChanges(tallies=((FULL.id, tally(1, 99)),)), id="other counts"),
        ],
    )
    async def test_a_changed_paper_is_named_by_its_newest_change(
        self, store: Store, changes: PaperChanges
    ) -> None:
        first = await store.papers.keep(listing([FULL, BARE]))
        newest = await store.papers.keep(changes)
        assert newest > first
        assert await store.papers.changed(first, 10) == [(newest, FULL.id)]
        assert [paper_id for _, paper_id in await store.papers.changed(0, 10)] == [BARE.id, FULL.id]

    async def test_an_old_tally_that_comes_late_is_no_change(self, store: Store) -> None:
        first = await store.papers.keep(listing([FULL]))
        assert await store.papers.keep(PaperChanges(tallies=((FULL.id, tally(-5, 0)),))) == first

    async def test_changes_come_in_portions(self, store: Store) -> None:
        newest = await store.papers.keep(listing(map(paper, range(5))))
        [*_, (reached, _)] = first = await store.papers.changed(0, 3)
        rest = await store.papers.changed(reached, 3)
        assert [paper_id for _, paper_id in first + rest] == [paper(number).id for number in range(5)]
        assert rest[-1][0] == newest

    async def test_a_change_that_fails_leaves_nothing(self, store: Store) -> None:
        broken = PaperChanges(
            papers=(FULL,), tallies=((FULL.id, replace(tally(), at=NOW.replace(tzinfo=None))),)
        )
        with pytest.raises(TypeError):
            await store.papers.keep(broken)
        assert (await store.papers.count(), await store.papers.changed(0, 10)) == (0, [])

    # Joining

    async def _join(self, store: Store) -> int:
        return await store.papers.keep(PaperChanges(papers=(BARE,), aliases=((PAGE.id, BARE.id),)))

    async def test_a_joined_paper_is_found_by_both_ids_and_counted_once(self, store: Store) -> None:
        await store.papers.keep(PaperChanges(papers=(PAGE,), tallies=((PAGE.id, tally()),)))
        await self._join(store)
        entry = Entry(paper=BARE, tally=tally())
        assert await store.papers.entries([PAGE.id, BARE.id]) == {PAGE.id: entry, BARE.id: entry}
        assert await store.papers.tallies([PAGE.id]) == {PAGE.id: (tally(),)}
        assert await store.papers.titled([fold_title(PAGE.title)]) == {fold_title(PAGE.title): (BARE.id,)}
        assert await store.papers.count() == 1

    async def test_joining_names_both_papers_as_changed(self, store: Store) -> None:
        first = await store.papers.keep(PaperChanges(papers=(PAGE,)))
        newest = await self._join(store)
        changed = await store.papers.changed(first, 10)
        assert {paper_id for _, paper_id in changed} == {PAGE.id, BARE.id}
        assert changed[-1][0] == newest
        assert await self._join(store) == newest

    async def test_a_joined_paper_stays_gone(self, store: Store) -> None:
        await self._join(store)
        await store.papers.keep(PaperChanges(papers=(PAGE,), tallies=((PAGE.id, tally(1, 50)),)))
        assert await store.papers.count() == 1
        assert (await store.papers.entries([BARE.id]))[BARE.id] == Entry(paper=BARE, tally=tally(1, 50))

    async def test_marks_follow_a_joined_paper(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, [PAGE.id], owner="one", at=NOW)
        await self._join(store)
        assert await store.marks.had(CHANNEL) == {BARE.id: NOW}
        assert await store.marks.claim(CHANNEL, [PAGE.id, BARE.id], owner="two", at=NOW) == set()
        assert await store.marks.claim(CHANNEL, [PAGE.id], owner="one", at=NOW) == {PAGE.id}
        await store.marks.release(CHANNEL, [PAGE.id], owner="one")
        assert await store.marks.had(CHANNEL) == {}

    async def test_marks_on_both_become_one(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, [BARE.id], owner="one", at=NOW)
        await store.marks.claim(CHANNEL, [PAGE.id], owner="two", at=NOW + HOUR)
        await self._join(store)
        assert await store.marks.had(CHANNEL) == {BARE.id: NOW}

    async def test_bookmarks_follow_a_joined_paper(self, store: Store) -> None:
        await store.bookmarks.save("ana", PAGE.id, NOW)
        await store.bookmarks.save("ben", PAGE.id, NOW)
        await store.bookmarks.save("ben", BARE.id, NOW)
        await self._join(store)
        assert await store.bookmarks.saved("ana") == await store.bookmarks.saved("ben") == [BARE.id]
        assert not await store.bookmarks.save("ana", PAGE.id, NOW)
        assert await store.bookmarks.unsave("ana", PAGE.id)

    async def test_a_days_list_follows_a_joined_paper(self, store: Store) -> None:
        await store.papers.keep(listing([PAGE, FULL]))
        await self._join(store)
        assert [entry.paper.id for entry in await store.papers.listed(DAY, DAY)] == [BARE.id, FULL.id]
        assert [record.ids for record in await store.papers.records()] == [(BARE.id, FULL.id)]

    # Thinning

    async def test_thinning_keeps_the_last_tally_of_each_old_day(self, store: Store) -> None:
        seen = [tally(hours, hours) for hours in (0, 5, 9, 24, 30, 31)]
        await store.papers.keep(PaperChanges(papers=(BARE,), tallies=tuple((BARE.id, one) for one in seen)))
        assert await store.papers.thin(NOW + 31 * HOUR) == 3
        assert _hours(await store.papers.tallies([BARE.id])) == [9, 30, 31]
        assert await store.papers.thin(NOW + 31 * HOUR) == 0

    # Subscriptions

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="every paper"),
            pytest.param("text-to-image -survey", id="a mute"),
            pytest.param(
                '"world model" AND (robotics, org:nvidia) upvotes>=20 has:code sort:new', id="everything"
            ),
            pytest.param(
                ", ".join(f"a{n:02} {'b' * 16}" for n in range(50))[:1000], id="longer with its quotes"
            ),
            pytest.param('"&amp;lt;tag", C++', id="what looks escaped once read"),
        ],
    )
    async def test_a_subscription_comes_back_as_it_was_kept(self, store: Store, text: str) -> None:
        kept = replace(subscription(text=text).pause(NOW, "missing access"), changed_at=NOW)
        await store.subscriptions.add(kept, due_at=NOW)
        assert await store.subscriptions.all() == [kept]

    @pytest.mark.parametrize(
        "taken",
        [
            pytest.param(replace(subscription(2), id="s1"), id="the id"),
            pytest.param(replace(subscription(2), short_id="1k3f"), id="the short id in the workspace"),
        ],
    )
    async def test_a_taken_id_is_a_duplicate(self, store: Store, taken: Subscription) -> None:
        await store.subscriptions.add(subscription(1), due_at=NOW)
        with pytest.raises(Duplicate) as caught:
            await store.subscriptions.add(taken, due_at=NOW)
        assert caught.value.short_id == taken.short_id
        assert await store.subscriptions.all() == [subscription(1)]

    async def test_a_short_id_may_be_taken_in_another_workspace(self, store: Store) -> None:
        other = Destination(platform=Platform.SLACK, workspace="T9", channel="C2")
        mine, theirs = subscription(1), replace(subscription(2, to=other), short_id="1k3f")
        await store.subscriptions.add(mine, due_at=NOW)
        await store.subscriptions.add(theirs, due_at=NOW)
        assert await store.subscriptions.find("slack:T1", "1k3f") == mine
        assert await store.subscriptions.find("slack:T9", "1k3f") == theirs
        assert await store.subscriptions.find("slack:T7", "1k3f") is None

    async def test_subscriptions_come_oldest_first(self, store: Store) -> None:
        for number in (3, 1, 2):
            await store.subscriptions.add(
                subscription(number, to=PERSON if number == 1 else CHANNEL), due_at=NOW
            )
        assert [one.id for one in await store.subscriptions.all()] == ["s1", "s2", "s3"]
        assert [one.id for one in await store.subscriptions.of(CHANNEL)] == ["s2", "s3"]
        assert [one.id for one in await store.subscriptions.of(PERSON)] == ["s1"]

    async def test_a_subscription_is_replaced_only_from_the_version_it_was_read_at(
        self, store: Store
    ) -> None:
        await store.subscriptions.add(subscription(), due_at=NOW)
        edited = replace(subscription(), filter=parse_filter("agents"), version=2)
        late = replace(subscription(), top=1, version=2)
        assert await store.subscriptions.replace(edited, due_at=None)
        assert not await store.subscriptions.replace(late, due_at=None)
        assert await store.subscriptions.all() == [edited]

    async def test_a_removed_subscription_cannot_be_replaced_or_removed(self, store: Store) -> None:
        await store.subscriptions.add(subscription(), due_at=NOW)
        assert await store.subscriptions.remove("s1")
        assert not await store.subscriptions.remove("s1")
        assert not await store.subscriptions.replace(replace(subscription(), version=2), due_at=None)
        assert await store.subscriptions.all() == []

    # Marks

    async def test_a_paper_belongs_to_who_claimed_it_first(self, store: Store) -> None:
        assert await store.marks.claim(CHANNEL, ["a", "b"], owner="one", at=NOW) == {"a", "b"}
        assert await store.marks.claim(CHANNEL, ["b", "c"], owner="two", at=NOW + HOUR) == {"c"}
        assert await store.marks.claim(PERSON, ["a"], owner="two", at=NOW) == {"a"}
        assert await store.marks.had(CHANNEL) == {"a": NOW, "b": NOW, "c": NOW + HOUR}

    async def test_claiming_again_changes_nothing(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, ["a"], owner="one", at=NOW)
        assert await store.marks.claim(CHANNEL, ["a"], owner="one", at=NOW + HOUR) == {"a"}
        assert await store.marks.had(CHANNEL) == {"a": NOW}

    async def test_only_the_owner_gives_a_paper_back(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, ["a", "b"], owner="one", at=NOW)
        await store.marks.release(CHANNEL, ["a", "b"], owner="two")
        await store.marks.release(CHANNEL, ["a"], owner="one")
        assert await store.marks.had(CHANNEL) == {"b": NOW}

    async def test_old_marks_are_forgotten(self, store: Store) -> None:
        await store.marks.claim(CHANNEL, ["a"], owner="one", at=NOW)
        await store.marks.claim(CHANNEL, ["b"], owner="one", at=NOW + HOUR)
        assert await store.marks.forget(NOW + HOUR) == 1
        assert await store.marks.had(CHANNEL) == {"b": NOW + HOUR}

    async def test_old_marks_of_papers_that_are_listed_again_stay(self, store: Store) -> None:
        places = [replace(CHANNEL, channel=f"C{number}") for number in range(250)]
        for place in places:
            await store.marks.claim(place, ["a", "b"], owner="one", at=NOW)
        assert await store.marks.forget(NOW + HOUR, listed=["b", "c"]) == 250
        assert await store.marks.had(places[0]) == {"b": NOW} == await store.marks.had(places[-1])
        assert await store.marks.forget(NOW + HOUR, listed=["b"]) == 0
        assert await store.marks.forget(NOW + HOUR) == 250

    async def test_an_old_mark_of_a_page_stays_if_the_paper_it_joined_is_listed(self, store: Store) -> None:
        page = page_id("agents")
        await store.papers.keep(PaperChanges(papers=(replace(BARE, id=page),)))
        await store.marks.claim(CHANNEL, [page], owner="one", at=NOW)
        await store.papers.keep(PaperChanges(papers=(BARE,), aliases=((page, BARE.id),)))
        assert await store.marks.forget(NOW + HOUR, listed=[BARE.id]) == 0
        assert set(await store.marks.had(CHANNEL)) == {BARE.id}

    # Bookmarks and settings

    async def test_saved_papers_come_newest_first(self, store: Store) -> None:
        for hours, paper_id in ((1, "b"), (0, "a"), (1, "c")):
            assert await store.bookmarks.save("ana", paper_id, NOW + hours * HOUR)
        assert await store.bookmarks.saved("ana") == ["c", "b", "a"]
        assert await store.bookmarks.saved("ben") == []

    async def test_a_paper_is_saved_once_and_unsaved_once(self, store: Store) -> None:
        assert await store.bookmarks.save("ana", "a", NOW)
        assert not await store.bookmarks.save("ana", "a", NOW + HOUR)
        assert await store.bookmarks.unsave("ana", "a")
        assert not await store.bookmarks.unsave("ana", "a")

    async def test_a_workspace_has_default_settings_until_it_has_its_own(self, store: Store) -> None:
        assert await store.settings.of_workspace("slack:T1") == WorkspaceSettings()
        own = WorkspaceSettings(
            who_may_subscribe=WhoMaySubscribe.MEMBERS,
            channels=("C2", "C1"),
            sharing=False,
            zone="Europe/Berlin",
            hour=time(7, 15),
            quiet_from=time(22),
            quiet_until=time(6, 30),
            posts_a_day=12,
            cards=False,
        )
        for kept in (WorkspaceSettings(zone="UTC"), own):
            await store.settings.put("slack:T1", kept)
        assert await store.settings.of_workspace("slack:T1") == own
        assert await store.settings.of_workspace("slack:T2") == WorkspaceSettings()


def _hours(tallies: dict[PaperId, tuple[Tally, ...]]) -> list[int | None]:
    return [one.upvotes for one in tallies[BARE.id]]
