from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.domain import answers
from bot.domain.cadence import Rhythm
from bot.domain.command_text import parse_command
from bot.domain.commands import Caller, Clauses, Follow, LookUp, Search, Standing, Whose
from bot.domain.digests import Digest
from bot.domain.errors import (
    BadDate,
    Duplicate,
    NotAllowed,
    SourceUnavailable,
    StoreUnavailable,
    Unknown,
    UserError,
    ZoneNeeded,
)
from bot.domain.events import Answered, CommandAnswered, Event
from bot.domain.filters import Filter, Scope
from bot.domain.subscriptions import Destination, Platform, WhoMaySubscribe
from bot.ports import Store
from bot.services.bookmarks import BookmarkShelf
from bot.services.composing import Composer
from bot.services.delivering import Courier
from bot.services.departing import Departing
from bot.services.desk import Desk
from bot.services.explaining import Explaining
from bot.services.ingesting import Ingest
from bot.services.searching import Searching
from bot.services.subscribing import Subscribing
from storage.opening import open_index
from tests.services.conftest import MONDAY, Clock, FakeMessenger, FakeSource, at, courier_of, entry, listing

DAY = timedelta(days=1)
SUNDAY = MONDAY - DAY
ROOM = Destination(platform=Platform.TERMINAL, workspace="local", channel="papers")
ANA = Caller(person="ana", name="Ana", here=ROOM, manages=True, zone="Europe/Berlin")
BEN = Caller(person="ben", name="Ben", here=ROOM, manages=False, zone="America/New_York")

PAPERS = (
    entry("2511.00001", "Diffusion world models", 80, code="https://github.com/a/b", organization="nvidia"),
    entry("2511.00002", "A survey of diffusion", 60),
    entry("2511.00003", "Agents that plan", 40, abstract="We use diffusion once."),
    entry("2511.00004", "Protein folding", 5),
    entry("2511.00005", "Robots", 3, keywords=("world model",)),
)
LATE = entry("2511.00009", "Late diffusion bloomer", 300, day=MONDAY - 3 * DAY, seen=at(MONDAY))


@dataclass
class Room:
    """A desk with a store behind it, and someone who talks to it."""

    desk: Desk
    ingest: Ingest
    clock: Clock
    source: FakeSource
    store: Store
    courier: Courier
    messenger: FakeMessenger
    events: list[Event] = field(default_factory=list)

    async def say(self, text: str, caller: Caller = ANA) -> answers.Answer:
        return await self.desk.answer(caller, parse_command(text))

    async def save(self, text: str, caller: Caller = ANA) -> answers.Saved:
        offer = await self.say(text, caller)
        assert isinstance(offer, answers.Offer)
        return await self.desk.confirm(caller, offer)


@pytest.fixture
async def room(store: Store, clock: Clock, tmp_path: Path, events: list[Event]) -> AsyncIterator[Room]:
    source = FakeSource(papers={"2511.00077": entry("2511.00077", "Fetched on demand", 7, day=None)})
    numbers = count()
    async with open_index(f"sqlite:///{tmp_path / 'paperround.db'}") as index:
        ingest = Ingest(store.papers, observe=events.append, now=clock)
        composer = Composer(store.papers, store.marks, now=clock)
        searching = Searching(store.papers, index, observe=events.append, ingest=ingest, source=source)
        subscribing = Subscribing(
            store,
            composer,
            now=clock,
            choose=random.Random(1).choice,
            random_hex=lambda: f"{next(numbers):016x}",
        )
        desk = Desk(
            store,
            composer=composer,
            searching=searching,
            subscribing=subscribing,
            bookmarks=BookmarkShelf(store.bookmarks, store.papers, searching, now=clock),
            explaining=Explaining(composer, store.marks, store.subscriptions),
            departing=Departing(store, observe=events.append, now=clock),
            observe=events.append,
            now=clock,
        )
        messenger = FakeMessenger()
        courier = courier_of(store, messenger, clock, events.append)
        yield Room(desk, ingest, clock, source, store, courier, messenger, events)


@pytest.fixture
async def full(room: Room) -> Room:
    await room.ingest.keep(listing(LATE, day=MONDAY - 3 * DAY, seen=at(MONDAY)))
    await room.ingest.keep(listing(*PAPERS))
    return room


def ids(digest: Digest) -> list[str]:
    return [pick.entry.paper.id for pick in digest.picks]


