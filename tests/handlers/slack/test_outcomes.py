from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.outcomes import Absent, NotPosted, Refused, Sent, Unclear, Unreadable
from handlers.slack.outcomes import Place, looked, metadata, parts_of, posted
from handlers.slack.responses import Answer, NoAnswer, answered

PLACE = Place(channel="C1", pace="slack T1 C1")
REPLY = Place(channel="C1", pace="slack T1 C1", reply=True)
HALF_A_MINUTE = timedelta(seconds=30)


def refusal(error: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status=status, headers=headers, body={"ok": False, "error": error})


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        pytest.param(
            Answer(status=200, body={"ok": True, "ts": "1.2", "channel": "C1"}),
            Sent(reference="C1/1.2"),
            id="stored",
        ),
        pytest.param(
            Answer(status=200, body={"ok": True, "ts": "1.2", "channel": "D9"}),
            Sent(reference="D9/1.2"),
            id="stored in the conversation with a person",
        ),
        pytest.param(
            Answer(status=200, body={"ok": True}), Unclear(detail="no ts in the answer"), id="no ts"
        ),
        pytest.param(Answer(status=200), Unclear(detail="200, no JSON of Slack’s"), id="a page with 200"),
        pytest.param(Answer(status=502), Unclear(detail="502, no JSON of Slack’s"), id="502"),
        pytest.param(refusal("internal_error", 500), Unclear(detail="internal_error"), id="500 with JSON"),
        pytest.param(refusal("internal_error"), Unclear(detail="internal_error"), id="internal_error"),
        pytest.param(refusal("fatal_error"), Unclear(detail="fatal_error"), id="fatal_error"),
        pytest.param(
            refusal("channel_not_found", 503), Unclear(detail="channel_not_found"), id="503 with a name"
        ),
        pytest.param(NoAnswer(detail="cut off", sent=True), Unclear(detail="cut off"), id="cut"),
        pytest.param(NoAnswer(detail="none", sent=False), NotPosted(detail="none"), id="never connected"),
        pytest.param(
            refusal("token_expired"),
            NotPosted(detail="token_expired", retry_after=HALF_A_MINUTE),
            id="a token being renewed",
        ),
    ],
)
def test_what_was_posted_and_what_nobody_knows(came: Answer | NoAnswer, outcome: object) -> None:
    assert posted(came, PLACE) == outcome


@pytest.mark.parametrize(
    ("came", "seconds"),
    [
        pytest.param(refusal("ratelimited", 429, **{"Retry-After": "7"}), 7, id="429"),
        pytest.param(Answer(status=429, headers={"Retry-After": "7"}), 7, id="429 with a page"),
        pytest.param(refusal("ratelimited"), 30, id="told nowhere"),
        pytest.param(refusal("ratelimited", 429, **{"Retry-After": "soon"}), 30, id="no number"),
        pytest.param(refusal("ratelimited", 429, **{"Retry-After": "nan"}), 30, id="not a number"),
        pytest.param(refusal("ratelimited", 429, **{"Retry-After": "1e9"}), 3600, id="for ever"),
        pytest.param(refusal("ratelimited", 429, **{"Retry-After": "-1"}), 0, id="a time gone by"),
        pytest.param(refusal("message_limit_exceeded"), 30, id="the workspace's limit"),
    ],
)
def test_what_was_not_posted_says_what_must_rest(came: Answer, seconds: float) -> None:
    outcome = posted(came, PLACE)
    assert isinstance(outcome, NotPosted)
    assert (outcome.retry_after, outcome.holds) == (timedelta(seconds=seconds), ("slack T1 C1",))


@pytest.mark.parametrize(
    ("error", "for_good", "words"),
    [
        ("channel_not_found", True, "/invite it there"),
        ("not_in_channel", True, "/invite it there"),
        ("is_archived", True, "the channel is archived"),
        ("token_revoked", True, "installed again"),
        ("account_inactive", True, "installed again"),
        ("invalid_auth", True, "installed again"),
        ("restricted_action", True, "ask its administrators"),
        ("restricted_action_read_only_channel", True, "ask its administrators"),
        ("missing_scope", True, "install it again"),
        ("user_not_found", True, "account is gone"),
        ("msg_blocks_too_long", False, "too large"),
        ("msg_too_long", False, "too large"),
        ("invalid_blocks", False, "a defect of Paperround"),
        ("a_name_of_tomorrow", False, "Slack refused it (a_name_of_tomorrow)"),
    ],
)
def test_a_refusal_says_why_in_words_and_whether_for_good(error: str, for_good: bool, words: str) -> None:  # noqa: FBT001 - a column
    outcome = posted(refusal(error), PLACE)
    assert isinstance(outcome, Refused)
    assert words in outcome.because
    assert (outcome.code, outcome.for_good) == (error, for_good)


