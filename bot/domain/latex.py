r"""Left-over LaTeX in titles and abstracts, decoded where its meaning is certain.

One scan from left to right; what is nested takes one scan a level, from the inside. Every pattern looks ahead at most
a fixed distance or up to the next brace, so a scan takes time in proportion to the text. What is not known (``\ours``,
``$x_{i,j}$``) stays as it is, and addresses are never touched.
"""

from __future__ import annotations

import re
from typing import Final

TRIGGERS: Final = "\\$`^_~{}"
"""Without any of these characters a text holds nothing to decode."""

_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "i": "ı", "j": "ȷ",
}  # fmt: skip
_GREEK: Final = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma "
        "tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        "αβγδεεζηθϑικλμνξπρστυφφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        strict=True,
    )
)
_SYMBOLS: Final = _GREEK | {
    "times": "×", "cdot": "·", "pm": "±", "deg": "°", "neq": "≠", "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥",
    "ge": "≥", "approx": "≈", "sim": "∼", "infty": "∞", "ell": "ℓ", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "propto": "∝", "in": "∈", "partial": "∂", "nabla": "∇", "textgreater": ">", "textless": "<",
    "textbackslash": "", "textasciitilde": "∼", "ldots": "…", "dots": "…", "eg": "e.g.", "ie": "i.e.",
    "etal": "et al.", "allowbreak": "", "xspace": "", "textquotesingle": "'",
}  # fmt: skip
_RAISED: Final = dict(zip("0123456789+-=()niNTAB*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᴺᵀᴬᴮ*", strict=True))
_LOWERED: Final = dict(zip("0123456789+-=()aeijkmnoptx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₘₙₒₚₜₓ", strict=True))

_WRAPPERS: Final = (
    "emph|textbf|textit|textsc|texttt|textrm|textsf|textsl|textup|text|underline|mbox|url|b|"
    "mathcal|mathbf|mathsf|mathrm|mathbb|mathit|boldsymbol|operatorname"
)
_SCRIPTS: Final = {"textsuperscript": _RAISED, "^": _RAISED, "textsubscript": _LOWERED, "_": _LOWERED}
_SYMBOL: Final = rf"\\(?:{'|'.join(sorted(_SYMBOLS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}})?"
_LETTER: Final = rf"\\(?:{'|'.join(_LETTERS)})(?![A-Za-z])(?:\{{\}}|[ ](?=[a-z]))?"

_LATEX: Final = re.compile(
    rf"""
      (?P<url>https?://[^\s\\{{}}$]+)
    | \\(?P<escaped>[%&$_\#])
    | \\(?P<blank>[ ,;:!])
    | (?P<apostrophe>(?<=[^\W\d_])\\'(?=s\b))
    | \\(?P<braced>['`^"~=.cvuHkrd])\s?\{{\s?\\?(?P<braced_letter>[^\W\d_])\s?\}}
    | (?<=[^\W\d_])\\(?P<mark>['`^"~=.])(?:\{{\}})?\\?(?P<letter>[^\W\d_])
    | \\(?P<first_mark>[`^]|['"](?=[A-Za-z]{{2}})(?![^\\\n]{{0,80}}\\['"](?![A-Za-z{{])))  # no escaped quotation marks
      (?P<first_letter>[AEIOUYaeiouy])
    | \\(?P<script>textsuperscript|textsubscript)\{{(?P<script_text>[^{{}}]*)\}}
    | \\(?:{_WRAPPERS})\s?\{{(?P<wrapped>[^{{}}]*)\}}
    | \{{\\(?:em|bf|it|tt|sc|rm)\s(?P<switched>[^{{}}]*)\}}
    | \\href\s?\{{(?P<href>[^{{}}]*)\}}\s?\{{(?P<anchor>[^{{}}]*)\}}
    | \\footnote\s?\{{(?P<footnote>[^{{}}]*)\}}
    | \{{(?P<held>{_SYMBOL}|{_LETTER})\}}
    | (?P<symbol>{_SYMBOL})
    | (?P<special>{_LETTER})
    | \$(?!\s)(?P<math>[^$\n]{{1,60}})(?<!\s)\$(?!\d)
    | (?P<power>[\^_])\{{(?P<power_text>[^{{}}$]{{1,12}})\}}
    | (?P<star>(?<=[^\W\d_])\^\*)
    | (?P<open>``|(?<!\S)''(?=\w))
    | (?P<close>(?<=\S)'')
    | (?<=“)(?P<half>[^“”"`\n]{{1,160}})"
    | (?P<tie>(?:(?<=[^\W\d_])|(?<=\)))~(?=[^\W\d_]|[(\\]))
    | (?P<numbered>(?<!\w)[^\W\d_]{{2,40}})~(?=\d)
    """,
    re.VERBOSE,
)
_IN_MATH: Final = re.compile(
    rf"\\(?P<escaped>[%&$_\#])|(?P<symbol>{_SYMBOL})|\\(?:{_WRAPPERS})\{{(?P<wrapped>[^{{}}]*)\}}"
)
_MATH_SCRIPT: Final = re.compile(r"([\^_])(?:\{([^{}]*)\}|([^\s{}\\^_]))")
_UNDECODED: Final = re.compile(r"[\\{}^]|(?<!\w)_")
_FORMULA: Final = re.compile(r"[\\^_=<>+]|^\S+$")
_PROSE: Final = re.compile(r"(?<!\\)\b\w{2,}[.,;:]?\s+\w{2,}")
_QUICK: Final = re.compile(f"[{re.escape(TRIGGERS)}]|''|“")


