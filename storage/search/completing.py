"""What was typed so far, completed: titles and keywords whose words begin like it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tantivy import Occur, Query

from bot.domain.folding import fold_words
from storage.search.documents import beginnings_of

if TYPE_CHECKING:
    from tantivy import Schema, Searcher

_LOOKED_AT: Final = 64
"""So many of the most upvoted papers with such a keyword are asked for theirs."""


def titles(schema: Schema, searcher: Searcher, text: str, limit: int) -> tuple[tuple[str, str], ...]:
    """Ids and titles of the papers of whose titles each word of *text* begins a word, most upvoted first."""
    found = _papers(schema, searcher, "beginnings", text, limit)
    return tuple((paper["id"][0], paper["shown_title"][0]) for paper in found)


def keywords(schema: Schema, searcher: Searcher, text: str, limit: int) -> tuple[str, ...]:
    """The keywords of which each word of *text* begins a word, those that begin with it first, then the commonest.

    Of several spellings that find the same the commonest stands for all.
    """
    typed = beginnings_of(text)
    spelt: dict[str, Counter[str]] = {}
    for paper in _papers(schema, searcher, "keyword_beginnings", text, _LOOKED_AT):
        for keyword in paper["shown_keywords"][0]["all"]:
            if _begins(typed, keyword):
                spelt.setdefault("".join(fold_words(keyword)), Counter())[keyword] += 1
    counted = {min(one, key=lambda word: (-one[word], word)): one.total() for one in spelt.values()}
    start = text.strip().casefold()
    ranked = sorted(counted, key=lambda one: (not one.casefold().startswith(start), -counted[one], one))
    return tuple(ranked[: max(limit, 0)])


def _papers(schema: Schema, searcher: Searcher, field: str, text: str, limit: int) -> list[Any]:
    typed = beginnings_of(text)
    wanted = [(Occur.Must, Query.term_query(schema, field, word)) for word in dict.fromkeys(typed)]
    if limit < 1 or (text.strip() and not wanted):
        return []
    query = Query.boolean_query(wanted) if wanted else Query.all_query()
    found = searcher.search(query, limit, count=False, order_by_field="popular")
    return [searcher.doc(address) for _, address in found.hits]


def _begins(typed: tuple[str, ...], keyword: str) -> bool:
    words = beginnings_of(keyword)
    return all(any(word.startswith(begun) for word in words) for begun in typed)
