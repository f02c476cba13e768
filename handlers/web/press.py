"""Prints pages: templates with everything escaped, and the style they share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.web.kept import sheet
from handlers.web.placing import prefix_of, under

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Clock
    from handlers.web.following import Spelling
    from handlers.web.kept import Sheet

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages share.

    *base* is where they are found from outside, without a slash at its end. *credit* names who wrote the
    machine-written summaries, empty where nobody can be named. *mail* is where mail can be asked for, or empty.
    """

    base: str
    thumbnails: bool = True
    credit: str = "Hugging Face"
    spellings: Sequence[Spelling] = ()
    mail: str = ""


class Press:
    """Makes sheets of templates."""

    def __init__(self, site: Site, *, now: Clock) -> None:
        self.site = site
        self.now = now
        self.style = (_HERE / "style.css").read_bytes()
        self.icon = (_HERE / "icon.svg").read_bytes()
        self.style_path = f"/style-{hashlib.sha256(self.style).hexdigest()[:12]}.css"
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._prefix = prefix_of(site.base)
        self._templates.globals.update(site=site, style_path=self.style_path)

    def page(self, template: str, *, status: int = 200, **shown: Any) -> Sheet:  # noqa: ANN401 - a template's names
        """The page that *template* makes of what is *shown*."""
        return sheet(self.text(template, **shown), self.now(), status=status)

    def text(self, template: str, **shown: Any) -> str:  # noqa: ANN401 - as above
        """What *template* makes of what is *shown*, every text in it escaped."""
        return under(self._prefix, self._templates.get_template(template).render(**shown))
