from __future__ import annotations

from pathlib import Path

from handlers.metrics.table import table

PAGE = Path(__file__).parents[3] / "docs" / "operating.md"


def test_the_table_in_docs_is_the_one_that_the_numbers_make() -> None:
    renew = "put what `python -m handlers.metrics.table` prints into docs/operating.md"
    assert table() in PAGE.read_text(encoding="utf-8"), renew
