from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answers import Forgetting, Forgotten
from bot.domain.commands import Caller, Forget, Whose
from bot.domain.deliveries import State
from bot.domain.errors import NotAllowed, UserError
from bot.domain.subscriptions import Destination, Platform, WorkspaceSettings
from bot.ports import Store
from bot.services.drafts import DraftBox
from bot.services.erasing import Erasing
from tests.services.conftest import Clock
from tests.storage.outbox_contract import posted
from tests.storage.remembering_contract import made_by
from tests.storage.samples import CHANNEL, NOW, subscription

HOME = Destination(platform=Platform.DISCORD, workspace="@me", channel="42", person=True)
ROOM = Destination(platform=Platform.DISCORD, workspace="7", channel="1")
OTHER_ROOM = replace(ROOM, channel="2")
ANA = Caller(person="42", name="Ana", here=ROOM, manages=True, home=HOME)
BEN = Caller(person="43", name="Ben", here=ROOM, home=replace(HOME, channel="43"))
ME = Forget(what=Whose.ME)
WORKSPACE = Forget(what=Whose.WORKSPACE)


@pytest.fixture
def store(any_store: Store) -> Store:
    return any_store


@pytest.fixture
def erasing(store: Store) -> Erasing:
    return Erasing(store)


async def test_nothing_goes_before_it_was_asked_for_twice(store: Store, erasing: Erasing) -> None:
    await posted(store, ["a"], to=HOME)
    await store.subscriptions.add(made_by("42", 2, to=ROOM), due_at=None)
    await store.subscriptions.add(made_by("42", 3, to=replace(ROOM, workspace="8")), due_at=None)
    await store.bookmarks.save(str(HOME), "a", NOW)
    asked = await erasing.ask(ANA, ME)
    assert asked == Forgetting(whose=Whose.ME, here=ROOM, subscriptions=2, follows=1, saved=1)
    assert len(await store.subscriptions.all()) == 3
    assert await store.bookmarks.saved(str(HOME)) == ["a"]


async def test_all_about_a_person_goes_and_nothing_of_anyone_else(
    store: Store, erasing: Erasing, clock: Clock
) -> None:
    bens = replace(HOME, channel="43")
    box = DraftBox(store.drafts, now=clock, choose=lambda signs: signs[0])
    draft = await box.keep("subscribe agents", ANA)
    for number, place in enumerate((HOME, bens, ROOM), start=1):
        await posted(store, ["a"], number=number, to=place)
        await store.bookmarks.save(str(place), "a", NOW)
    await store.subscriptions.add(made_by("42", 4, to=ROOM), due_at=NOW)
    assert await erasing.erase(ANA, await erasing.ask(ANA, ME)) == Forgotten(
        whose=Whose.ME, subscriptions=1, follows=1, saved=1
    )
    assert await store.subscriptions.of(HOME) == []
    assert await store.bookmarks.saved(str(HOME)) == []
    assert await store.marks.had(HOME) == {}
    assert await store.drafts.find(draft, clock()) is None
    left = await store.outbox.deliveries(tuple(State), limit=10)
    assert {one.destination for one in left} == {bens, ROOM}
    assert [one.created_by for one in await store.subscriptions.of(ROOM)] == ["U1", ""]
    assert len(await store.subscriptions.of(bens)) == 1
    assert await store.bookmarks.saved(str(bens)) == ["a"]
    assert await erasing.ask(ANA, ME) == Forgetting(whose=Whose.ME, here=ROOM)


async def test_all_that_was_set_up_in_a_workspace_goes_and_people_keep_what_is_theirs(
    store: Store, erasing: Erasing, clock: Clock
) -> None:
    elsewhere = replace(ROOM, workspace="70")
    for number, place in enumerate((ROOM, OTHER_ROOM, HOME, elsewhere), start=1):
        await posted(store, ["a"], number=number, to=place)
    await store.settings.put("discord:7", WorkspaceSettings(zone="UTC"))
    await store.bookmarks.save(str(HOME), "a", NOW)
    box = DraftBox(store.drafts, now=clock, choose=lambda signs: signs[0])
    draft = await box.keep("subscribe agents", BEN)
    asked = await erasing.ask(ANA, WORKSPACE)
    assert asked == Forgetting(whose=Whose.WORKSPACE, here=ROOM, subscriptions=2, channels=2)
    assert await erasing.erase(ANA, asked) == Forgotten(whose=Whose.WORKSPACE, subscriptions=2)
    assert {one.destination for one in await store.subscriptions.all()} == {HOME, elsewhere}
    left = await store.outbox.deliveries(tuple(State), limit=10)
    assert {one.destination for one in left} == {HOME, elsewhere}
    assert await store.marks.had(ROOM) == await store.marks.had(OTHER_ROOM) == {}
    assert await store.settings.of_workspace("discord:7") == WorkspaceSettings()
    assert await store.drafts.find(draft, clock()) is None
    assert await store.bookmarks.saved(str(HOME)) == ["a"]


async def test_who_does_not_govern_the_workspace_deletes_nothing_of_it(
    store: Store, erasing: Erasing
) -> None:
    await store.subscriptions.add(subscription(1, to=ROOM), due_at=NOW)
    asked = await erasing.ask(ANA, WORKSPACE)
    for caller in (BEN, replace(ANA, governs=False)):
        with pytest.raises(NotAllowed):
            await erasing.ask(caller, WORKSPACE)
        with pytest.raises(NotAllowed) as caught:
            await erasing.erase(caller, asked)
        assert caught.value.remedies == (("Forget me", "forget me"),)
    assert len(await store.subscriptions.all()) == 1


async def test_a_direct_message_has_no_workspace_to_forget(erasing: Erasing) -> None:
    with pytest.raises(UserError, match="belongs to no workspace"):
        await erasing.ask(replace(ANA, here=HOME), WORKSPACE)


async def test_a_person_without_a_home_is_forgotten_in_the_workspace_they_are_in(
    store: Store, erasing: Erasing
) -> None:
    own = Destination(platform=Platform.SLACK, workspace="T1", channel="U7", person=True)
    await store.subscriptions.add(made_by("U7", 1, to=own), due_at=NOW)
    caller = Caller(person="U7", name="Ida", here=CHANNEL)
    assert (await erasing.ask(caller, ME)).follows == 1
    await erasing.erase(caller, await erasing.ask(caller, ME))
    assert await store.subscriptions.all() == []


async def test_what_is_forgotten_can_be_begun_anew(store: Store, erasing: Erasing, clock: Clock) -> None:
    await store.subscriptions.add(made_by("42", 1, to=HOME), due_at=NOW)
    await erasing.erase(ANA, await erasing.ask(ANA, ME))
    clock.pass_(timedelta(hours=1))
    await store.subscriptions.add(made_by("42", 1, to=HOME), due_at=NOW)
    assert await store.marks.claim(HOME, ["a"], owner="one", at=NOW) == {"a"}
