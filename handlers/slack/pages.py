"""The few pages that somebody sees who installs us: what became of it, and what comes next. Pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def page(
    title: str, lines: Sequence[str], *, links: Sequence[tuple[str, str]] = (), style_url: str = ""
) -> str:
    """An HTML page of plain words; each of *links* is a label and an address. *style_url* is its stylesheet."""
    style = f'<link rel="stylesheet" href="{escape(style_url)}">' if style_url else ""
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    leads = "".join(f'<p><a href="{escape(url)}">{escape(label)}</a></p>' for label, url in links)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{escape(title)} · Paperround</title><link rel='icon' href='/icon.svg'>{style}</head>"
        '<body><header class="masthead"><a class="brand" href="/">Paperround</a></header>'
        f'<main id="main"><div class="silence"><h1>{escape(title)}</h1>{told}{leads}</div></main>'
        "</body></html>"
    )
