"""Where papers come from."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import stamina

from bot.app.rooms import utc_now
from bot.sources.archive import Archive, ArchiveSource
from bot.sources.huggingface import HuggingFace, Patience

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.ports import Clock, Source
    from bot.settings import Settings


SAMPLE_DAY = Path(__file__).parents[1] / "sources" / "sample_day.jsonl"
"""A recorded day that ships with the package; what the demo shows."""


@asynccontextmanager
async def hugging_face(settings: Settings, *, now: Clock = utc_now) -> AsyncGenerator[HuggingFace]:
    """Hugging Face as the settings describe it."""
    wanted = settings.source
    stamina.instrumentation.set_on_retry_hooks(())  # the observer is told of what failed, not of each attempt
    contact = f"; {wanted.contact}" if wanted.contact else ""
    async with aiohttp.ClientSession() as http:
        yield HuggingFace(
            http,
            clock=now,
            user_agent=f"paperround/{version('paperround')}{contact}",
            base=str(wanted.base_url),
            token=wanted.token,
            patience=Patience(timeout=wanted.timeout),
        )


@asynccontextmanager
async def source_of(settings: Settings, path: str | None) -> AsyncGenerator[Source]:
    """The source to follow: the recording at *path*, or Hugging Face."""
    if path is not None:
        yield ArchiveSource(Archive(Path(path)), clock=utc_now)
        return
    async with hugging_face(settings) as source:
        yield source
