"""What becomes of subscriptions whose workspace, channel or access went: they pause for that reason, and none is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.domain.subscriptions import Platform, Subscription

LEFT: Final = "Paperround was removed from this workspace"
"""Why subscriptions of a workspace that removed us are paused; kept with them, so it must stay as it is."""
CHANNEL_GONE: Final = "its channel was deleted"
KEPT: Final = timedelta(days=30)
"""How long the configuration of a workspace that removed us stays."""


def workspace_key(platform: Platform, workspace: str) -> str:
    """The `Destination.shard_key` of the workspace's channels."""
    return f"{platform}:{workspace}"


def paused_by_leaving(subscription: Subscription) -> bool:
    """Whether it is paused because its workspace removed us, and not by a person or for another reason."""
    return subscription.paused and subscription.paused_because == LEFT
