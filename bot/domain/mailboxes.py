"""Mail addresses that people type, and the recipients behind them; an address itself stands nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.errors import UserError
from bot.domain.subscriptions import Destination, Platform

if TYPE_CHECKING:
    from datetime import datetime

LONGEST: Final = 254
"""Signs of an address: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3, less the two brackets."""
_LONGEST_NAME: Final = 64
# The unquoted form of https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3, and host names with a dot in them.
_NAME: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE | re.ASCII
)
_HOST: Final = re.compile(
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*", re.IGNORECASE | re.ASCII
)
_EXAMPLE: Final = "An address looks like ana@example.org."
_DIGESTS: Final = "mail"
_LETTERS: Final = "letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Someone who gets mail: *id* stands for them everywhere.

    *found_by* is the keyed hash of their address, *sealed* the address itself, encrypted. *confirmed_at* is when they
    first said that it is theirs.
    """

    id: str
    found_by: str
    sealed: str
    asked_at: datetime
    confirmed_at: datetime | None = None


def parse_address(text: str) -> str:
    """The address that *text* is, ready to be sent to; raises `UserError`, which never repeats it.

    Its host is in small letters, one with other letters in the form that mail servers use.
    """
    typed = text.strip()
    if len(typed) > LONGEST or not typed.isprintable():
        raise UserError("That is no mail address.", hint=_EXAMPLE)
    name, at, host = typed.rpartition("@")
    if not at or not name or not host:
        raise UserError("That mail address has no @ with a name and a host around it.", hint=_EXAMPLE)
    host = _ascii(host)
    if not name.isascii():
        raise UserError("Before the @ only plain letters, digits and signs can be delivered.", hint=_EXAMPLE)
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or not _HOST.fullmatch(host):
        raise UserError("That is no mail address that can be delivered to.", hint=_EXAMPLE)
    return f"{name}@{host}"


def same_address(address: str) -> str:
    """What is the same for all spellings of *address* that reach the same person nearly everywhere."""
    return address.lower()


def digests_to(recipient_id: str) -> Destination:
    """Where the digests of a recipient go."""
    return Destination(platform=Platform.EMAIL, workspace=_DIGESTS, channel=recipient_id, person=True)


def letters_to(recipient_id: str) -> Destination:
    """Where mail about their subscriptions goes: the same inbox, but it counts as no digest."""
    return Destination(platform=Platform.EMAIL, workspace=_LETTERS, channel=recipient_id, person=True)


def _ascii(host: str) -> str:
    try:
        found = host.encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return found if len(found) <= LONGEST - 2 else ""
