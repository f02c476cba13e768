"""Papers as nobody would wish for them, and a reader of Discord's markup that shares no code with the renderer."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.domain.bulletins import Bulletin
from bot.domain.cadence import Cadence, Rhythm
from bot.domain.deliveries import alert, scheduled
from bot.domain.digests import Digest, Field, Match, Pick, Reason
from bot.domain.filter_text import parse_filter
from bot.domain.papers import Entry, Organization, Paper, Tally
from bot.domain.subscriptions import Destination, Extra, Platform, Subscription

MORNING = datetime(2025, 11, 13, 8, 0, tzinfo=UTC)
TODAY = date(2025, 11, 13)
ROOM = Destination(platform=Platform.DISCORD, workspace="1" * 18, channel="2" * 18)
ANA = Destination(platform=Platform.DISCORD, workspace="@me", channel="3" * 18, person=True)

ATTACKS = (
    "@everyone",
    "@here",
    "@EVERYONE",
    "<@123456789012345678>",
    "<@!123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "</papers today:123456789012345678>",
    "<id:customize>",
    "<t:1760601600:R>",
    "<:fire:123456789012345678>",
    "<a:fire:123456789012345678>",
    ":fire:",
    "**bold** ",
    "__under__",
    "*it*",
    "_it_",
    "~~gone~~",
    "||spoiler||",
    "`code`",
    "```\nblock\n```",
    "# heading",
    "-# small",
    "> quote",
    ">>> quote",
    "- list",
    "1. list",
    "[label](https://evil.example)",
    "](https://evil.example)",
    "[[x]] [CLS] ]( [",
    "https://example.org/a_b_c(d)?e=*f*",
    "discord.gg/evil",
    "\\",
    "\\*",
    "\u202eevil\u202c",
    "\u2066x",
    "\u200b@\u200beveryone",
    "@\u2060here",
    "\ufeff",
    "\x00\x07\x1b[31m",
    "\u2028\u2029",
    "שלום עולם",
    "السلام عليكم 123",
    "扩散模型的研究进展",
    "👩🏽‍🔬🇩🇪🔥",
    "e\u0301" + "\u0301" * 30,
    r"$\mathcal{O}(n^2)$ \textbf{x}",
    "𝓐" * 20,
    "\ud800",
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "@channel",
    "<@U1>",
    "<#C012AB3CD|papers>",
    "<!subteam^S012AB3CD>",
    "<!date^1760601600^{date}|soon>",
    "<https://evil.example|label>",
    "|https://evil.example>",
    "&lt;!channel&gt;",
    "&",
    "&gt; quote",
    "_*~`all`~*_",
)
WORDS = ("diffusion", "a", "model", "for", "3D", "—", "agents", "self-supervised", "learning:", "of")

pieces = st.one_of(st.sampled_from(ATTACKS), st.sampled_from(WORDS), st.text(max_size=12))


def texts(most: int) -> st.SearchStrategy[str]:
    """Text of at most *most* characters, some of it meant to do harm."""
    joined = st.lists(pieces, max_size=max(1, most // 6)).flatmap(
        lambda some: st.sampled_from(("", " ", "\n")).map(lambda blank: blank.join(some)[:most])
    )
    repeated = st.tuples(pieces, st.integers(1, most)).map(lambda one: ((one[0] or "x") * one[1])[:most])
    return st.one_of(joined, repeated)


@st.composite
def papers(draw: st.DrawFn, number: int) -> Paper:
    """A paper with an id of its own."""
    author = draw(texts(60))
    count = draw(st.sampled_from((0, 1, 3, 664)))
    return Paper(
        id=draw(st.sampled_from((f"2511.{number:05d}", f"page:{number:016x}"))),
        title=draw(texts(400)),
        abstract=draw(texts(1900)),
        summary=draw(texts(400)),
        authors=tuple(f"{author}{place}" for place in range(count)),
        author_count=count,
        organization=draw(
            st.one_of(st.none(), texts(60).map(lambda name: Organization(handle="x", name=name)))
        ),
        published_on=draw(st.sampled_from((None, TODAY))),
        listed_on=(TODAY,),
        code_url=draw(
            st.sampled_from(("", "https://github.com/a/b", "javascript:alert(1)", "https://x.example/a) b*"))
        ),
        project_url=draw(st.sampled_from(("", "https://x.example/[a](b)"))),
    )


@st.composite
def picks(draw: st.DrawFn, number: int) -> Pick:
    """A pick of such a paper."""
    reasons = tuple(
        Reason(term=draw(texts(80)), field=draw(st.sampled_from(Field)))
        for _ in range(draw(st.integers(0, 4)))
    )
    count = st.sampled_from((None, 0, 1, 84, 12_345))
    tally = Tally(at=MORNING, upvotes=draw(count), comments=draw(count), stars=draw(count))
    entry = Entry(paper=draw(papers(number)), tally=tally)
    return Pick(
        match=Match(entry=entry, reasons=reasons, strength=1.0),
        expected=99.0,
        score=1.0,
        late=draw(st.booleans()),
    )


@st.composite
def bulletins(draw: st.DrawFn, /, most: int = 20, **known: Any) -> Bulletin:  # noqa: ANN401 - any field of a Subscription
    """An edition of up to *most* such papers; an alert has one at least."""
    alerts = draw(st.booleans())
    count = draw(st.integers(1 if alerts else 0, most))
    chosen = tuple(draw(picks(number)) for number in range(1, count + 1))
    extras = frozenset(draw(st.sets(st.sampled_from(Extra))))
    held = subscription(
        alerts=alerts, **{"destination": draw(st.sampled_from((ROOM, ANA))), "extras": extras, **known}
    )
    return Bulletin(
        subscription=held,
        edition=alert(MORNING) if alerts else scheduled(MORNING, "Europe/Berlin"),
        digest=digest(*chosen, left_out=tuple(draw(picks(99)).entry for _ in range(draw(st.integers(0, 1))))),
        made_at=MORNING,
        due_at=MORNING,
        next_at=None if alerts else MORNING + timedelta(days=1),
        alerted=tuple(draw(picks(98)).entry for _ in range(draw(st.integers(0, 3)))),
    )


def subscription(*, alerts: bool = False, **known: Any) -> Subscription:  # noqa: ANN401 - any field
    """One in a channel, or another by *known*."""
    rhythm = Rhythm.HOT if alerts else Rhythm.DAYS
    facts: dict[str, Any] = {
        "id": "s01-00",
        "short_id": "7f3k",
        "destination": ROOM,
        "filter": parse_filter("diffusion -survey"),
        "cadence": Cadence(rhythm=rhythm, times=(time(9),), zone="Europe/Berlin"),
        "created_by": "1",
        "created_at": MORNING,
        **known,
    }
    return Subscription(**facts)


def digest(*chosen: Pick, **known: Any) -> Digest:  # noqa: ANN401 - any field of a Digest
    """A digest of these."""
    facts: dict[str, Any] = {
        "filter": parse_filter("diffusion -survey"),
        "day": TODAY,
        "window_from": TODAY,
        "picks": chosen,
        "left_out": (),
        "listed": 31,
        "matched": len(chosen),
        **known,
    }
    return Digest(**facts)


_SHOWN = "¤"
"""Stands for a sign that a backslash makes plain."""
_CODE = re.compile(r"```.*?```|``.+?``|`[^`\n]+`", re.DOTALL)
_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]", re.DOTALL)
_LINK = re.compile(r"\[((?:\[[^\[\]]*\]|[^\[\]])*)\]\((https?://[^\s()<>*_`|\\]+(?:_[^\s()<>*`|\\]*)*)\)")
_AUTOLINK = re.compile(r"<https?://[^\s<>]+>")
_OURS = re.compile(r"<t:\d+:[a-zA-Z]>|<#\d{17,20}>")
_PINGS = re.compile(r"@everyone|@here|<@[!&]?\d+>", re.IGNORECASE)
_READ = re.compile(
    r"<a?:\w+:\d+>|</[^>]+:\d+>|<id:\w+>|<#\d+>|<t:-?\d+(?::\w)?>|:[A-Za-z0-9_]+:|\w://|discord\.gg/"
)


def mentions(markup: str, *, ours: bool = True) -> list[str]:
    """What Discord would read in *markup* as a mention, an emoji, a moment or a bare address; *ours* are allowed."""
    visible = _CODE.sub("", _ESCAPED.sub(_SHOWN, markup))
    visible = _AUTOLINK.sub("", _LINK.sub(r"\1", visible))
    if ours:
        visible = _OURS.sub("", visible)
    return [
        *_PINGS.findall(markup if "`" not in markup else visible),
        *_PINGS.findall(visible),
        *_READ.findall(visible),
    ]


def pings(text: str) -> list[str]:
    """What would ping someone, wherever it stands."""
    return _PINGS.findall(text)


def stray(line: str) -> str:
    """What is left of *line*'s signs once all that is whole was taken away; empty if its markup is balanced."""
    left = _CODE.sub("", _ESCAPED.sub(_SHOWN, line))
    left = re.sub(r"^(?:-# |### )", "", left)
    for whole in (_OURS, _AUTOLINK):
        left = whole.sub("", left)
    left = _LINK.sub(r"\1", left)
    left = re.sub(r"^\*\*(.+)\*\*$", r"\1", left)
    left = re.sub(r"(?<!\*)\*(?!\*)([^*]+)\*(?!\*)$", r"\1", left)
    begun = re.match(r"(?:[-+>]|#{1,3}|\d+[.)])(?=\s|$)", left)
    return (begun[0] if begun and not line.startswith("**") else "") + "".join(
        re.findall(r"[*_~`|<\[\]\\]", left)
    )


def unescaped(markup: str) -> str:
    """The text that *markup* shows, if it is only escaped."""
    return re.sub(r"[\u200b\u2068\u2069]", "", re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markup))
