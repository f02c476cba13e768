from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.domain.outcomes import NotPosted, Refused, Sent, Unclear, Unreadable
from handlers.discord.outcomes import Place, message_of, posted, prepared, read
from handlers.discord.responses import Answer, NoAnswer

PLACE = Place(channel="7", token_pace="token", channel_pace="channel")
REPLY = Place(channel="70", token_pace="token", channel_pace="channel", reply=True)
OPENING = Place(channel="", token_pace="token", channel_pace="channel", opening_pace="openings")
CLOUDFLARE = "<html><title>Attention Required! | Cloudflare</title>error code: 1015</html>"
FIVE_MINUTES = timedelta(minutes=5)


def answer(status: int, body: str = "", **headers: str) -> Answer:
    """An answer as it comes over the wire; a header's name is written with underscores."""
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    try:
        decoded: Any = json.loads(body)
    except ValueError:
        decoded = None
    return Answer(status=status, headers=named, body=decoded)


def refusal(status: int, code: int, words: str = "No") -> Answer:
    return answer(status, json.dumps({"message": words, "code": code}))


def limited(scope: str, retry_after: str, *, everything: bool = False) -> Answer:
    body = f'{{"message": "You are being rate limited.", "retry_after": {retry_after}, "global": {json.dumps(everything)}}}'
    return answer(429, body, Retry_After="9", X_RateLimit_Scope=scope)


# What was posted, or may have been


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        pytest.param(answer(200, '{"id": "42", "nonce": "n"}'), Sent(reference="7/42"), id="stored"),
        pytest.param(refusal(404, 10008), Sent(reference=""), id="its nonce is of a deleted message"),
        pytest.param(answer(200, "<html>"), Unclear(detail="200, no JSON"), id="a page with 200"),
        pytest.param(answer(200, '{"id": "'), Unclear(detail="200, no JSON"), id="half a JSON"),
        pytest.param(answer(200, "[]"), Unclear(detail="200"), id="JSON that names no message"),
        pytest.param(answer(204), Unclear(detail="204, no JSON"), id="nothing"),
        pytest.param(answer(302, "<html>"), Unclear(detail="302, no JSON"), id="sent elsewhere"),
        pytest.param(answer(400, "<html>"), Unclear(detail="400, no JSON"), id="a page with 400"),
        pytest.param(answer(404, "<html>"), Unclear(detail="404, no JSON"), id="a page with 404"),
        pytest.param(answer(408, "{}"), Unclear(detail="408"), id="too slow for them"),
        pytest.param(refusal(500, 0), Unclear(detail="500"), id="500"),
        pytest.param(refusal(503, 130000), Unclear(detail="503"), id="overloaded, says the code"),
        pytest.param(answer(502, CLOUDFLARE), Unclear(detail="502, no JSON"), id="502 of Cloudflare"),
        pytest.param(answer(524, CLOUDFLARE), Unclear(detail="524, no JSON"), id="524"),
        pytest.param(NoAnswer(detail="cut off", sent=True), Unclear(detail="cut off"), id="cut"),
        pytest.param(
            NoAnswer(detail="no connection", sent=False),
            NotPosted(detail="no connection"),
            id="never connected",
        ),
    ],
)
def test_what_was_posted_and_what_nobody_knows(came: Answer | NoAnswer, outcome: object) -> None:
    assert posted(came, PLACE) == outcome


# What must rest


@pytest.mark.parametrize(
    ("came", "seconds", "hold", "invalid"),
    [
        pytest.param(limited("user", "1.5"), 1.5, "channel", True, id="the route"),
        pytest.param(limited("shared", "20"), 20, "channel", False, id="shared, which is not counted"),
        pytest.param(limited("global", "0.25", everything=True), 0.25, "token", True, id="global"),
        pytest.param(limited("user", "0.25", everything=True), 0.25, "token", True, id="global by its body"),
        pytest.param(limited("user", "null"), 9, "channel", True, id="told in the header alone"),
        pytest.param(limited("user", "3600"), 3600, "channel", True, id="an hour"),
        pytest.param(limited("user", "1e300"), 3600, "channel", True, id="for ever"),
        pytest.param(limited("user", "-1"), 0, "channel", True, id="a time gone by"),
        pytest.param(answer(429, "{}"), 1, "channel", True, id="told nowhere"),
        pytest.param(
            answer(429, '{"retry_after": NaN}', Retry_After="soon"), 1, "channel", True, id="no number"
        ),
        pytest.param(answer(429, CLOUDFLARE), 300, "token", True, id="a page of Cloudflare's"),
        pytest.param(
            answer(429, CLOUDFLARE, Retry_After="1800"), 1800, "token", True, id="which says how long"
        ),
        pytest.param(
            answer(429, CLOUDFLARE, Retry_After="1"), 300, "token", True, id="which says too little"
        ),
        pytest.param(answer(403, CLOUDFLARE), 300, "token", True, id="a ban"),
        pytest.param(refusal(403, 40333), 300, "token", True, id="no bot, says Cloudflare"),
        pytest.param(refusal(401, 0), 300, "token", True, id="401"),
        pytest.param(answer(401, "<html>"), 300, "token", True, id="401 with a page"),
        pytest.param(refusal(403, 40001), 300, "token", True, id="unauthorized by its code"),
        pytest.param(refusal(400, 20028), 300, "channel", False, id="the channel's write limit"),
        pytest.param(refusal(403, 40004), 300, "channel", True, id="switched off for now"),
    ],
)
def test_what_was_not_posted_says_what_must_rest(
    came: Answer,
    seconds: float,
    hold: str,
    invalid: bool,  # noqa: FBT001 - a column
) -> None:
    outcome = posted(came, PLACE)
    assert isinstance(outcome, NotPosted)
    assert outcome.retry_after == timedelta(seconds=seconds)
    assert (outcome.holds, outcome.invalid) == ((hold,), invalid)


