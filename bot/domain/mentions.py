"""Which papers a message names: by links to arXiv, Hugging Face and alphaXiv, and by bare arXiv ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.papers import find_paper_id

if TYPE_CHECKING:
    from bot.domain.papers import PaperId

MOST_MENTIONED: Final = 10
"""How many papers of one message are looked up."""

_LINK: Final = re.compile(
    r"(?<![\w.@=/-])(?:https?://)?(?:www\.|export\.)?(?:arxiv\.org|huggingface\.co|hf\.co|alphaxiv\.org)/[\w./-]+",
    re.ASCII | re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"(?<![\w.])arxiv\s?:\s?(?P<id>\d{4}\.\d{4,5})(?:v\d+)?(?![\w]|\.\d)", re.ASCII | re.IGNORECASE
)
_EITHER: Final = re.compile(f"{_LINK.pattern}|{_BARE.pattern}", re.ASCII | re.IGNORECASE)


def mentioned_papers(text: str) -> tuple[PaperId, ...]:
    """The arXiv ids that *text* names, each once, in order, at most `MOST_MENTIONED`.

    A number alone (``2511.01234``) is none: it may be a price. Links may stand in any markup.
    """
    found: dict[PaperId, None] = {}
    for mention in _EITHER.finditer(text):
        paper_id = find_paper_id(mention["id"] or mention[0].rstrip(".-/"))
        if paper_id is not None:
            found[paper_id] = None
        if len(found) == MOST_MENTIONED:
            break
    return tuple(found)
