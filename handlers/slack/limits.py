"""How fast Slack allows requests to be, each number with the page that says so.

What fits into one message stands with what builds it: `handlers.slack.blocks`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

CHANNEL_PER_SECOND: Final = 0.9
"""Of messages in one channel; Slack takes one a second: https://docs.slack.dev/apis/web-api/rate-limits#overview"""
WORKSPACE_PER_SECOND: Final = 4
"""Of messages in one workspace. Slack takes “several hundred a minute” and does not say how many; the same page."""
LOOKS_PER_SECOND: Final = 1 / 60
"""Into the history of a workspace, for apps that are sold outside the Marketplace:
https://docs.slack.dev/reference/methods/conversations.history"""
HISTORY_PAGE: Final = 15
"""Messages, for those apps; the same page."""
LONGEST_REST: Final = timedelta(hours=1)
"""Longer than this nothing rests, whatever an answer says: asking once an hour harms nobody."""
USUAL_REST: Final = timedelta(seconds=30)
"""How long rests what an answer told to rest without saying how long."""
HISTORY_SCOPES: Final = frozenset({"channels:history", "groups:history"})
"""What the add-on *confirm* asks for, so that an unclear message can be looked for."""
