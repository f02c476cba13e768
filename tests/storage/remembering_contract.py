"""The promises of `bot.remembering`, and of finding whose a subscription is; a store's tests subclass it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.deliveries import State
from bot.domain.mailboxes import Recipient
from bot.domain.subscriptions import Destination, Platform, WorkspaceSettings
from tests.storage.outbox_contract import SECOND, ended, hot, lease, made, posted, sent
from tests.storage.samples import CHANNEL, HOUR, NOW, subscription

if TYPE_CHECKING:
    from bot.domain.subscriptions import Subscription
    from bot.ports import Store

KEY = "slack:T1"
NEXT_DOOR = replace(CHANNEL, channel="C9")
ANA = Destination(platform=Platform.SLACK, workspace="T1", channel="U1", person=True)
OTHERS = (
    pytest.param(replace(CHANNEL, workspace="T10"), id="a workspace whose key begins alike"),
    pytest.param(replace(CHANNEL, workspace="T"), id="a workspace whose key is shorter"),
    pytest.param(replace(CHANNEL, workspace="T1*"), id="a workspace whose key looks like a pattern"),
    pytest.param(replace(CHANNEL, platform=Platform.DISCORD), id="another platform"),
)


def made_by(person: str, number: int, *, to: Destination = CHANNEL) -> Subscription:
    return replace(subscription(number, to=to), created_by=person)


def reader(number: int) -> Recipient:
    return Recipient(
        id=f"r{number}", found_by=f"h{number}", sealed=f"sealed {number}", asked_at=NOW + number * HOUR
    )


class BelongingContract:
    """Whose subscriptions are."""

    @pytest.mark.parametrize("other", OTHERS)
    async def test_those_of_a_workspace_are_those_of_its_channels_oldest_first(
        self, store: Store, other: Destination
    ) -> None:
        here = [subscription(1), subscription(2, to=NEXT_DOOR), hot(3)]
        for one in (here[2], subscription(4, to=other), subscription(5, to=ANA), here[1], here[0]):
            await made(store, one, due_at=None)
        assert await store.subscriptions.in_workspace(KEY) == here
        assert await store.subscriptions.in_workspace(other.shard_key) == [subscription(4, to=other)]
        assert await store.subscriptions.in_workspace("slack:T7") == []

    async def test_those_of_a_workspace_with_many_are_all_found(self, store: Store) -> None:
        many = [replace(subscription(number), short_id=f"{number:04}") for number in range(1500)]
        await store.subscriptions.add_all([(one, None) for one in many])
        assert await store.subscriptions.in_workspace(KEY) == many

    async def test_a_subscription_that_left_with_its_removal_is_not_found_in_its_workspace(
        self, store: Store
    ) -> None:
        await made(store, subscription(1), subscription(2))
        await store.subscriptions.replace(replace(subscription(2), version=2, short_id="9k3f"), due_at=None)
        await store.subscriptions.remove("s1")
        assert [one.short_id for one in await store.subscriptions.in_workspace(KEY)] == ["9k3f"]

    @pytest.mark.parametrize("other", OTHERS)
    async def test_follows_in_a_workspace_are_those_of_its_people(
        self, store: Store, other: Destination
    ) -> None:
        theirs = [subscription(1, to=ANA), subscription(2, to=replace(ANA, channel="U2"))]
        elsewhere = replace(ANA, platform=other.platform, workspace=other.workspace)
        for one in (theirs[1], subscription(3), subscription(4, to=elsewhere), theirs[0]):
            await made(store, one)
        assert await store.subscriptions.follows_in(Platform.SLACK, "T1") == theirs

    async def test_those_that_a_person_made_are_found_everywhere(self, store: Store) -> None:
        mine = [
            made_by("U7", 1),
            made_by("U7", 2, to=replace(CHANNEL, workspace="T2")),
            made_by("U7", 3, to=ANA),
        ]
        theirs = (made_by("U77", 4), made_by("U7", 5, to=replace(CHANNEL, platform=Platform.DISCORD)))
        await made(store, *theirs, *mine)
        assert await store.subscriptions.made_by(Platform.SLACK, "U7") == mine

    async def test_whoever_made_one_can_be_forgotten_and_nothing_else_changes(self, store: Store) -> None:
        await made(store, made_by("U7", 1), made_by("U8", 2))
        assert await store.subscriptions.disown(Platform.SLACK, "U7") == 1
        assert await store.subscriptions.disown(Platform.SLACK, "U7") == 0
        assert await store.subscriptions.all() == [made_by("", 1), made_by("U8", 2)]
        assert (await store.subscriptions.progress(["s1"]))["s1"].due_at == NOW
        changed = replace(made_by("", 1), version=2, top=3)
        assert await store.subscriptions.replace(changed, due_at=None)

    async def test_all_that_a_person_saved_goes_at_once(self, store: Store) -> None:
        for person, paper in (("ana", "a"), ("ana", "b"), ("ben", "a")):
            await store.bookmarks.save(person, paper, NOW)
        assert await store.bookmarks.clear("ana") == 2
        assert await store.bookmarks.clear("ana") == 0
        assert (await store.bookmarks.saved("ana"), await store.bookmarks.saved("ben")) == ([], ["a"])

    async def test_removed_settings_are_the_defaults_again(self, store: Store) -> None:
        await store.settings.put(KEY, WorkspaceSettings(zone="UTC"))
        assert await store.settings.remove(KEY)
        assert not await store.settings.remove(KEY)
        assert await store.settings.of_workspace(KEY) == WorkspaceSettings()


class DraftContract:
    """Texts that a button refers to."""

    async def test_a_draft_is_found_until_its_end(self, store: Store) -> None:
        await store.drafts.keep("k1", "subscribe “agents” \ud800", at=NOW, until=NOW + HOUR)
        assert await store.drafts.find("k1", NOW + HOUR - SECOND) == "subscribe “agents” \ud800"
        assert await store.drafts.find("k1", NOW + HOUR) is None
        assert await store.drafts.find("k2", NOW) is None

    async def test_a_draft_kept_again_is_the_newer_one(self, store: Store) -> None:
        for text, hours in (("one", 3), ("two", 1)):
            await store.drafts.keep("k1", text, at=NOW, until=NOW + hours * HOUR)
        assert await store.drafts.find("k1", NOW) == "two"
        assert await store.drafts.find("k1", NOW + 2 * HOUR) is None

    async def test_drafts_are_removed_by_any_of_their_owners(self, store: Store) -> None:
        for key, owners in (("k1", ("ana", "T1")), ("k2", ("ben", "T1")), ("k3", ("ana", "T2")), ("k4", ())):
            await store.drafts.keep(key, key, at=NOW, until=NOW + HOUR, owners=owners)
        assert await store.drafts.remove_of("ana") == 2
        assert await store.drafts.remove_of("T1") == 1
        assert await store.drafts.remove_of("nobody") == 0
        assert [await store.drafts.find(key, NOW) for key in ("k1", "k2", "k3", "k4")] == [
            None,
            None,
            None,
            "k4",
        ]

    async def test_forgetting_leaves_those_that_have_not_ended(self, store: Store) -> None:
        for key, hours in (("k1", 1), ("k2", 2)):
            await store.drafts.keep(key, key, at=NOW, until=NOW + hours * HOUR)
        await store.drafts.forget(NOW + HOUR + SECOND)
        assert await store.drafts.find("k2", NOW) == "k2"

    async def test_a_draft_is_taken_once_however_many_ask(self, store: Store) -> None:
        await store.drafts.keep("k1", "one \ud800", at=NOW, until=NOW + HOUR)
        assert await store.drafts.take("k1", NOW + HOUR) is None
        taken = await asyncio.gather(*(store.drafts.take("k1", NOW) for _ in range(5)))
        assert [one for one in taken if one is not None] == ["one \ud800"]
        assert await store.drafts.find("k1", NOW) is None
        assert await store.drafts.take("k2", NOW) is None


class InstallationContract:
    """What lets us into workspaces."""

    async def test_what_was_kept_last_is_found_until_it_is_removed(self, store: Store) -> None:
        for sealed in ("one", "two"):
            await store.installations.keep(KEY, sealed)
        await store.installations.keep("slack:T10", "other")
        assert await store.installations.find(KEY) == "two"
        assert await store.installations.find("slack:T") is None
        assert await store.installations.all() == {KEY: "two", "slack:T10": "other"}
        assert await store.installations.remove(KEY)
        assert not await store.installations.remove(KEY)
        assert await store.installations.all() == {"slack:T10": "other"}

    async def test_what_changed_or_went_meanwhile_is_not_replaced(self, store: Store) -> None:
        assert not await store.installations.replace(KEY, "", "one")
        await store.installations.keep(KEY, "one")
        assert await store.installations.replace(KEY, "one", "two")
        assert not await store.installations.replace(KEY, "one", "three")
        await store.installations.remove(KEY)
        assert not await store.installations.replace(KEY, "two", "three")
        assert await store.installations.find(KEY) is None


class DepartureContract:
    """Workspaces that removed us."""

    async def test_the_first_departure_counts_until_it_is_cleared(self, store: Store) -> None:
        assert await store.departures.find(KEY) is None
        assert await store.departures.note(KEY, NOW)
        assert not await store.departures.note(KEY, NOW + HOUR)
        assert await store.departures.find(KEY) == NOW
        assert await store.departures.clear(KEY)
        assert not await store.departures.clear(KEY)
        assert await store.departures.find(KEY) is None

    async def test_those_of_long_ago_come_earliest_first(self, store: Store) -> None:
        for hours, key in ((2, "slack:T2"), (0, "slack:T3"), (1, "discord:1")):
            await store.departures.note(key, NOW + hours * HOUR)
        assert await store.departures.before(NOW + 2 * HOUR) == ["slack:T3", "discord:1"]
        assert await store.departures.before(NOW) == []


class TraceContract:
    """What goes with a destination."""

    async def test_marks_and_deliveries_of_a_destination_go_whatever_their_state(self, store: Store) -> None:
        [first, second] = await posted(store, ["a"], ["b"])
        await store.outbox.begin([first.begun(NOW)], lease())
        [other] = await posted(store, ["a"], number=2, to=NEXT_DOOR)
        assert await store.traces.erase(CHANNEL) == 2
        assert await store.outbox.find(first.key) is None
        assert await store.outbox.find(second.key) is None
        assert await store.marks.had(CHANNEL) == {}
        assert await store.outbox.find(other.key) is not None
        assert set(await store.marks.had(NEXT_DOOR)) == {"a"}
        assert (await store.outbox.counts())["pending"] == 1
        assert (await store.outbox.counts())["sending"] == 0

    async def test_what_is_being_sent_meanwhile_is_recorded_no_more(self, store: Store) -> None:
        [one] = await posted(store, ["a"])
        assert await store.outbox.begin([one.begun(NOW)], lease())
        await store.traces.erase(CHANNEL)
        assert await store.outbox.record([sent(one)], lease()) == []
        assert await store.outbox.take(lease("two", NOW + timedelta(days=1)), 10) == []

    @pytest.mark.parametrize("state", [State.SENT, State.REFUSED, State.UNKNOWN])
    async def test_what_ended_goes_too(self, store: Store, state: State) -> None:
        [one] = await posted(store, ["a"])
        await store.outbox.record([ended(one, state)], lease())
        assert await store.traces.erase(CHANNEL) == 1
        assert await store.outbox.deliveries(tuple(State), limit=10) == []
        assert await store.traces.erase(CHANNEL) == 0

    @pytest.mark.parametrize("other", OTHERS)
    async def test_a_workspace_goes_with_all_its_channels_and_none_of_its_people(
        self, store: Store, other: Destination
    ) -> None:
        places = (CHANNEL, NEXT_DOOR, other, ANA)
        for number, place in enumerate(places, start=1):
            await posted(store, ["a"], number=number, to=place)
        only_marks = replace(CHANNEL, channel="C3")
        await store.marks.claim(only_marks, ["b"], owner="one", at=NOW)
        assert await store.traces.erase(KEY) == 2
        assert [bool(await store.marks.had(place)) for place in (*places, only_marks)] == [
            False,
            False,
            True,
            True,
            False,
        ]
        left = await store.outbox.deliveries(tuple(State), limit=10)
        assert {one.destination for one in left} == {other, ANA}

    async def test_a_person_goes_alone(self, store: Store) -> None:
        alike = replace(ANA, channel="U11")
        for number, place in enumerate((ANA, alike), start=1):
            await posted(store, ["a"], number=number, to=place)
        assert await store.traces.erase(ANA) == 1
        assert [set(await store.marks.had(place)) for place in (ANA, alike)] == [set(), {"a"}]


class RecipientContract:
    """Who gets mail; addresses are sealed, so that a store knows none."""

    async def test_a_recipient_is_found_by_id_and_by_any_of_its_hashes(self, store: Store) -> None:
        assert await store.recipients.keep(reader(1)) == reader(1)
        assert await store.recipients.named("r1") == reader(1)
        assert await store.recipients.find(["newer", "h1"]) == reader(1)
        assert await store.recipients.named("r2") is None
        assert await store.recipients.find(["h2"]) is None
        assert await store.recipients.find([]) is None

    async def test_the_first_hash_that_finds_one_counts(self, store: Store) -> None:
        for number in (1, 2):
            await store.recipients.keep(reader(number))
        assert await store.recipients.find(["none", "h2", "h1"]) == reader(2)

    async def test_the_same_address_is_kept_once_whoever_was_faster(self, store: Store) -> None:
        rivals = [replace(reader(number), found_by="h") for number in range(1, 6)]
        found = await asyncio.gather(*(store.recipients.keep(one) for one in rivals))
        assert len(set(found)) == 1
        assert await store.recipients.all() == [found[0]]

    async def test_what_changed_of_one_is_kept_and_it_is_found_by_its_new_hash(self, store: Store) -> None:
        await store.recipients.keep(reader(1))
        renewed = replace(reader(1), found_by="h9", sealed="anew", confirmed_at=NOW + HOUR)
        assert await store.recipients.replace(renewed)
        assert await store.recipients.find(["h9"]) == renewed
        assert await store.recipients.find(["h1"]) is None

    async def test_one_that_is_gone_or_would_take_anothers_hash_is_not_replaced(self, store: Store) -> None:
        for number in (1, 2):
            await store.recipients.keep(reader(number))
        assert not await store.recipients.replace(replace(reader(1), found_by="h2"))
        assert not await store.recipients.replace(reader(3))
        assert await store.recipients.all() == [reader(1), reader(2)]

    async def test_an_address_is_sealed_anew_and_all_else_of_one_stays(self, store: Store) -> None:
        confirmed = replace(reader(1), confirmed_at=NOW + HOUR)
        await store.recipients.keep(reader(1))
        await store.recipients.replace(confirmed)  # after whoever seals anew had read it
        assert await store.recipients.reseal(reader(1), found_by="h9", sealed="anew")
        assert await store.recipients.find(["h9"]) == replace(confirmed, found_by="h9", sealed="anew")
        assert await store.recipients.find(["h1"]) is None
        assert not await store.recipients.reseal(reader(1), found_by="h8", sealed="late")
        assert await store.recipients.remove("r1")
        assert await store.recipients.find(["h9"]) is None

    async def test_an_address_that_would_take_anothers_hash_or_is_gone_is_not_sealed_anew(
        self, store: Store
    ) -> None:
        for number in (1, 2):
            await store.recipients.keep(reader(number))
        assert not await store.recipients.reseal(reader(1), found_by="h2", sealed="anew")
        assert not await store.recipients.reseal(reader(3), found_by="h3", sealed="anew")
        assert await store.recipients.all() == [reader(1), reader(2)]

    async def test_a_removed_one_is_found_no_more_and_can_ask_again(self, store: Store) -> None:
        await store.recipients.keep(reader(1))
        assert await store.recipients.remove("r1")
        assert not await store.recipients.remove("r1")
        assert await store.recipients.find(["h1"]) is None
        assert await store.recipients.keep(replace(reader(1), id="r9")) == replace(reader(1), id="r9")

    async def test_who_never_confirmed_is_forgotten_and_nobody_else(self, store: Store) -> None:
        await store.recipients.keep(reader(1))
        await store.recipients.keep(replace(reader(2), confirmed_at=NOW))
        await store.recipients.keep(replace(reader(3), asked_at=NOW + 9 * HOUR))
        assert await store.recipients.forget(NOW + 5 * HOUR) == 1
        assert [one.id for one in await store.recipients.all()] == ["r2", "r3"]
        assert await store.recipients.find(["h1"]) is None


class RememberingContract(
    BelongingContract,
    DraftContract,
    InstallationContract,
    DepartureContract,
    TraceContract,
    RecipientContract,
):
    """What `bot.remembering` promises of any store."""