def decode_latex(text: str) -> str:
    """*text* after one scan: escapes, accents, quotes, wrappers, simple symbols and scripts decoded."""
    return _LATEX.sub(_decoded, text) if _QUICK.search(text) else text


def _decoded(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _KEPT:
        return found[kind]
    return _decode_special(kind, found)


_PLAIN: Final = {"blank": " ", "apostrophe": "'", "star": "*", "open": "“", "close": "”", "tie": " "}
_KEPT: Final = frozenset({"url", "escaped", "wrapped", "switched"})


def _decode_special(kind: str, found: re.Match[str]) -> str:  # noqa: PLR0911 - one line a kind
    match kind:
        case "braced_letter" | "letter" | "first_letter":
            return _accented(found)
        case "script_text" | "power_text":
            return _script(found)
        case "anchor":
            return _link(found["anchor"], found["href"])
        case "footnote":
            return f" ({found['footnote']})"
        case "math":
            return _math(found)
        case "half":
            return f"{found['half']}”"
        case "numbered":
            return f"{found['numbered']} "
        case _:
            return _named(found[kind])


def _accented(found: re.Match[str]) -> str:
    mark = found["braced"] or found["mark"] or found["first_mark"]
    letter = found["braced_letter"] or found["letter"] or found["first_letter"]
    return letter + _ACCENTS[mark]


def _script(found: re.Match[str]) -> str:
    kind = found["script"] or found["power"]
    text = found["script_text"] if found["script"] else found["power_text"]
    return _shifted(_SCRIPTS[kind], text) or found[0]


def _shifted(alphabet: dict[str, str], text: str) -> str:
    """*text* raised or lowered, or nothing if a character of it has no such form."""
    return "".join(alphabet[c] for c in text) if all(c in alphabet for c in text) else ""


def _link(anchor: str, address: str) -> str:
    if not anchor.strip():
        return address
    return anchor if "://" in anchor or not address.strip() else f"{anchor} ({address.strip()})"


def _named(command: str) -> str:
    name = command.strip("\\{} ")
    return _SYMBOLS[name] if name in _SYMBOLS else _LETTERS[name]


def _math(found: re.Match[str]) -> str:
    """A formula as plain text if all of it has a plain form, else as it stands; ``$5 or 6$`` is none."""
    if _PROSE.search(found["math"]) or not _FORMULA.search(found["math"]):
        return found[0]
    text = _IN_MATH.sub(_math_word, found["math"])
    text = _MATH_SCRIPT.sub(_math_script, _IN_MATH.sub(_math_word, text))
    return found[0] if _UNDECODED.search(text) else text


def _math_word(found: re.Match[str]) -> str:
    return _named(found["symbol"]) if found["symbol"] else found["escaped"] or found["wrapped"] or ""


def _math_script(found: re.Match[str]) -> str:
    return _shifted(_SCRIPTS[found[1]], found[2] or found[3]) or found[0]
