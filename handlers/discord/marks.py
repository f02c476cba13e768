"""The mark by which a message of ours is found again in a channel's history. Pure.

It must survive every form of a message, and neither people nor screen readers may meet it. Texts and labels are read
aloud; custom ids belong to buttons, of which older versions must still be understood; whether history gives back the
nonce is documented nowhere. But every component, in old messages as in new ones, has a numeric ``id`` of the sender's
choice, unique within its message, that Discord keeps, gives back and shows nobody:
https://discord.com/developers/docs/components/reference#anatomy-of-a-component
So the first component's id is made of the nonce. A message without components has its mark in the fragment of its
first embed's link.

Whose message it is need not be asked: the nonce cannot be guessed (it is made of an internal id), so that whatever
bears its mark was copied from our message, which then was there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARKED: Final = 1 << 30
"""Every mark has this bit: ids that Discord gives out itself count from 1."""
_SIGNS: Final = 12
_FRAGMENT: Final = "#p-"


def marked(body: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """*body* with the mark of *nonce*, where it can carry one."""
    if components := body.get("components"):
        first = {**components[0], "id": mark_of(nonce)}
        return {**body, "components": [first, *components[1:]]}
    embeds = body.get("embeds") or ()
    place = next((number for number, embed in enumerate(embeds) if embed.get("url")), None)
    if place is None:
        return dict(body)
    linked = {**embeds[place], "url": f"{_plain(embeds[place]['url'])}{_fragment(nonce)}"}
    return {**body, "embeds": [*embeds[:place], linked, *embeds[place + 1 :]]}


def can_be_marked(body: Mapping[str, Any]) -> bool:
    """Whether `marked` tells *body* from others."""
    return bool(body.get("components")) or any(embed.get("url") for embed in body.get("embeds") or ())


def is_marked(message: Mapping[str, Any], nonce: str) -> bool:
    """Whether *message*, from a channel's history, is the one that was posted with *nonce*."""
    if message.get("nonce") == nonce:
        return True
    mark = mark_of(nonce)
    if any(component.get("id") == mark for component in message.get("components") or ()):
        return True
    fragment = _fragment(nonce)
    return any(str(embed.get("url", "")).endswith(fragment) for embed in message.get("embeds") or ())


def mark_of(nonce: str) -> int:
    """A positive number of 31 bits that stands for *nonce*, which is hexadecimal."""
    return _MARKED | int(nonce[:_SIGNS], 16) % _MARKED


def _fragment(nonce: str) -> str:
    return f"{_FRAGMENT}{nonce[:_SIGNS]}"


def _plain(url: str) -> str:
    return url.partition("#")[0]
