"""What Slack's names of refusals mean to people, and whether they end a subscription for now.

https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.outcomes import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_INSTALLED: Final = "not_installed"
"""Our own name: no token of the workspace is known."""
UNCLEAR: Final = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack says of these that some of it may have been done."""
LATER: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
SOON: Final = frozenset({"token_expired", "team_added_to_org", "request_timeout"})
"""A token that is renewed, a workspace that is being moved, a request that was cut off on its way."""

_REMOVED: Final = (
    "Slack does not accept Paperround’s token any more: it was removed, or must be installed again"
)
_MAY_NOT: Final = "a rule of this workspace keeps Paperround from posting here: ask its administrators"
_NOT_THERE: Final = "Paperround is not in this channel: /invite it there"
_DEFECT: Final = "the message is not as Slack wants it: a defect of Paperround"
_TOO_LARGE: Final = "the message is too large: a defect of Paperround"
_FOR_GOOD: Final[Mapping[str, str]] = {
    NOT_INSTALLED: "Paperround is not installed in this workspace",
    "account_inactive": _REMOVED,
    "invalid_auth": _REMOVED,
    "not_authed": _REMOVED,
    "token_revoked": _REMOVED,
    "access_denied": _MAY_NOT,
    "cannot_dm_bot": "messages cannot be sent to a bot",
    "channel_not_found": f"the channel is gone, or {_NOT_THERE}",
    "ekm_access_denied": _MAY_NOT,
    "is_archived": "the channel is archived",
    "messages_tab_disabled": "Paperround’s Messages tab is switched off in this workspace",
    "missing_scope": "Paperround lacks the permission to write here: install it again",
    "no_permission": _MAY_NOT,
    "not_allowed_token_type": _REMOVED,
    "not_in_channel": _NOT_THERE,
    "org_login_required": "this workspace is being moved to an organization: it must be installed again",
    "restricted_action": _MAY_NOT,
    "team_access_not_granted": "Paperround has no access to this workspace any more",
    "user_disabled": "this person’s account is gone",
    "user_not_found": "this person’s account is gone",
    "users_not_found": "this person’s account is gone",
}
_THIS_TIME: Final[Mapping[str, str]] = {
    "cannot_reply_to_message": "the message it belongs under takes no replies",
    "invalid_arguments": _DEFECT,
    "invalid_blocks": _DEFECT,
    "invalid_blocks_format": _DEFECT,
    "invalid_metadata_format": _DEFECT,
    "invalid_metadata_schema": _DEFECT,
    "markdown_text_conflict": _DEFECT,
    "metadata_too_large": _TOO_LARGE,
    "msg_blocks_too_long": _TOO_LARGE,
    "msg_too_long": _TOO_LARGE,
    "no_text": "the message is empty: a defect of Paperround",
    "thread_not_found": "the message it belongs under was deleted",
    "too_many_attachments": _TOO_LARGE,
}
_RULES: Final = "restricted_action"
"""Begins the names of rules that keep an app from writing."""


def refused(error: str, *, reply: bool = False) -> Refused:
    """The refusal that *error* is: for good if the place is at fault, not if our message is.

    What goes into the thread of a digest that arrived (*reply*) never ends the subscription.
    """
    known = _FOR_GOOD.get(error) or (_MAY_NOT if error.startswith(_RULES) else "")
    because = known or _THIS_TIME.get(error) or f"Slack refused it ({error or 'without saying why'})"
    return Refused(code=error or "refused", because=because, for_good=bool(known) and not reply)
