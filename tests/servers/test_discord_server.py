"""The local Discord over plain HTTP: nonces, history, permissions, what a message may hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.discord import schema
from tests.servers.discord.channels import CREATE_MESSAGE
from tests.servers.discord.messages import V2, snowflake
from tests.servers.discord.permissions import POSTING, Permission
from tests.servers.discord.rest import QUIET, Clock, Rest
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.world import CATEGORY, Channel

Json = dict[str, Any]
DESCRIBED = pytest.mark.skipif(bool(schema.UNCHECKED), reason=schema.UNCHECKED)
"""Only where Discord's published description is at hand."""


@pytest.mark.parametrize(
    ("later", "enforce", "stored"),
    [(119, True, 1), (120, True, 2), (0, False, 2)],
    ids=["within the window", "after the window", "not enforced"],
)
async def test_a_repeated_nonce(
    server: DiscordServer,
    clock: Clock,
    rest: Rest,
    place: Channel,
    *,
    later: float,
    enforce: bool,
    stored: int,
) -> None:
    first = await rest.post(place, "one", nonce="n", enforce_nonce=enforce)
    clock.now += later
    second = await rest.post(place, "two", nonce="n", enforce_nonce=enforce)
    assert len(server.shown(place)) == stored
    assert (first[1]["id"] == second[1]["id"], first[1]["nonce"]) == (stored == 1, "n")


