"""pandas as the files beside this one restore it."""

from __future__ import annotations

from typing import Any

import pandas

from .patching import Library

pd: Any = pandas
MAJOR = int(pandas.__version__.split(".")[0])
old = Library(
    "pandas",
    {
        "Series.dt.": "core.indexes.accessors.DatetimeProperties.",
        "DataFrame.groupby.": "core.groupby.DataFrameGroupBy.",
        "Series.groupby.": "core.groupby.SeriesGroupBy.",
        "Resampler.": "core.resample.Resampler.",
    },
)
