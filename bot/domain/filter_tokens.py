"""The tokens of a filter text: words, quoted phrases, fields, mutes, conditions and the signs between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadFilter
from bot.domain.filters import (
    Comparison,
    Condition,
    Count,
    CountCondition,
    Link,
    LinkCondition,
    Order,
    Scope,
    Term,
)
from bot.domain.folding import phrase_parts
from bot.domain.papers import find_paper_id

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS: Final = ("title", "abstract", "author", "org", "keyword", "has", "id", "like", "sort")
_QUOTES: Final = dict.fromkeys(map(ord, "“”„‟«»〝〞＂"), '"')
_SINGLE_QUOTES: Final = dict.fromkeys(map(ord, "‘’‚‛"), "'")
_SIGNS: Final = {
    ord("≥"): ">=",
    ord("≤"): "<=",
    ord("，"): ",",
    ord("＞"): ">",
    ord("＜"): "<",
    ord("、"): ",",
}
_GONE: Final = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xFE0F])
_READS_AS: Final = {**_QUOTES, **_SINGLE_QUOTES, **_SIGNS, **_GONE}
_BLANK: Final = re.compile(r"\s")
_DASHES: Final = re.compile(r"(?P<alone>(?<!\S)[-‐‑‒–—−]+(?!\S))|[-‐‑‒–—−]+")
_ENTITY: Final = re.compile(
    r"&(?:(?P<name>amp|lt|gt|quot|nbsp)|#(?P<digits>\d{1,7})|#[xX](?P<hex>[\da-fA-F]{1,6}));", re.ASCII
)
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": " "}
_LAST_CHARACTER: Final = 0x10FFFF


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    TERM = "term"
    OR = "or"
    COMMA = "comma"
    AND = "and"
    OPEN = "open"
    CLOSE = "close"
    MUTE = "mute"
    CONDITION = "condition"
    ORDER = "order"


GLOBAL: Final = frozenset({Kind.MUTE, Kind.CONDITION, Kind.ORDER})
"""Tokens that hold for the whole filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token with its place in the normalised text; *value* is its term, condition or order if it has one."""

    kind: Kind
    text: str
    start: int
    end: int
    value: Term | Condition | Order | None = None


def normalise(text: str) -> str:
    """*text* as it was meant, however a phone or a chat app typed it: plain quotes, dashes, signs and blanks.

    A dash that stands alone between blanks stays a long one (commands read it as a border). Positions in errors
    refer to this text. ``normalise(normalise(text)) == normalise(text)``.
    """
    plain = text.translate(_READS_AS)
    while "&" in plain and (unescaped := _ENTITY.sub(_meant, plain).translate(_READS_AS)) != plain:
        plain = unescaped
    return _DASHES.sub(_plain_dashes, _BLANK.sub(" ", plain)).strip()


def _meant(entity: re.Match[str]) -> str:
    """The character that a chat app escaped; a number that is no character stays as it is."""
    if entity["name"]:
        return _ENTITIES[entity["name"]]
    number = int(entity["digits"] or "0") or int(entity["hex"] or "0", 16)
    surrogate = 0xD800 <= number < 0xE000  # noqa: PLR2004 - half a character in UTF-16
    return entity[0] if surrogate or not 0 < number <= _LAST_CHARACTER else chr(number)


def _plain_dashes(dashes: re.Match[str]) -> str:
    return dashes["alone"] or "-" * len(dashes[0])


_TOKEN: Final = re.compile(
    r"""(?P<minus>-(?=\s+[^\s\-,;)]))
      |(?P<blank>\s+|[-‐‑‒–—−]+(?=\s|$))
      |(?P<comma>[,;])
      |(?P<open>\()|(?P<close>\))
      |(?P<condition>(?P<count>[A-Za-z]{2,12})\s*(?P<comparison>[<>=!~]{1,3})\s*(?P<number>[\d.,]*\d[kK]?)(?=[\s,;()]|$))
      |(?P<compared>(?P<denied>-|NOT\s+)?(?P<counted>(?i:upvotes|comments|stars))\s*(?P<sign>[!~]?[<>=]{1,3})\s*(?P<amount>[^\s,;()]*))
      |(?P<mute>-(?=[^\s-])|NOT\s+(?=\S))?
       (?:(?P<field>[A-Za-z]{2,14}):(?=[^\s,;()/]))?
       (?:"(?P<quoted>[^"]*)"|(?P<unclosed>")|(?P<word>[^\s,;()"]+(?:;(?=\S)[^\s,;()"]+)*))
    """,
    re.VERBOSE,
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of the normalised *text*; raises `BadFilter` at the first one that cannot be meant."""
    for found in _TOKEN.finditer(text):
        if found["blank"] is None and found["minus"] is None:
            yield _token(text, found)


