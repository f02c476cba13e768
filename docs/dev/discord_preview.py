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
import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from preview_day import WIDTHS, answers, bulletins, picture, the_day

from bot.domain.subscriptions import Destination, Platform
from handlers.discord.answers import Showing, shared, shown
from handlers.discord.digests import digest_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CHANNEL = "1203456789012345678"
ROOM = Destination(platform=Platform.DISCORD, workspace="1103456789012345678", channel=CHANNEL)
ANA = Destination(platform=Platform.DISCORD, workspace="@me", channel="1303456789012345678", person=True)
KNOWN = {f"#{CHANNEL}": f"<#{CHANNEL}>"}


async def bodies(days: Path, day: date, wanted: str) -> dict[str, list[dict[str, Any]]]:
    """What is shown, by name: the bodies of messages."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with the_day(days, day, wanted, ROOM, ANA) as lived:
        async for name, bulletin in bulletins(lived):
            found[name] = [dict(one.body) for one in digest_messages(bulletin)]
        async for said in answers(lived):
            how = Showing(asked=said.asked, known=KNOWN, waiting=said.waiting, shareable=said.name == "more")
            found[said.name] = [dict(shown(said.notice, how).body)]
            if said.name == "more" and (public := shared(said.notice, "Ana")):
                found["shared"] = [dict(public.body)]
    return found


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
