"""Papers as BibTeX."""

from __future__ import annotations

import unicodedata
from itertools import count, islice, product
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from bot.domain.folding import is_function_word
from bot.domain.papers import is_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.papers import Paper

_ESCAPES: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped ones too
        "}": r"\textbraceright{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def bibtex(papers: Iterable[Paper]) -> str:
    """One entry a paper, parted by blank lines; equal keys are told apart by letters."""
    keys: set[str] = set()
    entries = []
    for paper in papers:
        key = next(key for key in _keys(paper) if key not in keys)
        keys.add(key)
        entries.append(_entry(paper, key))
    return "\n\n".join(entries)


def _keys(paper: Paper) -> Iterator[str]:
    """The key of *paper*, then the same with ``b`` to ``z``, ``aa``, ``ab``, … for papers that share it."""
    plain = _key(paper)
    yield plain
    letters = (letter for size in count(1) for letter in product(ascii_lowercase, repeat=size))
    yield from (plain + "".join(letter) for letter in islice(letters, 1, None))


def _entry(paper: Paper, key: str) -> str:
    fields = {
        "title": f"{{{_escaped(paper.title)}}}",
        "author": " and ".join(_name(author) for author in paper.authors if author.strip()),
        "year": _year(paper),
        **_eprint(paper),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _name(author: str) -> str:
    """*author* for BibTeX, in braces where it would be read as several."""
    escaped = _escaped(author)
    several = "," in author or " and " in f" {author.lower()} "
    return f"{{{escaped}}}" if several else escaped


def _eprint(paper: Paper) -> dict[str, str]:
    if paper.links is None:
        return {}
    return {"eprint": paper.id, "archivePrefix": "arXiv", "url": paper.links.abstract}


def _year(paper: Paper) -> str:
    if paper.published_on:
        return str(paper.published_on.year)
    return f"20{paper.id[:2]}" if is_arxiv_id(paper.id) else ""


def _key(paper: Paper) -> str:
    """``lovelace2025notes``: the first author's last name, the year, the first telling word of the title."""
    name = _plain(paper.authors[0].split()[-1]) if paper.authors and paper.authors[0].split() else ""
    words = (_plain(word) for word in paper.title.split() if not is_function_word(word))
    word = next((word for word in words if word), "")
    return f"{name}{_year(paper)}{word}" or "paper"


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.split("-", 1)[0])
    return "".join(char for char in decomposed.lower() if char.isascii() and char.isalnum())


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPES)
