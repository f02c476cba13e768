# noqa: INP001 - a script
"""Pictures of what the Discord renderer makes, drawn by independent components in a headless browser.

    python docs/dev/discord_preview.py --days RECORDING --modules FOLDER --out FOLDER

*RECORDING* is a folder or file of recorded days (as for ``paperround ingest``); *FOLDER* of modules is where
``npm install @skyra/discord-components-core discord-markdown-parser esbuild`` was run. See README.md here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.app.rooms import opened
from bot.domain.bulletins import Bulletin
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.command_text import format_command, parse_command
from bot.domain.commands import Caller
from bot.domain.composing import Window
from bot.domain.deliveries import alert, scheduled
from bot.domain.filter_text import parse_filter
from bot.domain.subscriptions import Destination, Extra, Platform, Subscription
from bot.presentation.notices import Viewer, present
from bot.sources.opening import open_replay
from handlers.discord.answers import Showing, Waiting, shared, shown
from handlers.discord.digests import digest_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app.rooms import Paperround

HERE = Path(__file__).parent
ZONE = "Europe/Berlin"
TOP = 5
CHANNEL = "1203456789012345678"
ROOM = Destination(platform=Platform.DISCORD, workspace="1103456789012345678", channel=CHANNEL)
ANA = Destination(platform=Platform.DISCORD, workspace="@me", channel="1303456789012345678", person=True)
WIDTHS = {"desktop": 860, "phone": 390}
CHROMIUM = (
    "chromium --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run --hide-scrollbars --force-device-scale-factor=1"
).split()


async def bodies(days: Path, day: date, wanted: str) -> dict[str, list[dict[str, Any]]]:
    """What is shown, by name: the bodies of messages."""
    made_at = datetime.combine(day, time(7), UTC)
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/p.db", now=lambda: made_at, observe=lambda _: None) as rooms:
            async for listing in open_replay(days, today=day).listings(day - timedelta(days=14), day):
                await rooms.ingest.keep(listing)
            digests = {name: one async for name, one in _digests(rooms, day, made_at, wanted)}
            return {**digests, **{name: [one] async for name, one in _answers(rooms, made_at, wanted)}}


async def _digests(rooms: Paperround, day: date, made_at: datetime, wanted: str) -> Any:  # noqa: ANN401
    held = Subscription(
        id="s01-00",
        short_id="7f3k",
        destination=ROOM,
        filter=parse_filter(wanted),
        cadence=Cadence(times=(time(9),), zone=ZONE),
        created_by="1",
        created_at=made_at,
    )
    for name, top, subscription in (
        ("digest", 5, held),
        ("ten", 10, held),
        ("embeds", 5, replace(held, destination=ANA)),
        ("abstracts", 3, replace(held, extras=frozenset({Extra.ABSTRACTS}))),
        (
            "alert",
            1,
            replace(held, cadence=Cadence(rhythm=Rhythm.HOT, zone=ZONE)),
        ),
    ):
        digest = await rooms.composer.best(
            parse_filter("") if top > TOP else subscription.filter, Window(first=day, last=day), top=top
        )
        bulletin = Bulletin(
            subscription=subscription,
            edition=alert(made_at) if name == "alert" else scheduled(made_at, ZONE),
            digest=digest,
            made_at=made_at,
            due_at=made_at,
            next_at=None if name == "alert" else made_at + timedelta(days=1),
        )
        yield name, [dict(one.body) for one in digest_messages(bulletin)]


async def _answers(rooms: Paperround, made_at: datetime, wanted: str) -> Any:  # noqa: ANN401
    caller = Caller(person="1", name="Ana", here=ROOM, manages=True, zone=ZONE)
    viewer = Viewer(now=made_at, zone=ZONE)
    known = {f"#{CHANNEL}": f"<#{CHANNEL}>"}
    newest = await rooms.composer.best(
        parse_filter(wanted), Window(first=made_at.date(), last=made_at.date()), top=1
    )
    for name, said in (
        ("more", f"show {newest.picks[0].entry.paper.id}"),
        ("today", ""),
        ("search", "search video diffusion"),
        ("offer", f'subscribe {wanted}, "world model" -survey upvotes>=10 at 9 Berlin'),
        ("help", "help"),
        ("filters", "help filters"),
    ):
        command = parse_command(said)
        notice = present(await rooms.desk.answer(caller, command), viewer)
        waiting = Waiting(key="a1", yes="Subscribe") if name == "offer" else None
        how = Showing(asked=format_command(command), known=known, waiting=waiting, shareable=name == "more")
        yield name, shown(notice, how).body
        if name == "more" and (public := shared(notice, "Ana")):
            yield "shared", public.body
    async for name, body in _held(rooms, caller, viewer, known):
        yield name, body


async def _held(rooms: Paperround, caller: Caller, viewer: Viewer, known: dict[str, str]) -> Any:  # noqa: ANN401
    for said in ('subscribe diffusion, "world model" -survey at 9 Berlin', "subscribe org:nvidia hot 100"):
        saved = await rooms.desk.confirm(caller, await rooms.desk.answer(caller, parse_command(said)))  # type: ignore[arg-type]
        yield "saved", shown(present(saved, viewer), Showing(known=known)).body
    listed = await rooms.desk.answer(caller, parse_command("subscriptions"))
    yield "list", shown(present(listed, viewer), Showing(asked="subscriptions", known=known)).body


def pages(found: dict[str, list[dict[str, Any]]], modules: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """An HTML page for each name and theme."""
    script = folder / "preview.js"
    entry = modules / "discord_preview.mjs"
    entry.write_text((HERE / "discord_preview.mjs").read_text(encoding="utf-8"), encoding="utf-8")
    bundle = [
        modules / "node_modules/.bin/esbuild",
        entry,
        "--bundle",
        "--format=iife",
        f"--outfile={script}",
    ]
    subprocess.run([*map(str, bundle), "--log-level=error"], check=True)  # noqa: S603 - our own script
    style = (HERE / "discord_preview.css").read_text(encoding="utf-8")
    for name, shown_bodies in found.items():
        for theme in ("dark", "light"):
            told = json.dumps({"theme": theme, "messages": shown_bodies}).replace("</", "<\\/")
            page = folder / f"{name}-{theme}.html"
            page.write_text(
                f'<!doctype html><meta charset="utf-8"><style>{style}</style><body class="{theme}">'
                f"<script>window.shown = {told}</script><script src=preview.js></script>",
                encoding="utf-8",
            )
            yield f"{name}-{theme}", page


def picture(page: Path, width: int, to: Path) -> None:
    """A picture of the whole of *page* in a window *width* pixels wide."""
    found = re.search(rb'data-height="(\d+)"', _chromium(page, width, 1000, "--dump-dom"))
    if found is None:
        raise SystemExit(f"{page.name}: nothing was drawn")
    _chromium(page, width, int(found[1]) + 16, f"--screenshot={to}")


def _chromium(page: Path, width: int, height: int, what: str) -> bytes:
    with tempfile.TemporaryDirectory() as profile:
        window = [
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            "--virtual-time-budget=3000",
        ]
        done = subprocess.run([*CHROMIUM, *window, what, page.as_uri()], check=True, capture_output=True)  # noqa: S603
    return done.stdout


def main() -> None:
    """Write the pictures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=Path, required=True)
    options.add_argument("--day", type=date.fromisoformat, default=date(2025, 10, 16))
    options.add_argument("--filter", default="diffusion")
    options.add_argument("--modules", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--only", nargs="*", default=())
    chosen = options.parse_args()
    found = asyncio.run(bodies(chosen.days, chosen.day, chosen.filter))
    wanted = {name: one for name, one in found.items() if not chosen.only or name in chosen.only}
    with tempfile.TemporaryDirectory() as folder:
        for name, page in pages(wanted, chosen.modules, Path(folder)):
            for screen, width in WIDTHS.items():
                picture(page, width, chosen.out / f"discord-{name}-{screen}.png")


if __name__ == "__main__":
    main()
