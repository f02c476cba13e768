"""Slack's mrkdwn: foreign text made harmless, and the few kinds of markup that we write ourselves.

https://docs.slack.dev/messaging/formatting-message-text says what Slack reads. ``&``, ``<`` and ``>`` are written as
entities, so that nothing mentions and nothing links. For the other signs there is no escape: a star, a tilde, a
backtick, and an underscore at the edge of a word become signs that look alike (jsx-slack does the same:
https://github.com/yhatt/jsx-slack/issues/124). Where that is not enough a sign without width parts what must not be
read as one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.presentation.addresses import addresses_in, safe_url
from bot.presentation.fitting import fit, fit_escaped
from bot.presentation.plain import isolated, plain, seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GAP: Final = "\u200b"
"""A blank without width: what it parts is no mention, no emoji and no address."""
LOOK_ALIKES: Final = {"*": "\u2217", "~": "\u223c", "`": "\u02cb", "_": "\u02cd"}
"""What is shown for the signs that Slack would take for markup."""

_SIGNS: Final = re.compile(r"[*~`]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_MENTION: Final = re.compile(r"@(?=everyone|here|channel)", re.IGNORECASE)
_SHORTCODE: Final = re.compile(r":(?!\d+:)(?=[\w+'’.-]+:)")
_ADDRESS: Final = re.compile(r"(?<=\w)://")
_FENCE: Final = re.compile(r"`{3,}")
_CHANNEL: Final = re.compile(r"[CDG][A-Z0-9]{1,30}", re.ASCII)
_SENT: Final = re.compile(r"<(?P<kind>[#@!]?)(?P<name>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


@lru_cache(maxsize=4096)
def escape(text: str) -> str:
    """*text* on one line as mrkdwn that shows just that: nothing pings, nothing is marked up, nothing is a link."""
    return isolated(_escaped(plain(text)))


@lru_cache(maxsize=4096)
def escape_keeping_links(text: str) -> str:
    """As `escape`, but addresses stay links."""
    line, parts, end = plain(text), [], 0
    for start, stop, url in addresses_in(line):
        parts += [_escaped(line[end:start]), f"<{_entities(url)}>"]
        end = stop
    return isolated("".join([*parts, _escaped(line[end:])]))


@lru_cache(maxsize=4096)
def fitted(text: str, room: int, *, links: bool = False) -> str:
    """*text* escaped, in at most *room* characters of markup: cut between words, never inside an entity."""
    escaping = escape_keeping_links if links else escape
    whole = escaping(text)
    return whole if len(whole) <= room else fit_escaped(plain(text), room, escaping)


def worded(text: str, known: Mapping[str, str], room: int) -> str:
    """*text* as `fitted` gives it, with each piece that is a key of *known* replaced by its markup.

    *known* maps words of ours (``#C012AB3CD``, ``Friday 09:00 (Berlin)``) to what Slack shows for them.
    """
    if not known:
        return fitted(text, room)
    whole = "".join(
        known[piece] if ours else isolated(_escaped(piece)) for piece, ours in _pieces(text, known)
    )
    return whole if len(whole) <= room else fitted(text, room)


def names_known(text: str, known: Mapping[str, str]) -> bool:
    """Whether `worded` would replace something in *text*."""
    return bool(known) and any(ours for _, ours in _pieces(text, known))


def harmless(text: str) -> str:
    """*text* on one line for where Slack reads no mrkdwn (a header, a label)."""
    return _MENTION.sub(f"@{GAP}", plain(text))


def link(label: str, url: str, room: int = 300) -> str:
    """*label* as a link to *url*, the label in at most *room* characters; the label alone if *url* is not safe."""
    target, shown = safe_url(url), fitted(label, room)
    return f"<{_entities(target)}|{shown}>" if target and shown else shown


def bold(markup: str) -> str:
    """*markup* in bold type; it must hold no bold itself."""
    return f"*{markup}*" if markup else ""


def italic(markup: str) -> str:
    """*markup* in italics; it must hold no italics itself."""
    return f"_{markup}_" if markup else ""


def code(text: str, room: int = 300) -> str:
    """*text* on one line to be copied as it is; with a backtick in it, as plain text."""
    line = fit(harmless(text), room)
    if not line or "`" in line or len(shown := _entities(line)) > room:
        return fitted(line, room)
    return f"`{shown}`"


def code_block(text: str) -> str:
    """*text*, of many lines, to be copied as it is."""
    lines = ("".join(map(seen, line.replace("\t", "    "))) for line in text.split("\n"))
    inner = _FENCE.sub(lambda found: GAP.join(found[0]), "\n".join(lines))
    return f"```\n{_entities(inner)}\n```"


def moment(unix: int, words: str) -> str:
    """The moment *unix* (seconds) in the reader's own zone, *words* where that cannot be shown.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    otherwise = fitted(words, 100).replace("|", " ")
    return f"<!date^{unix:d}^{{date_short_pretty}} at {{time}}|{otherwise or '…'}>"


def channel(channel_id: str) -> str:
    """A link to a channel, which pings nobody; plain text if *channel_id* is no id."""
    return f"<#{channel_id}>" if _CHANNEL.fullmatch(channel_id) else escape(f"#{channel_id}")


def person(person_id: str) -> str:
    """The name of a person as plain text: a mention would ping them."""
    return escape(f"@{person_id}")


def heard(text: str) -> str:
    """What somebody typed, from what Slack sends of it: channels by their ids (``#C012AB3CD``), links as addresses.

    https://docs.slack.dev/interactivity/implementing-slash-commands#escaping-users-warning
    """
    typed = _SENT.sub(_typed, text)
    return typed.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _typed(found: re.Match[str]) -> str:
    if found["kind"] == "":
        return found["label"] if found["label"] and "://" not in found["label"] else found["name"]
    return f"{found['kind'].replace('!', '@')}{found['name']}"


def _pieces(text: str, known: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """*text* in pieces, and whether each is a key of *known*."""
    keys = "|".join(re.escape(key) for key in sorted(known, key=len, reverse=True))
    for place, piece in enumerate(re.split(rf"({keys})(?!\w)", plain(text))):
        yield piece, bool(place % 2)


def _escaped(line: str) -> str:
    shown = _SIGNS.sub(lambda found: LOOK_ALIKES[found[0]], line)
    if "@" in shown:
        shown = _MENTION.sub(f"@{GAP}", shown)
    if ":" in shown:
        shown = _ADDRESS.sub(f":{GAP}//", _SHORTCODE.sub(f":{GAP}", shown))
    quoting = GAP if shown.startswith(">") else ""  # also as an entity it would begin a quotation
    return quoting + _entities(shown)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
