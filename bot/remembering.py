"""The ports of what is kept for people and workspaces, and of what goes again: more of `bot.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.domain.mailboxes import Recipient
    from bot.domain.papers import PaperId
    from bot.domain.processes import Running
    from bot.domain.subscriptions import Destination, WorkspaceSettings


class BookmarkStore(Protocol):
    """Keeps the papers people saved; *person* is a key such as ``terminal:local/@ana``."""

    async def save(self, person: str, paper_id: PaperId, at: datetime) -> bool:
        """Save one; False if it was saved already."""
        ...

    async def unsave(self, person: str, paper_id: PaperId) -> bool:
        """Forget one; False if it was not saved."""
        ...

    async def saved(self, person: str) -> list[PaperId]:
        """What the person saved, newest first; aliases resolved."""
        ...

    async def clear(self, person: str) -> int:
        """Forget all that the person saved; gives how many went."""
        ...


class SettingsStore(Protocol):
    """Keeps each workspace's settings."""

    async def of_workspace(self, workspace_key: str) -> WorkspaceSettings:
        """The settings of the workspace (`Destination.shard_key`), defaults if none were made."""
        ...

    async def put(self, workspace_key: str, settings: WorkspaceSettings) -> None:
        """Keep the settings of the workspace."""
        ...

    async def remove(self, workspace_key: str) -> bool:
        """Forget the settings of the workspace, so that the defaults hold; False if none were made."""
        ...


class Drafts(Protocol):
    """Keeps small texts that a button refers to and that are too long for it; each has an end."""

    async def keep(
        self, key: str, text: str, *, at: datetime, until: datetime, owners: Collection[str] = ()
    ) -> None:
        """Keep *text* from *at* until *until*; *owners* are keys of people and workspaces it can be removed by."""
        ...

    async def find(self, key: str, now: datetime) -> str | None:
        """The text, or None if there is none or its end has come."""
        ...

    async def take(self, key: str, now: datetime) -> str | None:
        """As `find`, and it is gone then: of many who ask at once one gets it."""
        ...

    async def remove_of(self, owner: str) -> int:
        """Remove every one of *owner*; gives how many went."""
        ...

    async def forget(self, before: datetime) -> None:
        """Drop those that ended before *before*."""
        ...


class Departures(Protocol):
    """Remembers which workspaces removed us, and when; a workspace is named by its `Destination.shard_key`."""

    async def note(self, workspace_key: str, at: datetime) -> bool:
        """Note that the workspace removed us at *at*; False, and nothing changes, if that was noted before."""
        ...

    async def find(self, workspace_key: str) -> datetime | None:
        """When the workspace removed us, None if it did not."""
        ...

    async def clear(self, workspace_key: str) -> bool:
        """Forget that it did; False if it was not noted."""
        ...

    async def before(self, end: datetime) -> list[str]:
        """The workspaces that removed us before *end*, the earliest first."""
        ...


class Installations(Protocol):
    """Keeps what lets us into workspaces, sealed (`bot.sealing.Sealer`); a workspace is named by its `Destination.shard_key`."""

    async def keep(self, workspace_key: str, sealed: str) -> None:
        """Keep *sealed* for the workspace, in place of what there was."""
        ...

    async def replace(self, workspace_key: str, before: str, sealed: str) -> bool:
        """Keep *sealed* if *before* is what there is still; False, and nothing changes, if it is not."""
        ...

    async def find(self, workspace_key: str) -> str | None:
        """What was kept for the workspace last, None if there is nothing."""
        ...

    async def remove(self, workspace_key: str) -> bool:
        """Forget it; False if there was nothing."""
        ...

    async def all(self) -> dict[str, str]:
        """What is kept, by workspace."""
        ...


class Traces(Protocol):
    """What is kept of a destination besides its subscriptions: the papers it had, and its deliveries."""

    async def erase(self, whose: Destination | str) -> int:
        """Delete all of it, in one step; gives how many deliveries went. What is being sent is recorded no more.

        *whose* is one destination, or the `Destination.shard_key` of a workspace: then all its channels, no people.
        """
        ...


class Recipients(Protocol):
    """Keeps who gets mail; an address is in it only sealed (`bot.sealing.Sealer`), and found by its keyed hash."""

    async def keep(self, recipient: Recipient) -> Recipient:
        """Keep a new one, unless there is one found by the same hash; gives the one that is there then."""
        ...

    async def find(self, hashes: Collection[str]) -> Recipient | None:
        """The one found by one of *hashes*, of which the first that finds one counts."""
        ...

    async def named(self, recipient_id: str) -> Recipient | None:
        """The one with this id."""
        ...

    async def replace(self, recipient: Recipient) -> bool:
        """Keep what changed of one; False, and nothing changes, if it is gone or its hash finds another one."""
        ...

    async def reseal(self, recipient: Recipient, *, found_by: str, sealed: str) -> bool:
        """Keep the address of one as *sealed*, found by *found_by*; what else became of them stays.

        False, and nothing changes, if what is sealed there is no longer that of *recipient*, or the hash finds another.
        """
        ...

    async def remove(self, recipient_id: str) -> bool:
        """Forget one, address and all; False if it was gone."""
        ...

    async def all(self) -> list[Recipient]:
        """Every one, in the order in which they asked."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget those who asked before *before* and never confirmed; gives how many."""
        ...


class Processes(Protocol):
    """Knows which processes run on the store."""

    async def announce(self, one: Running, now: datetime) -> None:
        """Note that *one* runs until ``one.until``, in place of what it said before."""
        ...

    async def running(self, now: datetime) -> list[Running]:
        """Those that said they would still run at *now*, in order of their names."""
        ...

    async def leave(self, name: str) -> None:
        """The process *name* ends."""
        ...
