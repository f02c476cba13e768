"""Whether an address is Slack's: an answer holds what somebody asked for, and goes nowhere else. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from yarl import URL

_SLACK: Final = URL("https://slack.com/")


def answerable(body: Mapping[str, Any], api: str) -> bool:
    """Whether every address that *body*, a request, wants answers at is Slack's, whose Web API is at *api*.

    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    return all(slacks(url, api) for url in _addresses(body))


def slacks(url: str, api: str) -> bool:
    """Whether *url* is on the host of *api*, or on Slack's own, or on one below either; and as safe as that."""
    try:
        asked = URL(url)
        return any(_below(asked, home) for home in (_SLACK, URL(api)))
    except ValueError:
        return False


def _below(url: URL, home: URL) -> bool:
    host, top = url.host or "", home.host or ""
    same = (url.scheme, url.port) == (home.scheme, home.port) and url.user is None
    return same and bool(top) and (host == top or host.endswith(f".{top}"))


def _addresses(body: Mapping[str, Any]) -> Iterator[str]:
    named = [body, *(one for one in body.get("response_urls") or () if isinstance(one, Mapping))]
    yield from (str(one["response_url"]) for one in named if one.get("response_url"))
