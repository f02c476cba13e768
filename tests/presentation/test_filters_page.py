from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.filter_text import parse_filter
from bot.domain.filter_tokens import FIELDS
from bot.presentation.filters_page import filters_page
from bot.presentation.keyword_cases import FOUND, IN_SHORT, NOT_FOUND

PAGE = Path(__file__).parents[2] / "docs" / "filters.md"


def test_the_page_in_docs_is_the_one_that_the_cases_make() -> None:
    renew = "renew it: python -m bot.presentation.filters_page > docs/filters.md"
    assert PAGE.read_text(encoding="utf-8") == filters_page(), renew


def test_every_case_is_on_the_page() -> None:
    assert filters_page().count("\n| ") == 12 + 3 + len(IN_SHORT) + len(FOUND) + len(NOT_FOUND)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_on_the_page(field: str) -> None:
    assert f"`{field}:" in filters_page()


@pytest.mark.parametrize(
    "text", re.findall(r"^\| `([^`]*)`", filters_page().partition("## ")[0], re.MULTILINE)
)
def test_what_the_page_offers_to_type_is_a_filter(text: str) -> None:
    filter_ = parse_filter(text)
    assert parse_filter(str(filter_)) == filter_
