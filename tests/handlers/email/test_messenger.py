"""The messenger against a real mail server on loopback, with every way in which one can fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.deliveries import Delivery, Edition
from bot.domain.mailboxes import Recipient, digests_to
from bot.domain.outcomes import NotPosted, Refused, Sent, Unclear
from bot.domain.subscriptions import Destination
from bot.outbox import Messenger
from bot.ports import Store
from bot.sealing import Sealer
from handlers.email.messages import Mail, Sender, encode
from handlers.email.messenger import EmailMessenger
from handlers.email.outcomes import Accepted, Broken, Reply
from handlers.email.smtp import Server, probe
from storage.opening import open_store
from tests.servers.smtp import Fault, MailServer

NOW = datetime(2025, 11, 10, 8, tzinfo=UTC)
ANA = "ana@example.org"
SENDER = Sender(name="Paperround", address="papers@paperround.test")
MAIL = Mail(
    subject="5 papers", text="words", html="<p>words</p>", unsubscribe="https://p.test/mail/unsubscribe?t=x"
)
DELIVERY = Delivery(
    destination=digests_to("r1"),
    subscription_id="s01-a",
    edition=Edition("2025-11-10T09:00+01:00 Europe/Berlin"),
    payload=encode(MAIL),
    created_at=NOW,
    not_before=NOW,
)
SEALER = Sealer([Fernet.generate_key().decode()])


class Lost:
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def __call__(self, destination: Destination, because: str) -> None:
        self.told.append((str(destination), because))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        await store.recipients.keep(
            Recipient(id="r1", found_by="h", sealed=SEALER.seal(ANA), asked_at=NOW, confirmed_at=NOW)
        )
        yield store


def messenger(store: Store, port: int, *, lost: Lost | None = None, **server: object) -> EmailMessenger:
    chosen = {"security": "none", "timeout": 2.0, **server}
    at = Server(host="127.0.0.1", port=port, **chosen)  # type: ignore[arg-type]
    return EmailMessenger(
        at, SENDER, lambda _: MAIL, recipients=store.recipients, sealer=SEALER, lost=lost or Lost()
    )


async def test_a_mail_arrives_with_the_headers_of_a_list_and_one_click_to_end_it(
    store: Store, mail_server: MailServer
) -> None:
    port: Messenger = messenger(store, mail_server.port)
    outcome = await port.post(DELIVERY)
    [kept] = mail_server.kept
    got = kept.message
    assert outcome == Sent(reference=f"<{DELIVERY.nonce}@paperround.test>")
    assert (kept.sender, kept.to) == (SENDER.address, ANA)
    assert {name: str(got[name]) for name in ("From", "To", "Subject", "Message-ID", "List-Id")} == {
        "From": "Paperround <papers@paperround.test>",
        "To": ANA,
        "Subject": "5 papers",
        "Message-ID": f"<{DELIVERY.nonce}@paperround.test>",
        "List-Id": "Paperround <paperround.paperround.test>",
    }
    assert got["List-Unsubscribe"] == f"<{MAIL.unsubscribe}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"] == "Mon, 10 Nov 2025 08:00:00 +0000"
    assert (kept.text.strip(), kept.html.strip()) == ("words", "<p>words</p>")


async def test_the_same_delivery_is_the_same_mail_to_its_last_sign(
    store: Store, mail_server: MailServer
) -> None:
    port = messenger(store, mail_server.port)
    await port.post(DELIVERY)
    await port.post(DELIVERY)
    first, again = mail_server.kept
    assert first.content == again.content


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param("busy", NotPosted, id="the server shuts down"),
        pytest.param("later", NotPosted, id="the recipient is put off"),
        pytest.param("greylist", NotPosted, id="greylisted"),
        pytest.param("hang early", NotPosted, id="no answer before the mail was handed over"),
        pytest.param("cut", Unclear, id="the connection is cut after the mail was handed over"),
    ],
)
async def test_what_is_no_answer_is_tried_again_only_where_surely_nothing_arrived(
    store: Store, mail_server: MailServer, fault: Fault, expected: type
) -> None:
    mail_server.always = fault
    lost = Lost()
    outcome = await messenger(store, mail_server.port, lost=lost, timeout=0.3).post(DELIVERY)
    assert type(outcome) is expected
    assert (len(mail_server.kept), lost.told) == (int(expected is Unclear), [])
    assert ANA not in repr(outcome)


async def test_a_greylisted_mail_arrives_at_the_second_try(store: Store, mail_server: MailServer) -> None:
    mail_server.always = "greylist"
    port = messenger(store, mail_server.port)
    assert isinstance(await port.post(DELIVERY), NotPosted)
    assert isinstance(await port.post(DELIVERY), Sent)


async def test_an_address_that_gets_no_mail_is_refused_for_good_and_all_that_goes_there_is_told(
    store: Store, mail_server: MailServer
) -> None:
    mail_server.always = "unknown"
    lost = Lost()
    outcome = await messenger(store, mail_server.port, lost=lost).post(DELIVERY)
    because = "its mail server says that this address gets no mail"
    assert outcome == Refused(code="550 5.1.1", because=because)
    assert lost.told == [("email:mail/@r1", because)]


@pytest.mark.parametrize("fault", ["policy", "spam"])
async def test_a_mail_refused_for_what_it_is_or_who_we_are_pauses_nobody(
    store: Store, mail_server: MailServer, fault: Fault
) -> None:
    mail_server.always = fault
    lost = Lost()
    outcome = await messenger(store, mail_server.port, lost=lost).post(DELIVERY)
    assert isinstance(outcome, Refused)
    assert (outcome.for_good, lost.told) == (False, [])
    assert ANA not in repr(outcome)


async def test_a_server_that_is_down_lets_all_mail_rest(store: Store) -> None:
    outcome = await messenger(store, 1).post(DELIVERY)
    assert isinstance(outcome, NotPosted)
    assert (outcome.holds, outcome.retry_after) == (("email",), timedelta(minutes=1))


@pytest.mark.parametrize(
    ("password", "expected"), [("right", Sent), ("wrong", NotPosted)], ids=["right", "wrong"]
)
async def test_a_wrong_password_lets_all_mail_rest_and_is_told_without_it(
    store: Store, password: str, expected: type
) -> None:
    async with MailServer(password="right").running() as server:
        port = messenger(store, server.port, user="paperround", password=password)
        outcome = await port.post(DELIVERY)
    assert type(outcome) is expected
    assert "wrong" not in repr(outcome)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param("gone", Refused, id="an address that was deleted"),
        pytest.param("another key", NotPosted, id="an address sealed with a key that is not set"),
    ],
)
async def test_without_an_address_nothing_is_sent(
    store: Store, mail_server: MailServer, stored: str, expected: type
) -> None:
    await store.recipients.remove("r1")
    if stored == "another key":
        sealed = Sealer([Fernet.generate_key().decode()]).seal(ANA)
        await store.recipients.keep(Recipient(id="r1", found_by="h", sealed=sealed, asked_at=NOW))
    assert type(await messenger(store, mail_server.port).post(DELIVERY)) is expected
    assert mail_server.attempts == 0


async def test_a_server_that_offers_no_encryption_gets_nothing(store: Store, mail_server: MailServer) -> None:
    outcome = await messenger(store, mail_server.port, security="starttls").post(DELIVERY)
    assert isinstance(outcome, NotPosted)
    assert mail_server.attempts == 0


async def test_a_check_connects_signs_in_and_sends_nothing(mail_server: MailServer) -> None:
    at = Server(host="127.0.0.1", port=mail_server.port, security="none")
    assert await probe(at) == Accepted()
    assert isinstance(await probe(Server(host="127.0.0.1", port=1, security="none")), Broken)
    async with MailServer(password="right").running() as strict:
        wrong = await probe(
            Server(host="127.0.0.1", port=strict.port, security="none", user="a", password="wrong")
        )
    assert isinstance(wrong, Reply)
    assert mail_server.attempts == 0
