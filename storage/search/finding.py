"""Running a query against the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tantivy import FieldType, Occur, Query

from bot.domain import filters
from bot.domain.filters import AllOf, Comparison, CountCondition, Filter, Link
from bot.ports import Hits
from storage.search.engine import count_of
from storage.search.expressions import Expressions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tantivy import Schema, Searcher

    from bot.domain.filters import Condition

_ORDERS: Final[dict[filters.Order, dict[str, Any]]] = {
    filters.Order.MATCH: {"weight_by_field": "weight"},
    filters.Order.UPVOTES: {"order_by_field": "popular"},
    filters.Order.NEW: {"order_by_field": "newest"},
}
_LIKE_THE_BEST: Final = 2
"""Where no paper has every word, papers with at least one in so many of the best one's words are shown."""


class Finding:
    """Finds papers in one state of the index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self.expressions = Expressions(schema, searcher)

    def find(self, query: filters.Query, limit: int, offset: int) -> Hits:
        """What *query* finds; where no paper has all of its words, those that have the most."""
        filter_, page = query.filter, (max(limit, 0), max(offset, 0))
        if filter_ == Filter() and query.text.strip():
            return Hits(ids=(), total=0)
        decided = self._decided(filter_)
        if filter_.wants is None:
            by_votes = filter_.order if filter_.order is not filters.Order.MATCH else filters.Order.UPVOTES
            return self._hits(Query.all_query(), decided, by_votes, page)
        hits = self._hits(self.expressions.want(filter_.wants), decided, filter_.order, page)
        if hits.total or not isinstance(filter_.wants, AllOf):
            return hits
        return self._most(filter_.wants, decided, filter_.order, page)

    def ids(self, addresses: Sequence[Any]) -> tuple[str, ...]:
        """The ids of the papers at *addresses*."""
        return tuple(str(self._searcher.doc(address)["id"][0]) for address in addresses)

    def _hits(
        self, wanted: Query | None, decided: _Decided, order: filters.Order, page: tuple[int, int]
    ) -> Hits:
        if wanted is None:
            return Hits(ids=(), total=0)
        limit, offset = page
        query = Query.boolean_query([(Occur.Must, wanted), *decided]) if decided else wanted
        # The engine refuses to look for no paper at all.
        found = self._searcher.search(query, max(limit, 1), offset=offset, **_ORDERS[order])
        addresses = [address for _, address in found.hits[:limit]]
        return Hits(ids=self.ids(addresses), total=count_of(found))

    def _most(self, want: AllOf, decided: _Decided, order: filters.Order, page: tuple[int, int]) -> Hits:
        """The papers that have the most parts of *want*, by how many; see `_LIKE_THE_BEST`."""
        parts = [part for part in self.expressions.parts(want) if part is not None]
        best = self._most_at_once(parts, decided)
        limit, offset = page
        ids: tuple[str, ...] = ()
        total = 0
        for count in range(best, (best + 1) // _LIKE_THE_BEST - 1 if best > 1 else 0, -1):
            left = (limit - len(ids), max(offset - total, 0))
            hits = self._hits(_having(parts, count), [*decided, *_not_having(parts, count + 1)], order, left)
            ids, total = ids + hits.ids, total + hits.total
        return Hits(ids=ids, total=total, partial=total > 0)

    def _most_at_once(self, parts: Sequence[Query], decided: _Decided) -> int:
        """The most of *parts* that any paper has."""
        least, most = 0, len(parts)
        while least < most:
            middle = (least + most + 1) // 2
            found = self._hits(_having(parts, middle), decided, filters.Order.NEW, (0, 0)).total
            least, most = (middle, most) if found else (least, middle - 1)
        return least

    def _decided(self, filter_: Filter) -> _Decided:
        """What mutes and conditions leave."""
        muted = (query for mute in filter_.mutes if (query := self.expressions.mute(mute)))
        return [
            *((Occur.Must, Query.const_score_query(self._condition(one), 0.0)) for one in filter_.conditions),
            *((Occur.MustNot, query) for query in muted),
        ]

    def _condition(self, condition: Condition) -> Query:
        if isinstance(condition, CountCondition):
            low, high = _BOUNDS[condition.comparison]
            return Query.range_query(
                self._schema,
                condition.count.value,
                FieldType.Integer,
                lower_bound=None if low is None else condition.number + low,
                upper_bound=None if high is None else condition.number + high,
            )
        field = "code" if condition.link is Link.CODE else "project"
        return Query.term_query(self._schema, field, 1)


_Decided = list[tuple[Occur, Query]]
_BOUNDS: Final[dict[Comparison, tuple[int | None, int | None]]] = {
    Comparison.AT_LEAST: (0, None),
    Comparison.AT_MOST: (None, 0),
    Comparison.MORE: (1, None),
    Comparison.LESS: (None, -1),
    Comparison.EQUAL: (0, 0),
}
"""What is added to the number for the lowest and the highest count that pass."""


def _having(parts: Sequence[Query], count: int) -> Query | None:
    if not parts or not count:
        return None
    wanted = [(Occur.Should, part) for part in parts]
    return Query.boolean_query(wanted, minimum_number_should_match=count)


def _not_having(parts: Sequence[Query], count: int) -> _Decided:
    having = _having(parts, count) if count <= len(parts) else None
    return [(Occur.MustNot, having)] if having else []
