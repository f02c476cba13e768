"""Answers to interactions over plain HTTP: once, in time, and within their limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.discord.messages import EPHEMERAL, LOADING, V2
from tests.servers.discord.rest import QUIET, Rest
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.sessions import Session
from tests.servers.discord.world import Channel

Json = dict[str, Any]


def listening() -> Session:
    """A session without a connection: whatever it hears is kept."""
    return Session(id="s", shard=0, shards=1, intents=1, wire=None)


async def test_an_answer_comes_once_and_in_time(server: DiscordServer, rest: Rest, place: Channel) -> None:
    ana = server.add_user("ana")
    server.gateway.sessions["s"] = listening()
    server.commands.overwrite([{"name": "papers", "description": "Papers"}])
    asked = await server.command(ana, place, "papers")
    callback = f"/interactions/{asked.id}/{asked.token}/callback"
    webhook = f"/webhooks/{server.bot.id}/{asked.token}"
    assert (await rest("POST", webhook, QUIET | {"content": "x"}))[1]["code"] == 10015
    deferred = {"type": 5, "data": {"flags": EPHEMERAL}}
    status, told = await rest("POST", callback, deferred, with_response="1")
    assert (status, told["interaction"]["response_message_loading"]) == (200, True)
    assert (await rest("POST", callback, deferred))[1]["code"] == 40060
    shown = await rest("GET", f"{webhook}/messages/@original")
    assert shown[1]["flags"] == EPHEMERAL | LOADING
    await rest("PATCH", f"{webhook}/messages/@original", QUIET | {"content": "Here"})
    assert ((await asked.message()).text, (await asked.message()).flags) == ("Here", EPHEMERAL)
    late = await server.command(ana, place, "papers", age=3.1)
    assert (await rest("POST", f"/interactions/{late.id}/{late.token}/callback", deferred))[1][
        "code"
    ] == 10062
    assert (await rest("DELETE", f"{webhook}/messages/@original"))[0] == 204
    assert not server.complaints


async def test_only_so_many_follow_ups_where_only_the_person_has_the_bot(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    server.gateway.sessions["s"] = listening()
    server.commands.overwrite([{"name": "papers", "description": "Papers"}])
    asked = await server.command(server.add_user("ana"), place, "papers", user_installed=True)
    assert asked.payload["authorizing_integration_owners"] == {"1": asked.user.id}
    body = QUIET | {"content": "x"}
    await rest("POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": 4, "data": body})
    answers = [await rest("POST", f"/webhooks/{server.bot.id}/{asked.token}", body) for _ in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [400]
    assert answers[-1][1]["code"] == 40094


def choices(count: int, length: int = 5) -> Json:
    return {
        "type": 8,
        "data": {"choices": [{"name": "x" * length, "value": str(one)} for one in range(count)]},
    }


def form(title: str = "Change", rows: int = 1, label: str = "When") -> Json:
    fields = [
        {"type": 18, "label": label, "component": {"type": 4, "custom_id": str(one), "style": 1}}
        for one in range(rows)
    ]
    return {"type": 9, "data": {"custom_id": "change", "title": title, "components": fields}}


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        (choices(25), True),
        (choices(26), False),
        (choices(1, 101), False),
        (form(rows=5), True),
        (form(rows=6), False),
        (form(title="x" * 46), False),
        (form(label="x" * 46), False),
        ({"type": 6}, False),
        ({"type": 5, "data": {"flags": V2}}, False),
    ],
    ids=[
        *("25 choices", "26 choices", "a long choice", "5 rows", "6 rows", "a long title", "a long label"),
        *("an update of nothing", "a deferred answer with Components V2"),
    ],
)
async def test_first_answers_keep_the_limits(
    server: DiscordServer, rest: Rest, place: Channel, *, answer: Json, fits: bool
) -> None:
    server.gateway.sessions["s"] = listening()
    option = {"type": 3, "name": "query", "description": "Words", "autocomplete": True}
    server.commands.overwrite([{"name": "papers", "description": "Papers", "options": [option]}])
    ana = server.add_user("ana")
    if answer["type"] == 8:
        asked = await server.autocomplete(ana, place, "papers", option="query", typed="x")
    else:
        asked = await server.command(ana, place, "papers")
    status, _ = await rest("POST", f"/interactions/{asked.id}/{asked.token}/callback", answer)
    assert (status, bool(server.complaints)) == ((204, False) if fits else (400, True))
