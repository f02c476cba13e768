"""What comes in from Slack: known once, answered by its workspace's token, never lost; with the real slack-bolt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import StoreUnavailable
from bot.domain.events import AnswerLost, Event, RequestRefused
from bot.watching import hush
from handlers.slack.access import Access, Accesses, OneWorkspace
from handlers.slack.entrance import LOGS, Entrance
from handlers.slack.once import REMEMBERED, Once
from storage.opening import open_store
from tests.services.conftest import Clock
from tests.services.town import Shaky

TOKEN = "xoxb-hunter2"
HOME = {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1"}


@dataclass
class Hall:
    """Processes that share a store; *heard* are the tokens that listeners were given."""

    leases: Shaky
    clock: Clock
    heard: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    defects: list[BaseException] = field(default_factory=list)
    error: Exception | None = None

    def entrance(self, accesses: Accesses | None = None) -> Entrance:
        once = Once(self.leases, observe=self.events.append, now=self.clock)
        client = AsyncWebClient(base_url="http://127.0.0.1:9/api/", retry_handlers=[])
        made = Entrance(
            client,
            accesses or OneWorkspace(Access(token=TOKEN, scopes=frozenset({"commands"}), user="U0"), "T1"),
            once,
            observe=self.events.append,
            report=lambda error, _: self.defects.append(error),
        )
        made.app.event("app_home_opened", middleware=[self._first])(self._home)
        made.app.command("/papers")(self._command)
        made.close()
        return made

    async def _first(self, next: Any) -> None:  # noqa: A002, ANN401 - as slack-bolt calls it
        if self.error is not None:
            raise self.error
        await next()

    async def _home(self, client: AsyncWebClient) -> None:
        self.heard.append(str(client.token))

    async def _command(self, ack: Any, client: AsyncWebClient) -> None:  # noqa: ANN401 - slack-bolt's
        await ack()
        self.heard.append(str(client.token))


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_store(f"sqlite:///{tmp_path / 'hall.db'}") as store:
        yield Hall(Shaky(store.leases, {}), Clock())


def event(known: str = "Ev1", team: str = "T1", **more: Any) -> AsyncBoltRequest:  # noqa: ANN401 - JSON
    body = {"type": "event_callback", "event_id": known, "team_id": team, "event": {**HOME, **more}}
    return AsyncBoltRequest(body=body, mode="socket_mode")


def command(trigger: str = "1.2", team: str = "T1", mode: str = "socket_mode") -> AsyncBoltRequest:
    asked = {"command": "/papers", "text": "today", "team_id": team, "user_id": "U1", "trigger_id": trigger}
    made = AsyncBoltRequest(body=asked, mode="socket_mode")
    made.mode = mode
    return made


async def heard(entrance: Entrance, request: AsyncBoltRequest) -> BoltResponse:
    response = await entrance.hear(request)
    await entrance.drained(timedelta(seconds=1))
    return response


async def test_listeners_get_the_token_of_the_workspace(hall: Hall) -> None:
    entrance = hall.entrance()
    assert (await heard(entrance, event())).status == 200
    assert (await heard(entrance, command())).status == 200
    assert hall.heard == [TOKEN, TOKEN]


async def test_what_comes_three_times_to_three_processes_is_handled_once(hall: Hall) -> None:
    processes = [hall.entrance() for _ in range(3)]
    answers = await asyncio.gather(*(heard(one, event()) for one in processes))
    answers += await asyncio.gather(*(heard(one, command()) for one in processes))
    assert [one.status for one in answers] == [200] * 6
    assert hall.heard == [TOKEN, TOKEN]
    await heard(processes[0], event("Ev2"))
    assert len(hall.heard) == 3


async def test_a_command_that_comes_again_over_http_is_refused(hall: Hall) -> None:
    entrance = hall.entrance()
    answers = [await heard(entrance, command(mode="http")) for _ in range(2)]
    assert [one.status for one in answers] == [200, 409]
    assert hall.heard == [TOKEN]
    assert hall.events == [RequestRefused(reason="a request from Slack came a second time")]


async def test_after_an_hour_it_is_forgotten(hall: Hall) -> None:
    entrance = hall.entrance()
    await heard(entrance, event())
    hall.clock.pass_(REMEMBERED)
    await heard(entrance, event())
    assert len(hall.heard) == 2


async def test_what_could_not_be_handled_is_handled_when_it_comes_again(hall: Hall) -> None:
    entrance = hall.entrance()
    hall.error = StoreUnavailable("The store is away.", hint="Wait.")
    assert (await heard(entrance, event())).status == 500
    hall.error = None
    assert (await heard(entrance, event())).status == 200
    assert hall.heard == [TOKEN]
    assert hall.events == [AnswerLost(reason="The store is away.")]
    assert hall.defects == []


async def test_a_defect_of_ours_is_reported_and_the_event_comes_again(hall: Hall) -> None:
    entrance = hall.entrance()
    hall.error = KeyError("a defect")
    assert (await heard(entrance, event())).status == 500
    assert hall.defects == [hall.error]


async def test_while_the_store_is_away_events_wait_and_people_are_answered(hall: Hall) -> None:
    entrance = hall.entrance()
    hall.leases.failing["acquire"] = 2
    assert (await heard(entrance, event())).status == 500
    assert (await heard(entrance, command())).status == 200
    assert hall.heard == [TOKEN]
    assert (await heard(entrance, event())).status == 200


async def test_an_event_that_nobody_wants_is_acknowledged(hall: Hall) -> None:
    assert (await heard(hall.entrance(), event(type="team_rename"))).status == 200
    assert hall.heard == []


async def test_a_workspace_that_does_not_have_us_is_refused(hall: Hall) -> None:
    entrance = hall.entrance()
    response = await heard(entrance, command(team="T9"))
    assert "not installed in this workspace" in response.body
    await heard(entrance, event(team="T9"))
    assert hall.heard == []
    assert {type(one) for one in hall.events} == {RequestRefused}


class Away:
    """Workspaces in a store that is away."""

    async def of(self, workspace: str) -> Access | None:
        raise StoreUnavailable(f"The store is away, with {workspace}.", hint="Wait.")


async def test_who_asks_while_the_tokens_are_away_is_heard_without_one(hall: Hall) -> None:
    assert (await heard(hall.entrance(Away()), command())).status == 200
    assert hall.heard == ["None"]


async def test_nothing_of_it_is_logged_by_others(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hush(*LOGS)
    entrance = hall.entrance()
    hall.error = KeyError("a defect")
    for request in (event(), command(), command(team="T9"), event("Ev2", type="team_rename")):
        await heard(entrance, request)
    assert "slack" not in {record.name.partition(".")[0].partition("_")[0] for record in caplog.records}
    assert "hunter2" not in caplog.text


async def test_slacks_own_settings_in_the_environment_change_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("BOT_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET", "SCOPES"):
        monkeypatch.setenv(f"SLACK_{name}", "xoxb-of-another-app")
    await heard(hall.entrance(), command())
    assert hall.heard == [TOKEN]
    assert not (tmp_path / "home").exists()
