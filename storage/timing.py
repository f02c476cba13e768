"""When a subscription's next step is, read from its record without the rest of it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.errors import BadText
from bot.domain.rounds import Timed, timed
from bot.domain.subscriptions import Destination, Platform, Unreadable
from storage.codec import decode_cadence, subscription_or_not

if TYPE_CHECKING:
    from bot.domain.cadence import Cadence

# In the texts of a record each quote follows a backslash, so that none of these names is found in one.
_TIMED: Final = re.compile(
    r'\{"v":1,"id":"[^"\\]*","short_id":"[^"\\]*","destination":'
    r'\{"platform":"(\w+)","workspace":"([^"\\]*)","channel":"([^"\\]*)","person":(true|false)\},"filter":.*'
    r',"cadence":(\{[^{}]*\}),"top":.*"version":(\d+),"paused_because":"","paused_at":null,.*\}',
    re.ASCII | re.DOTALL,
)
_PLATFORMS: Final = {platform.value: platform for platform in Platform}


def timed_or_not(subscription_id: str, document: str) -> Timed | Unreadable:
    """What of the subscription in *document* decides its next step, or why it cannot be read.

    Only what is needed is read; of a record that is not as it is written now for one that runs, all is.
    """
    found = _TIMED.fullmatch(document)
    cadence = found and _written_cadence(found[5])
    if not found or not cadence or found[1] not in _PLATFORMS:
        one = subscription_or_not(subscription_id, document)
        return one if isinstance(one, Unreadable) else timed(one)
    return Timed(
        id=subscription_id,
        version=int(found[6]),
        destination=Destination(
            platform=_PLATFORMS[found[1]], workspace=found[2], channel=found[3], person=found[4] == "true"
        ),
        cadence=cadence,
    )


@lru_cache(maxsize=4096)
def _written_cadence(text: str) -> Cadence | None:
    """The cadence that *text* is, None if it cannot be read: thousands share one."""
    try:
        return decode_cadence(json.loads(text))
    except (BadText, ValueError, LookupError, TypeError):
        return None
