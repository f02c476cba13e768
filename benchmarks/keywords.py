"""What matches what: the cases of docs/filters.md, read by us and by other bots' matchers.

Peers whose packages are given are asked themselves, at the function that decides for them whether a paper mentions a
keyword. The others are re-made from the description of what they do, in a line each, and marked so.

    python -m benchmarks.keywords [--peers FOLDER] [--wrong]      FOLDER: where the peers' packages were installed
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from typing import TYPE_CHECKING

from bot.domain.folding import occurs
from bot.presentation.keyword_cases import FOUND, NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def every_substring(keyword: str, text: str) -> bool:
    """Every word of the keyword anywhere in the text, in small letters."""
    return all(word in text.lower() for word in keyword.lower().split())


def bounded(keyword: str, text: str) -> bool:
    """The keyword between word boundaries."""
    return re.search(rf"\b{re.escape(keyword.lower())}\b", text.lower()) is not None


def bag_of_words(keyword: str, text: str) -> bool:
    """Every word of the keyword among the words of the text."""
    return set(re.findall(r"\w+", keyword.lower())) <= set(re.findall(r"\w+", text.lower()))


REMADE = {
    "words as substrings": every_substring,
    "word boundaries": bounded,
    "bag of words": bag_of_words,
}


def academic_paperweight() -> Callable[[str, str], bool]:
    """``paperweight.processor.count_keywords``: those it counts."""
    count = importlib.import_module("paperweight.processor").count_keywords
    return lambda keyword, text: bool(count(text, [keyword])[1])


def research_pulse() -> Callable[[str, str], bool]:
    """``research_agent.rank._keyword_hits``: any in the title."""
    hits = importlib.import_module("research_agent.rank")._keyword_hits  # noqa: SLF001 - its matcher is its own
    paper = importlib.import_module("research_agent.models").Paper
    return lambda keyword, text: bool(
        hits(paper(id="1", title=text, abstract="", authors=[], url="", source=""), [keyword])
    )


def paperdigestpro() -> Callable[[str, str], bool]:
    """``paper_distill_pro.search.engine._relevance``: all of the words."""
    relevance = importlib.import_module("paper_distill_pro.search.engine")._relevance  # noqa: SLF001
    paper = importlib.import_module("paper_distill_pro.models").Paper
    return lambda keyword, text: bool(relevance(paper(title=text), set(keyword.lower().split())) == 1)


PEERS = {
    "academic-paperweight": academic_paperweight,
    "research-pulse": research_pulse,
    "paperdigestpro": paperdigestpro,
}


def wrong(matches: Callable[[str, str], bool]) -> tuple[list[str], list[str]]:
    """The cases that *matches* misses, and those that it finds and should not."""
    missed = [why for why, (keyword, text) in FOUND.items() if not matches(keyword, text)]
    return missed, [why for why, (keyword, text) in NOT_FOUND.items() if matches(keyword, text)]


def matchers(folder: str) -> Iterator[tuple[str, Callable[[str, str], bool]]]:
    """Every matcher that can be asked, ourselves first; peers that are not in *folder* are named."""
    yield "**Paperround**", occurs
    if folder:
        sys.path.append(folder)
    for name, make in PEERS.items():
        try:
            yield name, make()
        except ImportError as error:
            print(f"({name} is not asked: {error})\n")
    for name, matches in REMADE.items():
        yield f"{name} (re-made)", matches


def main(folder: str, *, show: bool) -> None:
    """Print the table, and with *show* the cases that each got wrong."""
    asked = list(matchers(folder))
    print(
        f"| matcher | right of {len(FOUND) + len(NOT_FOUND)} | missed of {len(FOUND)} | wrongly found of {len(NOT_FOUND)} |"
    )
    print("|---|---|---|---|")
    for name, matches in asked:
        missed, wrongly = wrong(matches)
        right = len(FOUND) + len(NOT_FOUND) - len(missed) - len(wrongly)
        print(f"| {name} | {right} | {len(missed)} | {len(wrongly)} |")
        if show:
            print(f"\nmissed: {'; '.join(missed)}\nwrongly found: {'; '.join(wrongly)}\n", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", default="", metavar="FOLDER")
    parser.add_argument("--small", action="store_true", help="nothing is left out: it is short")
    parser.add_argument("--wrong", action="store_true", help="name the cases that each gets wrong")
    given = parser.parse_args()
    main(given.peers, show=given.wrong)
