# noqa: INP001 - a script
"""Pictures of what the Slack renderer makes: Block Kit drawn in Slack's sizes and colours in a headless browser.

    python docs/dev/slack_preview.py --days RECORDING --out FOLDER

What it cannot draw it outlines in red. See README.md here.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import tempfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from preview_day import WIDTHS, ZONE, Day, answers, bulletins, picture, the_day

from bot.domain.answers import Held
from bot.domain.command_text import parse_command
from bot.domain.commands import Subscribe
from bot.domain.subscriptions import Destination, Platform
from bot.presentation.home import channel_digests, own_digests
from bot.presentation.notices import present
from handlers.slack.answers import Showing, shared, shown
from handlers.slack.digests import digest_messages
from handlers.slack.home import HomePart, home
from handlers.slack.modals import subscription_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
CHANNEL = "C0123456789"
ROOM = Destination(platform=Platform.SLACK, workspace="T0123456789", channel=CHANNEL)
ANA = Destination(platform=Platform.SLACK, workspace="T0123456789", channel="U0123456789", person=True)
KNOWN = {f"#{CHANNEL}": f"<#{CHANNEL}>"}
_MARKUP = re.compile(
    r"```\n?(?P<block>.+?)```|`(?P<code>[^`\n]+)`|<(?P<url>https?:[^|>]+)\|(?P<label>[^>]*)>|<!date\^(?P<date>\d+)[^>]*>"
    r"|<#(?P<room>\w+)>|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])",
    re.DOTALL,
)


async def bodies(days: Path, day: date, wanted: str) -> dict[str, list[dict[str, Any]]]:
    """What is shown, by name: the bodies of messages, or a view."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with the_day(days, day, wanted, ROOM, ANA) as lived:
        async for name, bulletin in bulletins(lived):
            found[name] = [dict(one.body) for one in digest_messages(bulletin)]
        async for said in answers(lived):
            how = Showing(asked=said.asked, known=KNOWN, waiting=said.waiting, shareable=said.name == "more")
            found[said.name] = [dict(shown(said.notice, how).body)]
            if said.name == "more" and (public := shared(said.notice, "Ana")):
                found["shared"] = [dict(public.body)]
        found["home"] = [await _home(lived)]
        subscribing = parse_command(f"subscribe {wanted} at 9 Berlin")
        assert isinstance(subscribing, Subscribe)  # noqa: S101
        found["form"] = [subscription_view(subscribing, zone=ZONE, here=CHANNEL)]
    return found


async def _home(day: Day) -> dict[str, Any]:
    store = day.rooms.store.subscriptions

    async def held(where: Destination) -> list[Held]:
        there = await store.of(where)
        progress = await store.progress(one.id for one in there)
        return [Held(subscription=one, next_at=progress[one.id].due_at) for one in there]

    best = present(await day.rooms.desk.answer(day.caller, parse_command("today")), day.viewer)
    channels = channel_digests([(day.room, await held(day.room))], day.viewer)
    follow, subscribe = (
        day.viewer.choice("Follow something", "follow"),
        day.viewer.choice("Subscribe a channel", "subscribe"),
    )
    parts = [
        HomePart(
            title="What comes to you", notice=own_digests(day.person, [], day.viewer), choices=(follow,)
        ),
        HomePart(title="What comes to your channels", notice=channels, choices=(subscribe,)),
        HomePart(
            title="Today’s best",
            notice=replace(best, headline="", lines=(best.headline, *best.lines)),
            more="today",
        ),
    ]
    return dict(home(parts, KNOWN).view)


def mrkdwn(text: str) -> str:
    """*text* as HTML: https://docs.slack.dev/messaging/formatting-message-text."""
    parts, at = [], 0
    for found in _MARKUP.finditer(text):
        parts += [html.escape(html.unescape(text[at : found.start()]), quote=False), _marked(found)]
        at = found.end()
    return "".join([*parts, html.escape(html.unescape(text[at:]), quote=False)])


def _marked(found: re.Match[str]) -> str:
    tags = {"bold": "b", "italic": "i"}
    kind = str(found.lastgroup)
    inner = found[kind]
    if kind == "label":
        return f'<a href="{html.escape(found["url"])}">{mrkdwn(inner)}</a>'
    if kind in tags:
        return f"<{tags[kind]}>{mrkdwn(inner)}</{tags[kind]}>"
    plain = html.escape(html.unescape(inner), quote=False)
    moment = datetime.fromtimestamp(int(inner), ZoneInfo(ZONE)) if kind == "date" else None
    return {
        "block": f"<pre>{plain}</pre>",
        "code": f"<code>{plain}</code>",
        "date": f"{moment:%b} {moment.day} at {moment:%H:%M}" if moment else "",
        "room": "<a>#reading-group</a>",
    }[kind]


