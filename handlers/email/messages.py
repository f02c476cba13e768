"""A mail as it is frozen in the outbox: what a renderer gives, what the messenger posts later. Pure.

No address is in it: whom it goes to stands encrypted elsewhere, and is looked up when it is posted.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from bot.presentation.fitting import fit

if TYPE_CHECKING:
    from datetime import datetime

_FORMAT: Final = 1
_LONGEST_SUBJECT: Final = 150
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class UnreadablePayload(ValueError):
    """A payload that this version of Paperround did not write and cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail: *subject* in one line, and the same words twice, as *text* and as *html*.

    *unsubscribe* is the address that ends it with one click, empty for a mail that belongs to no follow.
    """

    subject: str
    text: str
    html: str
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends: *name* and *address*, and where answers go if elsewhere. *domain* names messages and lists."""

    name: str
    address: str
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """The part of the address behind its @."""
        return self.address.rpartition("@")[2]


def encode(mail: Mail) -> str:
    """The payload of *mail*."""
    return json.dumps({"v": _FORMAT, **asdict(mail)}, separators=(",", ":"))


def decode(payload: str) -> Mail:
    """The mail whose `encode` is *payload*; raises `UnreadablePayload`."""
    try:
        wire = json.loads(payload)
        if wire.pop("v") != _FORMAT:
            raise UnreadablePayload("a mail of another format")
        return Mail(**wire)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadablePayload("no mail of ours") from error


def message_id(nonce: str, sender: Sender) -> str:
    """The Message-ID of the delivery with *nonce*, the same however often it is sent: receivers may drop a repeat."""
    return f"<{nonce}@{sender.domain}>"


def message(mail: Mail, *, sender: Sender, to: str, nonce: str, at: datetime) -> EmailMessage:
    """*mail* as it goes to the address *to*, the same to its last sign however often it is made.

    Headers: https://www.rfc-editor.org/rfc/rfc5322, Auto-Submitted https://www.rfc-editor.org/rfc/rfc3834, List-Id
    https://www.rfc-editor.org/rfc/rfc2919, List-Unsubscribe-Post https://www.rfc-editor.org/rfc/rfc8058.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=one_line(sender.name), addr_spec=sender.address)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = fit(one_line(mail.subject), _LONGEST_SUBJECT)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = message_id(nonce, sender)
    if sender.reply_to:
        made["Reply-To"] = Address(addr_spec=sender.reply_to)
    made["Auto-Submitted"] = "auto-generated"
    made["List-Id"] = f"Paperround <paperround.{sender.domain}>"
    if mail.unsubscribe:
        made["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _fill(made, mail, boundary=f"=_{nonce}")  # which quoted-printable text cannot hold
    return made


def _fill(made: EmailMessage, mail: Mail, *, boundary: str) -> None:
    made.set_content(whole(mail.text), cte="quoted-printable")
    made.add_alternative(whole(mail.html), subtype="html", cte="quoted-printable")
    made.set_boundary(boundary)


def one_line(text: str) -> str:
    """*text* as a header may hold it: without line breaks and signs that cannot be seen, each run of blanks one."""
    seen = ("" if _joins(char) else " " if unicodedata.category(char) in _HIDDEN else char for char in text)
    return " ".join("".join(seen).split())


def whole(text: str) -> str:
    """*text* without halves of characters and NULs, which no mail can hold."""
    return text.encode(errors="replace").decode().replace("\0", "")


def _joins(char: str) -> bool:
    """Whether *char* is invisible without parting words: a soft hyphen, a joiner, a mark of direction."""
    return unicodedata.category(char) == "Cf"
