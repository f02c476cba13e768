from __future__ import annotations

import pytest

from bot.domain.answers import Coverage, Found
from bot.domain.filter_text import MAX_LENGTH, parse_filter, parse_query
from bot.presentation.searches import asked_words, found_notice
from tests.presentation.samples import VIEWER, match

ABSTRACT = " ".join(f"word{number}" for number in range(300))


def searched(text: str, *, shown: bool = True) -> Found:
    matches = (match(),) if shown else ()
    return Found(
        text=text,
        filter=parse_query(text).filter,
        matches=matches,
        total=len(matches),
        partial=False,
        coverage=Coverage(complete=True),
    )


@pytest.mark.parametrize("shown", [True, False], ids=["found", "nothing found"])
def test_of_a_pasted_abstract_the_beginning_is_repeated(shown: bool) -> None:  # noqa: FBT001
    headline = found_notice(searched(ABSTRACT, shown=shown), VIEWER).headline
    assert "“word0 word1 word2" in headline
    assert headline.rstrip(".").endswith("…”")
    assert len(headline) < 160
    assert asked_words("world model") == "“world model”"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        pytest.param("diffusion", True, id="a word"),
        pytest.param("2511.01234", False, id="one paper: it never is new twice"),
        pytest.param(
            " ".join(f"robotics{number}" for number in range(80)), False, id="too long for a filter"
        ),
        pytest.param("sort:new", True, id="everything, newest first"),
    ],
)
def test_new_ones_are_offered_where_there_can_be_any(text: str, offered: bool) -> None:  # noqa: FBT001
    actions = found_notice(searched(text), VIEWER).actions
    assert [action.words for action in actions] == (["Get new ones"] if offered else [])
    for command in (command for action in actions for command in action.commands):
        wanted = command.partition("follow ")[2].rstrip("| ")
        assert len(wanted) <= MAX_LENGTH
        assert str(parse_filter(wanted)) == str(searched(text).filter)