# Looking up


async def test_an_empty_store_says_how_to_fill_it(room: Room) -> None:
    with pytest.raises(Unknown, match="no papers yet"):
        await room.say("today")


async def test_nothing_typed_gives_the_newest_days_five_best(full: Room) -> None:
    answer = await full.say("")

    assert isinstance(answer, answers.DayAnswer)
    assert answer.start
    assert ids(answer.digest) == [paper.paper.id for paper in PAPERS]
    assert (answer.asked, answer.digest.listed) == (MONDAY, 5)


async def test_today_takes_a_filter(full: Room) -> None:
    answer = await full.say("today diffusion -survey")

    assert isinstance(answer, answers.DayAnswer)
    assert ids(answer.digest) == ["2511.00001", "2511.00003"]
    assert [(hidden.term, hidden.count) for hidden in answer.digest.hidden] == [("survey", 1)]


async def test_a_day_is_named_in_words(full: Room) -> None:
    answer = await full.say("day friday")

    assert isinstance(answer, answers.DayAnswer)
    assert ids(answer.digest) == ["2511.00009"]


async def test_a_day_in_the_future_is_refused(full: Room) -> None:
    with pytest.raises(BadDate):
        await full.say("day 2031-01-01")


async def test_trending_is_the_most_upvoted_of_a_week(full: Room) -> None:
    answer = await full.say("trending")

    assert isinstance(answer, answers.DayAnswer)
    assert answer.trending
    assert ids(answer.digest)[:2] == ["2511.00009", "2511.00001"]


async def test_answers_say_what_they_cover_until_the_back_fill_is_done(full: Room) -> None:
    answer = await full.say("today")

    assert isinstance(answer, answers.DayAnswer)
    assert answer.coverage == answers.Coverage(since=MONDAY - 3 * DAY, until=MONDAY, complete=False)


async def test_a_source_that_was_not_read_for_hours_is_told(full: Room) -> None:
    full.clock.pass_(timedelta(hours=5))
    answer = await full.say("today")

    assert isinstance(answer, answers.DayAnswer)
    assert answer.coverage.stale_since == at(MONDAY)


async def test_search_ranks_and_says_why(full: Room) -> None:
    answer = await full.say("search world model")

    assert isinstance(answer, answers.Found)
    assert answer.total == 2
    assert {match.entry.paper.id for match in answer.matches} == {"2511.00001", "2511.00005"}
    assert all(match.reasons for match in answer.matches)


async def test_words_that_are_no_command_are_searched(full: Room) -> None:
    answer = await full.say("protein")

    assert isinstance(answer, answers.Found)
    assert [match.entry.paper.id for match in answer.matches] == ["2511.00004"]


async def test_a_search_with_a_slip_finds_what_was_meant(full: Room) -> None:
    answer = await full.say("search protien")

    assert isinstance(answer, answers.Found)
    assert (answer.text, answer.meant, answer.mended) == ("protien", "protein", True)
    assert [match.entry.paper.id for match in answer.matches] == ["2511.00004"]


async def test_papers_like_one_are_searched_and_subscribed_by_its_subject(full: Room) -> None:
    answer = await full.say("search like:2511.00001")
    saved = await full.save("subscribe like:2511.00001, protein")
    edited = await full.save(f"edit {saved.subscription.short_id} add like:2511.00001")

    assert isinstance(answer, answers.Found)
    assert "2511.00001" not in [match.entry.paper.id for match in answer.matches]
    assert all(term.subject for term in saved.subscription.filter.terms() if term.scope is Scope.LIKE)
    assert str(edited.subscription.filter) == "like:2511.00001, protein"


@pytest.mark.parametrize("words", ["search", "subscribe", "today"])
async def test_like_a_paper_there_is_none_of_is_an_error(full: Room, words: str) -> None:
    with pytest.raises(Unknown, match=r"no paper 2511\.99999"):
        await full.say(f"{words} like:2511.99999")


async def test_search_without_words_asks_for_some(full: Room) -> None:
    with pytest.raises(UserError, match="Search for what"):
        await full.say("search")


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("2511.00001", id="id"),
        pytest.param("https://arxiv.org/pdf/2511.00001v2", id="link with a version"),
        pytest.param("Diffusion World-Models", id="title in another spelling"),
        pytest.param("protein", id="a word that only one paper has"),
    ],
)
async def test_a_paper_is_shown_by_id_link_or_title(full: Room, reference: str) -> None:
    answer = await full.say(f"show {reference}")

    assert isinstance(answer, answers.Shown)
    assert answer.entry.paper.id in ("2511.00001", "2511.00004")
    assert [tally.upvotes for tally in answer.tallies] == [answer.entry.upvotes]


