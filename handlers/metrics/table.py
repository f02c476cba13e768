"""The table of docs/operating.md, made from the numbers themselves: ``python -m handlers.metrics.table``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handlers.metrics.numbers import ALL

if TYPE_CHECKING:
    from handlers.metrics.numbers import Label, Number


def table() -> str:
    """Every number, as a Markdown table that ends with a line break."""
    return "\n".join(("| metric | labels | means |", "|---|---|---|", *map(_row, ALL), ""))


def _row(number: Number) -> str:
    labels = ", ".join(map(_label, number.labels))
    return f"| `{number.name}` ({number.kind}) | {labels} | {number.means} |"


def _label(label: Label) -> str:
    values = " ".join(f"`{value}`" for value in label.values)
    return f"{label.name}: {values}" if values else label.name


if __name__ == "__main__":
    sys.stdout.write(table())
