from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import Delivery, State
from bot.domain.events import DeliveryEnded, DeliveryPutOff, InvalidAnswer, SubscriptionStopped, Wait
from bot.domain.outcomes import (
    GIVE_UP_AFTER,
    LOOK_AFTER,
    MOST_LOOKS,
    MOST_RESENDS,
    Certainty,
    Looked,
    NotPosted,
    Posted,
    Refused,
    Sent,
    Unclear,
)
from bot.domain.pacing import Brake, Pace
from bot.domain.subscriptions import Destination, Platform
from bot.outbox import Manner
from bot.ports import Store
from bot.services.posting import AHEAD, LEASE
from tests.services.conftest import MONDAY, Clock, FakeMessenger
from tests.services.town import ELSEWHERE, HERE, HOUR, MINUTE, ONE_DAY, SECOND, Town, agents, ids, moment

DISCORD = Certainty(resend_within=timedelta(seconds=120), readable=True)
SLACK = Certainty()
SLACK_READABLE = Certainty(readable=True)
LIMITED = NotPosted(detail="429", retry_after=timedelta(minutes=2))
CUT = Unclear(detail="cut off")
GONE = Refused(code="50001", because="the bot may not post here")
NINE_O_CLOCK = moment(MONDAY, 9)


@dataclass
class Watched(FakeMessenger):
    """A platform that also notes each request, and has a brake and a pace per channel."""

    brake: Brake | None = None
    posts: list[str] = field(default_factory=list)
    look_script: list[Looked] = field(default_factory=list)

    @property
    def manner(self) -> Manner:
        return Manner(certainty=self.certainty, brake=self.brake)

    def paces(self, destination: Destination) -> tuple[Pace, ...]:
        return (*self.rates, Pace(key=f"channel {destination}", per_second=1))

    async def post(self, delivery: Delivery) -> Posted:
        self.posts.append(delivery.key)
        return await FakeMessenger.post(self, delivery)

    async def look(self, delivery: Delivery) -> Looked:
        found = await FakeMessenger.look(self, delivery)
        return self.look_script.pop(0) if self.look_script else found


@pytest.fixture
def messenger() -> Watched:
    return Watched()


@pytest.fixture
async def town(store: Store, clock: Clock, messenger: Watched) -> Town:
    """It is nearly nine o'clock, one paper is listed, and one channel waits for it."""
    town = Town(store, clock, messenger)
    await town.listed(agents(1))
    await town.subscribe()
    return town


async def until_done(town: Town, *, hours: float = 24) -> None:
    """Live on, whenever something waits, until nothing does."""
    end = town.clock() + hours * HOUR
    while (next_at := await town.store.outbox.next_at()) is not None and next_at < end:
        if next_at >= moment(MONDAY + ONE_DAY, 9):
            return
        await town.at(max(next_at, town.clock()))


async def paused_because(town: Town, subscription_id: str = "s1") -> str:
    return (await town.store.subscriptions.named([subscription_id]))[subscription_id].paused_because


async def test_a_sent_delivery_has_its_reference(town: Town) -> None:
    await town.at(NINE_O_CLOCK)
    [one] = await town.deliveries()
    assert (one.state, one.reference, one.payload, one.attempts) == (State.SENT, "m0", "", 1)
    assert isinstance(town.events[-1], DeliveryEnded)


# Not posted


async def test_a_limited_delivery_comes_when_the_platform_wants_it(town: Town, messenger: Watched) -> None:
    messenger.script = [LIMITED]
    await town.at(NINE_O_CLOCK)
    assert messenger.stored == []
    told = [event for event in town.events if isinstance(event, DeliveryPutOff)]
    assert [(event.until, event.detail) for event in told] == [(NINE_O_CLOCK + 2 * MINUTE, "429")]
    assert [(event.platform, event.why) for event in told] == [(Platform.TERMINAL, Wait.TRIED)]
    await town.after(119 * SECOND)
    assert messenger.stored == []
    await town.after(SECOND)
    assert town.came == [ids(1)]
    [ended] = [event for event in town.events if isinstance(event, DeliveryEnded)]
    assert (ended.platform, ended.papers, ended.waited) == (Platform.TERMINAL, 1, 2 * MINUTE)


