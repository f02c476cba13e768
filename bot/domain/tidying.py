"""Tidy text: what a source gives becomes what people read and filters match.

Both functions take untrusted text. They never raise, take time in proportion to the text, and are idempotent: each
repeats one pass until nothing changes any more, and text that will not settle loses the characters that drive the
passes.

Left-over LaTeX is decoded where its meaning is certain and stays visible where it is not; nothing is ever evaluated.
This is no LaTeX parser on purpose: to one, ``%`` starts a comment and swallows the rest of a sentence, ``~30`` is a
blank and 30, and ``5$`` opens a formula.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.domain.latex import TRIGGERS, decode_latex

_ROUNDS: Final = 8
_MOST_MARKS: Final = 8
"""More combining marks than this in a row serve no language, and make normalising slow."""

_DROPPED: Final = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are not white space
    "\xad\u061c\u180e"  # soft hyphen, invisible marks
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, direction overrides, invisible operators
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"  # surrogates, annotations, non-characters, tags
    "]"
    # joiners mean something in some scripts and in emoji, nothing beside plain letters
    "|(?:^|(?<=[\x00-\x7f]))[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f]|$)"
)
_LONG_RUN: Final = re.compile(rf"[^\x00-\x7f]{{{_MOST_MARKS + 1},}}")
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_EVERY_TRIGGER: Final = re.compile(f"[{re.escape(TRIGGERS)}\u200c\u200d]")


def tidy_line(text: str) -> str:
    """*text* as one line: NFC, one blank between words, nothing invisible, no LaTeX whose meaning is certain."""
    for _ in range(_ROUNDS):
        tidied = _settle(decode_latex(text))
        if tidied == text:
            return text
        text = tidied
    return _give_up(text)


def tidy_paragraphs(text: str) -> str:
    """*text* tidied like `tidy_line`, paragraph by paragraph, with an empty line between two.

    Lines are wrapped ones; an empty line, or the indent of a line after the first, starts a paragraph.
    """
    tidied = (tidy_line(paragraph) for paragraph in _paragraphs(text))
    return "\n\n".join(paragraph for paragraph in tidied if paragraph)


def _paragraphs(text: str) -> list[str]:
    paragraphs: list[list[str]] = [[]]
    for line in _LINE_END.sub("\n", text).split("\n"):
        if line[:1].isspace() or not line.strip():
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [" ".join(lines) for lines in paragraphs]


def _settle(text: str) -> str:
    """*text* without what cannot be seen, in NFC, with single blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _LONG_RUN.sub(_fewer_marks, _DROPPED.sub("", text)))
    elif not text.isprintable():
        text = _DROPPED.sub("", text)
    return " ".join(text.split())


def _fewer_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _give_up(text: str) -> str:
    """*text* without any character that a pass acts on, for text built to nest without end."""
    text = _settle(unicodedata.normalize("NFC", text))
    return _settle(_EVERY_TRIGGER.sub("", text))
