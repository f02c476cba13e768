"""A local Discord: REST v10 and the gateway on a loopback port; strict, and failing when told to.

A test holds a `DiscordServer`, fills it, points a client at it, and asserts on what the *server* has stored::

    @pytest.fixture
    async def server() -> AsyncIterator[DiscordServer]:
        async with running(DiscordServer()) as server:
            yield server
            assert not server.complaints          # no body broke a limit or Discord's published description

    async def test_a_digest_arrives(server: DiscordServer) -> None:
        channel = server.add_channel(server.add_guild("Lab"), "papers")
        server.fail(failing(500, keeps=True))     # the next create-message: stored, then 500
        ...                                       # our own REST: base `server.api`, token `server.token`
        assert [one.text for one in server.shown(channel)] == ["…"]

Our own code takes base and gateway from its settings (`server.api`, `server.gateway.url`). A bare discord.py is pointed
here by `pointed_at(server)`, which sets ``discord.http.Route.BASE`` and
``discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY`` and puts both back. `online(client, server)` logs in, waits until
the client is ready, yields the task of its connection, and closes it::

    with pointed_at(server):
        async with online(client, server):
            ana = server.add_user("ana")
            asked = await server.command(ana, channel, "papers search", {"query": "diffusion"})
            first = await asked.answer()          # .type, .body, .after (seconds), .message
            shown = await asked.message()         # what ana sees once nothing is loading: .text, .custom_ids, .flags
            clicked = await server.click(shown, "more:2510.12345", ana)
            sent = await server.submit_modal(clicked, {"when": "10:30"})   # if the answer was a form
            typed = await server.autocomplete(ana, channel, "papers show", option="paper", typed="dif")
            choices = await typed.choices()

Direct messages: the channel is `server.world.conversation(ana)`. Twice: `server.deliver(asked)`. Too late: `age=4`.
Rights: `server.allow(channel, ana, MANAGER)`, `server.allow(channel, server.bot, POSTING & ~Permission.EMBED_LINKS)`.
Old messages of the bot: `server.posted(channel, body)`. Gateway: `server.gateway.drop()`, `.reconnect()`, `.close(4009)`,
`.invalidate(resumable=False)`, `.forget()`, `.refusing = 3`, `.silent = True`. `server.remove(guild)`, `.hide(guild)`,
`.delete_channel(channel)`, `.revoke(token)`.

`server.faults`, `server.rates`, `server.gateway`, `server.messages` and `server.world` are plain objects to change
while it runs; `server.desk.answers` counts answers by status, `server.desk.arrivals` has the times of requests. The
global limit is 50 a second as in life (`server.rates.per_second = 0`: none); `server.desk.strict = False` saves the
comparison with the description (8 ms for a digest of ten papers), for benchmarks.
"""