async def test_an_id_alone_shows_the_paper_and_asks_the_source_if_need_be(full: Room) -> None:
    answer = await full.say("2511.00077")

    assert isinstance(answer, answers.Shown)
    assert answer.entry.paper.title == "Fetched on demand"
    await full.say("2511.00077")
    assert full.source.asked == ["2511.00077"]


async def test_an_unknown_id_names_both_who_lack_it(full: Room) -> None:
    with pytest.raises(Unknown, match="Hugging Face has none either"):
        await full.say("show 2511.99999")


async def test_a_source_that_is_down_is_named_when_a_paper_is_lacking(full: Room) -> None:
    full.source.papers["2511.00078"] = SourceUnavailable("It does not answer.")
    with pytest.raises(Unknown, match="cannot be asked now"):
        await full.say("show 2511.00078")


async def test_a_title_that_many_papers_share_words_with_is_asked_back(full: Room) -> None:
    with pytest.raises(Unknown, match="could be 4 papers") as raised:
        await full.say("show diffusion")
    assert "2511.00001" in raised.value.hint


async def test_a_title_that_none_has_is_unknown(full: Room) -> None:
    with pytest.raises(Unknown, match="know no paper"):
        await full.say("show zzzzz")


# Subscribing


async def test_subscribing_shows_first_and_saves_when_confirmed(full: Room) -> None:
    offer = await full.say('subscribe diffusion, "world model" -survey at 9am Berlin on weekdays top 3')

    assert isinstance(offer, answers.Offer)
    assert await full.store.subscriptions.all() == []
    assert (offer.rate.listed, offer.rate.matched, offer.rate.hidden) == (6, 4, (("survey", 1),))
    assert len(offer.rate.latest) == 3
    saved = await full.desk.confirm(ANA, offer)
    assert await full.store.subscriptions.of(ROOM) == [saved.subscription]
    assert saved.next_at == datetime(2025, 11, 11, 8, tzinfo=UTC)
    assert saved.subscription.top == 3


async def test_the_zone_comes_from_the_person_if_nothing_nearer_says_it(full: Room) -> None:
    saved = await full.save("follow agents", BEN)

    assert saved.subscription.cadence.zone == "America/New_York"
    assert saved.subscription.destination == Destination(
        platform=Platform.TERMINAL, workspace="local", channel="ben", person=True
    )


async def test_the_zone_is_asked_for_rather_than_guessed(full: Room) -> None:
    nobody = Caller(person="x", name="X", here=ROOM, manages=True)
    with pytest.raises(ZoneNeeded, match="Which time zone"):
        await full.say("subscribe agents", nobody)


async def test_the_workspaces_hour_and_zone_are_the_default(full: Room) -> None:
    await full.say("settings zone Tokyo")
    await full.say("settings hour 7:30")
    offer = await full.say("subscribe agents")

    assert isinstance(offer, answers.Offer)
    assert (offer.subscription.cadence.zone, offer.subscription.cadence.times) == (
        "Asia/Tokyo",
        (time(7, 30),),
    )


async def test_a_phrase_that_matched_nothing_offers_its_words(full: Room) -> None:
    offer = await full.say("subscribe plan agents survey at 9 Berlin")

    assert isinstance(offer, answers.Offer)
    assert offer.rate.matched == 0
    assert [(str(filter_), found) for filter_, found in offer.rate.widened] == [("plan, agents, survey", 2)]


async def test_a_slip_that_matched_nothing_is_answered_with_what_was_meant(full: Room) -> None:
    offer = await full.say("subscribe difusion -survey at 9 Berlin")

    assert isinstance(offer, answers.Offer)
    assert (offer.rate.matched, offer.rate.meant) == (0, (("difusion", "diffusion"),))
    assert str(offer.rate.corrected) == "diffusion -survey"


async def test_an_alert_says_how_many_a_week_it_would_have_made(full: Room) -> None:
    offer = await full.say("subscribe diffusion hot 60")

    assert isinstance(offer, answers.Offer)
    assert offer.subscription.cadence.rhythm is Rhythm.HOT
    assert offer.rate.alerts_a_week == 1.5
    assert offer.next_at is None


