"""Calls that still work, and gave something else: functions that stand for methods, columns of text, spans of time as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .pandas_library import MAJOR, old, pd
from .patching import named

# What these compute of a group is not what pandas computed in their place: of a sample, and without missing values.
_METHODS = {np.mean: "mean", np.nanmean: "mean", np.sum: "sum", np.nansum: "sum", np.median: "median", np.nanmedian: "median",
            np.std: "std", np.nanstd: "std", np.var: "var", np.nanvar: "var", np.prod: "prod", np.nanprod: "prod"}  # fmt: skip
_OF_NUMBERS = frozenset({*_METHODS.values(), "sem", "skew", "kurt"})


@old.change("Series.argmax", "Series.argmin")
def _place_of_extreme(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """The label, not the position."""
    self = arguments[0]
    place = function(*arguments, **options)
    if place < 0:
        return np.nan
    label = self.index[place]
    if label != place:
        old.tell("Series.argmax")
    return label


@old.change("core.window.rolling.Rolling.apply", "core.window.expanding.Expanding.apply")
def _apply_to_windows(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """The function gets an array, not a series."""
    if len(arguments) > 2 or "raw" in options:
        return function(*arguments, **options)
    old.tell("Rolling.apply")
    return function(*arguments, **options, raw=True)


@old.change("Series.apply")
def _apply_to_values(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """There was one argument more, which told nothing but the result's type."""
    if "convert_dtype" in options or (len(arguments) > 2 and isinstance(arguments[2], (bool, int))):
        old.tell("Series.apply.convert_dtype")
        options.pop("convert_dtype", None)
        self, wanted, *rest = arguments
        arguments = (self, wanted, *rest[1:])
    return function(*arguments, **options)


