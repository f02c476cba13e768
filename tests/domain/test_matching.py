from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.compiling import compile_filter
from bot.domain.digests import Field, Hidden
from bot.domain.filter_text import parse_filter
from bot.domain.filters import (
    AllOf,
    Comparison,
    Condition,
    Count,
    CountCondition,
    Filter,
    Link,
    LinkCondition,
    Scope,
    Term,
    Want,
    all_of,
    any_of,
)
from bot.domain.folding import occurs
from bot.domain.matching import PaperIndex
from bot.domain.occurrences import bits
from bot.domain.papers import Entry, Organization, Paper, Tally

AT = datetime(2025, 11, 13, 9, tzinfo=UTC)
DAY = date(2025, 11, 13)


def entry(paper: Paper, *counts: int | None) -> Entry:
    upvotes, comments, stars = (*counts, None, None, None)[:3]
    return Entry(paper=paper, tally=Tally(at=AT, upvotes=upvotes, comments=comments, stars=stars))


DIFFUSION = entry(
    Paper(
        id="2511.00001",
        title="Diffusion Models as World Models",
        abstract="We train agents on a new benchmark for text to image generation.",
        authors=("Yann LeCun", "Kaiming He"),
        organization=Organization(handle="MetaSuperintelligenceLab", name="Meta Superintelligence Lab"),
        keywords=("diffusion", "world models"),
        listed_on=(DAY,),
        code_url="https://github.com/someone/diffusion",
    ),
    40,
    3,
    120,
)
BENCHMARK = entry(
    Paper(
        id="2511.00002",
        title="A Benchmark of Multi-Agent Planning",
        abstract="Diffusion is not used. RAG is.",
        authors=("Y. LeCun", "Jean-Baptiste Cordonnier"),
        organization=Organization(handle="nvidia", name="NVIDIA"),
        keywords=("LLMs", "planning"),
        listed_on=(DAY,),
        project_url="https://planning.example",
    ),
    12,
    0,
)
ROBOTS = entry(
    Paper(
        id="2511.00003",
        title="Robot Learning from Fragments",
        abstract="We maintain a reagent; a survey of GPT-4o, a search in C++, and A* planning.",
        authors=("S. Smith", "Li Yang"),
        keywords=("robotics",),
        listed_on=(DAY,),
    ),
)
BARE = entry(Paper(id="page:0123456789abcdef", title="José's Fine-Tuning Survey"), 5)
PAPERS = (DIFFUSION, BENCHMARK, ROBOTS, BARE)
NAMES = dict(
    zip((paper.paper.id for paper in PAPERS), ("diffusion", "benchmark", "robots", "bare"), strict=True)
)

TITLE, KEYWORD, ABSTRACT = Field.TITLE, Field.KEYWORD, Field.ABSTRACT
AUTHOR, ORG, ID = Field.AUTHOR, Field.ORGANIZATION, Field.ID
Found = dict[str, list[tuple[str, Field]]]

