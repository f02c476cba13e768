"""Reads what a process tells, as Prometheus does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """One answer: its *text*, and its *samples* by name and labels as they are written."""

    text: str
    status: int
    headers: Mapping[str, str]

    @property
    def samples(self) -> dict[str, float]:
        """Every sample, as ``name`` or ``name{label=value,…}`` with the labels in order of their names."""
        families = text_string_to_metric_families(self.text)
        return {
            _written(sample.name, sample.labels): sample.value for one in families for sample in one.samples
        }

    def moved(self, before: Scrape) -> dict[str, float]:
        """What is another number than *before*, and by how much; sums of seconds and ``process_…`` left out."""
        old = before.samples
        return {
            name: value - old.get(name, 0)
            for name, value in self.samples.items()
            if value != old.get(name, 0)
            and not name.startswith("process_")
            and not any(part in name for part in ("_seconds_sum", "_bucket", "timestamp", "_age_"))
        }


def _written(name: str, labels: Mapping[str, str]) -> str:
    inner = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return f"{name}{{{inner}}}" if inner else name


async def scrape(address: str, accept: str = "text/plain") -> Scrape:
    """What is told at *address* now."""
    async with aiohttp.ClientSession() as http, http.get(address, headers={"Accept": accept}) as answer:
        return Scrape(text=await answer.text(), status=answer.status, headers=answer.headers)
