# ruff: noqa: ASYNC240 - a test's event loop has nothing else to do
from __future__ import annotations

import asyncio
import gzip
import json
import random
import shutil
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.domain.compiling import compile_filter
from bot.domain.errors import StoreReadOnly
from bot.domain.filter_text import parse_query
from bot.domain.filters import Filter, Query, Scope, Term, any_of
from bot.domain.likeness import subject_of, telling_words
from bot.domain.matching import PaperIndex
from bot.domain.papers import Entry, Organization, Paper, Tally
from storage.search.index import FullTextIndex
from tests.storage.samples import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator


def entry(paper_id: str, title: str, abstract: str = "", upvotes: int | None = 1, **rest: object) -> Entry:
    paper = Paper(id=paper_id, title=title, abstract=abstract, **rest)  # type: ignore[arg-type]
    return Entry(paper=paper, tally=Tally(at=NOW, upvotes=upvotes, stars=upvotes))


SHELF = [
    entry("a", "Text-to-Image Diffusion", "Images from words.", 50, keywords=("generative models",)),
    entry("b", "Fine-Tuning LLMs", "How to train with k-means and C++.", 10, code_url="https://example.org"),
    entry(
        "c", "A Survey of Agents", "Multi-agent systems and diffusion.", 100, listed_on=(date(2025, 11, 18),)
    ),
    entry(
        "d", "Finetuning a World Model", "The model of a world.", 5, authors=("Yann A. LeCun", "Wei-Lin Wang")
    ),
    entry(
        "e", "Models of the World", "A study", None, organization=Organization(handle="nvidia", name="NVIDIA")
    ),
    entry("f", "世界模型", "Étude des modèles", 3, authors=("Y. LeCun",), project_url="https://example.org"),
    entry("g", "Multiagent Planning", "Planning with C.", 2, listed_on=(date(2025, 11, 19),)),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paperround.db.search"


@pytest.fixture
async def index(path: Path) -> AsyncIterator[FullTextIndex]:
    async with FullTextIndex.open(path) as index:
        await _fill(index)
        yield index


async def _fill(index: FullTextIndex) -> None:
    await index.update({one.paper.id: one for one in SHELF}, [], 7)


async def _ids(index: FullTextIndex, text: str) -> str:
    return "".join((await index.find(parse_query(text), limit=10)).ids)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("diffusion", "ac", id="title before abstract"),
        pytest.param("DIFFUSION", "ac", id="case"),
        pytest.param("text-to-image", "a", id="hyphens"),
        pytest.param('"text to image"', "a", id="… as blanks"),
        pytest.param("texttoimage", "a", id="… as one word"),
        pytest.param("finetuning", "bd", id="one word finds the hyphen"),
        pytest.param("fine-tuning", "bd", id="the hyphen finds one word"),
        pytest.param("fine tuning", "bd", id="two words find one word"),
        pytest.param("multi-agent", "cg", id="multi-agent"),
        pytest.param("multiagent", "cg", id="multiagent"),
        pytest.param("llm", "b", id="plural"),
        pytest.param("kmeans", "b", id="short pieces over a hyphen"),
        pytest.param("C++", "b", id="C++ is not C"),
        pytest.param('"C"', "g", id="C is not C++"),
        pytest.param('"world model"', "d", id="a phrase is adjacent and in order"),
        pytest.param("etude modeles", "f", id="accents"),
        pytest.param("世界", "f", id="Chinese"),
        pytest.param("lecun", "df", id="a bare word finds authors"),
        pytest.param("nvidia", "e", id="a bare word finds organizations"),
        pytest.param("generative", "a", id="a bare word finds keywords"),
        pytest.param('author:"Yann LeCun"', "df", id="author without the middle name"),
        pytest.param('author:"Y. LeCun"', "df", id="author by initial"),
        pytest.param('author:"Wei Wang"', "d", id="author by first and last name"),
        pytest.param('author:"LeCun Wei"', "", id="no name across two authors"),
        pytest.param("org:nvidia", "e", id="organization"),
        pytest.param("title:diffusion", "a", id="title only"),
        pytest.param("abstract:diffusion", "c", id="abstract only"),
        pytest.param("keyword:diffusion", "", id="keyword only"),
        pytest.param("id:2511.01234", "", id="an unknown id"),
        pytest.param("diffusion, planning", "acg", id="any of"),
        pytest.param("planning AND (diffusion, multiagent)", "g", id="all of any of"),
        pytest.param("diffusion -survey", "a", id="a mute looks in the title"),
        pytest.param("finetuning -train", "bd", id="… not in the abstract"),
        pytest.param("finetuning -abstract:train", "d", id="… unless told to"),
        pytest.param("-survey -world -世界 -planning", "ab", id="only mutes: all others, by upvotes"),
        pytest.param("upvotes>=50", "ca", id="only a condition"),
        pytest.param("world upvotes>0", "d", id="an unknown count fails"),
        pytest.param("has:code", "b", id="code"),
        pytest.param("has:project", "f", id="project"),
    ],
)
async def test_a_query_finds(index: FullTextIndex, text: str, found: str) -> None:
    assert set(await _ids(index, text)) == set(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("diffusion", "ac", id="the title before the abstract"),
        pytest.param("diffusion sort:upvotes", "ca", id="by upvotes"),
        pytest.param("multiagent sort:new", "gc", id="newest first"),
        pytest.param("", "cabdfge", id="nothing asked: everything by upvotes"),
        pytest.param("upvotes>=50", "ca", id="only a condition: by upvotes"),
    ],
)
async def test_hits_come_in_order(index: FullTextIndex, text: str, found: str) -> None:
    assert await _ids(index, text) == found