async def test_a_limit_of_the_workspace_holds_the_others_too(town: Town, messenger: Watched) -> None:
    messenger.rates = (Pace(key="workspace", per_second=100, burst=100),)
    await town.subscribe(2, to=ELSEWHERE)
    messenger.script = [NotPosted(detail="429", retry_after=10 * MINUTE, holds=("workspace",))]
    await town.at(NINE_O_CLOCK)
    asked = len(messenger.posts)
    await town.after(9 * MINUTE)
    assert len(messenger.posts) == asked
    await town.after(MINUTE + SECOND)
    assert town.came == [ids(1), ids(1)]
    assert await town.states() == [State.SENT, State.SENT]


async def test_after_too_many_invalid_answers_nobody_asks(town: Town, messenger: Watched) -> None:
    messenger.rates = (Pace(key="token", per_second=100, burst=100),)
    messenger.brake = Brake(key="token", most=3)
    messenger.script = [NotPosted(detail="429", retry_after=timedelta(0), invalid=True)] * 9
    await town.at(NINE_O_CLOCK)
    assert len(messenger.posts) == 3
    await town.after(9 * MINUTE)
    assert len(messenger.posts) == 3
    told = [event for event in town.events if isinstance(event, InvalidAnswer)]
    assert [event.until is None for event in told] == [True, True, False]
    waits = {event.why for event in town.events if isinstance(event, DeliveryPutOff)}
    assert waits == {Wait.TRIED, Wait.LIMIT}


async def test_what_is_never_taken_is_refused_after_twelve_hours_and_its_papers_come_next(
    town: Town, messenger: Watched
) -> None:
    messenger.script = [NotPosted(detail="busy")] * 1000
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert await town.states() == [State.REFUSED]
    assert GIVE_UP_AFTER - HOUR < town.clock() - NINE_O_CLOCK <= GIVE_UP_AFTER
    assert len(messenger.posts) < 70
    messenger.script = []
    await town.listed(agents(2, 1), day=MONDAY + ONE_DAY)
    await town.at(moment(MONDAY + ONE_DAY, 9))
    assert sorted(town.came[0]) == ids(1, 2)


async def test_what_an_outage_left_waiting_for_a_day_joins_the_next_edition(
    town: Town, messenger: Watched
) -> None:
    messenger.script = [LIMITED]
    await town.at(NINE_O_CLOCK)
    await town.at(NINE_O_CLOCK + 24 * HOUR)
    assert await town.states() == [State.REFUSED]
    await town.at(NINE_O_CLOCK + 48 * HOUR)
    assert town.came == [ids(1)]


# Refused


async def test_a_refusal_for_good_pauses_the_subscription_with_its_reason(
    town: Town, messenger: Watched
) -> None:
    messenger.script = [GONE]
    await town.at(NINE_O_CLOCK)
    assert await town.states() == [State.REFUSED]
    assert await paused_because(town) == "the bot may not post here"
    assert SubscriptionStopped(subscription_id="s1", because="the bot may not post here") in town.events
    assert await town.store.marks.had(HERE) == {}
    await town.after(7 * ONE_DAY)
    assert len(messenger.posts) == 1


async def test_a_refusal_of_one_message_pauses_nothing(town: Town, messenger: Watched) -> None:
    messenger.script = [Refused(code="50035", because="it is too long", for_good=False)]
    await town.at(NINE_O_CLOCK)
    assert await town.states() == [State.REFUSED]
    assert await paused_because(town) == ""


