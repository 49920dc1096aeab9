"""More of what frames, series, indexes and moments had: less used."""

from __future__ import annotations

from typing import Any

import numpy as np

from .pandas_library import old, pd
from .pandas_meanings import nanoseconds


@old.method("DataFrame.tshift", "Series.tshift")
def tshift(self: Any, periods: int = 1, freq: Any = None, axis: Any = 0) -> Any:
    """The labels moved, the values in place."""
    return self.shift(periods, freq="infer" if freq is None else freq, axis=axis)


@old.method("DataFrame.slice_shift", "Series.slice_shift")
def slice_shift(self: Any, periods: int = 1, axis: Any = 0) -> Any:
    """The values moved, and what comes in empty cut off."""
    if periods == 0:
        return self
    count = self.shape[self._get_axis_number(axis)]
    values, labels = (
        (slice(None, -periods), slice(periods, None)) if periods > 0 else (slice(-periods, None), slice(0, periods))
    )
    del count
    moved = self.iloc[values] if axis in {0, "index"} else self.iloc[:, values]
    return moved.set_axis(self.axes[self._get_axis_number(axis)][labels], axis=axis)


@old.method("DataFrame.first", "Series.first")
def first(self: Any, offset: Any) -> Any:
    """The rows of the first span of time."""
    if not len(self.index):
        return self.copy()
    offset = pd.tseries.frequencies.to_offset(offset)
    start = end = self.index[0]
    if not isinstance(offset, pd.offsets.Tick) and offset.is_on_offset(start):
        end = end - offset.base  # a first day that ends a month is such a span itself
    end = end + offset
    if isinstance(offset, pd.offsets.Tick) and end in self.index:
        return self.iloc[: self.index.searchsorted(end, side="left")]
    return self.loc[:end]


@old.method("DataFrame.last", "Series.last")
def last(self: Any, offset: Any) -> Any:
    """The rows of the last span of time."""
    if not len(self.index):
        return self.copy()
    start = self.index[-1] - pd.tseries.frequencies.to_offset(offset)
    return self.iloc[self.index.searchsorted(start, side="right") :]


@old.method("DataFrame.sortlevel")
def sortlevel(self: Any, level: Any = 0, axis: Any = 0, ascending: Any = True, inplace: bool = False,
              sort_remaining: bool = True) -> Any:  # fmt: skip
    """By the labels of one level."""
    return self.sort_index(axis=axis, level=level, ascending=ascending, inplace=inplace, sort_remaining=sort_remaining)


@old.method("Series.sortlevel")
def sortlevel_of_series(self: Any, level: Any = 0, ascending: Any = True, sort_remaining: bool = True) -> Any:
    """The same of a series."""
    return self.sort_index(level=level, ascending=ascending, sort_remaining=sort_remaining)


@old.method("DataFrame.bool", "Series.bool")
def as_bool(self: Any) -> bool:
    """The one Boolean value."""
    value = self.to_numpy().item() if self.size == 1 else None
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError("bool cannot act on a non-boolean single element, or on several")
    return bool(value)


@old.method("DataFrame.consolidate")
def consolidate(self: Any, inplace: bool = False) -> Any:
    """A copy."""
    return self if inplace else self.copy()


@old.method("DataFrame.to_dense", "Series.to_dense")
def to_dense(self: Any) -> Any:
    """Itself."""
    return self


@old.method("Series.reshape")
def reshape(self: Any, *shape: Any, **options: Any) -> Any:
    """The values in another shape."""
    return self.to_numpy().reshape(*shape, **options)


@old.method("Series.valid")
def valid(self: Any, inplace: bool = False, **options: Any) -> Any:
    """Without missing values."""
    return self.dropna(inplace=inplace, **options)


@old.method("Series.nonzero")
def nonzero(self: Any) -> Any:
    """The positions of what is not zero, in a tuple."""
    return self.to_numpy().nonzero()


@old.method("Series.ravel")
def ravel(self: Any, order: Any = "C") -> Any:
    """The values."""
    return np.array(self.to_numpy()).ravel(order)


@old.method("Series.ptp")
def ptp(self: Any, axis: Any = None, skipna: bool = True, **_options: Any) -> Any:
    """The largest less the smallest."""
    del axis
    return self.max(skipna=skipna) - self.min(skipna=skipna)