async def test_words_beside_each_other_rank_higher(index: FullTextIndex) -> None:
    assert await _ids(index, "world model") == "de"


async def test_of_two_alike_the_one_with_more_upvotes_comes_first(index: FullTextIndex) -> None:
    await index.update(
        {key: entry(key, "Robots", "Robots.", votes) for key, votes in (("x", 3), ("y", 300))}, [], 8
    )
    assert await _ids(index, "robot") == "yx"


@pytest.mark.parametrize(
    ("text", "first", "partial"),
    [
        pytest.param("multi agent planning", "g", False, id="all words"),
        pytest.param("finetuning agents unheardof", "bd", True, id="those with the most words"),
        pytest.param("unheardof unknowable", "", False, id="no word"),
    ],
)
async def test_if_no_paper_has_every_word_those_with_the_most_are_found(
    index: FullTextIndex,
    text: str,
    first: str,
    partial: bool,  # noqa: FBT001
) -> None:
    hits = await index.find(parse_query(text), limit=10)
    assert hits.partial is partial
    assert set(first) <= set(hits.ids)
    assert hits.total == len(hits.ids)


async def test_a_page_of_hits_knows_how_many_there_are(index: FullTextIndex) -> None:
    everything = await index.find(parse_query(""), limit=10)
    page = await index.find(parse_query(""), limit=2, offset=3)
    assert (page.ids, page.total) == (everything.ids[3:5], 7)
    beyond = await index.find(parse_query(""), limit=2, offset=30)
    assert (beyond.ids, beyond.total) == ((), 7)


@pytest.mark.parametrize(
    "text",
    [
        "🦾",
        "🦾 🤖",
        '"',
        '"(" OR )',
        "the of a",
        "NEAR(a b)",
        "title:",
        "a* AND b^2",
        "'; DROP TABLE text; --",
        "\0",
        "\ud800",
        "{title} : x",
        "x " * 300,
        " ".join(f"word{number} the" for number in range(150)),
        "机器学习" * 80,
        "-" * 50,
        "author:y",
        'author:"🦾"',
        "a-" * 200,
    ],
    ids=lambda text: repr(text[:12]),
)
async def test_no_query_is_too_odd(index: FullTextIndex, text: str) -> None:
    hits = await index.find(parse_query(text), limit=5)
    assert len(hits.ids) <= 5


