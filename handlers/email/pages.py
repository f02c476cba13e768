"""The pages of mail: what is told, put before its template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.presentation.offers import filter_lines, rate_lines, subscription_words
from bot.presentation.phrases import moment_words
from handlers.email.links import CONFIRM, EDIT, FORGET, FORM, PAUSE, RESUME, UNSUBSCRIBE, path
from handlers.email.render import Leads

if TYPE_CHECKING:
    from bot.domain.answers import Held, Offer
    from bot.domain.errors import UserError
    from bot.domain.subscriptions import Subscription
    from bot.ports import Clock
    from bot.services.mailing import Confirmed
    from handlers.email.forms import Fault, Typed

_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # an address holds a token
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_AGAIN: Final = Leads(words="To the form", url=FORM)


class Pages:
    """Makes the answers of `handlers.email.routes`. *style_url* is the style that all pages of this site share."""

    def __init__(self, *, style_url: str, now: Clock) -> None:
        self._now = now
        self.style = (_HERE / "style.css").read_text(encoding="utf-8")
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(style_url=style_url)

    def form(self, typed: Typed, fault: Fault | None = None, *, status: int = 200) -> web.Response:
        """The form to ask with."""
        return self._page("form.html", status, title="Papers in your inbox", typed=typed, fault=fault)

    def asked(self, offer: Offer) -> web.Response:
        """What is said to whoever asked, whatever their address is."""
        lines = (
            "A link is on its way to the address you typed. Open it, and the papers come.",
            f"{_capital(subscription_words(offer.subscription))}.",
            *filter_lines(offer.subscription.filter),
            *rate_lines(offer.rate),
            "No mail after some minutes? Look among the spam, or ask again.",
        )
        return self.told("Look into your inbox", *lines)

    def question(self, offer: Offer, token: str) -> web.Response:
        """Whether *offer* is wanted: a mail program that looks at links beforehand must not say yes."""
        lines = (
            f"{_capital(subscription_words(offer.subscription))}.",
            *filter_lines(offer.subscription.filter),
            *self._first(offer.subscription, offer.next_at),
        )
        return self.told(
            "Shall these papers come?",
            *lines,
            presses=(Leads(words="Yes, send them", url=path(CONFIRM, token)),),
        )

    def confirmed(self, confirmed: Confirmed) -> web.Response:
        """It is saved, or was before."""
        held = confirmed.held
        lines = (
            f"{_capital(subscription_words(held.subscription))}.",
            *filter_lines(held.subscription.filter),
            *self._first(held.subscription, held.next_at),
        )
        title = "The papers come already" if confirmed.again else "The papers will come"
        change = Leads(words="Change, pause or stop it", url=path(EDIT, confirmed.manage))
        return self.told(title, *lines, leads=(change,))

    def edit(  # noqa: PLR0913 - what is there, what was typed, what came of it
        self,
        held: Held,
        token: str,
        typed: Typed,
        *,
        others: list[tuple[Subscription, str]],
        fault: Fault | None = None,
        done: str = "",
    ) -> web.Response:
        """A follow with all that can be done about it."""
        subscription = held.subscription
        stopped = f"Paused: {subscription.paused_because}." if subscription.paused else ""
        toggle = (
            Leads(words="Resume it", url=path(RESUME, token))
            if subscription.paused
            else Leads(words="Pause it", url=path(PAUSE, token))
        )
        return self._page(
            "edit.html",
            web.HTTPBadRequest.status_code if fault else web.HTTPOk.status_code,
            title="Your papers by mail",
            words=f"{_capital(subscription_words(subscription))}.",
            lines=[line for line in (stopped, *self._first(subscription, held.next_at)) if line],
            typed=typed,
            fault=fault,
            done=done,
            edit=path(EDIT, token),
            toggle=toggle,
            unsubscribe=path(UNSUBSCRIBE, token),
            others=[Leads(words=subscription_words(one), url=path(EDIT, other)) for one, other in others],
        )

    def sure(self, title: str, press: Leads, held: Held) -> web.Response:
        """Whether it is meant: again, a program that looks at links must change nothing."""
        return self.told(title, f"{_capital(subscription_words(held.subscription))}.", presses=(press,))

    def ended(self, token: str, left: int) -> web.Response:
        """Nothing comes any more; what is still kept, and how to have it deleted."""
        more = (
            f"{left} more {'follow comes' if left == 1 else 'follows come'} to this inbox; each of its mails ends it."
            if left
            else "Your address is deleted in three days, or now if you like."
        )
        return self.told(
            "You get this no more",
            "It is removed, and nothing of it comes any more.",
            more,
            presses=(Leads(words="Delete all about me now", url=path(FORGET, token)),),
            leads=(Leads(words="To have it again, use the form", url=FORM),),
        )

    def forgotten(self) -> web.Response:
        """All is gone."""
        return self.told("Forgotten", "Your address and all that came to it are deleted.", leads=(_AGAIN,))

    def refused(self, error: UserError, status: int) -> web.Response:
        """What cannot be done, and what can."""
        return self.told(error.message.rstrip("."), error.hint, leads=(_AGAIN,), status=status)

    def told(
        self,
        title: str,
        *lines: str,
        presses: tuple[Leads, ...] = (),
        leads: tuple[Leads, ...] = (),
        status: int = 200,
    ) -> web.Response:
        """A page of words."""
        shown = [line for line in lines if line]
        return self._page("told.html", status, title=title, lines=shown, presses=presses, leads=leads)

    def _first(self, subscription: Subscription, next_at: Any) -> tuple[str, ...]:  # noqa: ANN401 - a moment or None
        if next_at is None:
            return ()
        words = moment_words(next_at, now=self._now(), zone=subscription.cadence.zone)
        return (f"Next mail: {words}.",)

    def _page(self, template: str, status: int, **shown: Any) -> web.Response:  # noqa: ANN401 - a template's names
        text = self._templates.get_template(template).render(**shown)
        return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
