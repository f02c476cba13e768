"""Finished sheets as HTTP answers: compressed if asked, not at all if known, with the headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import ETag, web

from handlers.web.addresses import THUMBNAILS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from handlers.web.kept import Sheet

_FRESH: Final = "public, max-age=60"
_FOREVER: Final = "public, max-age=31536000, immutable"
_GZIP: Final = frozenset({"gzip", "*"})


def answer(request: web.Request, made: Sheet, *, lasting: bool = False) -> web.Response:
    """*made* as the answer to *request*; 304 without a body if the one who asks has it. *lasting*: it never changes."""
    if made.status == web.HTTPOk.status_code and _known(request, made):
        response = web.Response(status=web.HTTPNotModified.status_code)
    elif _packs(request.headers.get("Accept-Encoding", "")):
        response = web.Response(status=made.status, body=made.packed, headers={"Content-Encoding": "gzip"})
    else:
        response = web.Response(status=made.status, body=made.body)
    if made.status == web.HTTPOk.status_code:
        response.etag = ETag(made.tag, is_weak=True)
        response.last_modified = made.changed_at
        response.headers["Cache-Control"] = _FOREVER if lasting else _FRESH
    response.headers["Vary"] = "Accept-Encoding"
    if response.status != web.HTTPNotModified.status_code:
        response.headers["Content-Type"] = f"{made.kind}; charset=utf-8"
    return response


def secured(*, thumbnails: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """What puts the headers of every answer on it, whoever made it."""
    images = f"'self' {THUMBNAILS}" if thumbnails else "'self'"
    headers = {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self'; img-src {images}; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "Server": "paperround",
        "X-Content-Type-Options": "nosniff",
    }

    async def secure(_: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers[name] = value

    return secure


def _known(request: web.Request, made: Sheet) -> bool:
    """Whether the one who asks has it: by its tag, or if none was given by its time, as RFC 9110 13.2.2 has it."""
    tags = request.if_none_match
    if tags is not None:
        return any(tag.value in (made.tag, "*") for tag in tags)
    since = request.if_modified_since
    return since is not None and _whole_seconds(made.changed_at) <= since


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _packs(accepted: str) -> bool:
    """Whether *accepted* (an Accept-Encoding header) takes gzip."""
    for part in accepted.lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() in _GZIP:
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