def check_minus(text: str) -> None:
    """Raise `BadFilter` if a minus stands alone before a word: it mutes only what it touches."""
    for found in _TOKEN.finditer(text):
        if found["minus"] is not None:
            after = text[found.end() :].lstrip()
            raise _bad(
                text,
                found,
                "This minus stands alone.",
                hint="A mute has no blank after the minus. To look for the words on both sides, leave it out.",
                suggestion=text[: found.start()] + "-" + after,
            )


def _token(text: str, found: re.Match[str]) -> Token:
    for name, kind in (("comma", Kind.COMMA), ("open", Kind.OPEN), ("close", Kind.CLOSE)):
        if found[name] is not None:
            return _make(kind, found)
    if found["condition"] is not None:
        return _condition(text, found)
    if found["compared"] is not None:
        raise _bad_comparison(text, found)
    if found["unclosed"] is not None:
        raise _unclosed(text, found)
    return _sign(found) or _field(text, found) or _term(text, found)


def _make(kind: Kind, found: re.Match[str], value: Term | Condition | Order | None = None) -> Token:
    return Token(kind=kind, text=found[0], start=found.start(), end=found.end(), value=value)


def _sign(found: re.Match[str]) -> Token | None:
    if found["mute"] or found["field"]:
        return None
    signs = {"AND": Kind.AND, "OR": Kind.OR}
    kind = signs.get(found["word"] or "")
    return _make(kind, found) if kind else None


def _term(text: str, found: re.Match[str], scope: Scope = Scope.ANYWHERE) -> Token:
    quoted = found["quoted"]
    words = " ".join((quoted if quoted is not None else found["word"]).split())
    if quoted is not None:
        words = _DASHES.sub(_plain_dashes, f'"{words}"')[1:-1]  # a dash that now touches a quote
    if not phrase_parts(words):
        raise _bad(
            text, found, f"“{words}” holds no letter and no number.", hint="Leave it out, or add a word."
        )
    term = Term(text=words, scope=scope)
    if found["mute"]:
        return _make(Kind.MUTE, found, term)
    plain = quoted is None and scope is Scope.ANYWHERE
    if plain and words == "NOT":
        raise _bad(text, found, "NOT needs a word after it.", hint="For example: NOT survey")
    return _make(Kind.WORD if plain else Kind.TERM, found, term)


def _field(text: str, found: re.Match[str]) -> Token | None:
    name = found["field"]
    if name is None:
        return None
    if name not in FIELDS:
        raise _unknown_field(text, found)
    if name in ("has", "sort"):
        return _choice(text, found)
    scope = Scope(name)
    return _paper_id(text, found) if scope in (Scope.ID, Scope.LIKE) else _term(text, found, scope)


def _choice(text: str, found: re.Match[str]) -> Token:
    name, value = found["field"], (found["quoted"] or found["word"] or "").lower()
    choices = tuple(Link) if name == "has" else tuple(Order)
    if value not in choices:
        near = get_close_matches(value, choices, n=1, cutoff=0.4)
        suggestion = _replaced(text, found, f"{name}:{near[0]}") if near else ""
        raise _bad(
            text,
            found,
            f"I don't know {name}:{value}.",
            hint=f"It can be {_either(name, choices)}.",
            suggestion=suggestion,
        )
    if found["mute"]:
        raise _bad(
            text, found, f"{name}: cannot be muted.", hint="Mutes are words, phrases and fields of text."
        )
    if name == "has":
        return _make(Kind.CONDITION, found, LinkCondition(link=Link(value)))
    return _make(Kind.ORDER, found, Order(value))


def _either(name: str, choices: tuple[str, ...]) -> str:
    named = [f"{name}:{choice}" for choice in choices]
    return f"{', '.join(named[:-1])} or {named[-1]}"


def _paper_id(text: str, found: re.Match[str]) -> Token:
    value = found["quoted"] or found["word"] or ""
    paper_id = find_paper_id(value)
    if paper_id is None:
        raise _bad(
            text,
            found,
            f"“{value}” is no paper id.",
            hint=f"An id looks like this: {found['field']}:2511.01234",
        )
    term = Term(text=paper_id, scope=Scope(found["field"]))
    return _make(Kind.MUTE if found["mute"] else Kind.TERM, found, term)


_SWAPPED: Final = {"=>": ">=", "=<": "<=", "==": "=", ">>": ">", "<<": "<"}


