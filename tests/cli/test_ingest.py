"""`paperround ingest` over HTTP: what it did, what stopped it, and how to go on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli.entry import main
from bot.ports import PaperChanges
from storage.opening import open_store
from tests.cli.conftest import OLD, TODAY
from tests.servers.huggingface import (
    Fault,
    HuggingFaceServer,
    answer,
    break_off,
    drop,
    html,
    item,
    throttled,
    truncated,
)

SPAN = ["ingest", "--since", f"{OLD - timedelta(days=2)}", "--until", f"{OLD}"]
Output = pytest.CaptureFixture[str]


def test_a_span_is_read_and_it_says_what_it_did(server: HuggingFaceServer, capsys: Output) -> None:
    assert main(SPAN) == 0

    said = capsys.readouterr()
    assert said.out == "3 listings with 6 papers: 6 new, 6 counts noted.\n"
    assert {query["date"] for query in server.queries} == {
        f"{OLD - timedelta(days=back)}" for back in range(3)
    }
    assert server.queries[0]["date"] == f"{OLD}"  # the newest first


def test_a_second_ingest_asks_nothing_and_changes_nothing(server: HuggingFaceServer, capsys: Output) -> None:
    main(SPAN)
    asked = len(server.requests)
    capsys.readouterr()

    assert main(SPAN) == 0
    assert capsys.readouterr().out == "Nothing to read: 3 days asked for, all known already.\n"
    assert len(server.requests) == asked


def test_a_day_without_papers_is_a_listing_too(server: HuggingFaceServer, capsys: Output) -> None:
    server.days[OLD] = []
    assert main(["ingest", "--since", f"{OLD}", "--until", f"{OLD}"]) == 0
    assert capsys.readouterr().out == "1 listing with 0 papers: 0 new, 0 counts noted.\n"


def test_an_item_that_cannot_be_read_does_not_keep_the_others_out(
    server: HuggingFaceServer, capsys: Output
) -> None:
    server.days[OLD].append({"paper": {"id": "2510.77777"}})
    assert main(["ingest", "--since", f"{OLD}", "--until", f"{OLD}"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("1 listing with 2 papers: 2 new")
    assert "2510.77777" in said.err


FAULTS: list[tuple[str, Fault, str]] = [
    ("a connection that closes", drop, "gave no answer"),
    ("a body cut off", break_off, "gave no answer"),
    ("a failing server", answer(503), "status 503"),
    ("a refused day", answer(400, "{}"), "refused"),
    ("a refused token", answer(401, "{}"), "token"),
]
MALFORMED: list[tuple[str, Fault, str]] = [
    ("a web page", html(), "a web page"),
    ("JSON cut off", truncated([{"paper": {"id": "2510.00001"}}]), "broken or cut-off JSON"),
    ("an empty body", answer(200), "nothing"),
    ("no list", answer(200, "{}"), "no list of papers"),
]


@pytest.mark.parametrize(
    ("fault", "told"), [pytest.param(fault, told, id=name) for name, fault, told in FAULTS]
)
def test_what_stops_it_is_told_with_what_is_done_and_left(
    server: HuggingFaceServer, fault: Fault, told: str, capsys: Output
) -> None:
    main(["ingest", "--since", f"{OLD}", "--until", f"{OLD}"])
    server.fail(*[fault] * 6)  # a dropped connection is tried anew below us too
    capsys.readouterr()

    assert main(SPAN) == 1
    said = capsys.readouterr()
    assert said.err.startswith("paperround: ")
    assert told in said.err
    assert "0 listings with 0 papers: 0 new, 0 counts noted. 2 days left: run it again" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""

    server.faults.clear()
    assert main(SPAN) == 0
    assert capsys.readouterr().out == "2 listings with 4 papers: 4 new, 4 counts noted.\n"
    assert main(["search", "agents"]) == 0


@pytest.mark.parametrize(
    ("fault", "told"), [pytest.param(fault, told, id=name) for name, fault, told in MALFORMED]
)
def test_a_malformed_day_is_noted_and_the_others_are_read(
    server: HuggingFaceServer, fault: Fault, told: str, capsys: Output
) -> None:
    server.fail(fault)
    assert main(SPAN) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"paperround: {OLD} was not read: ")
    assert told in said.err
    assert said.out == "2 listings with 4 papers: 4 new, 4 counts noted.\n"

    assert main(SPAN) == 0
    assert capsys.readouterr().out == "1 listing with 2 papers: 2 new, 2 counts noted.\n"


def test_what_was_read_beside_a_malformed_day_is_kept_and_found(
    server: HuggingFaceServer, capsys: Output
) -> None:
    days = dict(server.days)
    server.days[OLD - timedelta(days=1)] = [{"no": "paper"}]
    assert main(SPAN) == 1
    assert "2 listings with 4 papers: 4 new" in capsys.readouterr().out
    assert main(["search", "agents"]) == 0
    capsys.readouterr()

    server.days.update(days)
    assert main(SPAN) == 0
    assert capsys.readouterr().out == "1 listing with 2 papers: 2 new, 2 counts noted.\n"


def test_a_server_that_is_down_is_told_and_nothing_is_lost(capsys: Output) -> None:
    assert main(SPAN) == 1
    said = capsys.readouterr()
    assert "127.0.0.1 gave no answer" in said.err
    assert "3 days left: run it again to go on." in said.err
    assert said.out == ""


def test_told_to_wait_it_says_so_and_goes_on(server: HuggingFaceServer, capsys: Output) -> None:
    server.fail(throttled(RateLimit='"api";r=0;t=0', RateLimit_Policy='"fixed window";"api";q=500;w=300'))
    assert main(SPAN) == 0

    said = capsys.readouterr()
    assert "Waiting 1 s; Ctrl-C keeps what was read." in said.err
    assert said.out == "3 listings with 6 papers: 6 new, 6 counts noted.\n"


def test_a_list_that_suddenly_shrank_is_told_and_what_is_known_stays(
    server: HuggingFaceServer, elsewhere: Path, capsys: Output
) -> None:
    today = ["ingest", "--since", f"{TODAY}", "--until", f"{TODAY}"]
    server.days[TODAY] = [item(f"2511.000{place:02}", f"Agents {place}", day=TODAY) for place in range(20)]
    main(today)
    asyncio.run(_read_an_hour_ago(elsewhere, TODAY))
    server.shrink(TODAY, 3)
    capsys.readouterr()

    assert main(today) == 0
    said = capsys.readouterr()
    assert f"{TODAY} lists only 3 papers now; the 20 known stay." in said.err


def test_a_day_to_come_is_refused_and_the_newest_is_named(server: HuggingFaceServer, capsys: Output) -> None:
    ahead = TODAY + timedelta(days=10)
    assert main(["ingest", "--since", f"{ahead}"]) == 2
    said = capsys.readouterr()
    assert f"{ahead} has not come yet." in said.err
    assert "The newest day is" in said.err
    assert server.requests == []


def test_a_span_into_the_future_ends_today(server: HuggingFaceServer, capsys: Output) -> None:
    since, until = TODAY - timedelta(days=1), TODAY + timedelta(days=10)
    assert main(["ingest", "--since", f"{since}", "--until", f"{until}"]) == 0
    assert "listings with 0 papers" in capsys.readouterr().out
    assert all(query["date"] < f"{until}" for query in server.queries)


async def _read_an_hour_ago(folder: Path, day: date) -> None:
    """Make the store believe so of *day*: what was read just now is not asked for again."""
    async with open_store(f"sqlite:///{folder / 'paperround.db'}") as store:
        (record,) = await store.papers.records(day, day)
        earlier = replace(record, seen_at=record.seen_at - timedelta(hours=1))
        await store.papers.keep(PaperChanges(record=earlier))
