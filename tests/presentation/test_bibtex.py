from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.presentation.bibtex import bibtex

HEAD = re.compile(r"@misc\{([a-z0-9]+),\n")
FIELD = re.compile(r"  ([A-Za-z]+) = \{(.*)\},")


def paper(**known: Any) -> Paper:  # noqa: ANN401 - any field of a Paper
    facts: dict[str, Any] = {
        "id": "2511.01234",
        "title": "Notes on the Engine",
        "authors": ("Ada Lovelace", "Alan Turing"),
        "published_on": date(2025, 11, 11),
        **known,
    }
    return Paper(**facts)


def read(text: str) -> dict[str, dict[str, str]]:
    """The entries of BibTeX *text*, by key; braces must balance, as BibTeX counts them: escaped ones too."""
    entries = {}
    for entry in text.split("\n\n"):
        head = HEAD.match(entry)
        assert head, entry
        fields = {}
        for line in entry[head.end() :].removesuffix("\n}").split("\n"):
            field = FIELD.fullmatch(line)
            assert field, line
            assert balanced(field[2]), field[2]
            fields[field[1]] = field[2]
        assert head[1] not in entries, f"{head[1]} twice"
        entries[head[1]] = fields
    return entries


def balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def test_an_entry_names_title_authors_year_and_where() -> None:
    assert read(bibtex([paper()])) == {
        "lovelace2025notes": {
            "title": "{Notes on the Engine}",
            "author": "Ada Lovelace and Alan Turing",
            "year": "2025",
            "eprint": "2511.01234",
            "archivePrefix": "arXiv",
            "url": "https://arxiv.org/abs/2511.01234",
        }
    }


def test_equal_keys_are_told_apart_by_letters() -> None:
    keys = list(read(bibtex([paper(), paper(), paper()])))

    assert keys == ["lovelace2025notes", "lovelace2025notesb", "lovelace2025notesc"]


def test_a_hundred_equal_keys_are_all_told_apart() -> None:
    assert len(read(bibtex([paper()] * 100))) == 100


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        pytest.param({"authors": ()}, "2025notes", id="no authors"),
        pytest.param({"authors": ("",)}, "2025notes", id="a blank author"),
        pytest.param(
            {"published_on": None, "id": "1706.03762"}, "lovelace2017notes", id="the year of the id"
        ),
        pytest.param({"published_on": None, "id": "page:0123456789abcdef"}, "lovelacenotes", id="no year"),
        pytest.param({"authors": ("Kurt Gödel",)}, "godel2025notes", id="accents"),
        pytest.param({"authors": ("王伟",), "title": "方法"}, "2025", id="no latin letter"),
        pytest.param(
            {"authors": (), "title": "方法", "published_on": None, "id": "page:0123456789abcdef"},
            "paper",
            id="nothing",
        ),
        pytest.param({"title": "The Engine"}, "lovelace2025engine", id="a telling word of the title"),
    ],
)
def test_keys_are_made_of_what_is_known(facts: dict[str, Any], key: str) -> None:
    assert list(read(bibtex([paper(**facts)]))) == [key]


def test_a_paper_without_an_arxiv_id_has_no_address() -> None:
    (fields,) = read(bibtex([paper(id="page:0123456789abcdef", published_on=None, authors=())])).values()

    assert fields == {"title": "{Notes on the Engine}"}


def test_signs_that_latex_reads_are_escaped() -> None:
    (fields,) = read(bibtex([paper(title=r"50% of R&D_x #1 $a^2$ ~{\bf b}")])).values()

    assert fields["title"] == (
        r"{50\% of R\&D\_x \#1 \$a\textasciicircum{}2\$ \textasciitilde{}"
        r"\textbraceleft{}\textbackslash{}bf b\textbraceright{}}"
    )


def test_a_collaboration_with_and_in_its_name_is_one_author() -> None:
    (fields,) = read(bibtex([paper(authors=("Bell and Howell", "Lovelace, Ada"))])).values()

    assert fields["author"] == "{Bell and Howell} and {Lovelace, Ada}"


@pytest.mark.parametrize("title", ["}, url = {http://evil}", "}}}}", "{{{{", "a}\n}\n@misc{b,", '"@#%', "\\"])
def test_a_hostile_title_stays_in_its_field(title: str) -> None:
    (fields,) = read(bibtex([paper(title=title, authors=(title,))])).values()

    assert set(fields) == {"title", "author", "year", "eprint", "archivePrefix", "url"}


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=3))
def test_any_words_make_a_valid_entry(title: str, authors: list[str]) -> None:
    assert len(read(bibtex([paper(title=title, authors=tuple(authors))]))) == 1


def test_nothing_makes_nothing() -> None:
    assert bibtex([]) == ""
