"""The random seed of modules that draw rows or settings, here and in other categories."""

from __future__ import annotations

import time

from bottega.sdk import note


def seeded(seed: int) -> int:
    """The seed, or for 0 one from the clock, which a note tells."""
    if seed:
        return seed
    drawn = time.time_ns() % 2**31 or 1
    note(f"The random seed is {drawn}, from the clock.")
    return drawn
