"""The addresses that mails lead to: pages of ours, with signed tokens. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.subscriptions import Subscription

FORM: Final = "/mail"
CONFIRM: Final = "/mail/confirm"
EDIT: Final = "/mail/edit"
PAUSE: Final = "/mail/pause"
RESUME: Final = "/mail/resume"
UNSUBSCRIBE: Final = "/mail/unsubscribe"
FORGET: Final = "/mail/forget"
TOKEN: Final = "t"  # noqa: S105 - the name of a parameter


def path(page: str, token: str) -> str:
    """*page* for whoever has *token*."""
    return f"{page}?{urlencode({TOKEN: token})}"


class Links:
    """Where the pages are from outside: *base* without a slash at its end; *token* manages a subscription."""

    def __init__(self, base: str, token: Callable[[Subscription], str]) -> None:
        self.base = base.rstrip("/")
        self._token = token

    def confirm(self, token: str) -> str:
        """Where *token* is confirmed."""
        return self.base + path(CONFIRM, token)

    def managing(self, page: str, token: str) -> str:
        """*page* of what *token* manages."""
        return self.base + path(page, token)

    def of(self, page: str, subscription: Subscription) -> str:
        """*page* of *subscription*."""
        return self.managing(page, self._token(subscription))
