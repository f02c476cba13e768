"""Mails of papers as nobody would wish for them: still one mail, with our headers and nobody else's words in them."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.domain.bulletins import Bulletin, Silence
from bot.domain.deliveries import nonce_of, scheduled
from bot.domain.digests import Match, Pick
from bot.domain.filter_text import parse_filter
from bot.domain.mailboxes import digests_to
from bot.domain.papers import Entry, Organization, Paper, Tally
from bot.domain.subscriptions import Extra, Subscription
from handlers.email.links import Links
from handlers.email.messages import Mail, Sender, UnreadablePayload, decode, encode, message
from handlers.email.render import digest_mail
from tests.handlers.discord.hostile import MORNING, TODAY, bulletins, digest, subscription

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SENDER = Sender(name="Paperround", address="papers@paperround.test", reply_to="help@paperround.test")
NONCE = nonce_of("key")
HERE = digests_to("r1")
GMAIL_CUTS = 102_000
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Auto-Submitted",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
]
INJECTIONS = (
    "Title\r\nBcc: victim@example.org",
    "Title\nSubject: another",
    "Title\r\n\r\n<h1>body</h1>",
    "Title\x0bX: 1\x0cY: 2\x1cZ: 3\u2028A: 4\u2029B: 5\x85C: 6",
    "=?utf-8?q?evil?=\r\n =?utf-8?q?_two?=",
    "\x00\x1b[31m\ud800",
    "x" * 20_000,
    "\u202e" + "gnp.live",
    "--=_boundary",
    "",
)
MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></div><style>*{display:none}</style>",
    "{{ 7 * 7 }}{% raw %}",
    "<![endif]--><!--[if mso]>",
    "&lt;b&gt; &amp; &#60;",
    '<a href="https://evil.example">here</a>',
)


def token(one: Subscription) -> str:
    return f"signed.{one.id}"


LINKS = Links("https://papers.test/", token)


def rendered(bulletin: Bulletin) -> Mail:
    return digest_mail(
        replace(bulletin, subscription=replace(bulletin.subscription, destination=HERE)), LINKS
    )


def sent(mail: Mail) -> bytes:
    return message(mail, sender=SENDER, to="ana@example.org", nonce=NONCE, at=MORNING).as_bytes()


def of(*papers: Paper, **known: Any) -> Bulletin:  # noqa: ANN401 - any field of a Subscription
    picks = [
        Pick(
            match=Match(
                entry=Entry(paper=one, tally=Tally(at=MORNING, upvotes=84, comments=4)),
                reasons=(),
                strength=1.0,
            ),
            expected=99.0,
            score=1.0,
        )
        for one in papers
    ]
    held = subscription(destination=HERE, **known)
    edition = scheduled(MORNING, "Europe/Berlin")
    return Bulletin(
        subscription=held, edition=edition, digest=digest(*picks), made_at=MORNING, due_at=MORNING
    )


def check_wire(content: bytes) -> None:
    """What any mail must be on its way: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.6."""
    lines = content.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines)
    assert content.isascii()
    parsed = message_from_bytes(content, policy=SMTP)
    assert parsed.keys() == HEADERS
    assert str(parsed["To"]) == "ana@example.org"
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def check_page(page: str) -> None:
    """Nothing in it runs, loads or leads anywhere but to web pages."""
    tree = LexborHTMLParser(page)
    assert tree.css("script, img, iframe, object, embed, form, svg, link, base, video, audio, input") == []
    assert len(tree.css("style")) == 1
    assert len(tree.css("html, head, body, title")) == 4
    for node in tree.css("*"):
        names = {name.lower() for name in node.attributes}
        assert not [
            name for name in names if name.startswith("on") or name in ("src", "background", "srcset")
        ]
        assert "url(" not in (node.attributes.get("style") or "")
    for link in tree.css("a"):
        assert re.match(r"https?://[^/\s]", link.attributes["href"] or "")
    assert len(page.encode()) < GMAIL_CUTS


@SLOW
@given(bulletins())
def test_any_edition_is_a_mail_within_every_limit(bulletin: Bulletin) -> None:
    mail = rendered(bulletin)
    assert decode(encode(mail)) == mail
    check_wire(sent(mail))
    check_page(mail.html)
    for words in ("Change it", "Pause it", "Unsubscribe"):
        assert words in mail.html
        assert f"{words}: https://papers.test/mail/" in mail.text
    prose = [line for line in mail.text.split("\n") if "https://" not in line and "http://" not in line]
    assert all(len(line) <= 72 or " " not in line.strip() for line in prose)


@pytest.mark.parametrize("title", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_title_adds_a_header_or_breaks_out_of_its_part(title: str) -> None:
    paper = Paper(id="2511.00001", title=title, summary=title, authors=(title,), author_count=1)
    content = sent(rendered(of(paper)))
    check_wire(content)
    subject = str(message_from_bytes(content, policy=SMTP)["Subject"])
    assert len(subject) <= 150
    assert subject.isprintable()


@given(subject=st.text(max_size=300), name=st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_subject_and_no_name_of_ours_adds_a_header(subject: str, name: str) -> None:
    mail = Mail(
        subject=subject, text=subject, html=name, unsubscribe="https://papers.test/mail/unsubscribe?t=x"
    )
    sender = replace(SENDER, name=name)
    content = message(mail, sender=sender, to="ana@example.org", nonce=NONCE, at=MORNING).as_bytes()
    check_wire(content)
    assert message_from_bytes(content, policy=SMTP)["From"].addresses[0].addr_spec == SENDER.address


@pytest.mark.parametrize("field", ["title", "summary", "author", "organization", "abstract", "url", "filter"])
@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
def test_markup_in_any_field_is_shown_as_it_is_and_does_nothing(text: str, field: str) -> None:
    paper = Paper(
        id="2511.00001",
        title=text if field == "title" else "Title",
        summary=text if field == "summary" else "",
        abstract=text if field == "abstract" else "",
        authors=(text,) if field == "author" else (),
        author_count=1,
        organization=Organization(handle="x", name=text) if field == "organization" else None,
        code_url=f"https://x.example/{text}" if field == "url" else "",
        project_url=f"javascript:{text}" if field == "url" else "",
    )
    quoted = text.replace('"', "").replace("{", "").replace("}", "")
    wanted = parse_filter(f'"{quoted}"') if field == "filter" else parse_filter("diffusion")
    mail = rendered(of(paper, filter=wanted, extras=frozenset({Extra.ABSTRACTS})))
    check_page(mail.html)
    if field in ("title", "summary", "author", "organization", "abstract"):
        shown = LexborHTMLParser(mail.html).body
        assert shown is not None
        assert " ".join(text.split()) in " ".join(shown.text().split())


def test_an_edition_of_nothing_says_why_and_how_to_change_it() -> None:
    silence = Silence(since=TODAY, listed=143)
    mail = rendered(replace(of(), silence=silence))
    assert mail.subject.startswith("Still here: 143 papers listed")
    check_wire(sent(mail))


def test_abstracts_come_where_they_are_wanted_and_links_where_they_are_known() -> None:
    paper = Paper(
        id="2511.00001",
        title="Title",
        summary="In short.",
        abstract="All of it.",
        code_url="https://github.com/a/b",
    )
    plain, full = rendered(of(paper)), rendered(of(paper, extras=frozenset({Extra.ABSTRACTS})))
    assert "All of it." not in plain.html
    assert "All of it." in full.html
    assert "All of it." in full.text
    for mail in (plain, full):
        assert 'href="https://github.com/a/b"' in mail.html
        assert "Code: https://github.com/a/b" in mail.text


def test_what_is_linked_is_told_once_and_equal_figures_stay() -> None:
    paper = Paper(
        id="2511.00001",
        title="Title",
        summary="In short.",
        code_url="https://github.com/a/b",
        project_url="https://example.org/",
    )
    bulletin = of(paper)
    [pick] = bulletin.digest.picks
    tally = Tally(at=MORNING, upvotes=4, comments=4, stars=1200)
    counted = replace(pick, match=replace(pick.match, entry=Entry(paper=paper, tally=tally)))
    mail = rendered(replace(bulletin, digest=replace(bulletin.digest, picks=(counted,))))
    assert "4 upvotes · 4 comments" in mail.text
    assert "Code (1.2k stars): https://github.com/a/b" in mail.text
    assert "Project page: https://example.org/" in mail.text
    assert mail.text.lower().count("project page") == mail.text.count("stars") == 1


@pytest.mark.parametrize(
    "payload",
    ["", "{}", "[]", '{"v":9}', '{"v":1,"subject":"x"}', '{"v":1,"text":"","html":"","subject":"","evil":1}'],
)
def test_what_another_version_wrote_is_not_read_as_ours(payload: str) -> None:
    with pytest.raises(UnreadablePayload):
        decode(payload)