@pytest.mark.parametrize("text", ["🦾", "!?", "…"])
async def test_a_query_without_a_word_finds_nothing(index: FullTextIndex, text: str) -> None:
    assert (await index.find(parse_query(text), limit=5)).ids == ()


# What was typed so far, and slips


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        pytest.param("mod", "ed", id="the beginning of any word, most upvoted first"),
        pytest.param("model world", "ed", id="in any order"),
        pytest.param("fine-tun", "b", id="with a hyphen"),
        pytest.param("finetun", "bd", id="written as one"),
        pytest.param("世", "f", id="Chinese"),
        pytest.param("zzz", "", id="nothing"),
        pytest.param("🦾", "", id="no word"),
        pytest.param("", "cabdfge", id="nothing typed: all of them"),
    ],
)
async def test_titles_are_completed(index: FullTextIndex, typed: str, completed: str) -> None:
    assert sorted(paper_id for paper_id, _ in await index.titles(typed, 10)) == sorted(completed)


async def test_keywords_are_completed(index: FullTextIndex) -> None:
    assert await index.keywords("gen", 5) == ("generative models",)
    assert await index.keywords("mod", 5) == ("generative models",)
    assert await index.keywords("zzz", 5) == ()
    assert await index.keywords("gen", 0) == ()


async def test_of_spellings_that_find_the_same_the_commonest_is_completed(index: FullTextIndex) -> None:
    spelt = ("GUI agents", "GUI-Agents", "GUI agents", "GUI agent", "GUI navigation")
    papers = {str(place): entry(str(place), "A", keywords=(one,)) for place, one in enumerate(spelt)}
    await index.update(papers, [], 8)
    assert await index.keywords("gui", 5) == ("GUI agents", "GUI navigation")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("difusion", "diffusion", id="a letter left out"),
        pytest.param("diffussion", "diffusion", id="a letter too many"),
        pytest.param("difufsion", "diffusion", id="two letters swapped"),
        pytest.param("diffusian", "diffusion", id="another letter"),
        pytest.param("multiagnet", "multiagent", id="swapped further on"),
        pytest.param("dyfusion", None, id="too far off"),
        pytest.param("diffusion", None, id="no slip"),
        pytest.param("llms", None, id="known in another form"),
        pytest.param("gpt5", None, id="a name with a number"),
        pytest.param("dif", None, id="too short"),
        pytest.param("世界", None, id="Chinese"),
    ],
)
async def test_a_slip_is_known_by_the_word_it_is_of(
    index: FullTextIndex, typed: str, meant: str | None
) -> None:
    more = ("Diffusion", "Multiagent systems")
    await index.update({title: entry(title, title) for title in more}, [], 8)
    assert await index.meant([typed]) == ({typed: meant} if meant else {})


# Search and subscriptions agree


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.lower,
    str.upper,
    lambda text: text.replace("-", " "),
    lambda text: text.replace(" ", "-"),
    lambda text: text.replace("-", "").replace(" ", ""),
)
_NAMED = (
    "kmeans clustering",
    "k-means clustering",
    "GPT 4",
    "GPT-4",
    "llama3",
    "text to image",
    "C++",
    "A*",
    "LLMS",
    "PCs",
)


@pytest.fixture(scope="module")
def shelf() -> list[Entry]:
    path = Path(__file__).parents[2].parent / "shared" / "data" / "arxiv.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no papers to search: {path} is not there")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in islice(lines, 0, 60_000, 150)]
    names = ("Yann A. LeCun", "Wei-Lin Wang", "Y. LeCun", "Ana García", "Wei Wang", "A. B. Lee")
    return [
        entry(
            item["id"],
            item["title"],
            item["abstract"],
            keywords=tuple(item["title"].split(": ")[:1]),
            authors=names[number % 5 :][:2],
            organization=Organization(handle="deepseek-ai", name="DeepSeek AI") if number % 7 == 0 else None,
        )
        for number, item in enumerate(items)
    ]


