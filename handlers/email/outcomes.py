"""What became of a mail, judged by what its server said. Pure: nothing is sent, and no address is repeated.

https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 (codes), https://www.rfc-editor.org/rfc/rfc3463 (enhanced codes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from bot.domain.outcomes import NotPosted, Refused, Sent, Unclear

if TYPE_CHECKING:
    from bot.domain.outcomes import Posted

SERVER_REST: Final = timedelta(minutes=1)
"""How long a server is left alone that cannot be reached or is busy."""
ACCOUNT_REST: Final = timedelta(minutes=15)
"""How long one is that does not let us in: only the operator can mend that."""
_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|$)", re.ASCII)
_CLOSING: Final = 421
_FULL: Final = 552
_PERMANENT: Final = 500
_NO_SUCH_MAILBOX: Final = frozenset({550, 551, 553})
_OF_THE_ADDRESS: Final = ("5.1.", "5.2.1")
"""What enhanced codes say when no mail will ever reach an address: it is wrong, has moved or is switched off."""


class Stage(Enum):
    """How far it came, in the words of what was being done."""

    CONNECT = "connecting"
    LOGIN = "signing in"
    SENDER = "naming the sender"
    RECIPIENT = "naming the recipient"
    DATA = "handing over the mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server took the mail, and now answers for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The server refused, at *stage*, with *code* and, if it gave one, an *enhanced* code.

    Its words are not kept: they often repeat the address.
    """

    stage: Stage
    code: int
    enhanced: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """No answer came at *stage*: *detail* says what did."""

    stage: Stage
    detail: str


Answer = Accepted | Reply | Broken


def reply(stage: Stage, code: int, text: str) -> Reply:
    """What the server said with *code* and *text*."""
    found = _ENHANCED.match(text)
    return Reply(stage=stage, code=code, enhanced=found[1] if found else "")


def hindrance(answer: Answer) -> str:
    """Why *answer* keeps us from sending mail and where to look; empty if it does not."""
    if isinstance(answer, Accepted):
        return ""
    said = f"answered {answer}" if isinstance(answer, Reply) else f"gave no answer ({answer.detail})"
    return f"the server {said} while {answer.stage.value}. Look at PAPERROUND_EMAIL__HOST, __PORT, __SECURITY, __USER and __PASSWORD."


def posted(answer: Answer, *, reference: str, pace: str) -> Posted:
    """What became of the mail; *pace* names that of the server, which rests if the server itself is the matter."""
    if isinstance(answer, Accepted):
        return Sent(reference=reference)
    if isinstance(answer, Broken):
        return _broken(answer, pace)
    if answer.code == _CLOSING:
        return _rest(f"the mail server is busy ({answer})", SERVER_REST, pace)
    if answer.code < _PERMANENT or (answer.code, answer.stage) == (_FULL, Stage.RECIPIENT):
        return _later(answer, pace)
    if answer.stage in (Stage.RECIPIENT, Stage.DATA):
        return _refused(answer)
    said = f"the mail server refuses {answer.stage.value} ({answer})"
    return _rest(said, ACCOUNT_REST, pace)


def _broken(answer: Broken, pace: str) -> NotPosted | Unclear:
    if answer.stage is Stage.DATA:
        return Unclear(detail=f"{answer.detail} while {answer.stage.value}")
    if answer.stage is Stage.RECIPIENT:  # asked about somebody else it may well answer
        return NotPosted(detail=f"{answer.detail} while {answer.stage.value}")
    return _rest(f"{answer.detail} while {answer.stage.value}", SERVER_REST, pace)


def _later(answer: Reply, pace: str) -> NotPosted:
    """Put off: by greylisting, a full mailbox, or a server in trouble."""
    if answer.stage in (Stage.RECIPIENT, Stage.DATA):
        return NotPosted(detail=f"the mail server wants it later ({answer})")
    return _rest(f"the mail server puts off {answer.stage.value} ({answer})", SERVER_REST, pace)


def _refused(answer: Reply) -> Refused:
    """Not taken: for good if the address is the matter, for this once if the mail or our standing is."""
    if _address_is_bad(answer):
        because = "its mail server says that this address gets no mail"
        return Refused(code=str(answer), because=because, for_good=True)
    because = "the mail server does not take this mail; its operator can tell why"
    return Refused(code=str(answer), because=because, for_good=False)


def _address_is_bad(answer: Reply) -> bool:
    if answer.enhanced:
        return answer.enhanced.startswith(_OF_THE_ADDRESS)
    return answer.stage is Stage.RECIPIENT and answer.code in _NO_SUCH_MAILBOX


def _rest(detail: str, wait: timedelta, pace: str) -> NotPosted:
    return NotPosted(detail=detail, retry_after=wait, holds=(pace,))
