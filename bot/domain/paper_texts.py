"""The texts of papers by field, and which papers have a keyword's keys in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.folding import keys_among
from bot.domain.names import organization_texts, split_name
from bot.domain.occurrences import Occurrences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.domain.papers import Paper

Named = tuple[tuple[str, ...], int]
"""The parts of an author's name, and the bit of the paper."""

FIELDS: Final[Mapping[str, Callable[[Paper], Sequence[str]]]] = {
    "title": lambda paper: (paper.title,),
    "keyword": lambda paper: paper.keywords,
    "abstract": lambda paper: (paper.abstract,),
    "org": lambda paper: organization_texts(paper.organization),
}
"""What stands in each field; no key reaches from one of its texts into the next."""


class PaperTexts:
    """The words of papers, each field indexed when it is first asked for; paper *i* has bit *i*.

    Papers are added and never taken away. Once it is prepared one thread may add while others ask.
    """

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers = tuple(papers)
        self._fields: dict[str, Occurrences] = {}
        self._authors: dict[str, list[Named]] | None = None

    def __len__(self) -> int:
        return len(self._papers)

    def add(self, papers: Sequence[Paper]) -> None:
        """Add *papers* behind the others, in the time that they take alone."""
        for field, held in self._fields.items():
            for paper in papers:
                held.add(FIELDS[field](paper))
        if self._authors is not None:
            _note_authors(self._authors, papers, len(self._papers))
        self._papers += tuple(papers)

    def prepare(self) -> None:
        """Index all fields now; it may take a second for a thousand papers."""
        self.named("")
        for field in FIELDS:
            self._indexed(field)

    def find(self, field: str, key: str) -> int:
        """The papers that have *key* in *field*."""
        return self._indexed(field).find(key)

    def named(self, part: str) -> Sequence[Named]:
        """The authors' names that hold the whole *part*."""
        if self._authors is None:
            self._authors = {}
            _note_authors(self._authors, self._papers, 0)
        return self._authors.get(part, ())

    def _indexed(self, field: str) -> Occurrences:
        held = self._fields.get(field)
        if held is None:
            held = self._fields[field] = Occurrences()
            for paper in self._papers:
                held.add(FIELDS[field](paper))
        return held


def _note_authors(known: dict[str, list[Named]], papers: Iterable[Paper], first: int) -> None:
    for place, paper in enumerate(papers, first):
        for name in paper.authors:
            parts = split_name(name)
            for part in parts:
                if len(part) > 1:
                    known.setdefault(part, []).append((parts, 1 << place))


class SoughtTexts:
    """As `PaperTexts`, for the keys *sought* alone: made in a fraction of the time, and of no use for another key."""

    def __init__(self, papers: Iterable[Paper], sought: frozenset[str]) -> None:
        self._papers = tuple(papers)
        self._names = PaperTexts(self._papers)
        self._sought = sought
        self._found: dict[str, dict[str, int]] = {}

    def find(self, field: str, key: str) -> int:
        """The papers that have *key* in *field*."""
        if field not in self._found:
            self._found[field] = self._keyed(FIELDS[field])
        return self._found[field].get(key, 0)

    def named(self, part: str) -> Sequence[Named]:
        """The authors' names that hold the whole *part*."""
        return self._names.named(part)

    def _keyed(self, texts: Callable[[Paper], Sequence[str]]) -> dict[str, int]:
        keys: dict[str, int] = {}
        for place, paper in enumerate(self._papers):
            for key in set().union(*(keys_among(text, self._sought) for text in texts(paper))):
                keys[key] = keys.get(key, 0) | 1 << place
        return keys


def same_texts(one: Paper, other: Paper) -> bool:
    """Whether a filter's words find the same in both."""
    return one.authors == other.authors and all(texts(one) == texts(other) for texts in FIELDS.values())