def _sampled(shelf: list[Entry], chance: random.Random) -> Iterator[Term]:
    texts = list(_NAMED)
    for one in chance.sample(shelf, 60):
        for text in (one.paper.title, one.paper.abstract):
            words, length = text.split(), chance.choice((1, 1, 2, 2, 3, 4, 6))
            start = chance.randrange(max(1, len(words) - length + 1))
            texts.append(chance.choice(_SPELLINGS)(" ".join(words[start : start + length])))
    scopes = (Scope.ANYWHERE, Scope.TITLE, Scope.ABSTRACT, Scope.KEYWORD, Scope.ORGANIZATION)
    yield from (Term(text=text, scope=scope) for text in texts for scope in scopes)
    names = (
        "Yann LeCun",
        "LeCun",
        "Y. LeCun",
        "Wei Wang",
        "Wang",
        "Ana Garcia",
        "Lee",
        "A. Lee",
        "B. Lee",
        "LeCun Yann",
    )
    yield from (Term(text=name, scope=Scope.AUTHOR) for name in names)
    yield from (Term(text="deepseek", scope=Scope.ORGANIZATION), Term(text=shelf[3].paper.id, scope=Scope.ID))


async def test_a_search_finds_exactly_what_a_subscription_does(path: Path, shelf: list[Entry]) -> None:
    matcher, chance = PaperIndex(shelf), random.Random(20)
    async with FullTextIndex.open(path) as index:
        await index.update({one.paper.id: one for one in shelf}, [], 1)
        for term in _sampled(shelf, chance):
            filter_ = Filter(wants=term)
            mask = matcher.matching(compile_filter(filter_))
            # A bare word of a search is looked for in organizations and authors too.
            more = matcher.matching(compile_filter(_as_names(term))) if term.scope is Scope.ANYWHERE else 0
            subscribed = {one.paper.id for one in matcher.select(mask | more)}
            hits = await index.find(Query(text=term.text, filter=filter_), limit=len(shelf))
            assert (str(term), set(hits.ids), hits.total) == (str(term), subscribed, len(subscribed))


def _as_names(term: Term) -> Filter:
    return Filter(wants=any_of([replace(term, scope=scope) for scope in (Scope.ORGANIZATION, Scope.AUTHOR)]))


async def test_papers_like_another_share_its_subject_in_search_and_subscriptions(
    path: Path, shelf: list[Entry]
) -> None:
    matcher = PaperIndex(shelf)
    async with FullTextIndex.open(path) as index:
        await index.update({one.paper.id: one for one in shelf}, [], 1)
        for one in shelf[::40]:
            stressed = telling_words(one.paper)
            held = await index.frequencies(stressed)
            subject = subject_of(stressed, held.papers, held.of)
            like = Filter(wants=Term(text=one.paper.id, scope=Scope.LIKE, subject=subject))
            subscribed = [match.paper.id for match in matcher.select(matcher.matching(compile_filter(like)))]
            hits = await index.find(Query(text=str(like), filter=like), limit=len(shelf))
            assert set(subscribed) <= set(hits.ids)
            assert one.paper.id not in hits.ids


# Keeping up


async def test_an_update_moves_the_position_and_lasts(path: Path, index: FullTextIndex) -> None:
    assert await index.position() == 7
    async with FullTextIndex.open(path) as again:
        assert (await again.position(), await _ids(again, "nvidia")) == (7, "e")


async def test_a_changed_paper_is_found_by_its_new_text_and_counts(index: FullTextIndex) -> None:
    await index.update({"a": entry("a", "Robots", upvotes=7)}, [], 8)
    assert await _ids(index, "text-to-image") == ""
    assert await _ids(index, "robots upvotes=7") == "a"
    await index.update({"a": entry("a", "Robots", upvotes=8)}, [], 9)
    assert await _ids(index, "robots upvotes=8") == "a"


