"""How fast and how long Discord allows requests to be, each number with the page that says so.

What fits into one message stands with what builds it: `handlers.discord.components` and `handlers.discord.embeds`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

REQUESTS_PER_SECOND: Final = 50
"""Of all processes of a bot together: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit"""
OURS_PER_SECOND: Final = 45
"""What we use of it; the rest is for commands that are registered, and for clocks that differ."""
CHANNEL_PER_SECOND: Final = 0.8
"""Of messages in one channel. How many Discord takes is told with each answer and nowhere documented; it has long been
five in five seconds, and a digest has two or three:
https://discord.com/developers/docs/topics/rate-limits#header-format"""
OPENINGS_PER_SECOND: Final = 4
"""Of conversations. Opening many at once gets a bot blocked from it, and the number is not told:
https://discord.com/developers/docs/resources/user#create-dm"""
MOST_INVALID: Final = 10_000
"""Answers of 401, 403 and 429 in ten minutes, then the whole address is shut out:
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans"""
NONCE_WINDOW: Final = timedelta(seconds=120)
"""How long a repeated nonce is trusted to be dropped. Discord says “in the past few minutes”:
https://discord.com/developers/docs/resources/message#create-message"""
HISTORY_PAGE: Final = 100
"""Messages: https://discord.com/developers/docs/resources/message#get-channel-messages"""
THREAD_NAME: Final = 100
"""Characters: https://discord.com/developers/docs/resources/channel#start-thread-from-message"""
EPOCH_MS: Final = 1_420_070_400_000
"""The Unix time in milliseconds from which ids count: https://discord.com/developers/docs/reference#snowflakes"""
CLOUDFLARE_REST: Final = timedelta(minutes=5)
"""How long nothing is asked after a page of Cloudflare's that does not say it; each further answer would prolong it."""
LONGEST_REST: Final = timedelta(hours=1)
"""Longer than this nothing rests, whatever an answer says: asking once an hour harms nobody."""
