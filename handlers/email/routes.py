"""Where people ask for mail and change it: routes that the web application mounts.

A GET changes nothing, because mail programs open links to look at them; a POST does, with the token of a link and
without a cookie, so that one click in a mail program (RFC 8058) is enough. Done again it changes nothing more.
"""

from __future__ import annotations

import asyncio
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from bot.domain.errors import Gone, NotAllowed, Unknown, UserError
from bot.domain.mailboxes import parse_address
from bot.services.mailing import Confirmed
from handlers.email.forms import BadField, Fault, edit_typed, follow_typed, typed, typed_of
from handlers.email.links import (
    CONFIRM,
    EDIT,
    FORGET,
    FORM,
    PAUSE,
    RESUME,
    TOKEN,
    UNSUBSCRIBE,
    path,
)
from handlers.email.render import Leads

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.domain.answers import Held
    from bot.services.mail_links import MailLinks
    from bot.services.mailing import Mailing
    from handlers.email.forms import Typed
    from handlers.email.pages import Pages

    _Handler = Callable[["MailRoutes", web.Request], Coroutine[Any, Any, web.Response]]

_LARGEST: Final = 16 * 1024
_PATIENCE: Final = 10
"""Seconds that a form may take to arrive."""
_STATUS: Final = ((NotAllowed, 429), (Gone, 410), (Unknown, 404))


def _helpful(handler: _Handler) -> _Handler:
    """Answers what cannot be done with a page that says what can; other errors are the application's."""

    @wraps(handler)
    async def answered(self: MailRoutes, request: web.Request) -> web.Response:
        try:
            return await handler(self, request)
        except UserError as error:
            return self.pages.refused(error, _status(error))

    return answered