async def test_a_gone_paper_is_found_no_more(index: FullTextIndex) -> None:
    await index.update({"page:1": replace(SHELF[0], tally=Tally(at=NOW, upvotes=51))}, ["b", "unknown"], 8)
    assert await _ids(index, "text-to-image upvotes=51") == "a"
    assert await _ids(index, "llm") == ""
    assert (await index.find(parse_query(""), limit=10)).total == 6


async def test_a_cleared_index_stands_at_0(index: FullTextIndex) -> None:
    await index.clear()
    assert (await index.position(), await _ids(index, "")) == (0, "")


# Damage


@pytest.mark.parametrize("text", ["no index", "no index " * 2000, ""], ids=["short", "long", "empty"])
async def test_a_file_that_is_no_index_is_made_anew(path: Path, text: str) -> None:
    path.write_text(text)
    async with FullTextIndex.open(path) as index:
        assert await index.position() == 0
        await _fill(index)
        assert await _ids(index, "nvidia") == "e"


async def test_an_index_that_cannot_be_made_says_why_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreReadOnly, match=r"The search index .* cannot be written") as raised:
        async with FullTextIndex.open(tmp_path / "file" / "paperround.db.search"):
            pass
    assert "it is made anew" in raised.value.hint


async def test_an_outdated_index_is_made_anew(path: Path) -> None:
    async with FullTextIndex.open(path) as index:
        await _fill(index)
    state = path / "paperround.json"
    state.write_text(state.read_text().replace('"version": ', '"version": 9'))
    async with FullTextIndex.open(path) as index:
        assert (await index.position(), await _ids(index, "nvidia")) == (0, "")


def _flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    file.write_bytes(content)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


@pytest.mark.parametrize("harm", [_flipped, _cut, Path.unlink], ids=["a bit", "the end", "a file"])
@pytest.mark.parametrize("kind", [".term", ".idx", ".pos", ".store", ".fast", "meta.json", "paperround.json"])
async def test_a_damaged_index_is_made_anew(path: Path, kind: str, harm: Callable[[Path], None]) -> None:
    async with FullTextIndex.open(path) as index:
        await _fill(index)
    for file in path.iterdir():
        if file.name.endswith(kind):
            harm(file)
    async with FullTextIndex.open(path) as index:
        assert await index.position() == 0
        await _fill(index)
        assert await _ids(index, "nvidia") == "e"


async def test_an_index_deleted_while_it_is_open_is_made_anew(path: Path) -> None:
    async with FullTextIndex.open(path) as index:
        await _fill(index)
        shutil.rmtree(path)
        assert await index.position() == 0
        await _fill(index)
        assert await _ids(index, "nvidia") == "e"


async def test_what_is_written_while_it_is_made_anew_does_not_hide_what_is_lacking(path: Path) -> None:
    async with FullTextIndex.open(path) as index:
        await _fill(index)
        assert await index.position() == 7
        (path / "meta.json").write_text("{")
        assert await _ids(index, "nvidia") == ""  # found to be damaged, and emptied
        await index.update({"x": entry("x", "Robots")}, [], 8)
        assert await index.position() == 0
        await _fill(index)
        assert (await index.position(), await _ids(index, "nvidia")) == (7, "e")


async def test_two_processes_may_share_it(path: Path, index: FullTextIndex) -> None:
    async with FullTextIndex.open(path) as other:
        await other.update({"x": entry("x", "Robots")}, [], 8)
        assert (await index.position(), await _ids(index, "robots")) == (8, "x")
        await asyncio.gather(
            index.update({"y": entry("y", "Robots")}, [], 9), other.update({"z": entry("z", "Robots")}, [], 9)
        )
        assert set(await _ids(index, "robots")) == set("xyz")
