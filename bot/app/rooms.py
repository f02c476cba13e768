"""The parts that work on one store, wired."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.services.bookmarks import BookmarkShelf
from bot.services.composing import Composer
from bot.services.departing import Departing
from bot.services.desk import Desk
from bot.services.drafts import DraftBox
from bot.services.explaining import Explaining
from bot.services.ingesting import Ingest
from bot.services.offering import Offering
from bot.services.overseeing import Overseeing
from bot.services.searching import Searching
from bot.services.sharing import Sharing
from bot.services.subscribing import Subscribing
from bot.watching import watch
from storage.opening import open_index, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from bot.ports import Clock, Observer, Source, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Paperround:
    """The wired parts of one process; all of them tell *observe* what happens."""

    store: Store
    source: Source | None
    ingest: Ingest
    composer: Composer
    searching: Searching
    subscribing: Subscribing
    desk: Desk
    offering: Offering
    sharing: Sharing
    departing: Departing
    overseeing: Overseeing
    observe: Observer
    now: Clock


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(  # noqa: PLR0913 - all but the address may be left out
    store_url: str,
    *,
    data_dir: Path = Path(),
    source: Source | None = None,
    now: Clock = utc_now,
    observe: Observer = watch,
    choose: Callable[[str], str] = secrets.choice,
    mail_form: str = "",
) -> AsyncGenerator[Paperround]:
    """Everything that works on the store at *store_url*, closed again at the end; raises `StoreError`.

    The search index of a store that is no file stands in *data_dir*. *mail_form* is where mail can be asked for.
    """
    async with AsyncExitStack() as resources:
        store = await resources.enter_async_context(open_store(store_url))
        index = await resources.enter_async_context(open_index(store_url, data_dir))
        ingest = Ingest(store.papers, observe=observe, now=now)
        composer = Composer(store.papers, store.marks, now=now)
        searching = Searching(store.papers, index, observe=observe, ingest=ingest, source=source)
        subscribing = Subscribing(
            store,
            composer,
            now=now,
            choose=choose,
            random_hex=lambda: secrets.token_hex(8),
            mail_form=mail_form,
        )
        departing = Departing(store, observe=observe, now=now)
        desk = Desk(
            store,
            composer=composer,
            searching=searching,
            subscribing=subscribing,
            bookmarks=BookmarkShelf(store.bookmarks, store.papers, searching, now=now),
            explaining=Explaining(composer, store.marks, store.subscriptions),
            departing=departing,
            observe=observe,
            now=now,
        )
        yield Paperround(
            store=store,
            source=source,
            ingest=ingest,
            composer=composer,
            searching=searching,
            subscribing=subscribing,
            desk=desk,
            offering=Offering(desk, DraftBox(store.drafts, now=now, choose=choose)),
            sharing=Sharing(store.settings, store.limiter, now=now),
            departing=departing,
            overseeing=Overseeing(store, composer, now=now),
            observe=observe,
            now=now,
        )
