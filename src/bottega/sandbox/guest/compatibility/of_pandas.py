"""pandas, all of it: called once it is loaded."""

from __future__ import annotations

import warnings
from types import ModuleType

from .. import imports
from . import (
    pandas_calls,
    pandas_groups,
    pandas_ix,
    pandas_meanings,
    pandas_methods,
    pandas_modules,
    pandas_more,
    pandas_places,
    pandas_reading,
    pandas_times,
    pandas_windows,
    pandas_writes,
)
from .pandas_library import MAJOR, old, pd

__all__ = ["restore"]
_USED = (
    pandas_calls,
    pandas_groups,
    pandas_ix,
    pandas_meanings,
    pandas_methods,
    pandas_more,
    pandas_reading,
    pandas_times,
    pandas_windows,
)


def restore(module: ModuleType) -> None:
    """Put all of it into pandas, and let text be objects."""
    if MAJOR >= 3:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that this will not go on for ever
            pd.set_option("future.infer_string", False)  # noqa: FBT003 - pandas' own way
    pandas_places.apply()
    pandas_writes.apply()
    pandas_groups.apply()
    old.apply(module)
    pandas_modules.forgive_options()
    imports.provide(pandas_modules.modules())