def _stack(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Without what is missing."""
    given = named(arguments, options, "self level dropna sort future_stack")
    drops, self = given.pop("dropna", True), given.pop("self")
    made = function(self, **{name: given[name] for name in ("level",) if name in given})
    if not drops or given.get("future_stack"):
        return made
    full = made.dropna() if made.ndim == 1 else made.dropna(how="all")
    if len(full) < len(made):
        old.tell("DataFrame.stack")
    return full


if MAJOR >= 3:
    old.change("DataFrame.stack")(_stack)


@old.change("DataFrame.to_sql")
def _to_sql(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """The kind of the database is what its connection is."""
    by_place = len(arguments) > 3 and arguments[3] in ("sqlite", "mysql")
    if not by_place and "flavor" not in options:
        return function(*arguments, **options)
    old.tell("DataFrame.to_sql.flavor")
    options.pop("flavor", None)
    given = named(arguments, options, "self name con flavor schema if_exists index index_label")
    given.pop("flavor", None)
    return function(given.pop("self"), **given)


def _as_methods(wanted: Any) -> Any:
    """Functions of NumPy as pandas' own methods, also inside lists and dicts."""
    if isinstance(wanted, dict):
        return {key: _as_methods(each) for key, each in wanted.items()}
    if isinstance(wanted, list):
        return [_as_methods(each) for each in wanted]
    try:
        return _METHODS.get(wanted, wanted)
    except TypeError:  # no key of a dict
        return wanted


def _aggregate(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """`agg` and its like; of a frame's columns those that the function cannot take are left out."""
    self, *rest = arguments
    name = "func" if "func" in options else "arg"
    wanted = rest[0] if rest else options.get(name)
    method = _as_methods(wanted)
    if method is not wanted and method != wanted:
        old.tell("DataFrame.groupby.aggregate")
        if rest:
            rest[0] = method
        else:
            options[name] = method
    try:
        return function(self, *rest, **options)
    except (TypeError, ValueError):
        numbers = _numbers_of(self)
        if isinstance(method, dict) or not numbers:
            raise
        made = getattr(self[numbers], function.__name__)(*rest, **options)
    old.tell("DataFrame.groupby.mean")
    return made


def _numbers_of(groups: Any) -> list[Any]:
    """The names of a frame's columns of numbers, where there are others as well."""
    columns = groups._obj_with_exclusions  # noqa: SLF001 - pandas offers no other way
    if columns.ndim == 1:
        return []
    numbers = columns.select_dtypes(["number", "bool"]).columns
    return [] if len(numbers) == columns.shape[1] else list(numbers)


if MAJOR >= 2:
    old.change(
        *(f"{of}.{name}" for of in ("DataFrame.groupby", "Series.groupby", "Resampler")
          for name in ("agg", "aggregate", "transform"))
    )(_aggregate)  # fmt: skip


def _numbers_in_spans(name: str) -> None:
    """Columns of text were left out of what is computed of spans of time."""

    @old.change(f"Resampler.{name}")
    def call(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
        if len(arguments) > 1 or "numeric_only" in options or not _numbers_of(arguments[0]):
            return function(*arguments, **options)
        old.tell("DataFrame.groupby.mean")
        return function(*arguments, **options, numeric_only=True)

    del call


if MAJOR >= 2:
    for _name in sorted(_OF_NUMBERS - {"skew", "kurt"}):
        _numbers_in_spans(_name)


def _pivot_table(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Columns of text were left out here, too."""
    given = named(arguments, options, "data values index columns aggfunc fill_value margins dropna margins_name")
    if "self" in given:
        given["data"] = given.pop("self")
    if "aggfunc" in given:
        given["aggfunc"] = _as_methods(given["aggfunc"])
    frame = given.pop("data")
    try:
        return function(frame, **given)
    except (TypeError, ValueError):
        keys = [key for name in ("index", "columns", "rows", "cols") for key in _listed(given.get(name))]
        numbers = [
            name for name in frame.columns if name in keys or pd.api.types.is_numeric_dtype(frame.dtypes.get(name))
        ]
        if len(numbers) == frame.shape[1]:
            raise
        if given.get("values") is not None:
            given["values"] = [each for each in _listed(given["values"]) if each in numbers]
        made = function(frame[numbers], **given)
    old.tell("DataFrame.groupby.mean")
    return made


def _listed(names: Any) -> list[Any]:
    if isinstance(names, (list, tuple)):
        return [each for each in names if isinstance(each, (str, int))]
    return [names] if isinstance(names, (str, int)) else []


if MAJOR >= 2:
    old.change("pivot_table", "DataFrame.pivot_table")(_pivot_table)


@old.change("Series.value_counts", "Series.groupby.value_counts")
def _value_counts(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Called as the column, its labels without a name."""
    made = function(*arguments, **options)
    if made.name not in {"count", "proportion"}:  # as it was, before pandas 2
        return made
    self = arguments[0]
    if hasattr(self, "obj"):
        made.name = self.obj.name
    elif made.index.nlevels == 1:
        made.name, made.index.name = self.name, None
    old.tell("Series.value_counts")
    return made


def _astype(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Moments as whole numbers are nanoseconds; spans of time are numbers of days, hours and so on."""
    given = named(arguments, options, "self dtype copy errors")
    self, wanted = given["self"], _dtype(given.get("dtype"))
    kind = getattr(self.dtype, "kind", "O")
    if wanted is None or (kind not in "mM" and wanted.kind != "M"):
        return function(*arguments, **options)
    unit = np.datetime_data(wanted)[0] if wanted.kind in "mM" else ""
    if wanted.kind == "m" and kind == "m" and unit not in {"ns", "generic"}:
        values = self.to_numpy().astype(wanted)
        made = np.where(np.isnat(values), np.nan, values.astype("int64"))
    elif (
        wanted.kind == "M"
        and unit in {"generic", "D", "M", "Y", "h", "m", "W"}
        and not isinstance(self.dtype, pd.DatetimeTZDtype)
    ):
        values = (self if kind == "M" else pd.to_datetime(self)).to_numpy()
        made = (values if unit == "generic" else values.astype(wanted)).astype("M8[ns]")
    elif wanted == np.int64 and np.datetime_data(getattr(self.dtype, "base", self.dtype))[0] != "ns":
        made = nanoseconds(self.to_numpy())
        if made.dtype != np.dtype(f"{kind}8[ns]"):
            return function(*arguments, **options)
        made = made.astype("int64")
    else:
        return function(*arguments, **options)
    old.tell("Series.astype")
    return (
        pd.Series(made, index=self.index, name=self.name)
        if isinstance(self, pd.Series)
        else pd.Index(made, name=self.name)
    )


def _dtype(given: Any) -> Any:
    try:
        return np.dtype(given) if isinstance(given, (str, type, np.dtype)) else None
    except TypeError:
        return None


def nanoseconds(values: Any) -> Any:
    """Moments or spans of time in nanoseconds, as all were; as they are where those cannot hold them."""
    if values.dtype.kind not in "mM" or not values.size:
        return values
    whole = values.astype(f"{values.dtype.kind}8[ns]")
    return whole if (whole.astype(values.dtype) == values)[~np.isnat(values)].all() else values


if MAJOR >= 2:
    old.change("Series.astype", "DatetimeIndex.astype", "TimedeltaIndex.astype")(_astype)


def _to_numeric(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Moments in nanoseconds."""
    if arguments and isinstance(arguments[0], pd.Series) and arguments[0].dtype.kind in "mM":
        return arguments[0].astype("int64")
    return function(*arguments, **options)


if MAJOR >= 3:
    old.change("to_numeric")(_to_numeric)
