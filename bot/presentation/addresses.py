"""Addresses in foreign text: which are safe to follow, and where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.presentation.fitting import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL: Final = re.compile(r"https?://[^\s<>\"\\^`{|}\[\]…]+", re.IGNORECASE)
_URL_END: Final = re.compile(r"[.,:;!?'*_~)]+$")
_NOT_KEPT_IN_URLS: Final = re.compile(r"[^A-Za-z0-9\-._:/?#!$&'+,;=%]")
_LONGEST_URL: Final = 512


def safe_url(url: str) -> str:
    """*url* with what could end a link in any markup written as %XX; empty if it is not http(s), or too long."""
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return ""
    safe = _NOT_KEPT_IN_URLS.sub(_percent, url.strip())
    return safe if len(safe) <= _LONGEST_URL else ""


def addresses_in(line: str) -> Iterator[tuple[int, int, str]]:
    """Where each whole address in *line* begins and ends, and how it is written safely; one that was cut is none."""
    for found in _URL.finditer(line):
        url, cut = _URL_END.sub("", found[0]), line[found.end() :] == MARK
        safe = safe_url(url)
        if safe and not cut:
            yield found.start(), found.start() + len(url), safe


def _percent(char: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in char[0].encode(errors="ignore"))
