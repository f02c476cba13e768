"""``paperround reseal``: what is encrypted in the store, encrypted anew with the first of the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.app.rooms import opened
from bot.app.storing import sealer
from bot.cli.exit_codes import DONE, FAILED
from bot.presentation.phrases import counted
from bot.services.resealing import reseal as sealed_anew
from bot.settings import read_settings

if TYPE_CHECKING:
    from argparse import Namespace


async def reseal(chosen: Namespace) -> int:
    """Seal everything with the newest key, and say whether older ones can go; `FAILED` if something is left."""
    settings = read_settings()
    keys = sealer(settings)
    async with opened(chosen.store or settings.store_url, data_dir=settings.data_dir) as rooms:
        done = await sealed_anew(rooms.store, keys)
    told = f"{counted(done.addresses, 'mail address', 'mail addresses')} and the tokens of {counted(done.workspaces, 'workspace')}"
    print(f"The first of the seal keys has encrypted {told}.")
    if done.left:
        print(f"{done.left:,} changed meanwhile. Give all processes the same keys, and run it again.")
        return FAILED
    print("Older keys are needed no more, but by the links of the mails that they signed.")
    return DONE