async def test_what_a_person_paused_meanwhile_keeps_their_reason(town: Town, messenger: Watched) -> None:
    messenger.script = [LIMITED, GONE]
    await town.at(NINE_O_CLOCK)
    one = (await town.store.subscriptions.named(["s1"]))["s1"]
    await town.store.subscriptions.replace(one.pause(town.clock(), "somebody paused it"), due_at=None)
    await town.after(2 * MINUTE)
    assert await paused_because(town) == "somebody paused it"


async def test_a_refusal_after_an_unclear_attempt_gives_no_papers_back_that_arrived(
    town: Town, messenger: Watched
) -> None:
    messenger.certainty = DISCORD
    messenger.script = [(CUT, True), *[GONE] * MOST_RESENDS]
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert await town.states() == [State.SENT]
    assert set(await town.store.marks.had(HERE)) == set(ids(1))
    assert await paused_because(town) == "the bot may not post here"


# Unclear


@pytest.mark.parametrize("arrived", [True, False], ids=["it arrived", "it did not"])
async def test_discord_drops_the_same_nonce_so_that_it_is_sent_again(
    town: Town,
    messenger: Watched,
    arrived: bool,  # noqa: FBT001
) -> None:
    messenger.certainty = DISCORD
    messenger.script = [(CUT, arrived)]
    await town.at(NINE_O_CLOCK)
    assert await town.states() == [State.SENDING]
    await town.after(LOOK_AFTER)
    assert await town.states() == [State.SENT]
    assert (town.came, messenger.looks, len(messenger.posts)) == ([ids(1)], 0, 2)


@pytest.mark.parametrize(("arrived", "posts"), [(True, 1), (False, 2)], ids=["it arrived", "it did not"])
async def test_after_two_minutes_discords_history_is_read_first(
    town: Town,
    messenger: Watched,
    arrived: bool,  # noqa: FBT001
    posts: int,
) -> None:
    messenger.certainty = DISCORD
    messenger.script = [(CUT, arrived)]
    await town.at(NINE_O_CLOCK)
    await town.after(3 * MINUTE)
    assert await town.states() == [State.SENT]
    assert (town.came, messenger.looks, len(messenger.posts)) == ([ids(1)], 1, posts)


async def test_slack_without_history_is_unknown_and_never_sent_again(town: Town, messenger: Watched) -> None:
    messenger.script = [CUT]
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    [one] = await town.deliveries()
    assert (one.state, one.detail, len(messenger.posts)) == (State.UNKNOWN, "cut off", 1)
    assert one.payload
    assert set(await town.store.marks.had(HERE)) == set(ids(1))
    await town.listed(agents(2), day=MONDAY + ONE_DAY)
    await town.at(NINE_O_CLOCK + ONE_DAY)
    assert messenger.bulletins[-1].unconfirmed == (one.edition,)


@pytest.mark.parametrize(("arrived", "posts"), [(True, 1), (False, 2)], ids=["it arrived", "it did not"])
async def test_slack_with_history_is_looked_through_and_sent_again_only_if_absent(
    town: Town,
    messenger: Watched,
    arrived: bool,  # noqa: FBT001
    posts: int,
) -> None:
    messenger.certainty = SLACK_READABLE
    messenger.script = [(CUT, arrived)]
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert await town.states() == [State.SENT]
    assert (town.came, messenger.looks, len(messenger.posts)) == ([ids(1)], 1, posts)


async def test_a_history_that_cannot_be_read_now_is_read_later(town: Town, messenger: Watched) -> None:
    messenger.certainty = SLACK_READABLE
    messenger.script = [(CUT, True)]
    messenger.look_script = [NotPosted(detail="429", retry_after=MINUTE)] * 3
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert (await town.states(), messenger.looks, len(messenger.posts)) == ([State.SENT], 4, 1)
    assert town.clock() - NINE_O_CLOCK >= 3 * MINUTE