async def test_an_alert_has_no_hour(full: Room) -> None:
    await full.save("subscribe diffusion hot 60")
    with pytest.raises(UserError, match="no hour"):
        await full.say("edit at 9")


async def test_the_same_twice_offers_to_edit_the_first(full: Room) -> None:
    first = await full.save("subscribe agents at 9 Berlin")
    with pytest.raises(Duplicate) as raised:
        await full.say("subscribe agents at 9 Berlin")
    assert raised.value.short_id == first.subscription.short_id


async def test_subscribe_without_words_asks_for_them(full: Room) -> None:
    nobody = Caller(person="x", name="X", here=ROOM, manages=True)
    assert isinstance(await full.say("subscribe", nobody), answers.Form)
    assert isinstance(await full.say("follow"), answers.Form)


async def test_a_channel_needs_someone_who_manages_it(full: Room) -> None:
    with pytest.raises(NotAllowed, match="may manage #papers") as raised:
        await full.say("subscribe agents at 9 Berlin", BEN)
    assert raised.value.remedies == (("Send these to me instead", "follow agents at 09:00 Berlin"),)


async def test_what_a_person_cannot_see_is_not_there_for_them(full: Room) -> None:
    seen = {"hall": Standing.MEMBER}
    elsewhere = replace(ROOM, channel="hall")
    stranger = Caller(
        person="x", name="X", here=elsewhere, elsewhere=lambda one: seen.get(one, Standing.STRANGER)
    )
    held = (await full.save("subscribe robots at 9 Berlin")).subscription
    with pytest.raises(Unknown, match="no subscription"):
        await full.say(f"preview {held.short_id}", stranger)
    seen["papers"] = Standing.MEMBER
    assert isinstance(await full.say(f"preview {held.short_id}", stranger), answers.Previewed)
    with pytest.raises(NotAllowed):
        await full.say(f"pause {held.short_id}", stranger)


async def test_settings_are_for_who_decides_for_the_whole_workspace(full: Room) -> None:
    of_one_channel = Caller(person="x", name="X", here=ROOM, manages=True, governs=False)
    with pytest.raises(NotAllowed, match="Only managers"):
        await full.say("settings zone Berlin", of_one_channel)


async def test_members_may_subscribe_where_the_settings_say_so(full: Room) -> None:
    changed = await full.say("settings subscribers members")

    assert isinstance(changed, answers.SettingsAnswer)
    assert changed.settings.who_may_subscribe is WhoMaySubscribe.MEMBERS
    assert isinstance(await full.say("subscribe agents at 9 Berlin", BEN), answers.Offer)


async def test_only_the_channels_named_in_the_settings_may_be_subscribed(full: Room) -> None:
    await full.say("settings channels #digests")
    with pytest.raises(NotAllowed, match="#papers may not"):
        await full.say("subscribe agents at 9 Berlin")
    offer = await full.say("subscribe agents at 9 Berlin in #digests")
    assert isinstance(offer, answers.Offer)
    assert offer.subscription.destination.channel == "digests"


async def test_subscribe_is_for_channels_and_follow_for_people(full: Room) -> None:
    alone = Caller(
        person="ana",
        name="Ana",
        here=Destination(platform=Platform.TERMINAL, workspace="local", channel="ana", person=True),
        zone="Europe/Berlin",
    )
    with pytest.raises(UserError, match="Only a channel") as raised:
        await full.say("subscribe agents", alone)
    assert raised.value.remedies == (("Send these to me instead", "follow agents"),)
    with pytest.raises(UserError, match="to you alone"):
        await full.desk.answer(ANA, Follow(filter=Filter(), clauses=Clauses(channel="papers")))
    assert isinstance(await full.say("follow agents", alone), answers.Offer)


async def test_permission_is_checked_again_when_confirming(full: Room) -> None:
    offer = await full.say("subscribe agents at 9 Berlin")
    assert isinstance(offer, answers.Offer)
    with pytest.raises(NotAllowed):
        await full.desk.confirm(BEN, offer)
    assert await full.store.subscriptions.all() == []


# The list, and changes


