"""docs/filters.md, written from the cases that the tests run: ``python -m bot.presentation.filters_page``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from bot.domain.likeness import ENOUGH, WHOLE
from bot.presentation.keyword_cases import FOUND, IN_SHORT, NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LANGUAGE: Final = f"""\
# Filters

One language everywhere: after `subscribe` and `follow`, in `today` and `day`, in the search box and on the command
line.

| you type | you get |
|---|---|
| `diffusion, "world model", robot learning` | papers that mention any of these; a run of words is a phrase |
| `diffusion AND (robotics, manipulation)` | both sides; a comma is OR, parentheses group |
| `org:nvidia diffusion` | side by side means both |
| `-survey` or `NOT survey` | never those; a mute holds for the whole filter |
| `upvotes>=20` `comments>=3` `stars>=100` | only papers that count as much; `>=` `<=` `>` `<` `=` and a number from 0 on; it \
cannot be muted |
| `has:code` `has:project` | only papers that come with it |
| `author:"Yann LeCun"` `author:"Y. LeCun"` | whole names or initials |
| `org:meta` | the organization's handle, name, or a part of either |
| `title:agents` `abstract:agents` `keyword:agents` `id:2511.01234` | only there |
| `like:2511.01234` | papers on the same subject as that one |
| `sort:match` `sort:upvotes` `sort:new` | another order; `match` is the usual one |

A word or phrase is looked for in title, abstract and keywords. A mute looks in title and keywords only, because half
of all abstracts mention a benchmark; `-abstract:benchmark` widens it.

## Papers like another one
`like:2511.01234` follows a subject instead of words. When the filter is saved, the two dozen words that tell most of
that paper are picked: those that it stresses (title, keywords, often in the abstract) and that few other papers have.
A paper is like it if it mentions at least {100 * ENOUGH // WHOLE} % of their weight. The words stay as they were picked until the filter is
edited. It goes with everything else: `like:2511.01234 upvotes>=10 -survey`. In a search it shows up to 100 papers,
the most alike first; every paper shown by itself has a button for that. A paper that nobody knows is an error.

## What counts as the same word
Case, accents, plurals, and whether it is written with a hyphen, with a space or as one word do not matter. Word
boundaries do. Subscriptions and search follow the same rules, so what a search for a term finds is what a
subscription to it brings. [Every case](#every-case) is below.
"""
_SEARCHING: Final = """\
A name and the number after it may be parted or not (`GPT 4`, `GPT-4` and `GPT4` find each other): a name has two letters
or more, and in a paper at least one capital; in a filter it may be typed in small letters.

Words of a phrase stand next to each other and in this order; a line break between them does not matter, a comma or a
full stop does. Chinese and Japanese are read sign by sign: `模型` is found in `世界模型研究`.

## Searching
`search` reads the same language kindly: unquoted words side by side mean all of them (if no paper has all, those
with the most come, and the answer says so), and what is no filter is simply words. It also looks at authors and
organizations. The best come first: what stands in the title weighs more than in the keywords, and these more than in the
abstract; words side by side weigh more than words apart; and of two papers that match alike the one with more upvotes
comes first. Each says which words matched, and where: “LeCun” among the authors. A word that no paper has is taken for a slip of one that they
have (`difusion` for `diffusion`), and the answer says so.

The id of a paper, or a link to it, finds that paper. A pasted abstract finds its paper too: of a long text the first
thousand characters are read, and of more than 32 words the first 32 that carry meaning are looked for. Emoji and lone
punctuation find nothing.

## When something is wrong
The answer names the place and offers what was probably meant: `upvotes=>20` → `upvotes>=20`, `autor:He` →
`author:He`. A minus with a blank after it mutes nothing: `agents - survey` → `agents -survey`. In quotes
everything is plain text. What is offered can always be pasted.

## Every case
The tests run these. A line break is shown as ⏎.
"""


def filters_page() -> str:
    """The whole page, as Markdown that ends with a line break."""
    return "\n".join((_LANGUAGE, *_in_short(), _SEARCHING, *_every_case())) + "\n"


def _in_short() -> Iterator[str]:
    yield from _head("a filter for", "finds", "but not")
    for keyword, (found, not_found) in IN_SHORT.items():
        yield _row(f"`{keyword}`", ", ".join(found), ", ".join(not_found))
    yield ""


def _every_case() -> Iterator[str]:
    yield from _head("found", "a filter for", "in")
    yield from _cases(FOUND)
    yield ""
    yield from _head("not found", "a filter for", "in")
    yield from _cases(NOT_FOUND)


def _cases(cases: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    for why, (keyword, text) in cases.items():
        yield _row(why, f"`{keyword}`", text)


def _head(*names: str) -> Iterable[str]:
    return (_row(*names), "|" + "---|" * len(names))


def _row(*cells: str) -> str:
    shown = (cell.replace("|", "\\|").replace("\n", "⏎") for cell in cells)
    return "| " + " | ".join(" ".join(cell.split()) for cell in shown) + " |"


if __name__ == "__main__":
    sys.stdout.write(filters_page())
