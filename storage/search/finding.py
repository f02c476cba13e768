# ruff: noqa: S608 - what people type is bound as a value or quoted as a token; the rest is constant
"""Running a query against the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.filters import AllOf, CountCondition, Filter, Link, Order
from bot.ports import Hits
from storage.search.expressions import Expressions

if TYPE_CHECKING:
    import sqlite3

    from bot.domain.filters import Condition, Query, Want

# Title, keywords, abstract, authors, organization, id. A word in the title says six times as much as one in the
# abstract; bm25 dampens it (at most 2.2 times in the end), so that a title does not drown everything.
_BM25: Final = "-bm25(text, 6.0, 4.0, 1.0, 3.0, 3.0, 1.0)"
_MATCHED: Final = f"SELECT rowid, {_BM25} AS relevance, 1 AS words FROM text WHERE text MATCH ?"
_NOT_MATCHED: Final = "paper.rowid NOT IN (SELECT rowid FROM text WHERE text MATCH ?)"
_EVERYTHING: Final = "SELECT rowid, 1.0 AS relevance, 1 AS words FROM paper"
_ORDERS: Final = {
    Order.MATCH: "words DESC, relevance * weight DESC, day DESC, id DESC",
    Order.UPVOTES: "upvotes DESC, day DESC, id DESC",
    Order.NEW: "day DESC, id DESC",
}
_LIKE_THE_BEST: Final = 2
"""Where no paper has every word, papers with at least one in so many of the best one's words are shown."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of SQL and the values it names."""

    sql: str
    values: tuple[object, ...] = ()


def find(connection: sqlite3.Connection, query: Query, limit: int, offset: int) -> Hits:
    """What *query* finds; where no paper has all of its words, those that have the most."""
    filter_ = query.filter
    if filter_ == Filter() and query.text.strip():
        return Hits(ids=(), total=0)
    expressions = Expressions(lambda word: _known(connection, word))
    decided = _decided(filter_, expressions)
    page = (_ORDERS[filter_.order], limit, offset)
    hits = _hits(connection, _exact(filter_.wants, expressions), decided, page)
    if hits.total or not isinstance(filter_.wants, AllOf):
        return hits
    most = _hits(connection, _most(filter_.wants, expressions), decided, page)
    return Hits(ids=most.ids, total=most.total, partial=most.total > 0)


def _known(connection: sqlite3.Connection, word: str) -> bool:
    return connection.execute("SELECT 1 FROM word WHERE term = ? LIMIT 1", (word,)).fetchone() is not None


def _exact(want: Want | None, expressions: Expressions) -> _Part | None:
    if want is None:
        return _Part(_EVERYTHING)
    expression = expressions.want(want)
    return _Part(_MATCHED, (expression,)) if expression else None


def _most(want: AllOf, expressions: Expressions) -> _Part | None:
    found = [expression for expression in expressions.parts(want) if expression]
    if not found:
        return None
    counted = (
        "SELECT rowid, sum(relevance) AS relevance, count(*) AS words FROM ("
        + " UNION ALL ".join([_MATCHED] * len(found))
        + ") GROUP BY rowid"
    )
    best = f"SELECT *, max(words) OVER () AS best FROM ({counted})"
    return _Part(f"SELECT * FROM ({best}) WHERE words * {_LIKE_THE_BEST} >= best", tuple(found))


def _decided(filter_: Filter, expressions: Expressions) -> _Part:
    """What mutes and conditions leave."""
    muted = (expression for mute in filter_.mutes if (expression := expressions.mute(mute)))
    parts = [
        *map(_condition, filter_.conditions),
        *(_Part(_NOT_MATCHED, (expression,)) for expression in muted),
    ]
    return _Part(
        " AND ".join(part.sql for part in parts) or "TRUE",
        tuple(value for part in parts for value in part.values),
    )


def _condition(condition: Condition) -> _Part:
    if isinstance(condition, CountCondition):
        return _Part(f"{condition.count} {condition.comparison} ?", (condition.number,))
    return _Part("code" if condition.link is Link.CODE else "project")


def _hits(
    connection: sqlite3.Connection, found: _Part | None, decided: _Part, page: tuple[str, int, int]
) -> Hits:
    if found is None:
        return Hits(ids=(), total=0)
    order, limit, offset = page
    values = (*found.values, *decided.values)
    rows = f"FROM ({found.sql}) found JOIN paper USING (rowid) WHERE {decided.sql}"
    (total,) = connection.execute(f"SELECT count(*) {rows}", values).fetchone()
    ids = connection.execute(
        f"SELECT id {rows} ORDER BY {order} LIMIT ? OFFSET ?", (*values, max(limit, 0), max(offset, 0))
    )
    return Hits(ids=tuple(paper_id for (paper_id,) in ids), total=total)