# What is refused


@pytest.mark.parametrize(
    ("came", "for_good", "words"),
    [
        pytest.param(refusal(404, 10003), True, "the channel is gone", id="unknown channel"),
        pytest.param(refusal(404, 10004), True, "no longer in this server", id="unknown guild"),
        pytest.param(refusal(403, 50001), True, "permission View Channel", id="no access"),
        pytest.param(
            refusal(403, 50013), True, "permissions Send Messages and Embed Links", id="no permission"
        ),
        pytest.param(refusal(400, 50024), True, "a channel of this kind", id="wrong kind of channel"),
        pytest.param(refusal(403, 50007), True, "takes no direct messages", id="messages closed"),
        pytest.param(refusal(403, 50278), True, "shares no server", id="no mutual server"),
        pytest.param(refusal(403, 99999), True, "status 403", id="a code nobody knows"),
        pytest.param(refusal(404, 0, "404: Not Found"), False, "status 404", id="a wrong address of the API"),
        pytest.param(refusal(400, 50035), False, "a defect of Paperround", id="a bad body"),
        pytest.param(refusal(400, 50006), False, "is empty", id="an empty message"),
        pytest.param(refusal(413, 40005), False, "too large", id="too large"),
        pytest.param(refusal(400, 200000), False, "AutoMod", id="AutoMod"),
        pytest.param(refusal(400, 99999), False, "status 400", id="a bad request nobody knows"),
    ],
)
def test_a_refusal_says_why_in_words_and_whether_for_good(came: Answer, for_good: bool, words: str) -> None:  # noqa: FBT001 - a column
    outcome = posted(came, PLACE)
    assert isinstance(outcome, Refused)
    assert words in outcome.because
    assert outcome.for_good is for_good
    assert outcome.invalid is (came.status == 403)
    assert outcome.code == str(came.code or came.status)


@pytest.mark.parametrize("code", [10003, 10008, 50001, 50013, 50024, 99999])
def test_what_cannot_go_into_a_thread_does_not_end_the_subscription(code: int) -> None:
    outcome = prepared(refusal(403, code), REPLY, "there")
    assert isinstance(outcome, Refused)
    assert not outcome.for_good


def test_the_permissions_for_threads_are_named() -> None:
    outcome = posted(refusal(403, 50013), REPLY)
    assert isinstance(outcome, Refused)
    assert "Create Public Threads and Send Messages in Threads" in outcome.because


# What must be opened first


@pytest.mark.parametrize(
    ("came", "place", "outcome"),
    [
        pytest.param(
            answer(201, '{"id": "70"}'),
            REPLY,
            NotPosted(detail="there", retry_after=timedelta(0)),
            id="a thread started",
        ),
        pytest.param(
            refusal(400, 160004),
            REPLY,
            NotPosted(detail="there", retry_after=timedelta(0)),
            id="a thread that is there",
        ),
        pytest.param(NoAnswer(detail="cut", sent=True), REPLY, NotPosted(detail="cut"), id="cut off"),
        pytest.param(refusal(500, 0), REPLY, NotPosted(detail="500"), id="failed"),
        pytest.param(
            limited("user", "5"),
            OPENING,
            NotPosted(
                detail="limited (user) for 5 s",
                retry_after=timedelta(seconds=5),
                holds=("openings",),
                invalid=True,
            ),
            id="too many conversations",
        ),
        pytest.param(
            refusal(400, 40003),
            OPENING,
            NotPosted(
                detail="limited (conversations) for 120 s",
                retry_after=timedelta(minutes=2),
                holds=("openings",),
            ),
            id="opened too fast",
        ),
        pytest.param(
            refusal(400, 10013),
            OPENING,
            Refused(code="10013", because="this person’s account is gone"),
            id="nobody",
        ),
    ],
)
def test_what_is_opened_first_surely_did_not_post(
    came: Answer | NoAnswer, place: Place, outcome: object
) -> None:
    assert prepared(came, place, "there") == outcome


# History


@pytest.mark.parametrize(
    ("came", "found"),
    [
        pytest.param(answer(200, '[{"id": "1"}]'), [{"id": "1"}], id="a page"),
        pytest.param(answer(200, "<html>"), NotPosted(detail="no look now: 200, no JSON"), id="no JSON"),
        pytest.param(refusal(500, 0), NotPosted(detail="no look now: 500"), id="500"),
        pytest.param(
            NoAnswer(detail="cut off", sent=True), NotPosted(detail="no look now: cut off"), id="cut off"
        ),
        pytest.param(
            refusal(404, 10003),
            Unreadable(detail="the history cannot be read: the channel is gone"),
            id="channel gone",
        ),
    ],
)
def test_a_look_reads_or_waits_or_never_can(came: Answer | NoAnswer, found: object) -> None:
    assert read(came, PLACE) == found


def test_a_limited_look_waits_and_lets_the_bot_rest() -> None:
    waits = read(limited("global", "3", everything=True), PLACE)
    assert isinstance(waits, NotPosted)
    assert (waits.retry_after, waits.holds) == (timedelta(seconds=3), ("token",))


@pytest.mark.parametrize(("named", "message"), [("7/42", "42"), ("", "")])
def test_a_reference_names_its_message(named: str, message: str) -> None:
    assert message_of(named) == message
