"""``paperround migrate``: one store copied into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from bot.app.storing import migration, shown_store
from bot.cli.exit_codes import DONE
from bot.domain.errors import UserError
from bot.presentation.phrases import counted

if TYPE_CHECKING:
    from argparse import Namespace


async def migrate(chosen: Namespace) -> int:
    """Copy the store FROM into the store TO, and say what was copied and what to do now."""
    old, new = shown_store(chosen.old), shown_store(chosen.new)
    if old == new:
        raise UserError(
            f"{new} is the same store.", hint="Name the one to copy, then the one to copy it into."
        )
    console = Console(stderr=True)
    with console.status("Copying …") as status:
        async with migration(chosen.old, chosen.new, tell=status.update) as moving:
            copied = await moving.run(drop_waiting=chosen.drop_waiting)
    told = [
        counted(copied.papers, "paper"),
        counted(copied.days, "day"),
        counted(copied.subscriptions, "subscription"),
        f"{copied.marks:,} papers that channels have had",
        counted(copied.bookmarks, "saved paper"),
        counted(copied.settings, "workspace's settings", "workspaces' settings"),
    ]
    print(f"{new} now holds {', '.join(told)}.")
    print(f"Set PAPERROUND_STORE to it, and start `run` on {old} no more: both would deliver.")
    return DONE