MATCHED: list[tuple[str, Found]] = [
    ("", {"diffusion": [], "benchmark": [], "robots": [], "bare": []}),
    ("diffusion", {"diffusion": [("diffusion", TITLE)], "benchmark": [("diffusion", ABSTRACT)]}),
    ("title:diffusion", {"diffusion": [("diffusion", TITLE)]}),
    ("abstract:diffusion", {"benchmark": [("diffusion", ABSTRACT)]}),
    ("keyword:llm", {"benchmark": [("llm", KEYWORD)]}),
    ("keyword:benchmark", {}),
    ("LLM", {"benchmark": [("LLM", KEYWORD)]}),
    ('"world model"', {"diffusion": [("world model", TITLE)]}),
    ("worldmodel", {"diffusion": [("worldmodel", TITLE)]}),
    ('"model world"', {}),
    ("text-to-image", {"diffusion": [("text-to-image", ABSTRACT)]}),
    ("multiagent", {"benchmark": [("multiagent", TITLE)]}),
    ("finetuning", {"bare": [("finetuning", TITLE)]}),
    ("jose", {"bare": [("jose", TITLE)]}),
    ("RAG", {"benchmark": [("RAG", ABSTRACT)]}),
    ("agent", {"diffusion": [("agent", ABSTRACT)], "benchmark": [("agent", TITLE)]}),
    ("AI", {}),
    ("GPT-4", {}),
    ("GPT-4o", {"robots": [("GPT-4o", ABSTRACT)]}),
    ("C++", {"robots": [("C++", ABSTRACT)]}),
    ("keyword:C", {}),
    ('"a* planning"', {"robots": [("a* planning", ABSTRACT)]}),
    ('"a* search"', {}),
    ('author:"Yann LeCun"', {"diffusion": [("Yann LeCun", AUTHOR)], "benchmark": [("Yann LeCun", AUTHOR)]}),
    ('author:"Y. LeCun"', {"diffusion": [("Y. LeCun", AUTHOR)], "benchmark": [("Y. LeCun", AUTHOR)]}),
    ("author:lecun", {"diffusion": [("lecun", AUTHOR)], "benchmark": [("lecun", AUTHOR)]}),
    ("author:Yann", {"diffusion": [("Yann", AUTHOR)]}),
    ("author:Smith", {"robots": [("Smith", AUTHOR)]}),
    ("author:Baptiste", {"benchmark": [("Baptiste", AUTHOR)]}),
    ('author:"LeCun Yann"', {}),
    ("author:Cun", {}),
    ("author:Y", {}),
    ("lecun", {}),
    ("org:MetaSuperintelligenceLab", {"diffusion": [("MetaSuperintelligenceLab", ORG)]}),
    ("org:superintelligence", {"diffusion": [("superintelligence", ORG)]}),
    ('org:"meta superintelligence"', {"diffusion": [("meta superintelligence", ORG)]}),
    ("org:Nvidia", {"benchmark": [("Nvidia", ORG)]}),
    ("nvidia", {}),
    ("id:2511.00003", {"robots": [("2511.00003", ID)]}),
    ("id:2511.99999", {}),
    ("has:code", {"diffusion": []}),
    ("has:project", {"benchmark": []}),
    ("has:code has:project", {}),
    ("upvotes>=12", {"diffusion": [], "benchmark": []}),
    ("upvotes>12", {"diffusion": []}),
    ("upvotes<12", {"bare": []}),
    ("upvotes<=12", {"benchmark": [], "bare": []}),
    ("upvotes=5", {"bare": []}),
    ("comments>=0", {"diffusion": [], "benchmark": []}),
    ("comments<1", {"benchmark": []}),
    ("stars>=0", {"diffusion": []}),
    ("stars<1", {}),
    ("-survey", {"diffusion": [], "benchmark": [], "robots": []}),
    ("-benchmark", {"diffusion": [], "robots": [], "bare": []}),
    ("-abstract:benchmark", {"benchmark": [], "robots": [], "bare": []}),
    ("-benchmark -abstract:benchmark", {"robots": [], "bare": []}),
    ("-author:lecun", {"robots": [], "bare": []}),
    ("-org:nvidia -title:robot", {"diffusion": [], "bare": []}),
    ("diffusion -benchmark", {"diffusion": [("diffusion", TITLE)]}),
    ("diffusion upvotes<20", {"benchmark": [("diffusion", ABSTRACT)]}),
    ("diffusion AND planning", {"benchmark": [("diffusion", ABSTRACT), ("planning", TITLE)]}),
    ("diffusion AND robotics", {}),
    (
        "diffusion AND (robotics, org:nvidia)",
        {"benchmark": [("diffusion", ABSTRACT), ("nvidia", ORG)]},
    ),
    (
        "(diffusion AND author:kaiming), robotics",
        {"diffusion": [("diffusion", TITLE), ("kaiming", AUTHOR)], "robots": [("robotics", KEYWORD)]},
    ),
    (
        "(diffusion, robotics) AND (survey, agents)",
        {
            "diffusion": [("diffusion", TITLE), ("agents", ABSTRACT)],
            "benchmark": [("diffusion", ABSTRACT), ("agents", TITLE)],
            "robots": [("robotics", KEYWORD), ("survey", ABSTRACT)],
        },
    ),
    (
        "(diffusion AND zebra), agents",
        {"diffusion": [("agents", ABSTRACT)], "benchmark": [("agents", TITLE)]},
    ),
    (
        "agents AND ((diffusion AND zebra), benchmark)",
        {
            "diffusion": [("agents", ABSTRACT), ("benchmark", ABSTRACT)],
            "benchmark": [("agents", TITLE), ("benchmark", TITLE)],
        },
    ),
]