async def test_the_list_shows_the_channels_and_ones_own_and_nobody_elses(full: Room) -> None:
    channel = await full.save("subscribe agents at 9 Berlin")
    mine = await full.save("follow robots")
    await full.save("follow protein", BEN)

    answer = await full.say("subscriptions")

    assert isinstance(answer, answers.SubscriptionList)
    assert [held.subscription for held in answer.subscriptions] == [channel.subscription]
    assert [held.subscription for held in answer.follows] == [mine.subscription]


async def test_another_persons_follow_cannot_be_touched_or_seen(full: Room) -> None:
    theirs = await full.save("follow protein", BEN)
    for verb in ("pause", "resume", "unsubscribe", "preview", "send", "edit"):
        with pytest.raises(Unknown, match="no subscription"):
            await full.say(f"{verb} {theirs.subscription.short_id}")


@pytest.mark.parametrize(
    ("change", "filter_text", "top", "hour"),
    [
        pytest.param("-benchmark", "-benchmark", 5, 9, id="filter text replaces the filter"),
        pytest.param("add robots top 3", "agents, robots -survey", 3, 9, id="add adds"),
        pytest.param("drop -survey", "agents", 5, 9, id="drop takes away"),
        pytest.param("at 18:00", "agents -survey", 5, 18, id="a clause changes just what it names"),
    ],
)
async def test_an_edit_shows_before_and_after(
    full: Room, change: str, filter_text: str, top: int, hour: int
) -> None:
    saved = await full.save("subscribe agents -survey at 9 Berlin")
    offer = await full.say(f"edit {saved.subscription.short_id} {change}")

    assert isinstance(offer, answers.Offer)
    assert offer.before == saved.subscription
    after = offer.subscription
    assert (str(after.filter), after.top, after.cadence.times) == (filter_text, top, (time(hour),))
    assert after.cadence.zone == "Europe/Berlin"
    await full.desk.confirm(ANA, offer)
    assert await full.store.subscriptions.of(ROOM) == [after]


async def test_an_edit_that_comes_too_late_is_refused(full: Room) -> None:
    saved = await full.save("subscribe agents at 9 Berlin")
    offer = await full.say("edit top 3")
    assert isinstance(offer, answers.Offer)
    await full.say(f"pause {saved.subscription.short_id}")
    with pytest.raises(UserError, match="meanwhile"):
        await full.desk.confirm(ANA, offer)


async def test_the_id_may_be_left_out_where_there_is_one(full: Room) -> None:
    with pytest.raises(Unknown, match="Nothing is subscribed"):
        await full.say("pause")
    saved = await full.save("subscribe agents at 9 Berlin")
    form = await full.say("edit")
    assert isinstance(form, answers.Form)
    assert form.editing == saved.subscription
    await full.save("subscribe robots at 9 Berlin")
    with pytest.raises(Unknown, match="Which one") as raised:
        await full.say("pause")
    assert saved.subscription.short_id in raised.value.hint


async def test_a_subscription_is_moved_to_another_channel_and_a_follow_is_not(full: Room) -> None:
    saved = await full.save("subscribe agents at 9 Berlin")
    mine = await full.save("follow robots")
    offer = await full.say(f"edit {saved.subscription.short_id} in #digests")
    assert isinstance(offer, answers.Offer)
    assert offer.subscription.destination.channel == "digests"
    with pytest.raises(UserError, match="to you alone"):
        await full.say(f"edit {mine.subscription.short_id} in #digests")


async def test_pausing_and_resuming(full: Room) -> None:
    saved = await full.save("subscribe agents at 9 Berlin")
    paused = await full.say("pause")
    assert isinstance(paused, answers.Paused)
    assert paused.subscription.paused_because == "somebody paused it"
    assert isinstance(await full.say("pause"), answers.Paused)
    resumed = await full.say("resume")
    assert isinstance(resumed, answers.Resumed)
    assert resumed.next_at is not None
    assert not resumed.subscription.paused
    assert resumed.subscription.version == saved.subscription.version + 2


async def test_removing_answers_with_the_command_that_makes_it_anew(full: Room) -> None:
    saved = await full.save('subscribe agents, "world model" -survey monthly on 3 at 9, 18 Berlin top 7')
    removed = await full.say("unsubscribe")

    assert isinstance(removed, answers.Removed)
    assert await full.store.subscriptions.all() == []
    again = (await full.save(removed.again)).subscription
    assert (again.filter, again.cadence, again.top) == (
        saved.subscription.filter,
        saved.subscription.cadence,
        saved.subscription.top,
    )