def _text(block: dict[str, Any]) -> str:
    told = str(block["text"])
    return mrkdwn(told) if block["type"] == "mrkdwn" else html.escape(told)


def drawn(block: dict[str, Any]) -> str:
    """*block* or element as HTML."""
    draw = _DRAWN.get(block["type"])
    return draw(block) if draw else f'<div class="unknown">{html.escape(block["type"])}</div>'


def _section(block: dict[str, Any]) -> str:
    beside = drawn(block["accessory"]) if "accessory" in block else ""
    return f'<div class="section"><div class="text">{_text(block["text"])}</div>{beside}</div>'


def _input(block: dict[str, Any]) -> str:
    hint = f'<div class="hint">{_text(block["hint"])}</div>' if "hint" in block else ""
    mild = ' <span class="hint">(optional)</span>' if block.get("optional") else ""
    label = f'<div class="label">{_text(block["label"])}{mild}</div>'
    return f'<div class="input">{label}{drawn(block["element"])}{hint}</div>'


def _field(element: dict[str, Any]) -> str:
    chosen = element.get("initial_option", {}).get("text", {}).get("text", "")
    value = (
        element.get("initial_value")
        or chosen
        or ("#reading-group" if "initial_conversation" in element else "")
    )
    shown_text = value or element.get("placeholder", {}).get("text", "")
    kind = f"field{' filled' if value else ''}{' tall' if element.get('multiline') else ''}"
    return f'<div class="{kind}">{html.escape(shown_text) or "&nbsp;"}</div>'


def _row(kind: str) -> Callable[[dict[str, Any]], str]:
    return lambda block: f'<div class="{kind}">{"".join(map(drawn, block["elements"]))}</div>'


_DRAWN: dict[str, Callable[[dict[str, Any]], str]] = {
    "header": lambda block: f'<div class="header">{_text(block["text"])}</div>',
    "section": _section,
    "context": _row("context"),
    "actions": _row("actions"),
    "divider": lambda _: "<hr>",
    "input": _input,
    "mrkdwn": lambda one: f'<div class="text">{_text(one)}</div>',
    "plain_text": lambda one: f'<div class="text">{_text(one)}</div>',
    "button": lambda one: f'<div class="button {one.get("style", "")}">{_text(one["text"])}</div>',
    "static_select": _field,
    "plain_text_input": _field,
    "conversations_select": _field,
}


def drawn_body(body: dict[str, Any]) -> str:
    """A message, or a view."""
    blocks = "".join(map(drawn, body["blocks"]))
    if "type" in body:
        title = f'<div class="header">{_text(body["title"])}</div><hr>' if "title" in body else ""
        send = f'<div class="button primary">{_text(body["submit"])}</div>' if "submit" in body else ""
        return f'<div class="view">{title}{blocks}<div class="actions">{send}</div></div>'
    who = '<div class="who"><b>Paperround</b> <span>APP</span> <time>9:00</time></div>'
    return f'<div class="message"><div class="face">P</div><div class="blocks">{who}{blocks}</div></div>'


def pages(found: dict[str, list[dict[str, Any]]], folder: Path) -> Iterator[tuple[str, Path]]:
    """An HTML page for each name and theme."""
    style = (HERE / "slack_preview.css").read_text(encoding="utf-8")
    for name, shown_bodies in found.items():
        for theme in ("dark", "light"):
            page = folder / f"{name}-{theme}.html"
            page.write_text(
                f'<!doctype html><meta charset="utf-8"><style>{style}</style><body class="{theme}">'
                f"{''.join(map(drawn_body, shown_bodies))}<script>document.body.dataset.height ="
                " document.documentElement.scrollHeight</script>",
                encoding="utf-8",
            )
            yield f"{name}-{theme}", page


def main() -> None:
    """Write the pictures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=Path, required=True)
    options.add_argument("--day", type=date.fromisoformat, default=date(2025, 10, 16))
    options.add_argument("--filter", default="diffusion")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--only", nargs="*", default=())
    chosen = options.parse_args()
    found = asyncio.run(bodies(chosen.days, chosen.day, chosen.filter))
    wanted = {name: one for name, one in found.items() if not chosen.only or name in chosen.only}
    with tempfile.TemporaryDirectory() as folder:
        for name, page in pages(wanted, Path(folder)):
            for screen, width in WIDTHS.items():
                picture(page, width, chosen.out / f"slack-{name}-{screen}.png")


if __name__ == "__main__":
    main()
