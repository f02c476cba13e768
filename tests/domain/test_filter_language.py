"""The filter language as people type it: canonical text, reading, and what a mistake is answered with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadFilter
from bot.domain.filter_changes import merged, without
from bot.domain.filter_text import MAX_LENGTH, normalise, parse_filter, parse_query, stored_filter
from bot.domain.filters import (
    Comparison,
    Condition,
    Count,
    CountCondition,
    Filter,
    Link,
    LinkCondition,
    Order,
    Scope,
    Term,
    Want,
    all_of,
    any_of,
)
from bot.domain.folding import phrase_parts

READ = {
    "a word": ("diffusion", "diffusion", "Only: diffusion."),
    "a run of words is a phrase": ("robot learning", '"robot learning"', "Only: “robot learning”."),
    "commas are OR": (
        'diffusion, "world model", robot learning',
        'diffusion, "world model", "robot learning"',
        "Any of: diffusion; “world model”; “robot learning”.",
    ),
    "OR": ("diffusion OR agents", "diffusion, agents", "Any of: diffusion; agents."),
    "small or is a word": ("this or that", '"this or that"', "Only: “this or that”."),
    "AND and parentheses": (
        "diffusion AND (robotics, manipulation)",
        "diffusion AND (robotics, manipulation)",
        "All of: diffusion and (robotics; manipulation).",
    ),
    "side by side means AND": (
        'org:nvidia "world model" diffusion',
        'org:nvidia AND "world model" AND diffusion',
        "All of: organization nvidia and “world model” and diffusion.",
    ),
    "AND binds tighter than a comma": ("a AND b, c", "a AND b, c", "Any of: a and b; c."),
    "mutes anywhere": (
        'diffusion, -survey, "world model" NOT benchmark',
        'diffusion, "world model" -survey -benchmark',
        "Any of: diffusion; “world model”. Never: survey; benchmark.",
    ),
    "a mute ends a run of words": ("world -survey model", "world AND model -survey", None),
    "a muted phrase": ('-"code generation"', '-"code generation"', "Every paper. Never: “code generation”."),
    "a muted field": (
        "-abstract:benchmark",
        "-abstract:benchmark",
        "Every paper. Never: in the abstract benchmark.",
    ),
    "conditions": (
        "upvotes>=20 comments > 3 stars<=100 agents",
        "agents upvotes>=20 comments>3 stars<=100",
        "Only: agents. At least 20 upvotes and more than 3 comments and at most 100 stars.",
    ),
    "fewer and exactly": ("upvotes<5 comments=0", "upvotes<5 comments=0", None),
    "thousands": ("stars>=2k", "stars>=2000", None),
    "an AND beside a condition only joins": ("upvotes>=20 AND diffusion", "diffusion upvotes>=20", None),
    "an AND on both sides of a condition": ("a AND upvotes>=20 AND b", "a AND b upvotes>=20", None),
    "links": (
        "has:code has:project",
        "has:code has:project",
        "Every paper. With code and with a project page.",
    ),
    "orders": ("agents sort:new", "agents sort:new", "Only: agents. Newest first."),
    "the usual order is not written": ("agents sort:match", "agents", "Only: agents."),
    "by upvotes": ("sort:upvotes", "sort:upvotes", "Every paper. Most upvoted first."),
    "authors": ('author:"Yann LeCun"', 'author:"Yann LeCun"', "Only: author “Yann LeCun”."),
    "an id in any form": ("id:arXiv:2511.01234v2", "id:2511.01234", "Only: paper 2511.01234."),
    "a hyphen within": ("text-to-image", "text-to-image", None),
    "a quoted syntax word": ('"AND"', '"AND"', None),
    "a quoted colon": ('"venue:neurips"', '"venue:neurips"', None),
    "a time is text": ("16:9", '"16:9"', None),
    "a link is text": ("https://example.org/a", '"https://example.org/a"', None),
    "a comparison of letters is text": ("p<0.05", '"p<0.05"', None),
    "signs of languages": ("C++, C#", "C++, C#", None),
    "repeated wants": ("agents, agents", "agents", None),
    "repeated mutes": ("-survey -survey", "-survey", None),
    "commas to spare": (",agents,, robots,", "agents, robots", None),
    "nested alternatives are flat": ("a, (b, (c))", "a, b, c", None),
    "a semicolon": ("agents; robots", "agents, robots", None),
    "phone quotes": ("“world model”", '"world model"', None),
    "phone dashes": ("agents –survey", "agents -survey", None),
    "a lone long dash": ("agents — robots", '"agents robots"', None),
    "a semicolon before a word": ("agents ;robots", "agents, robots", None),
    "a semicolon kept in quotes": ('";-survey"', '";-survey"', "Only: ;-survey."),
    "a semicolon within a word": ("a;b", '"a;b"', None),
    "a slash in front": ('title:"/r agents" title:"/r"', 'title:"/r agents" AND title:"/r"', None),
    "a sign before a number": ('"stars!5"', '"stars!5"', None),
    "a count in capitals": ("Upvotes>=20", "upvotes>=20", None),
    "an ampersand within a word": ("series&parallel", "series&parallel", None),
    "an ampersand escaped": ("R&amp;D", "R&D", None),
    "an escape that was escaped": ("upvotes&amp;gt;=20", "upvotes>=20", None),
    "a numeric escape": ("world&#39;s&#x20;model", '"world\'s model"', None),
    "a number that is no character": ("x&#0", "x&#0", None),
    "phone signs": ("upvotes≥20", "upvotes>=20", None),
    "chat escapes": ("upvotes&gt;=20", "upvotes>=20", None),
    "hard blanks": ("world\u00a0model", '"world model"', None),
    "zero-width blanks": ("dif\u200bfusion", "diffusion", None),
    "nothing": ("", "", "Every paper."),
}

WRONG = {
    "unclosed quote": ('diffusion "world model', "never closed", 10, 'diffusion "world model"'),
    "unknown field": ("venue:neurips", "don't know venue:", 0, ""),
    "near miss of a field": ("agents autor:He", "don't know autor:", 7, "agents author:He"),
    "the long name of a field": ("organization:nvidia", "don't know", 0, "org:nvidia"),
    "a count named as a field": ("upvotes:20", "compared", 0, "upvotes>=20"),
    "swapped comparison": ("upvotes=>20", "no comparison", 0, "upvotes>=20"),
    "another comparison": ("upvotes!=20", "no comparison", 0, "upvotes>=20"),
    "near miss of a count": ("upvote>=20", "don't know upvote", 0, "upvotes>=20"),
    "another name of upvotes": ("likes>20", "don't know likes", 0, "upvotes>20"),
    "a count below zero": ("upvotes>=-5", "not a number", 0, "upvotes>=5"),
    "more than a count below zero": ("agents upvotes > -1", "not a number", 7, "agents upvotes>1"),
    "a muted condition": ("agents -upvotes>=20", "cannot be muted", 7, "agents upvotes<20"),
    "a muted equality": ("NOT stars=3", "cannot be muted", 0, ""),
    "compared with a word": ("upvotes >= abc", "not a number", 0, ""),
    "compared with nothing": ("agents upvotes>=", "compared with nothing", 7, ""),
    "a minus alone": ("agents - survey", "stands alone", 7, "agents -survey"),
    "a quote alone": ('"', "never closed", 0, ""),
    "a quote at the end": ('agents "', "never closed", 7, "agents"),
    "a parenthesis alone": ("(", "never closed", 0, ""),
    "a parenthesis at the end": ("agents (", "never closed", 7, "agents"),
    "two mistakes": ('autor:He upvotes=>20 "world', "don't know autor", 0, 'author:He upvotes>=20 "world"'),
    "a mistake beside one that cannot be guessed": ("autor:He venue:x", "don't know autor", 0, ""),
    "a fraction": ("upvotes>=2.5", "not a number", 0, ""),
    "a huge number": ("upvotes>=99999999", "not a number", 0, ""),
    "has what": ("has:cod", "don't know has:cod", 0, "has:code"),
    "has nothing like it": ("has:xyz", "don't know has:xyz", 0, ""),
    "sort how": ("sort:votes", "don't know sort:votes", 0, "sort:upvotes"),
    "has muted": ("-has:code", "cannot be muted", 0, ""),
    "no id": ("id:abc", "no paper id", 0, ""),
    "only signs": ("agents, !!!", "no letter", 8, ""),
    "an emoji": ("🎉", "no letter", 0, ""),
    "NOT alone": ("agents NOT", "NOT needs", 7, ""),
    "OR at the end": ("agents OR", "both sides", 7, ""),
    "OR twice": ("agents OR OR robots", "both sides", 7, ""),
    "AND at the end": ("agents AND", "needs a word after", 7, ""),
    "AND at the start": ("AND agents", "cannot stand here", 0, ""),
    "OR at the start": ("OR agents", "cannot stand here", 0, ""),
    "empty parentheses": ("agents AND ()", "nothing in these", 11, ""),
    "never closed": ("(agents, robots", "never closed", 0, "(agents, robots)"),
    "never opened": ("agents)", "never opened", 6, ""),
    "too deep": ("(" * 12 + "a" + ")" * 12, "nested too deep", 10, ""),
    "too long": ("agents " * 1500, "is the most", MAX_LENGTH, ""),
    "too many": (", ".join(f"w{n}" for n in range(120)), "more than 100", None, ""),
    "a mute in parentheses": ("agents AND (robots, -survey)", "whole filter", 20, ""),
}


@pytest.mark.parametrize(("text", "canonical", "reading"), READ.values(), ids=READ.keys())
def test_a_filter_has_one_canonical_text(text: str, canonical: str, reading: str | None) -> None:
    found = parse_filter(text)
    assert str(found) == canonical
    assert parse_filter(canonical) == found == stored_filter(canonical)
    if reading is not None:
        assert found.reading() == reading


@pytest.mark.parametrize(("text", "message", "start", "suggestion"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_placed_and_answered(
    text: str, message: str, start: int | None, suggestion: str
) -> None:
    with pytest.raises(BadFilter, match=message) as raised:
        parse_filter(text)
    error = raised.value
    assert error.hint
    assert error.suggestion == suggestion
    if start is not None:
        assert error.start == start
    if suggestion:
        parse_filter(suggestion)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("agents OR upvotes>=100", ("agents", "upvotes>=100"), id="a condition"),
        pytest.param("-survey OR agents", ("-survey", "agents"), id="a mute"),
    ],
)
def test_or_beside_what_holds_for_all_offers_two_subscriptions(text: str, meant: tuple[str, ...]) -> None:
    with pytest.raises(BadFilter, match="whole filter") as raised:
        parse_filter(text)
    assert raised.value.alternatives == meant
    for one in meant:
        parse_filter(one)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param(
            "large language models", "large AND language AND models", id="words side by side: all of them"
        ),
        pytest.param('"world model" agents', '"world model" AND agents', id="a phrase stays one"),
        pytest.param("mixture of experts", "mixture AND experts", id="words of grammar are not looked for"),
        pytest.param("of the", "of AND the", id="… unless there are no others"),
        pytest.param(
            "agents upvotes>=5 -survey", "agents -survey upvotes>=5", id="mutes and conditions decide"
        ),
        pytest.param("venue:x y", '"venue:x" AND y', id="an unknown field is text"),
        pytest.param('x "y z', "x AND y AND z", id="an open quote is text"),
        pytest.param("foo (bar", "foo AND bar", id="an open parenthesis is text"),
        pytest.param("!!!", "", id="nothing to look for"),
    ],
)
def test_a_query_is_read_kindly(text: str, canonical: str) -> None:
    query = parse_query(text)
    assert (query.text, str(query.filter)) == (text, canonical)


def test_positions_are_those_of_the_normalised_text() -> None:
    text = "“world\u00a0model”, –survey autor:He"
    with pytest.raises(BadFilter) as raised:
        parse_filter(text)
    error = raised.value
    assert error.text == normalise(text)
    assert error.text[error.start : error.end] == "autor:He"


@pytest.mark.parametrize(
    ("before", "added", "after"),
    [
        pytest.param("a", "b", "a, b", id="a further alternative"),
        pytest.param("", "b", "b", id="to every paper"),
        pytest.param("a upvotes>=3", "upvotes>=10", "a upvotes>=10", id="a new threshold replaces the old"),
        pytest.param("a -b", "-c has:code sort:new", "a -b -c has:code sort:new", id="mutes, links, order"),
        pytest.param("a sort:new", "b", "a, b sort:new", id="the order stays"),
    ],
)
def test_adding_to_a_filter(before: str, added: str, after: str) -> None:
    assert str(merged(parse_filter(before), parse_filter(added))) == after


@pytest.mark.parametrize(
    ("before", "dropped", "after"),
    [
        pytest.param("a, b, c", "b", "a, c", id="an alternative"),
        pytest.param("a, b -c upvotes>=3", "-c upvotes>=3", "a, b", id="a mute and a condition"),
        pytest.param("a sort:new", "sort:new", "a", id="the order"),
    ],
)
def test_dropping_from_a_filter(before: str, dropped: str, after: str) -> None:
    assert str(without(parse_filter(before), parse_filter(dropped))) == after


@pytest.mark.parametrize(
    ("before", "dropped", "message"),
    [
        pytest.param("a, b", "c", "not part of", id="what is not there"),
        pytest.param("", "c", "not part of", id="from every paper"),
        pytest.param("a", "a", "leave every paper", id="the last want"),
    ],
)
def test_what_cannot_be_dropped_is_said(before: str, dropped: str, message: str) -> None:
    with pytest.raises(BadFilter, match=message):
        without(parse_filter(before), parse_filter(dropped))


def _joined(parts: list[Want]) -> st.SearchStrategy[Want]:
    return st.sampled_from([all_of(parts), any_of(parts)])


words = st.from_regex(r"[A-Za-z0-9+#.:@<=>]{0,3}[A-Za-z][A-Za-z0-9+#.@-]{0,4}[A-Za-z0-9]", fullmatch=True)
texts = st.lists(words, min_size=1, max_size=3).map(" ".join)
scopes = st.sampled_from([scope for scope in Scope if scope not in (Scope.ID, Scope.LIKE)])
terms = st.builds(Term, text=texts, scope=scopes)
wants: st.SearchStrategy[Want] = st.recursive(
    terms, lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(_joined), max_leaves=8
)
conditions: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        CountCondition,
        count=st.sampled_from(Count),
        comparison=st.sampled_from(Comparison),
        number=st.integers(0, 99999),
    ),
    st.builds(LinkCondition, link=st.sampled_from(Link)),
)


@given(
    st.builds(
        Filter,
        wants=st.none() | wants,
        mutes=st.lists(terms, max_size=2, unique=True).map(tuple),
        conditions=st.lists(conditions, max_size=2, unique=True).map(tuple),
        order=st.sampled_from(Order),
    )
)
def test_every_filter_reads_back_from_its_text(filter_: Filter) -> None:
    assert stored_filter(str(filter_)) == filter_
    assert filter_.reading()


PARTS = [
    *"ab -(),;:<>=!~/|&'\"\n#05é“”„‘’‐‑‒–—−≥，\u200b\u00a0🎉",
    *"AND OR NOT title: author: has:code sort:new upvotes stars >= &amp; &lt; &gt; &quot; &nbsp;".split(),
    *"&#45; &#x22; &#38; amp; &not &para -survey".split(),
    "stored ",
]
typed = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)


@given(typed)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(typed)
def test_any_words_in_quotes_are_one_term_typed_or_stored(text: str) -> None:
    words = " ".join(normalise(text).replace('"', "").split())
    for term in (Term(text=words), Term(text=words, scope=Scope.TITLE)):
        if not phrase_parts(words) or normalise(f'"{words}"') != f'"{words}"':
            continue
        for filter_ in (
            Filter(wants=term),
            Filter(mutes=(term,)),
            Filter(wants=any_of([term, Term(text="x")])),
        ):
            assert parse_filter(str(filter_)) == stored_filter(str(filter_)) == filter_


@given(typed)
def test_any_text_is_a_filter_or_a_clear_mistake_and_always_a_query(text: str) -> None:
    assert parse_query(text).text == text
    mistake = _mistake(text)
    if mistake is None:
        filter_ = parse_filter(text)
        assert parse_filter(str(filter_)) == stored_filter(str(filter_)) == filter_
    else:
        assert mistake.message
        assert not mistake.suggestion or _mistake(mistake.suggestion) is None
        assert 0 <= mistake.start <= mistake.end


def _mistake(text: str) -> BadFilter | None:
    try:
        parse_filter(text)
    except BadFilter as error:
        return error
    return None


def test_what_compares_something_that_is_no_count_is_text() -> None:
    assert str(parse_filter("diffusion, accuracy >= 90")) == 'diffusion, "accuracy>=90"'
