"""A mail server on loopback that keeps what it is given, and fails as real ones do."""

from __future__ import annotations

import asyncio
import warnings
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP as POLICY
from typing import TYPE_CHECKING, Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from email.message import EmailMessage

Fault = Literal["", "busy", "later", "greylist", "unknown", "policy", "spam", "cut", "hang", "hang early"]
"""What happens to a mail; *cut* and *hang* keep it and give no answer, all others do not keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A mail the server took: from whom and to whom by its envelope, and the mail itself."""

    sender: str
    to: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, taken apart."""
        return message_from_bytes(self.content, policy=POLICY)

    @property
    def text(self) -> str:
        """Its plain text."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def html(self) -> str:
        """Its HTML."""
        body = self.message.get_body(("html",))
        assert body is not None
        return str(body.get_content())


@dataclass(kw_only=True)
class MailServer:
    """Set *faults* by address, or *always* for all; *by_number* for the n-th attempt to hand over a mail, from 1.

    With a *password* whoever has another is refused. A greylisted address is refused once.
    """

    always: Fault = ""
    faults: dict[str, Fault] = field(default_factory=dict)
    by_number: dict[int, Fault] = field(default_factory=dict)
    password: str = ""
    slow: float = 0
    kept: list[Kept] = field(default_factory=list)
    attempts: int = 0
    port: int = 0
    _greylisted: set[str] = field(default_factory=set)
    _hanging: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(one.message["Message-ID"]) for one in self.kept)

    def to(self, address: str) -> list[Kept]:
        """What came for *address*."""
        return [one for one in self.kept if one.to == address]

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Whether the password is right."""
        del server, session, envelope, mechanism
        right = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or refuse as its fault wants."""
        del server, session, options
        self.attempts += 1
        fault = self.by_number.get(self.attempts) or self.faults.get(address) or self.always
        envelope.fault = fault  # type: ignore[attr-defined]
        if fault == "greylist" and address not in self._greylisted:
            self._greylisted.add(address)
            return f"450 4.2.0 <{address}>: Recipient address rejected: Greylisted"
        if fault == "hang early":
            await self._hanging.wait()
        refusals = {
            "busy": "421 4.3.2 Service shutting down",
            "later": f"451 4.7.1 <{address}>: try again later",
            "unknown": f"550 5.1.1 <{address}>: Recipient address rejected: User unknown",
            "policy": f"554 5.7.1 <{address}>: Relay access denied",
        }
        if fault in refusals:
            return refusals[fault]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, and answer or not."""
        del session
        fault = envelope.fault  # type: ignore[attr-defined]
        if fault == "spam":
            return "554 5.7.1 Message rejected as spam"
        await asyncio.sleep(self.slow)
        assert isinstance(envelope.content, bytes)
        for to in envelope.rcpt_tos:
            self.kept.append(Kept(sender=envelope.mail_from or "", to=to, content=envelope.content))
        if fault == "cut" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        if fault == "hang":
            await self._hanging.wait()
        return "250 2.0.0 OK: queued"

    def _protocol(self) -> SMTP:
        secured: dict[str, Any] = {}
        if self.password:
            secured = {
                "authenticator": self.authenticate,
                "auth_required": True,
                "auth_require_tls": False,
            }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a password goes over loopback in the clear
            return SMTP(self, hostname="mail.test", timeout=30, **secured)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[MailServer]:
        """The server at a free *port* of 127.0.0.1."""
        listener = await asyncio.get_running_loop().create_server(self._protocol, "127.0.0.1", self.port)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._hanging.set()
            listener.close()
