"""Atom feeds (RFC 4287), written with the standard library. Pure.

A paper's id and dates never change, so that no reader shows it twice, and no count stands in it, so that a feed in
which nothing is new is byte for byte the same.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from bot.presentation.phrases import filter_words
from handlers.web.addresses import FEED, address, paper_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.browsed import Item
    from bot.domain.filters import Filter
    from bot.domain.papers import Paper

KIND: Final = "application/atom+xml"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_NOTHING_YET: Final = datetime(2023, 5, 4, tzinfo=UTC)
"""The first Daily Papers; what a feed without papers says it was updated."""
_MOST_AUTHORS: Final = 6
"""By name; the text of an entry says how many more there are."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(items: Sequence[Item], filter_: Filter, *, base: str, body: Callable[[Item], str]) -> bytes:
    """The feed of *items*, the newest first; *body* gives the HTML of one, *base* is where pages are found."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    itself = base + address(FEED, filter=str(filter_))
    page = base + address("/", filter=str(filter_))
    _add(feed, "id", uuid.uuid5(uuid.NAMESPACE_URL, itself).urn)
    _add(feed, "title", f"Daily Papers: {filter_words(filter_)}")
    _add(feed, "subtitle", filter_.reading())
    _add(feed, "updated", _moment(max((item.since for item in items), default=_NOTHING_YET)))
    _add(feed, "link", rel="self", type=KIND, href=itself)
    _add(feed, "link", rel="alternate", type="text/html", href=page)
    _add(_add(feed, "author"), "name", "Paperround")
    _add(feed, "generator", "Paperround")
    for item in items:
        _entry(feed, item, base=base, body=body(item))
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def paper_urn(paper: Paper) -> str:
    """The id of a paper in every feed of every installation, made of its arXiv id alone."""
    named = paper.links.abstract if paper.links else f"paperround:{paper.id}"
    return uuid.uuid5(uuid.NAMESPACE_URL, named).urn


def _entry(feed: ET.Element, item: Item, *, base: str, body: str) -> None:
    paper = item.match.entry.paper
    entry = _add(feed, "entry")
    _add(entry, "id", paper_urn(paper))
    _add(entry, "title", paper.title)
    _add(entry, "updated", _moment(item.since))
    _add(entry, "published", _moment(item.since))
    for name in paper.authors[:_MOST_AUTHORS]:
        _add(_add(entry, "author"), "name", name)
    _add(entry, "link", rel="alternate", type="text/html", href=base + paper_path(paper.id))
    if paper.links:
        _add(entry, "link", rel="related", title="arXiv", href=paper.links.abstract)
    for keyword in dict.fromkeys(paper.keywords):
        _add(entry, "category", term=keyword)
    _add(entry, "content", body, type="html")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    """A new last child of *parent*, without the characters that XML cannot hold."""
    safe = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    child = ET.SubElement(parent, name, safe)
    child.text = _NOT_XML.sub("", text) or None
    return child


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
