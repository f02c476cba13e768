from __future__ import annotations

import re
import uuid
from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest

from tests.handlers.web.conftest import TUESDAY, Reader, paper
from tests.services.conftest import MONDAY, at

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def check_atom(text: str) -> ET.Element:
    """What RFC 4287 asks of a feed: https://datatracker.ietf.org/doc/html/rfc4287#section-4.1."""
    feed = ET.fromstring(text)  # noqa: S314 - we wrote it
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (only,) = element.findall(f"{ATOM}{name}")
            assert only.text
        assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated") or "")
        links = [
            (one.get("rel"), one.get("type"), one.get("hreflang")) for one in element.findall(f"{ATOM}link")
        ]
        assert len([link for link in links if link[0] == "alternate"]) == len(
            {link for link in links if link[0] == "alternate"}
        )
        assert all((one.get("href") or "").startswith("http") for one in element.findall(f"{ATOM}link"))
        assert all(one.findtext(f"{ATOM}name") for one in element.findall(f"{ATOM}author"))
        assert all(one.get("term") for one in element.findall(f"{ATOM}category"))
    assert feed.findall(f"{ATOM}author")
    ids = [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    assert all((one or "").startswith("urn:uuid:") for one in ids)
    return feed


async def test_a_feed_is_read_by_a_feed_reader(reader: Reader) -> None:
    await reader.keep(paper(1, "A world model"), paper(2, "Proteins", abstract="", summary="", keywords=()))
    answer = await reader.get("/feeds/atom?filter=%22world model%22")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    check_atom(answer.text)
    read = feedparser.parse(answer.text)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == 'Daily Papers: "world model"'
    (entry,) = read.entries
    assert entry.title == "A world model"
    assert entry.link == f"{reader.address}/papers/2511.00001"
    assert [author.name for author in entry.authors] == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    assert "“world model” in the title" in entry.content[0].value
    assert "Agents plan by imagining what comes next." in entry.content[0].value
    assert "We propose agents" not in entry.content[0].value  # eighty abstracts are no feed
    assert [tag.term for tag in entry.tags] == ["planning"]


async def test_without_papers_it_is_a_feed_too(reader: Reader) -> None:
    for _ in range(2):
        answer = await reader.get("/feeds/atom?filter=proteins")
        check_atom(answer.text)
        assert not feedparser.parse(answer.text).bozo
        await reader.keep(paper())


async def test_hostile_text_stays_text(reader: Reader) -> None:
    hostile = "<b>]]>&amp;\u0000\u0008\ufffe\ud800<script>alert(1)</script>"
    await reader.keep(
        paper(title=f"Agents {hostile}", authors=(hostile,), keywords=(hostile,), abstract=hostile)
    )
    text = (await reader.get("/feeds/atom?filter=agents")).text
    check_atom(text)
    (entry,) = feedparser.parse(text, sanitize_html=False).entries
    assert "<script>" not in entry.content[0].value
    assert "&lt;script&gt;" in entry.content[0].value


async def test_ids_and_dates_never_change_and_a_paper_comes_once(reader: Reader) -> None:
    await reader.keep(paper(1, upvotes=10))
    first = feedparser.parse((await reader.get("/feeds/atom")).text).entries
    reader.clock.pass_(timedelta(days=1))
    await reader.keep(paper(1, "Agents that plan, renamed", upvotes=90, day=TUESDAY), day=TUESDAY)
    second = feedparser.parse((await reader.get("/feeds/atom")).text).entries
    assert [(one.id, one.updated) for one in first] == [(one.id, one.updated) for one in second]
    assert second[0].title == "Agents that plan, renamed"


@pytest.mark.parametrize(
    "reader", [{"base": "https://one.example"}, {"base": "https://two.example"}], indirect=True
)
async def test_an_id_is_the_same_in_every_installation_and_feed(reader: Reader) -> None:
    await reader.keep(paper())
    expected = uuid.uuid5(uuid.NAMESPACE_URL, "https://arxiv.org/abs/2511.00001").urn
    for path in ("/feeds/atom", "/feeds/atom?filter=agents"):
        (entry,) = feedparser.parse((await reader.get(path)).text).entries
        assert entry.id == expected


async def test_new_papers_come_first(reader: Reader) -> None:
    await reader.keep(paper(1, "Early", 90))
    await reader.keep(paper(1, "Early", 90), paper(2, "Late", 1, seen=at(MONDAY, 12)), seen=at(MONDAY, 12))
    titles = [entry.title for entry in feedparser.parse((await reader.get("/feeds/atom")).text).entries]
    assert titles == ["Late", "Early"]


async def test_a_feed_holds_the_fullest_day_and_stays_small(reader: Reader) -> None:
    names = tuple(f"Author Number {number}" for number in range(200))
    await reader.keep(
        *(
            paper(number, f"Agents that plan, part {number} of many", abstract="Words. " * 300, authors=names)
            for number in range(1, 131)
        )
    )
    answer = await reader.get("/feeds/atom", Accept_Encoding="identity")
    assert len(feedparser.parse(answer.text).entries) == 80
    assert answer.size < 120_000
    assert (await reader.get("/feeds/atom", Accept_Encoding="gzip")).headers["Content-Encoding"] == "gzip"


async def test_votes_alone_change_no_byte(reader: Reader) -> None:
    await reader.keep(paper(upvotes=10))
    before = await reader.get("/feeds/atom")
    await reader.keep(paper(upvotes=90, seen=at(MONDAY, 18)), seen=at(MONDAY, 18))
    after = await reader.get("/feeds/atom")
    assert after.text == before.text
    assert after.headers["Last-Modified"] == before.headers["Last-Modified"]


@pytest.mark.parametrize("path", ["/feeds/atom", "/feeds/atom?filter=agents", "/", "/papers/2511.00001"])
async def test_who_has_it_is_not_sent_it_again(reader: Reader, path: str) -> None:
    await reader.keep(paper())
    answer = await reader.get(path)
    tag, changed = answer.headers["Etag"], answer.headers["Last-Modified"]
    for known in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"x", {tag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": changed},
    ):
        again = await reader.get(path, **known)
        assert (again.status, again.size) == (304, 0)
        assert again.headers["Etag"] == tag
    earlier = (parsedate_to_datetime(changed) - timedelta(seconds=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for unknown in (
        {"If_None_Match": '"other"'},
        {"If_Modified_Since": earlier},
        {"If_Modified_Since": "nonsense"},
    ):
        assert (await reader.get(path, **unknown)).status == 200


async def test_a_tag_counts_more_than_a_time(reader: Reader) -> None:
    await reader.keep(paper())
    changed = (await reader.get("/feeds/atom")).headers["Last-Modified"]
    assert (await reader.get("/feeds/atom", If_None_Match='"other"', If_Modified_Since=changed)).status == 200


async def test_a_new_paper_is_sent_to_who_has_the_old_feed(reader: Reader) -> None:
    await reader.keep(paper(1))
    before = await reader.get("/feeds/atom")
    await reader.keep(paper(1), paper(2, "Another"), seen=at(MONDAY, 9))
    by_tag = await reader.get("/feeds/atom", If_None_Match=before.headers["Etag"])
    by_time = await reader.get("/feeds/atom", If_Modified_Since=before.headers["Last-Modified"])
    assert (by_tag.status, by_time.status) == (200, 200)


async def test_a_head_has_no_body(reader: Reader) -> None:
    await reader.keep(paper())
    answer = await reader.get("/feeds/atom", method="HEAD")
    assert (answer.status, answer.size) == (200, 0)
    assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("", False),
    ],
)
async def test_it_is_packed_for_who_takes_it(reader: Reader, accepted: str, packed: bool) -> None:  # noqa: FBT001
    await reader.keep(paper())
    answer = await reader.get("/feeds/atom", Accept_Encoding=accepted)
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert answer.headers["Vary"] == "Accept-Encoding"
