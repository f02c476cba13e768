"""What was found, as a printed page or feed: the values of a service put before their template."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.periods import Unit, period_of
from bot.presentation.bibtex import bibtex
from bot.presentation.digests import narrows
from bot.presentation.paper_cards import full_card, mark_words
from bot.presentation.phrases import day_words, short_number
from handlers.web import feeds
from handlers.web.addresses import SEARCH, address, outside, period_path
from handlers.web.charts import growth
from handlers.web.following import following
from handlers.web.kept import sheet
from handlers.web.views import leaf_views, match_view, search_views
from handlers.web.wording import cells, heading, neighbour, search_heading, silence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.browsed import Item, Leaf, Opened, SearchLeaf
    from bot.domain.filters import Filter
    from bot.domain.papers import Paper
    from handlers.web.asking import Asked
    from handlers.web.kept import Sheet
    from handlers.web.press import Press

_OK, _NOT_FOUND = 200, 404
_MOST_AUTHORS = 400
_NAMED_FIRST = 12


def print_leaf(press: Press, leaf: Leaf, wanted: Asked, current: str) -> Sheet:
    """A page of a period; *wanted* is what was asked for, *current* the part of the site it belongs to."""
    site, head = press.site, heading(leaf)
    views = leaf_views(leaf, thumbnails=site.thumbnails)
    return press.page(
        "leaf.html",
        status=_OK if leaf.digest.listed else _NOT_FOUND,
        current=current,
        title=head.title,
        heading=head,
        wanted=wanted,
        narrowed=narrows(wanted.filter),
        papers=views,
        silence="" if views else silence(leaf),
        lead=leaf.place.page == 1,
        cells=() if leaf.trending else cells(leaf),
        before=neighbour(leaf.before, unit_words="Before"),
        after=neighbour(leaf.after, unit_words="After"),
        place=leaf.place,
        elsewhere=address(SEARCH, q=str(wanted.filter)),
        follow=following(wanted.filter, site.spellings, site.base, site.mail),
        mark=mark_words((view.card for view in views), site.credit),
    )


def print_search(press: Press, leaf: SearchLeaf) -> Sheet:
    """A page of a search."""
    site, found = press.site, leaf.found
    views = search_views(leaf, thumbnails=site.thumbnails)
    follows = bool(str(found.filter)) and not found.partial
    return press.page(
        "search.html",
        current="search",
        title=f"{found.text}: search",
        heading=search_heading(leaf),
        text=found.text,
        meant="" if found.mended else found.meant,
        papers=views,
        place=leaf.place,
        at=lambda page: address(SEARCH, q=found.text, page=page),
        reading=found.filter.reading() if str(found.filter) else "",
        follow=following(found.filter, site.spellings, site.base, site.mail) if follows else None,
        mark=mark_words((view.card for view in views), site.credit),
    )


def print_paper(press: Press, opened: Opened) -> Sheet:
    """The page of one paper."""
    site, paper, tally = press.site, opened.entry.paper, opened.entry.tally
    card = full_card(opened.entry)
    return press.page(
        "paper.html",
        current="paper",
        title=paper.title,
        paper=paper,
        card=card,
        links=[(link.name, outside(link.url)) for link in card.links if outside(link.url)],
        authors=paper.authors[:_NAMED_FIRST],
        more_authors=paper.authors[_NAMED_FIRST:_MOST_AUTHORS],
        unnamed=max(paper.author_count - min(len(paper.authors), _MOST_AUTHORS), 0),
        published=day_words(paper.published_on, year=True) if paper.published_on else "",
        listed=tuple(_listed(paper)),
        upvotes="" if tally.upvotes is None else f"{tally.upvotes:,}",
        figures=tuple(_figures(opened)),
        chart=growth(opened.tallies),
        keywords=[
            (word, address(SEARCH, q=f'keyword:"{word.replace(chr(34), " ")}"')) for word in paper.keywords
        ],
        bibtex=bibtex([paper]),
        like=[match_view(replace(match, reasons=()), None, {}, thumbnails=False) for match in opened.like],
        mark=mark_words((card,), site.credit),
    )


def print_feed(press: Press, items: Sequence[Item], filter_: Filter) -> Sheet:
    """The Atom feed of a filter."""

    def body(item: Item) -> str:
        return press.text(
            "feed_entry.html", entry=item.match.entry, view=match_view(item.match, None, {}, thumbnails=False)
        )

    return sheet(feeds.atom(items, filter_, base=press.site.base, body=body), press.now(), kind=feeds.KIND)


def _listed(paper: Paper) -> Iterator[tuple[str, str]]:
    """The days on which it stood on the list, with their pages."""
    for day in paper.listed_on:
        yield day_words(day, year=True), period_path(period_of(Unit.DAY, day))


def _figures(opened: Opened) -> Iterator[tuple[str, str, str]]:
    """The other counts: what is counted, how many, and where."""
    tally, paper = opened.entry.tally, opened.entry.paper
    if tally.comments is not None:
        yield "Comments", f"{tally.comments:,}", paper.links.discussion if paper.links else ""
    if tally.stars:
        yield "Stars at GitHub", short_number(tally.stars), outside(paper.code_url)
