"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# How long something takes is for benchmarks to say: on a busy machine anything may.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
