"""How often Python looks for garbage that does not go by itself."""

from __future__ import annotations

import gc
from typing import Final

_NEW_OBJECTS: Final = 50_000
"""A batch of editions makes as many, and they go by themselves when it is written."""
_LOOKS: Final = 20


def collect_rarely() -> None:
    """Look at new objects when there are 50,000, not 700: else a fifth of a delivery's time goes into looking at them.

    Measured by `benchmarks/engine.py`. It is for the whole process, and for a process that runs.
    """
    gc.set_threshold(_NEW_OBJECTS, _LOOKS, _LOOKS)


def pass_over_what_stays() -> None:
    """Never look again at what there is now, which is what stays; may be called again whenever more of it has come.

    Looking through the objects of 10,000 Discord servers stops a process for half a second, again and again
    (``benchmarks/discord.py``). What was passed over before and has become garbage goes first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
