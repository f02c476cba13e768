"""Editions and letters as mails: the same words as HTML and as plain text. Pure.

The HTML is a page that mail clients of all ages show: styles stand in each tag, since many drop all others, and what
they have besides makes it dark where the reader's system is. Nothing in it is fetched from anywhere.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.subscriptions import Extra
from bot.presentation.bulletins import bulletin_notice
from bot.presentation.fitting import fit
from bot.presentation.offers import subscription_words
from bot.presentation.paper_cards import full_card
from handlers.email.links import EDIT, PAUSE, UNSUBSCRIBE
from handlers.email.messages import Mail, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.bulletins import Bulletin
    from bot.domain.filters import Filter
    from bot.domain.papers import Entry
    from bot.domain.subscriptions import Subscription
    from bot.presentation.cards import Card, Notice
    from handlers.email.links import Links

_WIDTH: Final = 72
_TITLE, _BYLINE, _SUMMARY, _REASON, _ABSTRACT = 300, 200, 600, 300, 2_500
"""Signs: Gmail cuts off what is over 102 kB, with the link to unsubscribe."""
_PREVIEW: Final = 140
_DOT: Final = " · "
_LED: Final = ("PDF", "code", "project")
"""The links of a paper that a mail shows beside its title's, by their names in a card."""
_LONGEST_ADDRESS: Final = 2_000
# Controls, and marks that turn the direction of the text behind them.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """A link of ours, in words."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One paper, every line fitted; *url* is empty if it must not be linked."""

    rank: str
    title: str
    url: str
    byline: str
    summary: str
    machine_written: bool
    figures: str
    reason: str
    abstract: str
    leads: tuple[Leads, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a mail says, in the order of reading. *preview* is what an inbox shows beside the subject."""

    headline: str
    preview: str = ""
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    button: Leads | None = None
    footer: tuple[str, ...] = ()
    because: str = ""
    leads: tuple[Leads, ...] = ()


def digest_mail(bulletin: Bulletin, links: Links, *, credit: str = "Hugging Face") -> Mail:
    """The mail of an edition; *credit* as in `bot.presentation.viewing.Viewer`."""
    notice = bulletin_notice(bulletin, credit=credit)
    subscription = bulletin.subscription
    title, facts = _parted(notice)
    papers = {pick.entry.paper.id: pick.entry for pick in bulletin.digest.picks}
    abstracts = Extra.ABSTRACTS in subscription.extras
    sheet = Sheet(
        headline=title,
        preview=_preview(notice),
        lines=(*facts, *notice.lines),
        items=tuple(_item(card, papers.get(card.paper), abstracts=abstracts) for card in notice.cards),
        footer=notice.footer,
        because=f"You follow {_wanted(subscription.filter)} by mail: {subscription_words(subscription)}.",
        leads=managing(subscription, links),
    )
    return mail_of(sheet, subject=notice.notification, unsubscribe=links.of(UNSUBSCRIBE, subscription))


def managing(subscription: Subscription, links: Links) -> tuple[Leads, ...]:
    """What can be done about *subscription*."""
    return (
        Leads(words="Change it", url=links.of(EDIT, subscription)),
        Leads(words="Pause it", url=links.of(PAUSE, subscription)),
        Leads(words="Unsubscribe", url=links.of(UNSUBSCRIBE, subscription)),
    )


def mail_of(sheet: Sheet, *, subject: str, unsubscribe: str = "") -> Mail:
    """*sheet* in both forms."""
    page = _TEMPLATES.get_template("mail.html").render(sheet=sheet, clean=clean)
    return Mail(subject=clean(subject), text=_text(sheet), html=whole(page), unsubscribe=unsubscribe)


def clean(text: str) -> str:
    """*text* without signs that steer how others are shown."""
    return whole(_UNPRINTABLE.sub(" ", text))


def linkable(url: str) -> str:
    """*url* if it leads to a web page, else nothing."""
    if len(url) > _LONGEST_ADDRESS or not url.isprintable() or not url.isascii() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def _parted(notice: Notice) -> tuple[str, tuple[str, ...]]:
    """The headline of a digest, and the figures behind it: *6 papers · Thu 16 Oct*, *30 listed · 18 matched*."""
    title, *facts = notice.headline.split(_DOT) if notice.cards else [notice.headline]
    return _DOT.join([title, *facts[:1]]), (_DOT.join(facts[1:]),) if facts[1:] else ()


def _wanted(filter_: Filter) -> str:
    return fit(f"“{filter_}”" if str(filter_) else "every paper", _REASON)


def _item(card: Card, entry: Entry | None, *, abstracts: bool) -> Item:
    abstract = entry.paper.abstract if entry and abstracts else ""
    figures, leads = _led(card, entry)
    return Item(
        rank="" if card.rank is None else f"{card.rank}.",
        title=fit(_flat(card.title), _TITLE) or "Untitled",
        url=linkable(card.url),
        byline=fit(_flat(card.byline), _BYLINE),
        summary=fit(_flat(card.summary), _SUMMARY),
        machine_written=card.machine_written,
        figures=figures,
        reason=fit(_flat(card.reason), _REASON),
        abstract=fit(_flat(abstract), _ABSTRACT),
        leads=leads,
    )


def _led(card: Card, entry: Entry | None) -> tuple[str, tuple[Leads, ...]]:
    """The figures of *card* without those that are links; and the links, each with what its figure says."""
    figures = _flat(card.figures).split(_DOT)
    links = [link for link in full_card(entry).links if linkable(link.url)] if entry else []
    told = {
        link: next((one for one in figures if one.partition(" ")[0] == link.name), link.name)
        for link in links
        if link.name in _LED
    }
    left = _DOT.join(one for one in figures if one not in told.values())
    return left, tuple(Leads(words=_capital(words), url=link.url) for link, words in told.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _preview(notice: Notice) -> str:
    """The first paper's sentence: its title stands in the subject."""
    summary = notice.cards[0].summary if notice.cards else ""
    return fit(_flat(summary), _PREVIEW)


def _flat(text: str) -> str:
    return " ".join(clean(text).split())


def _text(sheet: Sheet) -> str:
    """The plain text: paragraphs of at most 72 signs a line, addresses whole."""
    blocks = [_wrapped(sheet.headline), *map(_wrapped, sheet.lines)]
    blocks += ["\n".join(_item_lines(item)) for item in sheet.items]
    if sheet.button:
        blocks.append(f"{sheet.button.words}:\n{sheet.button.url}")
    if sheet.footer:
        blocks.append("\n".join(map(_wrapped, sheet.footer)))
    below = [_wrapped(sheet.because)] if sheet.because else []
    below += [f"{one.words}: {one.url}" for one in sheet.leads]
    # What stands below "-- " is a signature: https://www.rfc-editor.org/rfc/rfc3676#section-4.3
    return "\n\n".join([*blocks, *(["\n".join(["-- ", *below])] if below else [])]) + "\n"


def _item_lines(item: Item) -> Iterator[str]:
    yield _wrapped(f"{item.rank} {item.title}".strip())
    mark = "✦ " if item.machine_written else ""
    for line in (
        item.byline,
        f"{mark}{item.summary}" if item.summary else "",
        " — ".join(filter(None, (item.figures, item.reason))),
        item.abstract,
    ):
        if line:
            yield _wrapped(line, indent="   ")
    if item.url:
        yield f"   {item.url}"
    for lead in item.leads:
        yield f"   {lead.words}: {lead.url}"


def _wrapped(text: str, *, indent: str = "") -> str:
    return _lines(textwrap.wrap(_flat(text), _WIDTH - len(indent), break_on_hyphens=False), indent)


def _lines(lines: Iterable[str], indent: str) -> str:
    return "\n".join(f"{indent}{line}" for line in lines)