# What it brings


async def test_a_first_digest_looks_back_one_list_day_and_a_preview_counts_for_nothing(full: Room) -> None:
    await full.save("subscribe diffusion at 9 Berlin")
    for _ in range(2):
        shown = await full.say("preview")
        assert isinstance(shown, answers.Previewed)
        assert ids(shown.digest) == ["2511.00001", "2511.00002", "2511.00003"]


async def test_sending_counts_and_nothing_comes_twice(full: Room) -> None:
    await full.save("subscribe diffusion at 9 Berlin")
    sent = await full.say("send")
    assert isinstance(sent, answers.Delivered)
    await full.courier.settle()
    assert full.messenger.papers == ids(sent.digest) == ["2511.00001", "2511.00002", "2511.00003"]

    again = await full.say("send")

    assert isinstance(again, answers.Delivered)
    await full.courier.settle()
    assert full.messenger.papers[3:] == ["2511.00009"]
    assert again.digest.picks[0].late
    last = await full.say("preview")
    assert isinstance(last, answers.Previewed)
    assert ids(last.digest) == []


async def test_two_subscriptions_of_one_channel_never_bring_the_same_paper(full: Room) -> None:
    first = await full.save("subscribe diffusion at 9 Berlin")
    second = await full.save("subscribe agents at 9 Berlin")
    await full.say(f"send {first.subscription.short_id}")
    await full.courier.settle()
    sent = await full.say(f"send {second.subscription.short_id}")

    assert isinstance(sent, answers.Delivered)
    assert ids(sent.digest) == []


async def test_a_follow_never_touches_what_the_channel_has_had(full: Room) -> None:
    channel = await full.save("subscribe diffusion at 9 Berlin")
    mine = await full.save("follow diffusion")
    await full.say(f"send {channel.subscription.short_id}")
    await full.courier.settle()
    shown = await full.say(f"preview {mine.subscription.short_id}")

    assert isinstance(shown, answers.Previewed)
    assert len(shown.digest.picks) == 3


async def test_a_weekly_digest_is_a_recap_of_what_was_most_upvoted(full: Room) -> None:
    await full.save("subscribe diffusion weekly on friday at 9 Berlin")
    await full.say("send")
    await full.courier.settle()
    sent = await full.say("send")

    assert isinstance(sent, answers.Delivered)
    assert sent.digest.recap
    assert ids(sent.digest) == ["2511.00009", "2511.00001", "2511.00002", "2511.00003"]


async def test_a_monthly_recap_spans_the_month(full: Room) -> None:
    await full.save("subscribe diffusion monthly on 10 at 9 Berlin")
    shown = await full.say("preview")

    assert isinstance(shown, answers.Previewed)
    assert shown.digest.window_from == datetime(2025, 10, 11, tzinfo=UTC).date()


async def test_the_preview_of_an_alert_shows_what_is_hot_now(full: Room) -> None:
    await full.save("subscribe diffusion hot 60")
    shown = await full.say("preview")
    assert isinstance(shown, answers.Previewed)
    assert set(ids(shown.digest)) == {"2511.00001", "2511.00002", "2511.00009"}
    with pytest.raises(UserError, match="comes by itself"):
        await full.say("send")


async def test_a_preview_of_an_empty_store_says_so(room: Room) -> None:
    await room.save("subscribe diffusion at 9 Berlin")
    for verb in ("preview", "send"):
        with pytest.raises(UserError, match="no papers yet"):
            await room.say(verb)
    await room.save("subscribe diffusion hot 10 top 2")
    held = await room.say("subscriptions")
    assert isinstance(held, answers.SubscriptionList)
    with pytest.raises(UserError, match="no papers yet"):
        await room.say(f"preview {held.subscriptions[1].subscription.short_id}")


# Explaining


async def test_explain_names_what_decided(full: Room) -> None:
    await full.save("subscribe diffusion AND robots -survey upvotes>=70 at 9 Berlin top 2")
    answer = await full.say("explain 2511.00002")

    assert isinstance(answer, answers.Explained)
    [verdict] = answer.verdicts
    assert (verdict.missing, verdict.mutes, verdict.failed) == (("robots",), ("survey",), ("upvotes>=70",))
    assert (verdict.listed, verdict.in_window, verdict.match, verdict.place) == (True, True, None, None)


