"""How the wants of a filter belong together: three rules over its tokens (any of, all of, a unit)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadFilter
from bot.domain.filter_tokens import GLOBAL, Kind, Token
from bot.domain.filters import Term, Want, all_of, any_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_TERMS: Final = 100
_MAX_DEPTH: Final = 10


class Reader:
    """Reads wants from the tokens that are left when what holds for the whole filter is lifted out."""

    def __init__(
        self,
        text: str,
        found: Sequence[Token],
        run: Callable[[Sequence[str]], Want | None],
    ) -> None:
        self._text = text
        self._tokens = _structure(found)
        self._place = 0
        self._depth = 0
        self._run = run
        self._ends_run = _ends_run(found)

    def wants(self) -> Want | None:
        """All wants of the filter, or None if it has none."""
        if not self._tokens:
            return None
        if sum(token.kind in (Kind.WORD, Kind.TERM) for token in self._tokens) > MAX_TERMS:
            raise self._error(
                self._tokens[-1], f"That is more than {MAX_TERMS} words.", "Split the filter in two."
            )
        wants = self._any_of()
        left = self._peek()
        if left is not None:
            raise self._error(left, "This parenthesis was never opened.", "Take it out, or open it before.")
        return wants

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _next_is(self, *kinds: Kind) -> bool:
        token = self._peek()
        return token is not None and token.kind in kinds

    def _any_of(self) -> Want | None:
        alternatives = []
        self._skip_commas()
        while self._peek() is not None and not self._next_is(Kind.CLOSE):
            want = self._all_of()
            if want is not None:
                alternatives.append(want)
            if not self._skip_or():
                break
        return any_of(alternatives) if alternatives else None

    def _skip_commas(self) -> bool:
        start = self._place
        while self._next_is(Kind.COMMA):
            self._place += 1
        return self._place > start

    def _skip_or(self) -> bool:
        skipped = self._skip_commas()
        token = self._peek()
        if token is None or token.kind is not Kind.OR:
            return skipped
        self._place += 1
        self._skip_commas()
        if self._peek() is None or self._next_is(Kind.CLOSE, Kind.OR, Kind.AND):
            raise self._error(token, "OR needs something on both sides.", "Take it out, or add a word.")
        return True

    def _all_of(self) -> Want | None:
        units = [self._unit()]
        while self._next_is(Kind.AND, Kind.WORD, Kind.TERM, Kind.OPEN):
            self._place += self._next_is(Kind.AND)
            units.append(self._unit())
        kept = [unit for unit in units if unit is not None]
        return all_of(kept) if kept else None

    def _at(self) -> int:
        token = self._peek()
        return token.start if token is not None else len(self._text)

    def _unit(self) -> Want | None:
        token = self._peek()
        if token is None or token.kind in (Kind.COMMA, Kind.CLOSE, Kind.AND, Kind.OR):
            raise self._misplaced(token)
        self._place += 1
        if token.kind is Kind.OPEN:
            return self._group(token)
        if token.kind is Kind.WORD:
            return self._words(token)
        return token.value if isinstance(token.value, Term) else None

    def _group(self, opened: Token) -> Want | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(opened, "That is nested too deep.", "Use fewer parentheses.")
        inside = self._any_of()
        if not self._next_is(Kind.CLOSE):
            raise self._error(
                opened,
                "This parenthesis is never closed.",
                "Close it, or take it out.",
                suggestion=self._text + ")" if inside else self._text[: opened.start].rstrip(),
            )
        self._place += 1
        self._depth -= 1
        if inside is None:
            raise self._error(
                opened, "There is nothing in these parentheses.", "Take them out, or add a word."
            )
        return inside

    def _words(self, first: Token) -> Want | None:
        run = [first]
        while self._next_is(Kind.WORD) and self._at() not in self._ends_run:
            run.append(self._tokens[self._place])
            self._place += 1
        return self._run([token.value.text for token in run if isinstance(token.value, Term)])

    def _misplaced(self, token: Token | None) -> BadFilter:
        if token is None:
            return self._error(
                self._tokens[-1],
                f"{self._tokens[-1].text} needs a word after it.",
                "Add one, or take it out.",
            )
        return self._error(
            token, f"“{token.text}” cannot stand here.", "Take it out, or put a word before it."
        )

    def _error(self, token: Token, message: str, hint: str, *, suggestion: str = "") -> BadFilter:
        return BadFilter(
            message, hint=hint, text=self._text, start=token.start, end=token.end, suggestion=suggestion
        )


def _structure(found: Sequence[Token]) -> list[Token]:
    """The tokens of the wants: without what holds for the whole filter, and without an AND beside it."""
    lifted = [token.kind in GLOBAL for token in found]
    beside = [any(lifted[max(0, place - 1) : place + 2]) for place in range(len(found))]
    return [
        token
        for token, gone, near in zip(found, lifted, beside, strict=True)
        if not gone and not (near and token.kind is Kind.AND)
    ]


def _ends_run(found: Sequence[Token]) -> set[int]:
    """The places of words that follow something lifted out, so that no phrase spans it."""
    ends = set()
    lifted = False
    for token in found:
        if lifted and token.kind is Kind.WORD:
            ends.add(token.start)
        lifted = token.kind in GLOBAL or (lifted and token.kind is Kind.AND)
    return ends
