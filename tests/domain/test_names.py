from __future__ import annotations

import pytest

from bot.domain.names import author_matches, organization_texts, split_name
from bot.domain.papers import Organization


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Yann LeCun", ("yann", "lecun")),
        ("Y. LeCun", ("y", "lecun")),
        ("LeCun, Yann", ("lecun", "yann")),
        ("Jürgen Schmidhuber", ("jurgen", "schmidhuber")),
        ("Ju\u0308rgen", ("jurgen",)),
        ("Jean-Pierre Dupont", ("jean", "pierre", "dupont")),
        ("Conan O’Brien", ("conan", "o'brien")),
        ("Conan O'Brien", ("conan", "o'brien")),
        ("J.K. Rowling", ("j", "k", "rowling")),
        ("何恺明", ("何恺明",)),
        ("Team 42", ("team", "42")),
        ("", ()),
        (" . - ", ()),
    ],
)
def test_a_name_falls_into_its_parts(name: str, parts: tuple[str, ...]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Yann LeCun", "Yann LeCun"),
        ("LeCun", "Yann LeCun"),
        ("Y. LeCun", "Yann LeCun"),
        ("Yann LeCun", "Y. LeCun"),
        ("yann lecun", "Yann André LeCun"),
        ("He", "Kaiming He"),
        ("Schmidhuber", "Jürgen Schmidhuber"),
        ("Jean Dupont", "Jean-Pierre Dupont"),
        ("J. K. Rowling", "Joanne K. Rowling"),
        ("O’Brien", "Conan O'Brien"),
    ],
)
def test_a_name_meets_whoever_bears_it(wanted: str, name: str) -> None:
    assert author_matches(split_name(wanted), split_name(name))


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        pytest.param("He", "Hector Heath", id="a beginning is no part"),
        pytest.param("Y. L.", "Yann LeCun", id="initials alone are nobody's name"),
        pytest.param("L", "Yann LeCun", id="one letter"),
        pytest.param("Yoshua LeCun", "Yann LeCun", id="another first name"),
        pytest.param("X. LeCun", "Yann LeCun", id="another initial"),
        pytest.param("LeCun Yann", "Yann LeCun", id="another order"),
        pytest.param("Yann André LeCun", "Yann LeCun", id="more than the name has"),
        pytest.param("", "Yann LeCun", id="nobody"),
        pytest.param("LeCun", "", id="a nameless author"),
    ],
)
def test_a_name_meets_nobody_else(wanted: str, name: str) -> None:
    assert not author_matches(split_name(wanted), split_name(name))


@pytest.mark.parametrize(
    ("handle", "name", "texts"),
    [
        ("nvidia", "nvidia", ("nvidia",)),
        ("nvidia", "NVIDIA", ("nvidia", "NVIDIA")),
        (
            "MetaSuperintelligenceLab",
            "Meta Superintelligence Labs",
            ("MetaSuperintelligenceLab", "Meta Superintelligence Labs", "Meta Superintelligence Lab"),
        ),
        ("AIForScience", "AI", ("AIForScience", "AI", "AI For Science")),
        ("01ai", "01.AI", ("01ai", "01.AI")),
    ],
)
def test_an_organization_is_found_by_handle_name_and_camel_case_parts(
    handle: str, name: str, texts: tuple[str, ...]
) -> None:
    assert organization_texts(Organization(handle=handle, name=name)) == texts


def test_no_organization_has_no_texts() -> None:
    assert organization_texts(None) == ()
