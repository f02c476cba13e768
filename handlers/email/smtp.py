"""One mail to one SMTP server: whatever it or the network does comes back as a value, never as an exception."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

from handlers.email.outcomes import Accepted, Broken, Stage, reply

if TYPE_CHECKING:
    from handlers.email.outcomes import Answer

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail is handed over. *timeout* in seconds holds for all that comes before the mail itself.

    *security*: ``starttls`` demands an encrypted connection after the greeting (port 587), ``tls`` from the first
    byte (port 465), ``none`` has none. *name* is what we call ourselves to it.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = 5.0
    name: str = "localhost"


async def deliver(server: Server, content: bytes, *, sender: str, to: str) -> Answer:
    """Hand *content* over for the address *to*; gives what the server said."""
    stage, client = [Stage.CONNECT], _client(server)
    try:
        async with asyncio.timeout(server.timeout):
            await _open(client, server, stage)
            stage[0] = Stage.SENDER
            await client.mail(sender)
            stage[0] = Stage.RECIPIENT
            await client.rcpt(to)
        stage[0] = Stage.DATA
        await client.data(content)
    except (SMTPException, OSError, ValueError) as error:  # also a TimeoutError
        return _failed(stage[0], error, server)
    else:
        await _left(client)
        return Accepted()
    finally:
        client.close()


async def probe(server: Server) -> Answer:
    """Connect and sign in, and nothing else: what `paperround check` asks."""
    stage, client = [Stage.CONNECT], _client(server)
    try:
        async with asyncio.timeout(server.timeout):
            await _open(client, server, stage)
    except (SMTPException, OSError, ValueError) as error:
        return _failed(stage[0], error, server)
    else:
        await _left(client)
        return Accepted()
    finally:
        client.close()


def _client(server: Server) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        local_hostname=server.name,
        timeout=60,  # whoever awaits an answer knows better how long
    )


async def _open(client: SMTP, server: Server, stage: list[Stage]) -> None:
    await client.connect()
    if server.user:
        stage[0] = Stage.LOGIN
        await client.login(server.user, server.password)


def _failed(stage: Stage, error: Exception, server: Server) -> Answer:
    if isinstance(error, SMTPAuthenticationError):
        stage = Stage.LOGIN
    if isinstance(error, SMTPResponseException) and error.code > 0:
        return reply(stage, error.code, error.message)
    if isinstance(error, TimeoutError) and not isinstance(error, SMTPException):
        return Broken(stage=stage, detail=f"no answer within {server.timeout:g} seconds")
    # The texts of errors may repeat what was sent, so that only their kind is told.
    return Broken(stage=stage, detail=f"the connection failed ({type(error).__name__})")


async def _left(client: SMTP) -> None:
    """End the conversation politely if that takes no time; what was said before counts either way."""
    with suppress(SMTPException, OSError):
        async with asyncio.timeout(1):
            await client.quit()
