"""What Discord's codes of refusal mean to people, and whether they end a subscription for now.

https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.outcomes import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.discord.responses import Answer

DELETED_SINCE: Final = 10008
"""Of a message that is posted: its nonce is that of a message which somebody deleted. Of another: it is not there."""
UNKNOWN_CHANNEL: Final = 10003
THREAD_IS_THERE: Final = 160004
OPENED_TOO_FAST: Final = 40003
"""Too many conversations at once."""
NO_USER_AGENT: Final = 40333
"""Cloudflare does not know us for a bot."""
DEAD_TOKEN: Final = frozenset({40001, 50014})
LATER: Final = frozenset({20016, 20022, 20028, 20029, 30046, 40004, 40062, 130000})
"""Limits of writing in a channel or a server, slow mode, and switches that Discord throws for a while."""

_FOR_GOOD: Final[Mapping[int, str]] = {
    10003: "the channel is gone",
    10004: "Paperround is no longer in this server",
    10013: "this person’s account is gone",
    20018: "only the owner of this account may do that",
    50001: "Paperround cannot see this channel: it needs the permission View Channel",
    50007: "this person takes no direct messages from Paperround: their privacy settings, or a block",
    50008: "messages cannot be posted in a channel of this kind",
    50009: "the server’s verification level keeps Paperround from posting",
    50013: "Paperround may not post here: it needs the permissions Send Messages and Embed Links"
    " (in a thread Send Messages in Threads)",
    50024: "messages cannot be posted in a channel of this kind",
    50083: "the thread is archived",
    50278: "this person shares no server with Paperround any more",
    160005: "the thread is locked",
}
_THIS_TIME: Final[Mapping[int, str]] = {
    200000: "the server’s AutoMod blocked this message",
    200001: "the server’s AutoMod blocked this message",
    40005: "the message is too large: a defect of Paperround",
    50006: "the message is empty: a defect of Paperround",
    50035: "the message is not as Discord wants it: a defect of Paperround",
    50109: "the message is not as Discord wants it: a defect of Paperround",
}
_IN_THREAD: Final[Mapping[int, str]] = {
    10003: "the thread is gone",
    10008: "the message it belongs under was deleted",
    50013: "Paperround may not post in threads here: it needs the permissions Create Public Threads and"
    " Send Messages in Threads",
    50024: "threads cannot be started in a channel of this kind",
}
_DENIED: Final = frozenset({403, 404})


def refused(answer: Answer) -> Refused:
    """The refusal that *answer* (a 4xx with JSON) is: for good if the place is at fault, not if our message is."""
    code, denied = answer.code, answer.status in _DENIED
    because = _FOR_GOOD.get(code) or _THIS_TIME.get(code) or f"Discord refused it with status {answer.status}"
    for_good = code in _FOR_GOOD or (denied and code != 0 and code not in _THIS_TIME)
    return _refusal(answer, because, for_good=for_good)


def refused_reply(answer: Answer) -> Refused:
    """The same of what goes into a thread below a digest: the digest arrived, so that the subscription goes on."""
    because = _IN_THREAD.get(answer.code) or refused(answer).because
    return _refusal(answer, because, for_good=False)


def _refusal(answer: Answer, because: str, *, for_good: bool) -> Refused:
    invalid = answer.status == 403  # noqa: PLR2004 - the only refusal that Discord counts
    return Refused(
        code=str(answer.code or answer.status), because=because, for_good=for_good, invalid=invalid
    )