async def test_a_history_that_can_never_be_read_makes_it_unknown_after_twelve_hours(
    town: Town, messenger: Watched
) -> None:
    messenger.certainty = SLACK_READABLE
    messenger.script = [(CUT, True)]
    messenger.look_script = [NotPosted(detail="503", retry_after=10 * MINUTE)] * 1000
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert (await town.states(), len(messenger.posts)) == ([State.UNKNOWN], 1)


@pytest.mark.parametrize("certainty", [DISCORD, SLACK_READABLE], ids=["Discord", "Slack with history"])
async def test_a_message_that_a_platform_can_never_store_is_refused(
    town: Town, messenger: Watched, certainty: Certainty
) -> None:
    messenger.certainty = certainty
    messenger.script = [CUT] * 1000
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    [one] = await town.deliveries()
    assert (one.state, one.detail) == (State.REFUSED, "failed every time: cut off")
    assert messenger.looks == MOST_LOOKS
    assert len(messenger.posts) <= MOST_LOOKS * (MOST_RESENDS + 1)
    assert await paused_because(town) == ""
    assert await town.store.marks.had(HERE) == {}


@pytest.mark.parametrize(
    ("certainty", "state"),
    [(DISCORD, State.SENT), (SLACK_READABLE, State.SENT), (SLACK, State.UNKNOWN)],
    ids=["Discord", "Slack with history", "Slack"],
)
async def test_what_a_crash_left_in_the_middle_a_day_ago_is_settled_without_posting(
    town: Town, messenger: Watched, certainty: Certainty, state: State
) -> None:
    messenger.certainty = certainty
    messenger.script = [(CUT, True)]
    await town.at(NINE_O_CLOCK)
    town.clock.pass_(13 * HOUR)
    await town.courier.settle()
    assert (await town.states(), len(messenger.posts)) == ([state], 1)