def _condition(text: str, found: re.Match[str]) -> Token:
    name, sign, digits = found["count"].lower(), found["comparison"], found["number"]
    if name not in tuple(Count):
        near = get_close_matches(name, (*Count, "votes", "likes"), n=1, cutoff=0.7)
        if not near:
            return _make(Kind.WORD, found, Term(text="".join(found[0].split())))
        meant = near[0] if near[0] in tuple(Count) else Count.UPVOTES
        raise _bad(
            text,
            found,
            f"I don't know {name}.",
            hint="Conditions are upvotes, comments and stars.",
            suggestion=_replaced(text, found, f"{meant}{sign}{digits}"),
        )
    if sign not in tuple(Comparison):
        meant_sign = _SWAPPED.get(sign, ">=")
        raise _bad(
            text,
            found,
            f"“{sign}” is no comparison.",
            hint="Comparisons are >=, <=, >, < and =.",
            suggestion=_replaced(text, found, f"{name}{meant_sign}{digits}"),
        )
    condition = CountCondition(count=Count(name), comparison=Comparison(sign), number=_number(text, found))
    return _make(Kind.CONDITION, found, condition)


_OPPOSITE: Final = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def _bad_comparison(text: str, found: re.Match[str]) -> BadFilter:
    """The error for a count that is compared, but not with a number, or in a mute."""
    name, sign, amount = found["counted"].lower(), found["sign"], found["amount"]
    sign = sign if sign in tuple(Comparison) else _SWAPPED.get(sign, ">=")
    number = re.search(r"\d[\d,]*[kK]?", amount, re.ASCII)
    if found["denied"]:
        opposite = f"{name}{_OPPOSITE[sign]}{number[0]}" if number and sign in _OPPOSITE else ""
        return _bad(
            text,
            found,
            f"{name}{sign}{amount} cannot be muted.",
            hint="Say it the other way round: upvotes<20 for what has fewer than 20.",
            suggestion=_replaced(text, found, opposite) if opposite else "",
        )
    return _bad(
        text,
        found,
        f"“{amount}” is not a number I can compare with." if amount else f"{name} is compared with nothing.",
        hint="Use a whole number from 0 on, for example: upvotes>=20",
        suggestion=_replaced(text, found, f"{name}{sign}{number[0]}") if number else "",
    )


_MOST: Final = 10_000_000


def _number(text: str, found: re.Match[str]) -> int:
    digits: str = found["number"]
    plain = digits.replace(",", "").lower().removesuffix("k")
    factor = 1000 if digits[-1] in "kK" else 1
    if not re.fullmatch(r"\d{1,8}", plain, re.ASCII) or int(plain) * factor > _MOST:
        raise _bad(
            text,
            found,
            f"“{digits}” is not a number I can compare with.",
            hint="Use a whole number, such as 20.",
        )
    return int(plain) * factor


def _unclosed(text: str, found: re.Match[str]) -> BadFilter:
    opened = found.start("unclosed")
    first = text[opened + 1 :].split(" ", 1)[0]
    return BadFilter(
        f"The quote opened at “{first} is never closed.",
        hint="Close it, or leave the quote out.",
        text=text,
        start=opened,
        end=len(text),
        suggestion=text.rstrip() + '"' if text[opened + 1 :].strip() else text[:opened].rstrip(),
    )


def _unknown_field(text: str, found: re.Match[str]) -> BadFilter:
    name = found["field"]
    if name in tuple(Count):
        compared = _replaced(text, found, f"{name}>={found['quoted'] or found['word'] or ''}")
        return _bad(
            text,
            found,
            f"{name} is compared, not named.",
            hint="For example: upvotes>=20",
            suggestion=compared,
        )
    near = get_close_matches(name.lower(), (*FIELDS, "organization", "keywords"), n=1, cutoff=0.6)
    meant = {"organization": "org", "keywords": "keyword"}.get(near[0], near[0]) if near else ""
    return _bad(
        text,
        found,
        f"I don't know {name}:",
        hint=f"Fields are {', '.join(FIELDS[:-1])} and {FIELDS[-1]}. In quotes it is plain text.",
        suggestion=text[: found.start("field")] + meant + text[found.end("field") :] if meant else "",
    )


def _replaced(text: str, found: re.Match[str], by: str) -> str:
    return text[: found.start()] + by + text[found.end() :]


def _bad(text: str, found: re.Match[str], message: str, *, hint: str, suggestion: str = "") -> BadFilter:
    return BadFilter(
        message, hint=hint, text=text, start=found.start(), end=found.end(), suggestion=suggestion
    )
