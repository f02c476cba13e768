"""What is answered when something cannot be: the one place of the web part where errors become answers."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.domain.errors import (
    BadDate,
    BadFilter,
    BadText,
    PaperroundError,
    SourceError,
    StoreError,
    Unknown,
    UserError,
)
from bot.domain.periods import Unit, meant_period
from bot.presentation.cards import Notice, Tone
from bot.presentation.explain import explain, explain_to_guests
from handlers.web.addresses import address, period_path
from handlers.web.answers import answer
from handlers.web.kept import Busy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from aiohttp.typedefs import Middleware

    from handlers.web.kept import Sheet
    from handlers.web.press import Press

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LONGEST: Final = 12_000
"""Of an address: a filter of a thousand signs, each written as nine."""
_RETRY_AFTER: Final = "30"
_STATUS: Final = (
    (Unknown, 404),
    (BadDate, 404),
    (UserError, 400),
    (Busy, 503),
    (StoreError, 503),
    (SourceError, 503),
)
_SAID: Final = {
    404: Notice(
        headline="There is no such page.", lines=("The address may have a slip in it.",), tone=Tone.WARNING
    ),
    405: Notice(
        headline="That cannot be done with this page.", lines=("It can be read.",), tone=Tone.WARNING
    ),
    413: Notice(headline="That is too much at once.", tone=Tone.WARNING),
    414: Notice(
        headline="That address is too long.",
        lines=(
            "A filter has at most 1,000 characters, a search 5,000; fewer of letters that are not Latin.",
        ),
        tone=Tone.WARNING,
    ),
}
_REFUSED: Final = Notice(headline="That request cannot be answered.", tone=Tone.WARNING)


def forgiving(press: Press, report: Callable[[BaseException, str], None]) -> Middleware:
    """The middleware that answers every error with a page; a defect of ours is told to *report*."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if len(request.raw_path) > _LONGEST:
                raise web.HTTPRequestURITooLong  # noqa: TRY301 - refused like all else
            return await handler(request)
        except web.HTTPException as error:
            if error.status < web.HTTPBadRequest.status_code:
                raise  # it leads elsewhere
            return _refused(press, request, error)
        except PaperroundError as error:
            return _ours(press, request, error)
        except Exception as error:  # noqa: BLE001 - a defect of ours ends one answer, not the server
            reference = secrets.token_hex(2).upper()
            report(error, reference)
            return answer(request, _told(press, explain(error, reference), 500))

    return middleware


def _refused(press: Press, request: web.Request, error: web.HTTPException) -> web.Response:
    """The refusals of aiohttp itself, in our words."""
    response = answer(request, _told(press, _SAID.get(error.status, _REFUSED), error.status))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _ours(press: Press, request: web.Request, error: PaperroundError) -> web.Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, BadFilter):
        return answer(request, _mended(press, request, error))
    response = answer(request, _told(press, explain_to_guests(error), status, tuple(_nearby(press, request))))
    if status == web.HTTPServiceUnavailable.status_code:
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _told(press: Press, notice: Notice, status: int, nearby: tuple[tuple[str, str], ...] = ()) -> Sheet:
    return press.page(
        "error.html",
        status=status,
        current="",
        title=notice.headline.rstrip("."),
        notice=notice,
        nearby=nearby,
    )


def _mended(press: Press, request: web.Request, error: BadText) -> Sheet:
    """A filter that cannot be read: where, why, and what was probably meant."""
    meant = dict.fromkeys((error.suggestion, *(error.alternatives if isinstance(error, BadFilter) else ())))
    return press.page(
        "bad_filter.html",
        status=web.HTTPBadRequest.status_code,
        current="",
        title="That filter cannot be read",
        path=request.path,
        typed=request.query.get("filter", "")[: len(error.text) or None],
        error=error,
        before=error.text[: error.start],
        wrong=error.text[error.start : error.end],
        after=error.text[error.end :],
        meant=[(text, address(request.path, filter=text)) for text in meant if text],
    )


def _nearby(press: Press, request: web.Request) -> Iterator[tuple[str, str]]:
    """The period that was probably meant, where one was asked for that is not there."""
    name = request.match_info.get("period")
    if name is None:
        return
    meant = meant_period(Unit(str(request.match_info.route.name)), name, today=press.now().date())
    if meant is not None:
        yield str(meant), period_path(meant)