class MailRoutes:
    """The pages of mail. *client_of* tells who asks, for the limits; *zone* is the one where nobody says theirs."""

    def __init__(
        self,
        mailing: Mailing,
        links: MailLinks,
        pages: Pages,
        *,
        client_of: Callable[[web.Request], str],
        zone: str = "",
    ) -> None:
        self.pages = pages
        self._mailing = mailing
        self._links = links
        self._client_of = client_of
        self._zone = zone

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.get(FORM, self.form),
            web.post(FORM, self.ask),
            web.get(CONFIRM, self.asked),
            web.post(CONFIRM, self.confirm),
            web.get(EDIT, self.managed),
            web.post(EDIT, self.edit),
            web.get(PAUSE, self.sure_to_pause),
            web.post(PAUSE, self.pause),
            web.get(RESUME, self.managed),
            web.post(RESUME, self.resume),
            web.get(UNSUBSCRIBE, self.sure_to_end),
            web.post(UNSUBSCRIBE, self.unsubscribe),
            web.get(FORGET, self.managed),
            web.post(FORGET, self.forget),
            web.get("/mail/style.css", self.style),
        ]

    async def style(self, _: web.Request) -> web.Response:
        """What the pages of mail add to the style of all pages."""
        headers = {"Cache-Control": "public, max-age=3600"}
        return web.Response(text=self.pages.style, content_type="text/css", headers=headers)

    async def form(self, request: web.Request) -> web.Response:
        """The form, filled in with what the address says."""
        return self.pages.form(typed(request.query, zone=self._zone))

    async def ask(self, request: web.Request) -> web.Response:
        """Send the link, or show the form again with what is wrong; nothing typed is lost."""
        fields = typed(await _posted(request))
        try:
            command, address = follow_typed(fields), _address(fields)
            return self.pages.asked(
                await self._mailing.ask(address, command, client=self._client_of(request))
            )
        except UserError as error:
            return self.pages.form(fields, _fault(error), status=_status(error))

    @_helpful
    async def asked(self, request: web.Request) -> web.Response:
        """Ask whether it is meant."""
        asked = await self._mailing.asked(_token(request))
        if isinstance(asked, Confirmed):
            return self.pages.confirmed(asked)
        return self.pages.question(asked, _token(request))

    @_helpful
    async def confirm(self, request: web.Request) -> web.Response:
        """Save it."""
        return self.pages.confirmed(await self._mailing.confirm(_token(request)))

    @_helpful
    async def managed(self, request: web.Request) -> web.Response:
        """Show it, with all that can be done."""
        return await self._shown(_token(request), await self._held(request))

    @_helpful
    async def edit(self, request: web.Request) -> web.Response:
        """Change it, or show what is wrong."""
        token, held, fields = _token(request), await self._held(request), typed(await _posted(request))
        try:
            changed = await self._links.edit(token, edit_typed(fields, held.subscription))
        except UserError as error:
            others = await self._links.others(token)
            return self.pages.edit(held, token, fields, others=others, fault=_fault(error))
        return await self._shown(token, changed, done="Saved.")

    @_helpful
    async def sure_to_pause(self, request: web.Request) -> web.Response:
        """Ask whether it shall pause."""
        held = await self._held(request)
        if held.subscription.paused:
            return await self._shown(_token(request), held)
        press = Leads(words="Pause it", url=path(PAUSE, _token(request)))
        return self.pages.sure("Pause these mails?", press, held)

    @_helpful
    async def pause(self, request: web.Request) -> web.Response:
        """Let nothing come until resumed."""
        held = await self._links.pause(_token(request))
        return await self._shown(_token(request), held, done="Paused. Nothing comes until you resume it.")

    @_helpful
    async def resume(self, request: web.Request) -> web.Response:
        """Let it come again."""
        held = await self._links.resume(_token(request))
        return await self._shown(_token(request), held, done="It comes again.")

    @_helpful
    async def sure_to_end(self, request: web.Request) -> web.Response:
        """Ask whether it shall end."""
        token = _token(request)
        held = await self._links.managed(token)
        if held is None:
            return self.pages.ended(token, len(await self._links.others(token)))
        press = Leads(words="Unsubscribe", url=path(UNSUBSCRIBE, token))
        return self.pages.sure("Stop these mails?", press, held)

    @_helpful
    async def unsubscribe(self, request: web.Request) -> web.Response:
        """End it: by our button, or by that of a mail program."""
        token = _token(request)
        return self.pages.ended(token, await self._links.unsubscribe(token))

    @_helpful
    async def forget(self, request: web.Request) -> web.Response:
        """Delete everything."""
        await self._links.forget(_token(request))
        return self.pages.forgotten()

    async def _held(self, request: web.Request) -> Held:
        held = await self._links.managed(_token(request))
        if held is None:
            raise Gone("You no longer get this.", hint="To get it again, use the form.")
        return held

    async def _shown(self, token: str, held: Held, *, done: str = "") -> web.Response:
        others = await self._links.others(token)
        return self.pages.edit(held, token, typed_of(held.subscription), others=others, done=done)


def _token(request: web.Request) -> str:
    return request.query.get(TOKEN, "")


async def _posted(request: web.Request) -> dict[str, object]:
    """The fields of a form; raises `web.HTTPClientError` for one that no person fills in, or that never ends."""
    if (request.content_length or 0) > _LARGEST:
        raise web.HTTPRequestEntityTooLarge(max_size=_LARGEST, actual_size=request.content_length or 0)
    try:
        async with asyncio.timeout(_PATIENCE):
            return dict(await request.clone(client_max_size=_LARGEST).post())
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, LookupError):  # in no encoding there is, or no form at all
        raise web.HTTPBadRequest from None


def _address(fields: Typed) -> str:
    try:
        return parse_address(fields.address)
    except UserError as error:
        raise BadField("address", error) from None


def _fault(error: UserError) -> Fault:
    return Fault(
        field=error.field if isinstance(error, BadField) else "", message=error.message, hint=error.hint
    )


def _status(error: UserError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