async def test_explain_says_the_rank_on_its_day_and_when_it_was_had(full: Room) -> None:
    await full.save("subscribe diffusion at 9 Berlin top 2")
    await full.say("send")
    await full.courier.settle()
    third = await full.say("explain 2511.00003")
    first = await full.say("explain 2511.00001")

    assert isinstance(third, answers.Explained)
    assert (third.verdicts[0].place, third.verdicts[0].ceiling, third.verdicts[0].had_at) == (3, 2, None)
    assert 0 < (third.verdicts[0].chance or 0) < 0.5
    assert isinstance(first, answers.Explained)
    assert first.verdicts[0].had_at == at(MONDAY)


async def test_explain_any_of_names_every_want_it_lacks(full: Room) -> None:
    await full.save("subscribe quantum, biology at 9 Berlin")
    answer = await full.say("explain 2511.00001")

    assert isinstance(answer, answers.Explained)
    assert answer.verdicts[0].missing == ("quantum", "biology")


# Saving papers


async def test_saved_papers_are_ones_own(full: Room) -> None:
    assert await full.say("save 2511.00001") == answers.Bookmarked(entry=PAPERS[0], changed=True)
    again = await full.say("save 2511.00001")
    assert isinstance(again, answers.Bookmarked)
    assert not again.changed
    await full.say("save 2511.00002")

    mine, theirs = await full.say("saved"), await full.say("saved bibtex", BEN)

    assert isinstance(mine, answers.Bookmarks)
    assert [paper.paper.id for paper in mine.entries] == ["2511.00002", "2511.00001"]
    assert theirs == answers.Bookmarks(entries=(), bibtex=True)
    removed = await full.say("save remove 2511.00001")
    assert isinstance(removed, answers.Bookmarked)
    assert (removed.removed, removed.changed) == (True, True)
    shown = await full.say("show 2511.00002")
    assert isinstance(shown, answers.Shown)
    assert shown.saved


# Settings and help


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param("settings colour red", "no setting", id="unknown name"),
        pytest.param("settings sharing maybe", "cannot be chosen", id="neither on nor off"),
        pytest.param("settings subscribers everyone", "cannot be chosen", id="unknown choice"),
        pytest.param("settings quiet 20:00", "beginning and an end", id="half a span"),
        pytest.param("settings hour 25:00", "25:00", id="no hour"),
        pytest.param("settings zone Berln", "Berln", id="unknown zone"),
        pytest.param("settings channels", "Which channels", id="no channels"),
        pytest.param("settings zone", "Which time zone", id="no zone"),
        pytest.param("settings hour", "Which hour", id="no hour named"),
        pytest.param("settings subscribers", "Who may subscribe", id="nobody"),
        pytest.param("settings sharing", "On or off", id="neither"),
        pytest.param("settings posts", "how many messages", id="no number"),
        pytest.param("settings posts 0", "cannot be chosen", id="no messages at all"),
        pytest.param("settings posts 51", "cannot be chosen", id="too many"),
    ],
)
async def test_a_bad_setting_says_what_is_possible(full: Room, typed: str, error: str) -> None:
    with pytest.raises(UserError, match=error) as raised:
        await full.say(typed)
    assert raised.value.hint


async def test_settings_are_shown_to_all_and_changed_by_managers(full: Room) -> None:
    shown = await full.say("settings", BEN)
    assert isinstance(shown, answers.SettingsAnswer)
    assert not shown.may_change
    with pytest.raises(NotAllowed):
        await full.say("settings sharing off", BEN)
    changed = await full.say("settings sharing off")
    assert isinstance(changed, answers.SettingsAnswer)
    assert (changed.settings.sharing, changed.changed) == (False, "sharing")
    await full.say("settings quiet 22:00-07:00")
    await full.say("settings channels all")
    await full.say("settings posts 10")
    shown = await full.say("settings")
    assert isinstance(shown, answers.SettingsAnswer)
    assert (shown.settings.quiet_from, shown.settings.quiet_until) == (time(22), time(7))
    assert shown.settings.posts_a_day == 10


async def test_help_begins_with_the_state_of_the_channel(full: Room) -> None:
    await full.save("subscribe agents at 9 Berlin")
    answer = await full.say("help filters")

    assert isinstance(answer, answers.HelpAnswer)
    assert (answer.topic, answer.subscriptions) == ("filters", 1)
    assert answer.next_at == datetime(2025, 11, 11, 8, tzinfo=UTC)
    assert answer.zone == "Europe/Berlin"


