"""deploy/.env.example, written from the settings themselves: ``python -m bot.cli.env_example > deploy/.env.example``."""

from __future__ import annotations

import sys
import textwrap
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BEGINNING: Final = """\
# What Paperround reads from its environment, or from a file .env where it is started. Nothing here is needed: each
# line shows what holds without it. Take its # away to set it.
"""
_WIDTH: Final = 108
_UNITS: Final = ((timedelta(hours=1), "h"), (timedelta(minutes=1), "min"), (timedelta(seconds=1), "s"))


def env_example() -> str:
    """The whole file, which ends with a line break."""
    prefix = Settings.model_config["env_prefix"]
    return "\n".join((_BEGINNING, *_lines(Settings.model_fields, prefix)))


def _lines(fields: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """What can be set, sections after what stands alone."""
    sections = {name: section for name, field in fields.items() if (section := _section(field))}
    for name, field in fields.items():
        if name not in sections:
            yield from _said(field.description or "")
            yield f"# {prefix}{name.upper()}={_default(field)}\n"
    for name, section in sections.items():
        yield from _said(section.__doc__ or "", before="## ")
        yield ""
        yield from _lines(section.model_fields, f"{prefix}{name.upper()}__")


def _section(field: Any) -> Any:  # noqa: ANN401 - pydantic's own description of a field
    """The class of a group of settings, None for one that stands alone."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if hasattr(kind, "model_fields"):
            return kind
    return None


def _said(words: str, *, before: str = "# ") -> Iterator[str]:
    text = " ".join(words.replace("``", "").split())
    yield from (f"{before}{line}" for line in textwrap.wrap(text, _WIDTH))


def _default(field: Any) -> str:  # noqa: ANN401 - as above
    """What holds if it is not set, as it would be written; nothing if that depends on the machine."""
    value = field.default if field.default_factory is None else None
    if isinstance(value, timedelta):
        unit, sign = next((unit, sign) for unit, sign in _UNITS if value % unit == timedelta(0))
        return f"{value // unit}{sign}"
    return "" if value is None else str(value).removesuffix("/")


if __name__ == "__main__":
    sys.stdout.write(env_example())