@old.method("Series.put")
def put(self: Any, places: Any, values: Any) -> None:
    """Set by position."""
    self.iloc[places] = values


@old.method("Series.compress")
def compress(self: Any, condition: Any, *_arguments: Any, **_options: Any) -> Any:
    """Where the condition holds."""
    return self[condition]


@old.method("Series.view")
def view(self: Any, dtype: Any = None) -> Any:
    """The same bytes as another type."""
    values = nanoseconds(np.array(self.to_numpy()))
    return pd.Series(values.view(dtype or values.dtype), index=self.index, name=self.name)


@old.method("Index.get_duplicates")
def get_duplicates(self: Any) -> Any:
    """What is there more than once, in order."""
    return self[self.duplicated()].unique().sort_values()


def _kind(*kinds: str) -> Any:
    return lambda self: self.inferred_type in kinds


old.method("Index.is_integer")(_kind("integer"))
old.method("Index.is_floating")(_kind("floating", "mixed-integer-float", "integer-na"))
old.method("Index.is_numeric")(_kind("integer", "floating"))
old.method("Index.is_boolean")(_kind("boolean"))
old.method("Index.is_categorical")(_kind("categorical"))


@old.method("Index.is_object")
def is_object(self: Any) -> bool:
    """Whether it holds objects, as text is."""
    return self.dtype == object or isinstance(self.dtype, pd.StringDtype)


@old.method("Index.sym_diff")
def sym_diff(self: Any, other: Any, result_name: Any = None) -> Any:
    """What only one of both has."""
    return self.symmetric_difference(other, result_name)


@old.method("Index.to_native_types")
def to_native_types(self: Any, slicer: Any = None, **_options: Any) -> Any:
    """The labels as text."""
    return (self if slicer is None else self[slicer]).astype(str).to_numpy(dtype=object)


@old.method("Index.format")
def format_index(self: Any, name: bool = False, formatter: Any = None, na_rep: str = "NaN") -> list[str]:
    """The labels as texts."""
    texts = [na_rep if pd.isna(label) else (formatter or str)(label) for label in self]
    return [str(self.name or ""), *texts] if name else texts


old.of_class("Categorical.from_array")(lambda cls, data, **options: cls(data, **options))


@old.method("Timestamp.to_datetime")
def to_datetime(self: Any) -> Any:
    """Python's own."""
    return self.to_pydatetime()


@old.method("ExcelWriter.save")
def save(self: Any) -> None:
    """Write it."""
    self.close()


def _of_array(name: str) -> Any:
    return lambda self: getattr(self.to_numpy(), name)


for _name in ("base", "data", "itemsize", "strides", "real", "imag"):
    old.prop(f"Series.{_name}")(_of_array(_name))


@old.prop("Series.asobject")
def asobject(self: Any) -> Any:
    """The values as objects."""
    return self.astype(object).to_numpy()


@old.prop("Series.is_monotonic", "Index.is_monotonic")
def is_monotonic(self: Any) -> bool:
    """Whether it never falls."""
    return bool(self.is_monotonic_increasing)


@old.prop("Index.asi8")
def asi8(self: Any) -> Any:
    """Whole numbers that stand for the values."""
    return self.to_numpy().astype("int64") if self.dtype.kind in "iumM" else None


@old.prop("MultiIndex.labels")
def labels(self: Any) -> Any:
    """The codes of each level."""
    return self.codes


@old.prop("Categorical.labels")
def codes(self: Any) -> Any:
    """The code of each value."""
    return self.codes


@old.prop("Categorical.levels")
def levels(self: Any) -> Any:
    """The categories."""
    return self.categories


@old.prop("Series.dt.week", "Series.dt.weekofyear")
def week(self: Any) -> Any:
    """The week of the year."""
    found = self.isocalendar().week
    return found.astype("float64" if found.isna().any() else "int64")


@old.prop("DatetimeIndex.week", "DatetimeIndex.weekofyear")
def week_of_index(self: Any) -> Any:
    """The week of the year."""
    return pd.Index(self.isocalendar().week.astype("int64").to_numpy())


@old.prop("Series.dt.weekday_name", "DatetimeIndex.weekday_name", "Timestamp.weekday_name")
def weekday_name(self: Any) -> Any:
    """The day's English name."""
    return self.day_name()


@old.prop("Timestamp.freq", "Timestamp.freqstr")
def freq(_self: Any) -> None:
    """Moments have none."""