@pytest.mark.parametrize("text", ["", "  "])
async def test_a_search_for_nothing_says_what_a_search_looks_like(full: Room, text: str) -> None:
    with pytest.raises(UserError) as raised:
        await full.desk.answer(ANA, Search(text=text))
    assert "search" in raised.value.hint


async def test_a_command_that_the_desk_does_not_know_is_a_defect_of_ours(full: Room) -> None:
    with pytest.raises(NotImplementedError, match="Clauses"):
        await full.desk.answer(ANA, Clauses())  # type: ignore[arg-type]


# What belongs to a person, and what a message names

HOME = Destination(platform=Platform.DISCORD, workspace="@me", channel="42", person=True)
AWAY = [
    Caller(
        person="42",
        name="Ana",
        here=Destination(platform=Platform.DISCORD, workspace=guild, channel="1"),
        zone="Europe/Berlin",
        home=HOME,
    )
    for guild in ("7", "8")
]


async def test_who_has_a_home_finds_their_things_in_every_workspace(full: Room) -> None:
    followed = await full.save("follow agents", AWAY[0])
    await full.say("save 2511.00001", AWAY[0])
    assert followed.subscription.destination == HOME
    for caller in (*AWAY, replace(AWAY[0], here=HOME)):
        listed = await full.say("subscriptions", caller)
        saved = await full.say("saved", caller)
        assert isinstance(listed, answers.SubscriptionList)
        assert isinstance(saved, answers.Bookmarks)
        assert [one.subscription for one in listed.follows] == [followed.subscription]
        assert [entry.paper.id for entry in saved.entries] == ["2511.00001"]
    assert await full.store.bookmarks.saved("discord:@me/@42") == ["2511.00001"]


async def test_without_a_home_what_was_saved_before_is_still_found(full: Room) -> None:
    await full.store.bookmarks.save("terminal:local/@ana", "2511.00001", at(MONDAY))
    answer = await full.say("saved")
    assert isinstance(answer, answers.Bookmarks)
    assert [entry.paper.id for entry in answer.entries] == ["2511.00001"]


async def test_forgetting_asks_first_and_then_deletes(full: Room) -> None:
    await full.save("follow agents")
    asked = await full.say("forget me")
    assert asked == answers.Forgetting(whose=Whose.ME, here=ROOM, follows=1)
    gone = await full.desk.forget(ANA, asked)
    assert gone == answers.Forgotten(whose=Whose.ME, follows=1)
    assert await full.store.subscriptions.all() == []


async def test_the_papers_of_a_message_are_looked_up_in_its_order_and_fetched_where_they_lack(
    full: Room,
) -> None:
    text = "https://arxiv.org/abs/2511.00077v2 arXiv:2511.00001 hf.co/papers/2511.88888 arXiv:2511.00078"
    full.source.papers["2511.00078"] = SourceUnavailable("It does not answer.")
    answer = await full.desk.answer(ANA, LookUp(text=text))
    assert isinstance(answer, answers.LookedUp)
    assert [entry.paper.id for entry in answer.entries] == ["2511.00077", "2511.00001"]
    assert answer.unknown == ("2511.88888", "2511.00078")


async def test_a_message_without_papers_says_what_is_looked_for(full: Room) -> None:
    with pytest.raises(Unknown, match="names no paper") as caught:
        await full.desk.answer(ANA, LookUp(text="Shall we meet at 2511.1234?"))
    assert "arXiv:2511.01234" in caught.value.hint
    assert full.source.asked == []


async def test_how_a_command_ended_is_told_but_not_what_it_was(
    full: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        full.clock.pass_(timedelta(seconds=3))
        raise StoreUnavailable("The store is away.")

    full.events.clear()
    await full.say("search secret squids")
    with pytest.raises(UserError):
        await full.say("show 2401.99999")
    monkeypatch.setattr(full.store.subscriptions, "of", away)
    with pytest.raises(StoreUnavailable):
        await full.say("subscriptions")
    told = [event for event in full.events if isinstance(event, CommandAnswered)]
    assert [(one.platform, one.outcome, one.took.seconds) for one in told] == [
        (ANA.here.platform, Answered.DONE, 0),
        (ANA.here.platform, Answered.DECLINED, 0),
        (ANA.here.platform, Answered.FAILED, 3),
    ]
    assert "squids" not in str(told)
