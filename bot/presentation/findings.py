"""What a check found: a line each, and for what does not work the one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """*name* is what was looked at, *told* how it stands, or what is wrong and what to do; neither holds a secret."""

    name: str
    told: str
    well: bool = True