@pytest.mark.parametrize(("text", "found"), MATCHED, ids=[text or "every paper" for text, _ in MATCHED])
def test_a_filter_finds_these_papers_for_these_reasons(text: str, found: Found) -> None:
    matches = PaperIndex(PAPERS).matches(parse_filter(text))

    assert {
        NAMES[match.entry.paper.id]: [(reason.term, reason.field) for reason in match.reasons]
        for match in matches
    } == found


def test_matches_keep_the_order_of_the_index() -> None:
    filter_ = parse_filter("diffusion, robotics")

    forwards = PaperIndex(PAPERS).matches(filter_)
    backwards = PaperIndex(PAPERS[::-1]).matches(filter_)

    assert [match.entry for match in forwards] == [match.entry for match in backwards][::-1]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("", 1.0),
        ("diffusion", 1.0),
        ("keyword:diffusion", 0.9),
        ("image generation", 0.75),
        ("image generation, author:he", 1.0),
        ("(diffusion AND zebra), image generation", 0.75),
    ],
)
def test_a_hit_in_the_abstract_counts_less_than_one_in_front(text: str, strength: float) -> None:
    assert PaperIndex([DIFFUSION]).matches(parse_filter(text))[0].strength == strength


def test_a_paper_that_fails_the_wants_shows_every_term_found() -> None:
    shown = PaperIndex([DIFFUSION]).explained(parse_filter("diffusion AND zebra"), 0)

    assert [(reason.term, reason.field) for reason in shown.reasons] == [("diffusion", TITLE)]


def test_each_mute_tells_how_many_of_the_matches_it_hid() -> None:
    hidden = PaperIndex(PAPERS).hidden(
        parse_filter("diffusion, robotics -benchmark -survey -robot upvotes>=1")
    )

    assert hidden == (
        Hidden(term="benchmark", count=1),
        Hidden(term="survey", count=0),
        Hidden(term="robot", count=0),
    )


def test_a_term_without_letters_occurs_nowhere() -> None:
    assert PaperIndex(PAPERS).matching(compile_filter(Filter(wants=Term(text="+++")))) == 0


def test_an_index_without_papers_matches_nothing() -> None:
    assert PaperIndex([]).matches(parse_filter("-survey")) == []


def test_select_gives_the_entries_of_a_mask() -> None:
    index = PaperIndex(PAPERS)

    assert list(index.select(0b1010)) == [BENCHMARK, BARE]
    assert list(bits(1 << 200 | 1)) == [0, 200]


def test_single_terms_and_conditions_can_be_asked_of_one_paper() -> None:
    index = PaperIndex(PAPERS)
    benchmark, least = Term(text="benchmark"), parse_filter("upvotes>=20").conditions[0]

    assert index.has(benchmark, 0)
    assert not index.has(benchmark, 0, mute=True)
    assert index.has(benchmark, 1, mute=True)
    assert [index.passes(least, place) for place in range(4)] == [True, False, False, False]