@pytest.mark.parametrize(
    "error", ["channel_not_found", "restricted_action_thread_locked", "thread_not_found"]
)
def test_what_cannot_go_into_a_thread_does_not_end_the_subscription(error: str) -> None:
    outcome = posted(refusal(error), REPLY)
    assert isinstance(outcome, Refused)
    assert not outcome.for_good


def history(*messages: dict[str, Any], more: bool = False) -> Answer:
    return Answer(status=200, body={"ok": True, "messages": list(messages), "has_more": more})


OURS: dict[str, Any] = {"ts": "1.2", "metadata": metadata("k1")}
OTHERS: list[dict[str, Any]] = [
    {"ts": "1.3"},
    {"ts": "1.4", "metadata": metadata("k2")},
    {"ts": "1.5", "metadata": {"event_type": "other", "event_payload": {"key": "k1"}}},
]


@pytest.mark.parametrize(
    ("came", "found"),
    [
        pytest.param(history(*OTHERS, OURS), Sent(reference="C1/1.2"), id="there"),
        pytest.param(history(*OTHERS), Absent(), id="not there"),
        pytest.param(history(), Absent(), id="nothing there"),
        pytest.param(
            history(*OTHERS, more=True), Unreadable(detail="too much was written there since"), id="too much"
        ),
        pytest.param(
            refusal("missing_scope"),
            Unreadable(
                detail="the history cannot be read: Paperround lacks the permission to write here: install it again"
            ),
            id="no scope",
        ),
        pytest.param(
            NoAnswer(detail="cut off", sent=True),
            NotPosted(detail="no look now: cut off", retry_after=HALF_A_MINUTE),
            id="cut",
        ),
        pytest.param(
            Answer(status=500),
            NotPosted(detail="no look now: 500, no JSON of Slack’s", retry_after=HALF_A_MINUTE),
            id="500",
        ),
    ],
)
def test_a_look_finds_or_proves_or_waits_or_never_can(came: Answer | NoAnswer, found: object) -> None:
    assert looked(came, PLACE, "k1") == found


def test_a_limited_look_waits_for_looks_alone() -> None:
    waits = looked(
        refusal("ratelimited", 429, **{"Retry-After": "60"}), Place(channel="C1", pace="looks"), "k1"
    )
    assert isinstance(waits, NotPosted)
    assert (waits.retry_after, waits.holds) == (timedelta(seconds=60), ("looks",))


async def raising(error: BaseException) -> object:
    raise error


def failing(status: int, data: Any) -> SlackApiError:  # noqa: ANN401 - what slack_sdk made of a body
    made = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="x", req_args={}, data=data, headers={}, status_code=status
    )
    return SlackApiError("x", made)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("call", "came"),
    [
        pytest.param(
            raising(failing(200, {"ok": False, "error": "is_archived"})),
            refusal("is_archived"),
            id="an error with a name",
        ),
        pytest.param(raising(failing(502, "<html>")), Answer(status=502), id="a page"),
        pytest.param(
            raising(AttributeError("'str' object has no attribute 'get'")),
            NoAnswer(detail="no JSON (AttributeError)", sent=True),
            id="plain text",
        ),
        pytest.param(
            raising(TimeoutError()),
            NoAnswer(detail="cut off (TimeoutError)", sent=True),
            id="no answer in time",
        ),
        pytest.param(
            raising(aiohttp.ServerDisconnectedError()),
            NoAnswer(detail="cut off (ServerDisconnectedError)", sent=True),
            id="cut",
        ),
        pytest.param(
            raising(aiohttp.ConnectionTimeoutError()),
            NoAnswer(detail="no connection (ConnectionTimeoutError)", sent=False),
            id="never connected",
        ),
    ],
)
async def test_whatever_slack_sdk_raises_is_an_answer_or_none(call: Awaitable[Any], came: object) -> None:
    assert await answered(call) == came


def test_a_reference_names_its_channel_and_its_message() -> None:
    assert parts_of("C1/1.2") == ("C1", "1.2")
    assert parts_of("") == ("", "")
