"""The composition root: what it wires, and what it closes again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app.rooms import opened, utc_now
from bot.app.sources import SAMPLE_DAY, hugging_face, source_of
from bot.app.terminal import local_caller, show
from bot.domain.answers import DayAnswer
from bot.domain.command_text import parse_command
from bot.domain.errors import BadConfiguration, StoreError, Unknown
from bot.domain.events import Event, ListingKept
from bot.settings import Settings
from bot.sources.archive import Archive
from tests.servers.huggingface import huggingface, item

DAY = date(2025, 10, 16)
NOON = datetime(2025, 10, 16, 12, 0, tzinfo=UTC)


def settings_for(url: str = "http://127.0.0.1:9", **source: str) -> Settings:
    return Settings.model_validate({"source": {"base_url": url, **source}, "zone": "Europe/Berlin"})


def test_the_present_moment_is_aware_and_utc() -> None:
    assert utc_now().tzinfo is UTC


async def test_what_is_kept_is_told_found_answered_and_there_again_after_closing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    told: list[Event] = []
    caller = local_caller(settings_for())
    async with opened(url, observe=told.append) as rooms:
        async for listing in Archive(SAMPLE_DAY).listings():
            await rooms.ingest.keep(listing)
        papers = await rooms.store.papers.count()
        answer = await rooms.desk.answer(caller, parse_command("day 2025-10-17"))
    assert any(isinstance(event, ListingKept) for event in told)
    assert isinstance(answer, DayAnswer)
    assert answer.digest.picks

    async with opened(url, observe=told.append) as rooms:
        assert await rooms.store.papers.count() == papers > 0
        _, hits, _ = await rooms.searching.find("agents")
        assert hits.total > 0


async def test_all_parts_live_by_the_clock_that_is_given(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'a.db'}", now=lambda: NOON, observe=lambda _: None) as rooms:
        assert rooms.now() == NOON
        async for listing in Archive(SAMPLE_DAY).listings():
            await rooms.ingest.keep(listing)
        answer = await rooms.desk.answer(local_caller(settings_for()), parse_command("day today"))
    assert isinstance(answer, DayAnswer)
    assert answer.asked == DAY


async def test_a_paper_that_is_not_stored_is_asked_of_the_source_that_is_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    async with (
        huggingface({DAY: [item("2510.00001", "Agents that plan", day=DAY)]}, today=DAY) as server,
        source_of(settings_for(server.url), None) as source,
        opened(url, source=source, observe=lambda _: None) as rooms,
    ):
        assert (await rooms.searching.paper("2510.00001")).paper.title == "Agents that plan"
        assert len(server.requests) == 1
    async with opened(url, observe=lambda _: None) as rooms:
        assert rooms.source is None
        assert (await rooms.searching.paper("2510.00001")).paper.title == "Agents that plan"
        with pytest.raises(Unknown):
            await rooms.searching.paper("2510.00002")


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:x.db"])
async def test_another_kind_of_store_is_refused(url: str) -> None:
    with pytest.raises(BadConfiguration):
        async with opened(url):
            pass


async def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no store at all, but mine " * 100, encoding="utf-8")
    with pytest.raises(StoreError):
        async with opened(f"sqlite:///{file}"):
            pass
    assert file.read_text(encoding="utf-8") == "no store at all, but mine " * 100


async def test_a_request_names_the_program_its_contact_and_the_token() -> None:
    wanted = {"contact": "ops@example.org", "token": "hf_hunter2"}
    async with (
        huggingface({DAY: [item("2510.00001", day=DAY)]}, today=DAY) as server,
        hugging_face(settings_for(server.url, **wanted), now=lambda: NOON) as source,
    ):
        listing = await source.listing(DAY)
        headers = server.requests[0].headers
    assert listing.seen_at == NOON
    assert headers["User-Agent"].startswith("paperround/")
    assert headers["User-Agent"].endswith("; ops@example.org")
    assert headers["Authorization"] == "Bearer hf_hunter2"


async def test_without_contact_and_token_neither_is_sent() -> None:
    async with (
        huggingface(today=DAY) as server,
        hugging_face(settings_for(server.url), now=lambda: NOON) as source,
    ):
        await source.listing(DAY)
        headers = server.requests[0].headers
    assert ";" not in headers["User-Agent"]
    assert "Authorization" not in headers


async def test_a_recording_can_take_the_place_of_the_source() -> None:
    async with source_of(settings_for(), str(SAMPLE_DAY)) as source:
        first = json.loads(SAMPLE_DAY.read_text(encoding="utf-8").partition("\n")[0])
        assert (await source.paper(first["item"]["paper"]["id"])) is not None


def test_whoever_sits_at_the_terminal_manages_it_and_lives_in_the_zone_set() -> None:
    caller = local_caller(settings_for())
    assert caller.manages
    assert caller.zone == "Europe/Berlin"
    assert caller.here.workspace == "local"


@pytest.mark.parametrize(
    ("told", "zone"),
    [("Europe/Paris", "Europe/Paris"), (":Asia/Tokyo", "Asia/Tokyo"), ("UTC", ""), ("Nowhere/Else", "")],
)
def test_without_one_the_machines_zone_counts_if_it_says_something(
    told: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", told)
    assert local_caller(Settings.model_validate({"zone": ""})).zone == zone


async def test_an_answer_is_printed_with_its_credit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caller = local_caller(settings_for())
    async with opened(f"sqlite:///{tmp_path / 'a.db'}", observe=lambda _: None) as rooms:
        async for listing in Archive(SAMPLE_DAY).listings():
            await rooms.ingest.keep(listing)
        answer = await rooms.desk.answer(caller, parse_command("day 2025-10-17"))
    show(answer, settings_for(), credit="")
    assert "Hugging Face" not in capsys.readouterr().out
    show(answer, settings_for(), credit="Hugging Face")
    assert "Hugging Face" in capsys.readouterr().out