async def test_the_nonce_of_a_deleted_message_is_final(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    await rest.post(place, nonce="n", enforce_nonce=True)
    server.delete_message(server.shown(place)[0])
    status, told = await rest.post(place, nonce="n", enforce_nonce=True)
    assert (status, told["code"], server.shown(place)) == (404, 10008, [])


async def test_history_goes_back_from_now_and_from_anywhere(
    server: DiscordServer, clock: Clock, rest: Rest, place: Channel
) -> None:
    for number in range(5):
        await rest.post(place, str(number))
        clock.now += 10
    path, ids = f"/channels/{place.id}/messages", [one.id for one in server.shown(place)]

    async def texts(**query: str) -> str:
        _, page = await rest("GET", path, **query)
        return "".join(one["content"] for one in page)

    assert await texts() == "43210"
    assert await texts(limit="2") == "43"
    assert await texts(after=str(snowflake(clock.now - 35))) == "432"
    assert await texts(after=ids[0], limit="2") == "21"
    assert await texts(before=ids[3], limit="2") == "21"
    assert await texts(around=ids[2], limit="3") == "321"
    assert (await rest("GET", path, limit="101"))[0] == 400


async def test_history_is_empty_without_the_right_to_read_it(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    await rest.post(place)
    server.allow(place, server.bot, POSTING & ~Permission.READ_MESSAGE_HISTORY)
    assert await rest("GET", f"/channels/{place.id}/messages") == (200, [])


@pytest.mark.parametrize(
    ("held", "body", "code"),
    [
        (POSTING & ~Permission.VIEW_CHANNEL, {}, 50001),
        (POSTING & ~Permission.SEND_MESSAGES, {}, 50013),
        (POSTING & ~Permission.EMBED_LINKS, {"embeds": [{"title": "A paper"}]}, 50013),
        (POSTING & ~Permission.EMBED_LINKS, {}, None),
    ],
    ids=["may not see it", "may not write", "may not embed", "needs not embed"],
)
async def test_posting_needs_permissions(
    server: DiscordServer, rest: Rest, place: Channel, *, held: Permission, body: Json, code: int | None
) -> None:
    server.allow(place, server.bot, held)
    status, told = await rest.post(place, **body)
    assert (status, told.get("code")) == ((200, None) if code is None else (403, code))


async def test_places_that_are_gone_or_no_place_to_post(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    assert place.guild is not None
    other = server.add_channel(place.guild, "more")
    category = server.add_channel(place.guild, "Reading", kind=CATEGORY)
    server.delete_channel(other)
    stranger = server.world.conversation(server.add_user("ben", reach="no mutual guild"))
    found = [(await rest.post(one))[1]["code"] for one in (other, category, stranger)]
    server.remove(place.guild)
    found += [
        (await rest.post(place))[1]["code"],
        (await rest("GET", f"/guilds/{place.guild.id}"))[1]["code"],
    ]
    assert found == [10003, 50024, 50278, 50001, 10004]


async def test_who_asks_must_say_so(server: DiscordServer, rest: Rest) -> None:
    rest.http.headers["User-Agent"] = "curl"
    assert (await rest("GET", "/users/@me"))[1]["code"] == 40333
    rest.http.headers["Authorization"] = "Bot wrong"
    assert (await rest("GET", "/users/@me"))[0] == 401
    assert server.rates.invalid == 2


def texts_of(*sizes: int, letter: str = "x") -> Json:
    shown = [{"type": 10, "content": letter * size} for size in sizes]
    return {"content": None, "flags": V2, "components": shown}


def buttons(*custom_ids: str) -> Json:
    row = [{"type": 2, "style": 1, "label": "More", "custom_id": one} for one in custom_ids]
    return {"components": [{"type": 1, "components": row}]}


SECTION: Json = {
    "type": 9,
    "components": [{"type": 10, "content": "x"}],
    "accessory": {"type": 2, "style": 5, "label": "Open", "url": "https://example.org"},
}
PAPERS = {"content": None, "flags": V2}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"content": "x" * 2000}, 200),
        ({"content": "x" * 2001}, 400),
        ({"content": ""}, 400),
        ({"nonce": "x" * 26}, 400),
        ({"embeds": [{"description": "x" * 3000}] * 2}, 200),
        ({"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]}, 400),
        pytest.param({"embeds": [{"title": "x" * 257}]}, 400, marks=DESCRIBED),
        (buttons("a", "b"), 200),
        (buttons("a", "a"), 400),
        (buttons("x" * 101), 400),
        (buttons(*"abcdef"), 400),
        (texts_of(2000, 2000), 200),
        (texts_of(2000, 2001), 400),
        (texts_of(3386, letter="語"), 200),
        (texts_of(3387, letter="語"), 500),
        (PAPERS | {"components": [{"type": 17, "components": [SECTION] * 13}]}, 200),
        (PAPERS | {"components": [{"type": 17, "components": [SECTION] * 13}, {"type": 14}]}, 400),
        (texts_of(10) | {"content": "hello"}, 400),
        (texts_of(10) | {"flags": 0}, 400),
    ],
    ids=[
        *("2,000 characters", "2,001 characters", "nothing at all", "a long nonce"),
        *("6,000 embedded", "6,001 embedded", "a long title"),
        *("two buttons", "one id twice", "a long id", "six buttons in a row"),
        *("4,000 in texts", "4,001 in texts", "10,170 bytes", "10,173 bytes"),
        *("40 components", "41 components", "content beside components", "components without their flag"),
    ],
)
async def test_a_message_keeps_the_limits(
    server: DiscordServer, rest: Rest, place: Channel, body: Json, status: int
) -> None:
    assert (await rest.post(place, **body))[0] == status
    assert len(server.shown(place)) == (status == 200)
    assert bool(server.complaints) == (status != 200)


@DESCRIBED
async def test_what_the_description_forbids_is_kept_as_a_complaint(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    status, told = await rest.post(place, components=[{"type": 17, "components": [{"type": 99}]}], flags=V2)
    assert (status, told["code"]) == (400, 50035)
    assert "components" in server.complaints[0].problem


async def test_a_message_that_could_ping_is_complained_of(
    server: DiscordServer, rest: Rest, place: Channel
) -> None:
    status, _ = await rest("POST", f"/channels/{place.id}/messages", {"content": "@everyone"})
    assert (status, [one.problem for one in server.complaints]) == (
        200,
        ['allowed_mentions: must be there with "parse": []'],
    )


@DESCRIBED
async def test_our_own_answers_are_as_described(server: DiscordServer, rest: Rest, place: Channel) -> None:
    assert place.guild is not None
    server.allow(place, server.bot, Permission((1 << 50) - 1))
    await rest.post(place, nonce="n", **buttons("more:1"))
    [message] = server.shown(place)
    app = f"/applications/{server.bot.id}/commands"
    asked = [
        ("POST", CREATE_MESSAGE, f"/channels/{place.id}/messages", QUIET | texts_of(5)),
        ("GET", CREATE_MESSAGE, f"/channels/{place.id}/messages", None),
        *(
            ("GET", path, path, None)
            for path in ("/users/@me", "/applications/@me", "/gateway", "/gateway/bot")
        ),
        ("GET", "/channels/{channel_id}", f"/channels/{place.id}", None),
        ("GET", "/guilds/{guild_id}", f"/guilds/{place.guild.id}", None),
        ("POST", "/users/@me/channels", "/users/@me/channels", {"recipient_id": server.add_user("ana").id}),
        (
            "PUT",
            "/applications/{application_id}/commands",
            app,
            [{"name": "papers", "description": "Papers"}],
        ),
        (
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            f"/channels/{place.id}/messages/{message.id}/threads",
            {"name": "Abstracts"},
        ),
    ]
    for method, described, path, body in asked:
        status, told = await rest(method, path, body)
        assert (path, schema.answer_problems(method, described, status, told)) == (path, [])