def test_new_counts_keep_the_text_index_and_are_seen_by_conditions() -> None:
    index = PaperIndex(PAPERS)
    filter_ = parse_filter("title:diffusion, author:lecun upvotes>=100")
    assert index.matches(filter_) == []

    risen = [replace(one, tally=replace(one.tally, upvotes=100)) for one in PAPERS]
    refreshed = index.refreshed(risen)

    assert [match.entry for match in refreshed.matches(filter_)] == risen[:2]
    assert index.matches(filter_) == []


def test_a_refreshed_index_finds_what_one_made_anew_finds_and_the_old_one_what_it_found() -> None:
    filters = [
        parse_filter(text) for text in ("diffusion", "", "title:once", "author:lecun", "upvotes>=0 -more")
    ]
    renamed = replace(BARE, paper=replace(BARE.paper, title="Diffusion once more"))
    shelves = [
        [*PAPERS[:3], renamed],
        PAPERS[::-1],
        PAPERS[1:],
        [*PAPERS, replace(renamed, paper=replace(renamed.paper, id="2511.99999"))],
    ]
    index = PaperIndex(PAPERS)
    index.prepare()
    before = [index.matches(filter_) for filter_ in filters]

    for shelf in shelves:
        refreshed, anew = PaperIndex(PAPERS).refreshed(shelf), PaperIndex(shelf)
        for filter_ in filters:
            assert {one.entry.paper.id for one in refreshed.matches(filter_)} == {
                one.entry.paper.id for one in anew.matches(filter_)
            }
    grown = index
    for shelf in shelves:
        grown = grown.refreshed(shelf)
        for filter_ in filters:
            assert {one.entry for one in grown.matches(filter_)} == {
                one.entry for one in PaperIndex(shelf).matches(filter_)
            }
    assert [index.matches(filter_) for filter_ in filters] == before


def test_two_indexes_may_be_made_of_one() -> None:
    index = PaperIndex(PAPERS[:2])
    index.prepare()

    first, second = index.refreshed(PAPERS[:3]), index.refreshed([*PAPERS[:2], PAPERS[3]])

    assert tuple(one.entry for one in first.matches(parse_filter(""))) == PAPERS[:3]
    assert tuple(one.entry for one in second.matches(parse_filter(""))) == (*PAPERS[:2], PAPERS[3])
    assert first.span(date.min, date.max).listed == 3


def test_days_that_come_and_go_leave_an_index_no_larger_than_it_must_be() -> None:
    index = PaperIndex(())
    for day in range(40):
        shelf = [
            replace(one, paper=replace(one.paper, id=f"2511.{day + place:05}"))
            for place, one in enumerate(PAPERS * 3)
        ]
        index = index.refreshed(shelf)
        assert {one.entry.paper.id for one in index.matches(parse_filter(""))} == {
            one.paper.id for one in shelf
        }
        assert len(index.entries) <= 1.25 * len(shelf) + 1


