"""``--source``: the recording or the saved page that somebody named."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.rooms import utc_now
from bot.sources.opening import open_replay
from bot.sources.saved_page import SavedPage

if TYPE_CHECKING:
    from bot.ports import Replay


async def replay_of(path: str, page_year: int | None = None) -> Replay:
    """What is at *path*, after saying what had to be guessed about it; raises `SourceError`."""
    replay = await asyncio.to_thread(open_replay, Path(path), today=utc_now().date(), page_year=page_year)
    if isinstance(replay, SavedPage):
        for note in (await replay.contents()).notes:
            print(f"paperround: {note} (--page-year YEAR)", file=sys.stderr)
    return replay
