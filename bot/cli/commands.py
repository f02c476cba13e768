"""What each command of the command line does; each gives its exit code."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from bot.app.rooms import opened, utc_now
from bot.app.sources import source_of
from bot.app.terminal import local_caller, show
from bot.cli.check import check
from bot.cli.demo import demo
from bot.cli.exit_codes import DONE, NOTHING
from bot.cli.ingest import ingest
from bot.cli.migrate import migrate
from bot.cli.overseeing import deliveries, status
from bot.cli.replays import replay_of
from bot.cli.reseal import reseal
from bot.cli.run import run
from bot.domain.answers import Coverage, DayAnswer
from bot.domain.commands import Show
from bot.domain.composing import Window
from bot.domain.dates import parse_day
from bot.domain.errors import UserError
from bot.domain.filter_text import parse_filter
from bot.presentation.records import digest_json, entry_json, match_json
from bot.presentation.searches import asked_words
from bot.services.moving import export, take_in
from bot.services.replaying import digest_of
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable

    from bot.domain.digests import Digest
    from bot.domain.filters import Filter


async def digest(chosen: Namespace) -> int:
    """Print the best papers of a day, and why."""
    wanted = parse_filter(chosen.filter)
    if chosen.date:
        parse_day(chosen.date.isoformat(), today=utc_now().date())  # a day to come is refused
    found = await (_recorded(chosen, wanted) if chosen.source else _stored(chosen, wanted))
    if found is None or not found.picks:
        print(_nothing(chosen, found), file=sys.stderr)
        return NOTHING
    if chosen.json:
        _print_json(digest_json(found))
    else:
        answer = DayAnswer(digest=found, asked=found.day, coverage=Coverage())
        # Nobody knows who wrote the summaries of a recording.
        show(answer, read_settings(), credit="" if chosen.source else "Hugging Face")
    return DONE


async def _recorded(chosen: Namespace, wanted: Filter) -> Digest | None:
    found, skipped = await digest_of(
        await replay_of(chosen.source, chosen.page_year),
        wanted,
        day=chosen.date,
        span=chosen.window or 1,
        top=chosen.top,
        ceiling=bool(chosen.window),
    )
    for place in skipped:
        print(f"paperround: skipped {place}", file=sys.stderr)
    return found


async def _stored(chosen: Namespace, wanted: Filter) -> Digest | None:
    settings = read_settings()
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        last = chosen.date or await rooms.composer.newest_day()
        if last is None:
            return None
        wanted = await rooms.searching.grounded(wanted)
        days = Window(first=last - timedelta(days=max(chosen.window, 1) - 1), last=last)
        return await rooms.composer.best(wanted, days, top=chosen.top, ceiling=bool(chosen.window))


def _nothing(chosen: Namespace, found: Digest | None) -> str:
    if found is None or not found.listed:
        day = f" of {chosen.date}" if chosen.date else ""
        return f"paperround: I know no papers{day}. Fetch some with `paperround ingest`, or name a --source."
    return f"paperround: {found.listed} papers are listed, none matches `{found.filter}`."


async def search(chosen: Namespace) -> int:
    """Find papers in everything stored."""
    settings = read_settings()
    text = " ".join(chosen.query)
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        found = await rooms.searching.search(text, await rooms.composer.coverage(), limit=chosen.limit)
    if not found.matches:
        print(f"paperround: nothing stored matches {asked_words(text)}.", file=sys.stderr)
        return NOTHING
    if chosen.json:
        said = ({"meant": found.meant} if found.meant else {}) | ({"partial": True} if found.partial else {})
        _print_json({"total": found.total, "papers": list(map(match_json, found.matches)), **said})
        return DONE
    show(found, settings)
    return DONE


async def show_paper(chosen: Namespace) -> int:
    """Show one paper."""
    settings = read_settings()
    reference = " ".join(chosen.reference)
    async with (
        source_of(settings, None) as source,
        opened(chosen.store or settings.store_url, data_dir=settings.data_dir, source=source) as rooms,
    ):
        entry = await rooms.searching.paper(reference)
        if chosen.json:
            _print_json(entry_json(entry))
        else:
            command = Show(reference=entry.paper.id, bibtex=chosen.bibtex)
            show(await rooms.desk.answer(local_caller(settings), command), settings)
    return DONE


async def subscriptions(chosen: Namespace) -> int:
    """List, export or import subscriptions."""
    return await _ACTIONS[chosen.action](chosen, read_settings())


async def _list(chosen: Namespace, settings: Settings) -> int:
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        exported = await export(rooms.store.subscriptions)
    if chosen.json:
        _print_json(exported)
    else:
        for one in exported:
            paused = f"  (paused: {one['paused_because']})" if one["paused_at"] else ""
            print(f"{one['short_id']}  {one['destination']}  {one['command']}{paused}")
    if not exported:
        print("paperround: nothing is subscribed.", file=sys.stderr)
    return DONE if exported else NOTHING


async def _export(chosen: Namespace, settings: Settings) -> int:
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        exported = await export(rooms.store.subscriptions)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in exported)
    _write(chosen.file, lines)
    return DONE


def _write(file: str, text: str) -> None:
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.", hint="Name another file.") from error


async def _import(chosen: Namespace, settings: Settings) -> int:
    records = _read_lines(chosen.file)
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        added, there = await take_in(
            rooms.store.subscriptions,
            records,
            choose=secrets.choice,
            now=rooms.now(),
            ground=rooms.searching.grounded,
        )
    print(f"{added} added, {there} were there already.")
    return DONE


_ACTIONS: Final[dict[str, Callable[[Namespace, Settings], Awaitable[int]]]] = {
    "list": _list,
    "export": _export,
    "import": _import,
}


def _read_lines(file: str) -> list[dict[str, object]]:
    try:
        if file == "-":
            return _records(sys.stdin)
        with Path(file).open(encoding="utf-8") as lines:
            return _records(lines)
    except OSError as error:
        raise UserError(
            f"{file} cannot be read: {error.strerror}.", hint="Name the file of an export."
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{file} is no UTF-8 text.", hint="Import what `subscriptions export` wrote."
        ) from error


def _records(lines: TextIO) -> list[dict[str, object]]:
    records = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            records.append(_record(line, number))
    return records


def _record(line: str, number: int) -> dict[str, object]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"Line {number} is no JSON.", hint="Import what `subscriptions export` wrote."
        ) from error
    if not isinstance(record, dict):
        raise UserError(
            f"Line {number} is no subscription.", hint="Import what `subscriptions export` wrote."
        )
    return record


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


COMMANDS: Final[dict[str, Callable[[Namespace], Awaitable[int]]]] = {
    "demo": demo,
    "run": run,
    "ingest": ingest,
    "digest": digest,
    "search": search,
    "show": show_paper,
    "subscriptions": subscriptions,
    "status": status,
    "deliveries": deliveries,
    "migrate": migrate,
    "reseal": reseal,
    "check": check,
}
