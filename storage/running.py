"""What a process says of itself, as the stores write it."""

from __future__ import annotations

from bot.domain.processes import Running
from storage.codec import at_moment, moment, read, readable, written


def encode_process(one: Running) -> str:
    """What *one* said of itself as text, but for its name."""
    return written({"until": moment(one.until), "settings": dict(one.settings)})


def decode_process(name: str, document: str) -> Running:
    """The process *name* of which `encode_process` wrote *document*; raises `StoreCorrupt` or `StoreTooNew`."""
    with readable("process"):
        wire = read(document)
        return Running(name=name, until=at_moment(wire["until"]), settings=wire["settings"])
