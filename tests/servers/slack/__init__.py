"""A local Slack on a loopback port: Web API, OAuth, Socket Mode, signed requests; strict, and failing when told to.

A test holds a `SlackServer`, fills it, points the SDK at it, and asserts on what the *server* has stored::

    @pytest.fixture
    async def slack() -> AsyncIterator[SlackServer]:
        async with running(SlackServer()) as server:    # scopes=BASE | CONFIRM | LINKS, rotation=True, clock=…
            yield server
            assert not server.complaints                # no body broke a limit, pinged anybody or unfurled our links

    async def test_a_digest_arrives(slack: SlackServer) -> None:
        lab = slack.add_workspace("Lab")                # installed with a token; installed=False: without
        ana = slack.add_user(lab, "ana", tz="Europe/Berlin")        # guest="single", admin=True, bot=True, …
        papers = slack.add_channel(lab, "papers", ana)  # bot=False, kind="private", shared=True, …
        slack.fail(failing(500, keeps=True))            # the next chat.postMessage: stored, then 500
        client = AsyncWebClient(token=slack.token_of(lab), base_url=slack.api, retry_handlers=[])
        ...
        assert [one.words for one in slack.shown(papers)] == ["…"]

The bot hears of people over HTTP (`slack.over_http(url)`: signed, with `slack.known_as.signing_secret`) or through its
Socket Mode connections (`slack.over_socket()`; app token `slack.known_as.app_token`)::

    asked = await slack.command(ana, papers, "/papers", "today")
    ack = await asked.ack()                             # .after (seconds), .status (0: none in 3 s), .body
    answer = await asked.message()                      # what ana sees: .words, .text, .blocks, .action_ids, .seen_by
    pressed = await slack.press(answer, "more", ana)    # a menu: chosen="value", or a User, a Channel, a list
    form = await pressed.opened()                       # a View: .words, .blocks
    sent = await slack.submit(form, {"when": "10:30"})  # by action or block id; sent.errors, sent.views, form.closed
    await (await slack.options(form, "zone", "Ber")).choices()
    await slack.shortcut(ana, "subscribe"); await slack.message_shortcut(answer, "look_up", ana)
    await slack.open_home(ana); home = await slack.home(ana)
    message, asked = await slack.share_link(ana, papers, "https://arxiv.org/abs/2510.12345", times=3)
    message.unfurls                                     # the cards, by address

Things happen too: `slack.invite`, `.kick`, `.archive`, `.delete_channel`, `.uninstall`, `.revoke(lab)` (nobody is
told), `.deactivate(ana)`, `.say`. Any event: `slack.tell(lab, {"type": …}, times=3)`. Again: `slack.deliver(asked)`.
Too late: `age=4`. Events that nobody acknowledges are repeated after `slack.retries` seconds each. Forged or stale:
`slack.web.secret = "wrong"`, `slack.web.skew = -400`, `slack.web.replay(slack.web.sent[-1])`, `slack.web.post(body)`.
`await slack.settled()` waits until all was delivered.

Installing: `await install(slack, ana, f"{bot}/slack/install")` from `installing` does the dance of consent, cookie and
state; `come_back(done.callback, {})` replays or forges. Socket Mode: `slack.sockets.disconnect("warning")`, `.close()`,
`.abort()`, `.silent = True`, `.ready(opened=2)`.

`slack.rates` (a message a second per channel and five at once; `.off()`, `.like_outsiders()`), `.faults`, `.messages`,
`.world` are plain objects to change while it runs. `slack.desk.answers` counts answers by ``ok``, error or status,
`slack.desk.count("auth.test")` calls, `slack.desk.welcome` holds ids of people whom posts may mention.
"""