WORDS = (
    "fine-tuning fine tuning finetuning fine-tuned LLM LLMs llm's RAG fragment AI k-means k means text-to-image text "
    "to image is a ISA agent agents multi-agent world model models GPT-4 4o C C++ naïve naive Größe GPS, NAS. (via)"
).split()
TEXTS = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
TERMS = st.builds(
    Term,
    text=PHRASES,
    scope=st.sampled_from([Scope.ANYWHERE, Scope.ANYWHERE, Scope.TITLE, Scope.ABSTRACT, Scope.KEYWORD]),
)
WANTS: st.SearchStrategy[Want] = st.recursive(
    TERMS,
    lambda inner: st.builds(
        lambda join, wants: join(wants),
        st.sampled_from([all_of, any_of]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)
CONDITIONS = st.one_of(
    st.builds(
        CountCondition,
        count=st.sampled_from(Count),
        comparison=st.sampled_from(Comparison),
        number=st.integers(0, 3),
    ),
    st.builds(LinkCondition, link=st.sampled_from(Link)),
)
FILTERS = st.builds(
    Filter,
    wants=st.none() | WANTS,
    mutes=st.lists(TERMS, max_size=2).map(tuple),
    conditions=st.lists(CONDITIONS, max_size=1).map(tuple),
)
COUNTS = st.none() | st.integers(0, 3)
ENTRIES = st.builds(
    entry,
    st.builds(
        Paper,
        id=st.just("2511.00001"),
        title=TEXTS,
        abstract=TEXTS,
        keywords=st.lists(PHRASES, max_size=3).map(tuple),
        code_url=st.sampled_from(["", "https://code.example"]),
        project_url=st.sampled_from(["", "https://project.example"]),
    ),
    COUNTS,
    COUNTS,
    COUNTS,
)


def looked_in(term: Term, paper: Paper, *, mute: bool) -> list[str]:
    texts = {
        Scope.TITLE: paper.title,
        Scope.ABSTRACT: paper.abstract,
        Scope.KEYWORD: ", ".join(paper.keywords),  # a comma parts words as two keywords are parted
    }
    if term.scope:
        return [texts[term.scope]]
    return [text for scope, text in texts.items() if not (mute and scope is Scope.ABSTRACT)]


def naive_term(term: Term, paper: Paper, *, mute: bool = False) -> bool:
    return any(occurs(term.text, text) for text in looked_in(term, paper, mute=mute))


def naive_want(want: Want, paper: Paper) -> bool:
    if isinstance(want, Term):
        return naive_term(want, paper)
    every = all if isinstance(want, AllOf) else any
    return every(naive_want(part, paper) for part in want.wants)


def naive_condition(condition: Condition, one: Entry) -> bool:
    if isinstance(condition, LinkCondition):
        return bool(one.paper.code_url if condition.link is Link.CODE else one.paper.project_url)
    value = {"upvotes": one.tally.upvotes, "comments": one.tally.comments, "stars": one.tally.stars}[
        condition.count
    ]
    if value is None:
        return False
    order = (value > condition.number) - (value < condition.number)
    return order in {">=": (0, 1), "<=": (-1, 0), ">": (1,), "<": (-1,), "=": (0,)}[condition.comparison]


def naive(filter_: Filter, one: Entry) -> bool:
    return (
        (filter_.wants is None or naive_want(filter_.wants, one.paper))
        and not any(naive_term(mute, one.paper, mute=True) for mute in filter_.mutes)
        and all(naive_condition(condition, one) for condition in filter_.conditions)
    )


@given(filters=st.lists(FILTERS, min_size=1, max_size=4), entries=st.lists(ENTRIES, max_size=5))
def test_the_index_agrees_with_looking_at_each_paper_alone(
    filters: list[Filter], entries: list[Entry]
) -> None:
    index = PaperIndex(entries)

    for filter_ in filters:
        found = [place for place, one in enumerate(entries) if naive(filter_, one)]
        assert list(bits(index.matching(compile_filter(filter_)))) == found
        assert [match.entry for match in index.matches(filter_)] == [entries[place] for place in found]


def naive_terms(want: Want | None, paper: Paper) -> list[Term]:
    """The terms of the branches that hold."""
    if want is None or not naive_want(want, paper):
        return []
    return [want] if isinstance(want, Term) else [t for part in want.wants for t in naive_terms(part, paper)]


@given(filters=st.lists(FILTERS, min_size=1, max_size=4), entries=st.lists(ENTRIES, max_size=5))
def test_strengths_and_reasons_come_from_the_branches_that_hold(
    filters: list[Filter], entries: list[Entry]
) -> None:
    index = PaperIndex(entries)

    for filter_ in filters:
        strengths = index.strengths(filter_)
        for place in bits(index.matching(compile_filter(filter_))):
            shown = index.explained(filter_, place)
            assert next((one for one, mask in strengths if mask >> place & 1), 1.0) == shown.strength
            deciding = dict.fromkeys(naive_terms(filter_.wants, entries[place].paper))
            assert [reason.term for reason in shown.reasons] == [term.text for term in deciding]
