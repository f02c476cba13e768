"""Discord's markdown: foreign text made harmless, and the few kinds of markup that we write ourselves.

https://discord.com/developers/docs/reference#message-formatting says what Discord reads in a message. A backslash
before a sign makes it plain. Where that is not enough a sign without width parts what must not be read as one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.presentation.addresses import addresses_in, safe_url
from bot.presentation.fitting import fit, fit_escaped
from bot.presentation.plain import isolated, plain, seen

if TYPE_CHECKING:
    from collections.abc import Mapping

GAP: Final = "\u200b"
"""A blank without width: what it parts is no mention and no address."""

_SIGNS: Final = re.compile(r"[\\*_~`|<\[\]]")
_LINE_START: Final = re.compile(r"^(?:(?P<sign>[->+#])|(?P<number>\d+)(?P<dot>[.)])(?=\s|$))")
_MENTION: Final = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_SHORTCODE: Final = re.compile(r":(?=[\w+~-]+:)", re.ASCII)
_FENCE: Final = re.compile(r"`{3,}")
_ADDRESS: Final = re.compile(r"(?<=\w)://")
_INVITATION: Final = re.compile(r"(?<=discord)(?=\.gg/|\.com/invite|app\.com/invite)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def escape(text: str) -> str:
    """*text* on one line as markdown that shows just that: nothing pings, nothing is marked up, nothing is a link."""
    return isolated(_escaped(plain(text)))


@lru_cache(maxsize=4096)
def escape_keeping_links(text: str) -> str:
    """As `escape`, but addresses stay links; they make no preview."""
    line, parts, end = plain(text), [], 0
    for start, stop, url in addresses_in(line):
        parts += [_escaped(line[end:start], begins=not end), f"<{url}>"]
        end = stop
    return isolated("".join([*parts, _escaped(line[end:], begins=not end)]))


@lru_cache(maxsize=4096)
def fitted(text: str, room: int, *, links: bool = False) -> str:
    """*text* escaped, in at most *room* characters: cut between words, never inside what a backslash makes plain."""
    escaping = escape_keeping_links if links else escape
    whole = escaping(text)
    if len(whole) <= room:
        return whole
    return fit_escaped(plain(text), room, escaping)


def worded(text: str, known: Mapping[str, str], room: int) -> str:
    """*text* as `fitted` gives it, with each piece that is a key of *known* replaced by its markup.

    *known* maps words of ours (``#123456789012345678``, ``Friday 09:00 (Berlin)``) to what Discord shows for them.
    """
    if not known:
        return fitted(text, room)
    keys = "|".join(re.escape(key) for key in sorted(known, key=len, reverse=True))
    pieces = re.split(rf"({keys})(?!\w)", plain(text))
    whole = "".join(
        known[piece] if place % 2 else isolated(_escaped(piece, begins=not place))
        for place, piece in enumerate(pieces)
    )
    return whole if len(whole) <= room else fitted(text, room)


def harmless(text: str) -> str:
    """*text* on one line for where Discord reads no markdown (a footer, a label), still without a mention."""
    return _MENTION.sub(f"@{GAP}", plain(text))


def link(label: str, url: str, room: int = 300) -> str:
    """*label* as a link to *url*, the label in at most *room* characters; the label alone if *url* is not safe.

    Discord shows no link whose label has an address in it or whose brackets do not pair: both are seen to.
    """
    target = safe_url(url)
    shown = fitted(_bracketed(label), room)
    return f"[{shown}]({target})" if target and shown else shown


def bold(markup: str) -> str:
    """*markup* in bold type; it must hold no bold itself."""
    return f"**{markup}**" if markup else ""


def italic(markup: str) -> str:
    """*markup* in italics; it must hold no italics itself."""
    return f"*{markup}*" if markup else ""


def subtext(markup: str) -> str:
    """*markup*, one line, small and grey."""
    return f"-# {markup}" if markup else ""


def heading(markup: str) -> str:
    """*markup*, one line, as the smallest heading."""
    return f"### {markup}" if markup else ""


def code(text: str, room: int = 300) -> str:
    """*text* on one line to be copied as it is; escaped where Discord could not show it as code."""
    line = fit(harmless(text), room)
    if not line or "``" in line or line.endswith(("`", "\\")) or line.startswith("`"):
        return fitted(line, room)
    fence = "``" if "`" in line else "`"
    return f"{fence}{line}{fence}"


def code_block(text: str) -> str:
    """*text*, of many lines, to be copied as it is."""
    lines = ("".join(map(seen, line.replace("\t", "    "))) for line in text.split("\n"))
    inner = _FENCE.sub(lambda found: GAP.join(found[0]), "\n".join(lines))
    return f"```\n{inner}\n```"


def moment(unix: int, style: str = "f") -> str:
    """The moment *unix* (seconds) in the reader's own zone; *style* as Discord names it (``f``, ``R``, ``t``)."""
    return f"<t:{unix}:{style}>"


def channel(channel_id: str) -> str:
    """A mention of a channel, which pings nobody; plain text if *channel_id* is no id."""
    return f"<#{channel_id}>" if channel_id.isascii() and channel_id.isdecimal() else escape(f"#{channel_id}")


def _escaped(line: str, *, begins: bool = True) -> str:
    """*line* with every sign made plain; *begins* says whether it stands where a line begins."""
    shown = _SIGNS.sub(r"\\\g<0>", line)
    if begins:
        shown = _LINE_START.sub(_made_plain, shown)
    if "@" in shown:
        shown = _MENTION.sub(f"@{GAP}", shown)
    if ":" in shown:
        shown = _ADDRESS.sub(f":{GAP}//", _SHORTCODE.sub(r"\\:", shown))
    return _INVITATION.sub(GAP, shown)


def _made_plain(found: re.Match[str]) -> str:
    return f"\\{found['sign']}" if found["sign"] else f"{found['number']}\\{found['dot']}"


def _bracketed(label: str) -> str:
    """*label* with brackets that pair, one level deep; else with round ones in their place."""
    depth = deepest = 0
    for char in label:
        depth += (char == "[") - (char == "]")
        deepest = max(deepest, depth)
        if depth < 0:
            break
    return label if depth == 0 and deepest <= 1 else label.replace("[", "(").replace("]", ")")
