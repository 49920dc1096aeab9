"""Scripts on Pythons that are too old for the guest: it stays on a Python of today, and beside it runs the old one.

Both are in one jail. The old one starts when the jail is made, so that pandas is there before a job comes.
"""

from __future__ import annotations

from types import ModuleType


def guest() -> ModuleType:
    """What runs around the jobs of such a Python."""
    from . import script  # late: no other environment needs it

    return script