async def test_a_messenger_with_a_defect_stops_no_other_delivery(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Watched.post

    async def post(self: Watched, delivery: Delivery) -> Posted:
        if delivery.subscription_id == "s1":
            raise LookupError("a defect")
        return await plain(self, delivery)

    monkeypatch.setattr(Watched, "post", post)
    await town.subscribe(2, to=ELSEWHERE)
    await town.at(NINE_O_CLOCK)
    assert town.came == [ids(1)]
    assert [str(defect) for defect in town.defects] == ["a defect"]
    town.clock.pass_(LEASE)
    await town.courier.settle()
    assert sorted(await town.states()) == [State.SENT, State.UNKNOWN]


@pytest.mark.parametrize("where", ["look", "look_paces"])
async def test_a_look_that_fails_by_a_defect_is_tried_a_few_times_and_then_nobody_knows(
    town: Town, messenger: Watched, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def failing(*_: object) -> None:
        raise LookupError("a defect")

    monkeypatch.setattr(Watched, where, failing)
    messenger.certainty = SLACK_READABLE
    messenger.script = [(CUT, True)]
    await town.subscribe(2, to=ELSEWHERE)
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert sorted(await town.states()) == [State.SENT, State.UNKNOWN]
    assert len(town.defects) == MOST_LOOKS
    assert town.clock() - NINE_O_CLOCK > MINUTE
    [ended] = [one for one in town.events if isinstance(one, DeliveryEnded) and one.state is State.UNKNOWN]
    assert ended.detail == "cut off"


# Paces


async def test_a_channel_gets_one_message_a_second(town: Town, messenger: Watched) -> None:
    messenger.per_message = 1
    await town.listed(*(agents(number) for number in range(1, 6)))
    await town.at(NINE_O_CLOCK)
    assert len(messenger.stored) == 5
    assert town.clock() - NINE_O_CLOCK == 4 * SECOND


async def test_a_slot_far_away_is_not_waited_for_under_the_lease(town: Town) -> None:
    pace = f"channel {HERE}"
    await town.store.limiter.hold([pace], NINE_O_CLOCK + 10 * MINUTE)
    await town.at(NINE_O_CLOCK)
    assert (await town.states(), town.clock()) == ([State.PENDING], NINE_O_CLOCK)
    await town.at(NINE_O_CLOCK + 10 * MINUTE)
    assert town.came == [ids(1)]


async def busy_for_a_second(town: Town, token: Pace) -> None:
    """Take the slots of *token* in the second that comes."""
    for _ in range(int(token.per_second)):
        await town.store.limiter.reserve([token], town.clock())


@dataclass
class Oversleeping:
    """A computer that wakes *late* seconds too late, the first *times* that it sleeps."""

    town: Town
    late: float
    times: int

    async def __call__(self, seconds: float) -> None:
        self.times -= 1
        self.town.clock.pass_(timedelta(seconds=seconds + (self.late if self.times >= 0 else 0)))


async def test_a_request_is_noted_before_its_slot_so_that_a_slow_store_does_not_make_it_late(
    town: Town, messenger: Watched
) -> None:
    token = Pace(key="token", per_second=10)
    messenger.rates = (token,)
    town.clock.moment = NINE_O_CLOCK
    await busy_for_a_second(town, token)
    await town.work()
    [one] = await town.deliveries()
    assert one.first_attempt_at is not None
    assert one.state is State.SENT
    assert abs(one.first_attempt_at - (NINE_O_CLOCK + SECOND - AHEAD)) < SECOND / 1000
    assert abs(town.clock() - (NINE_O_CLOCK + SECOND)) < SECOND / 1000


async def test_a_slot_that_passed_is_let_go_and_another_is_taken(town: Town, messenger: Watched) -> None:
    token = Pace(key="token", per_second=10)
    messenger.rates = (token,)
    slow = replace(town, sleep=Oversleeping(town, late=0.5, times=1))
    town.clock.moment = NINE_O_CLOCK
    await busy_for_a_second(town, token)
    await slow.work()
    assert town.came == [ids(1)]
    # The slot that passed was the channel's too, whose next comes a second later.
    assert abs(town.clock() - (NINE_O_CLOCK + 2 * SECOND + AHEAD)) < SECOND / 1000


async def test_a_computer_that_is_always_late_posts_nevertheless(town: Town, messenger: Watched) -> None:
    token = Pace(key="token", per_second=10)
    messenger.rates = (token,)
    slow = replace(town, sleep=Oversleeping(town, late=0.5, times=1000))
    town.clock.moment = NINE_O_CLOCK
    await busy_for_a_second(town, token)
    await slow.work()
    assert (town.came, len(messenger.posts)) == ([ids(1)], 1)


async def test_what_was_begun_for_a_slot_is_given_back_if_the_token_was_told_to_rest_before_it(
    town: Town, messenger: Watched
) -> None:
    messenger.rates = (Pace(key="token", per_second=45),)
    await town.subscribe(2, to=ELSEWHERE)
    messenger.script = [NotPosted(detail="429", retry_after=MINUTE, holds=("token",))]
    await town.at(NINE_O_CLOCK)
    assert len(messenger.posts) == 1
    assert await town.states() == [State.PENDING, State.PENDING]
    assert sorted(one.attempts for one in await town.deliveries()) == [0, 1]
    await town.after(2 * MINUTE)
    assert town.came == [ids(1), ids(1)]


async def test_a_look_into_the_history_takes_a_slot_of_the_token(town: Town, messenger: Watched) -> None:
    messenger.certainty = SLACK_READABLE
    messenger.rates = (Pace(key="token", per_second=45),)
    messenger.script = [(CUT, True)]
    await town.at(NINE_O_CLOCK)
    await town.store.limiter.hold(["token"], NINE_O_CLOCK + 15 * SECOND)
    await town.at(NINE_O_CLOCK + LOOK_AFTER)
    assert (messenger.looks, await town.states()) == (1, [State.SENT])
    assert town.clock() == NINE_O_CLOCK + 15 * SECOND


async def test_while_the_token_rests_nothing_is_looked_at(town: Town, messenger: Watched) -> None:
    messenger.certainty = SLACK_READABLE
    messenger.rates = (Pace(key="token", per_second=45),)
    messenger.script = [(CUT, True)]
    await town.at(NINE_O_CLOCK)
    await town.store.limiter.hold(["token"], NINE_O_CLOCK + 5 * MINUTE)
    await town.at(NINE_O_CLOCK + LOOK_AFTER)
    assert (messenger.looks, await town.states()) == (0, [State.SENDING])
    await town.at(NINE_O_CLOCK + 5 * MINUTE)
    assert (messenger.looks, await town.states()) == (1, [State.SENT])


async def test_a_limit_met_while_looking_counts_like_one_met_while_posting(
    town: Town, messenger: Watched
) -> None:
    messenger.certainty = SLACK_READABLE
    messenger.script = [(CUT, True)]
    messenger.look_script = [NotPosted(detail="429", retry_after=MINUTE, holds=("token",), invalid=True)]
    await town.at(NINE_O_CLOCK)
    await town.at(NINE_O_CLOCK + LOOK_AFTER)
    assert (await town.store.limiter.state(town.clock()))["token"] == town.clock() + MINUTE


async def test_an_end_that_was_not_kept_is_not_told(town: Town, messenger: Watched) -> None:
    there = town.another()
    post = messenger.post

    async def slow(delivery: Delivery) -> Posted:
        town.clock.pass_(2 * LEASE)  # this computer slept, and another process took the delivery meanwhile
        [taken] = await there.store.outbox.take(there.posting.lease(), 1)
        assert taken.key == delivery.key
        return await post(delivery)

    messenger.post = slow  # type: ignore[method-assign]
    await town.at(NINE_O_CLOCK)
    assert [event for event in town.events if isinstance(event, DeliveryEnded | DeliveryPutOff)] == []
    messenger.post = post  # type: ignore[method-assign]
    await there.after(2 * LEASE)
    assert [type(event) for event in town.events if isinstance(event, DeliveryEnded)] == [DeliveryEnded]
    assert await town.states() == [State.UNKNOWN]


async def test_nobody_posts_to_a_platform_that_nobody_serves(town: Town) -> None:
    await town.subscribe(2, to=Destination(platform=Platform.SLACK, workspace="T1", channel="C1"))
    await town.at(NINE_O_CLOCK)
    assert town.came == [ids(1)]
    assert (await town.store.outbox.counts())["jobs"] == 1
    await town.after(13 * HOUR)
    assert (await town.store.outbox.counts())["jobs"] == 0


async def test_sent_is_sent_whatever_follows(town: Town, messenger: Watched) -> None:
    messenger.script = [Sent(reference="m9")]
    await town.at(NINE_O_CLOCK)
    await town.after(10 * HOUR)
    assert (len(messenger.posts), [one.reference for one in await town.deliveries()]) == (1, ["m9"])


# Replies


async def test_a_reply_is_posted_below_the_first_message_of_its_edition(
    town: Town, messenger: Watched
) -> None:
    messenger.per_message, messenger.threads = 1, True
    await town.listed(*(agents(number) for number in range(1, 4)))
    await town.at(NINE_O_CLOCK)
    await until_done(town)
    assert [one.under for one in messenger.stored] == ["", "m0", "m0"]


async def test_a_reply_waits_until_its_first_message_was_sent(town: Town, messenger: Watched) -> None:
    messenger.per_message, messenger.threads = 1, True
    messenger.script = [LIMITED]
    await town.listed(*(agents(number) for number in range(1, 3)))
    await town.at(NINE_O_CLOCK)
    assert messenger.stored == []
    await until_done(town)
    assert [one.under for one in messenger.stored] == ["", "m0"]
