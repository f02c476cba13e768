"""Which processes run on a store, and whether they were told the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that said it runs, and will say so again before *until*.

    *settings* are those of its settings on which all processes of a store should agree, by name; none is secret.
    """

    name: str
    until: datetime
    settings: Mapping[str, str]


def differences(processes: Iterable[Running]) -> dict[str, dict[str, str]]:
    """The settings on which *processes* do not agree, in order of their names: by process, what each goes by."""
    everyone = sorted(processes, key=lambda one: one.name)
    names = sorted({name for one in everyone for name in one.settings})
    told = {name: {one.name: one.settings.get(name, "not set") for one in everyone} for name in names}
    return {name: values for name, values in told.items() if len(set(values.values())) > 1}
