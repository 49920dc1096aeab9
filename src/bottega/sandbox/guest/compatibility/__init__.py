"""Names that libraries have removed, restored for old scripts with their old meaning.

`install` sets them up in the child of a run that has old names on; nothing of it is imported otherwise. `table` is
the data about them, without any library.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

from .. import imports
from . import standard, uses

_LIBRARIES = ("numpy", "pandas", "sklearn", "scipy", "matplotlib", "seaborn", "statsmodels", "networkx")


def install(notes: list[str], name: Callable[[str], str | None]) -> None:
    """Restore removed names in the libraries that are imported, and in others as they are imported.

    notes   gets one line for each name that a file of the user's is the first to use
    name    what the user calls a file; None for a file that is no user's
    """
    uses.follow(notes, name)
    uses.quieten()
    imports.watch(standard.hooks())
    imports.watch(dict.fromkeys(_LIBRARIES, _restore))


def _restore(module: ModuleType) -> None:
    """What there is about a library."""
    try:
        importlib.import_module(f"{__name__}.of_{module.__name__}").restore(module)
    except Exception as error:  # noqa: BLE001 - of a version unlike those known: no reason to keep it from scripts
        uses.fault(f"Not all old names of {module.__name__} could be restored ({type(error).__name__}: {error}).")
