"""What runs until it is told to end."""

from __future__ import annotations

import asyncio


def told_to_end() -> bool:
    """Whether the running task was cancelled, even if something below swallowed that.

    redis-py may, when the cancellation meets the end of a request; a part that only waited for the exception would
    then run for ever, and the process would not end.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
