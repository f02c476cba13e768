"""What visitors may ask, whom nobody knows: only what is stored, so that they make us ask the source for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import Unknown
from bot.domain.likeness import liked_papers
from bot.domain.papers import is_arxiv_id

if TYPE_CHECKING:
    from bot.domain.filters import Filter
    from bot.domain.papers import PaperId
    from bot.ports import PaperStore


async def check_stored(papers: PaperStore, filter_: Filter) -> None:
    """Raise `Unknown` if *filter_* wants what is ``like:`` a paper that is not stored."""
    ids = liked_papers(filter_)
    stored = await papers.entries(ids) if ids else {}
    for paper_id in ids:
        if paper_id not in stored:
            raise not_stored(paper_id, paper_id)


def not_stored(shown: str, paper_id: PaperId | None) -> Unknown:
    """That there is no paper that was asked for as *shown*, and where it may be."""
    if paper_id and is_arxiv_id(paper_id):
        return Unknown(
            f"I have no paper {shown}.", hint=f"It may be at arXiv: https://arxiv.org/abs/{paper_id}"
        )
    return Unknown(
        f"I have no paper {shown}.", hint="An id looks like 2511.01234. Search for words of its title."
    )
