"""Setting values as it was: through a column that was taken out before, and of another type than the column's.

Since pandas 3 what is taken out of a frame is a copy, always. `frame["a"][rows] = 1` then changes nothing. Here a column that
a script takes out remembers its frame, and what is set in it is put back there, as older pandas did by its item cache.
"""

from __future__ import annotations

import functools
import weakref
from typing import Any

import numpy as np

from .pandas_library import MAJOR, old, pd
from .pandas_meanings import nanoseconds
from .patching import wrap
from .uses import in_script

_PARENT = "_old_parent"
_AS_LONG = ("fillna", "replace", "clip", "update", "interpolate", "ffill", "bfill", "mask", "where")
_NEVER_FIT = (
    "Invalid value",
    "incompatible dtype",
    "Cannot setitem on a Categorical",
    "cannot be converted",
    "Invalid dtype",
)


def apply() -> None:
    """Put it into pandas 3 and later; before, most of this is how pandas is."""
    indexing = pd.core.indexing
    wrap(indexing._LocIndexer, "__getitem__", _get_by_label)  # noqa: SLF001
    if MAJOR < 3:
        return
    for owner, name in ((pd.DataFrame, "__getitem__"), (pd.DataFrame, "__getattr__")):
        wrap(owner, name, _remember)
    wrap(pd.Series, "__getitem__", _get)
    wrap(pd.Series, "__setitem__", _set)
    wrap(pd.DataFrame, "__setitem__", _set)
    for name in _AS_LONG:
        wrap(pd.Series, name, _in_place)
    for indexer in (indexing._LocIndexer, indexing._iLocIndexer, indexing._AtIndexer, indexing._iAtIndexer):  # noqa: SLF001
        wrap(indexer, "__setitem__", _set_by_indexer)
    for owner in (pd.DataFrame, pd.Series):
        owner.values = property(functools.partial(_values, owner.values.fget))
    pd.Index.values = property(functools.partial(_labels_to_write, pd.Index.values.fget))


def _remember(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    frame, key = arguments
    try:
        found = function(*arguments, **options)
    except KeyError:
        if not isinstance(key, str) or not isinstance(frame.index, (pd.DatetimeIndex, pd.PeriodIndex)):
            raise
        found = frame.loc[key]  # the rows of a span of time
        old.tell("DataFrame.__getitem__")
        return found
    if type(found) is pd.Series and isinstance(key, (str, int, float)):
        object.__setattr__(found, _PARENT, (weakref.ref(frame), key))
    return found


def _put_back(series: Any) -> None:
    """Put a column that was changed into the frame that it was taken from, as long as it fits."""
    parent = series.__dict__.get(_PARENT)
    frame = parent and parent[0]()
    if frame is None or len(frame) != len(series) or parent[1] not in frame.columns or not frame.columns.is_unique:
        return
    if not frame.index.equals(series.index):
        return
    frame.isetitem(frame.columns.get_loc(parent[1]), series)
    old.tell("DataFrame.__setitem__")


def _get(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Whole numbers are positions where labels are none."""
    series, key = arguments
    try:
        return function(*arguments, **options)
    except KeyError:
        if not _are_places(series.index, key):
            raise
    old.tell("Series.__getitem__")
    return series.iloc[key]


def _are_places(labels: Any, key: Any) -> bool:
    if labels.dtype.kind in "iuf" or labels.nlevels > 1:
        return False
    keys = key if isinstance(key, (list, np.ndarray)) else [key]
    return len(keys) > 0 and all(isinstance(each, (int, np.integer)) and not isinstance(each, bool) for each in keys)


def _set(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    of, key, value = arguments
    if of.ndim == 1 and _are_places(of.index, key) and not _has(of.index, key):
        old.tell("Series.__getitem__")
        _fitting(lambda: of.iloc.__setitem__(key, value), of, slice(None))
    else:
        _fitting(lambda: function(of, key, value, **options), of, slice(None))
    if of.ndim == 1:
        _put_back(of)


def _has(labels: Any, key: Any) -> bool:
    try:
        return bool(np.all(labels.isin([key] if np.ndim(key) == 0 else key)))
    except TypeError:
        return False


def _set_by_indexer(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    indexer, key, value = arguments
    of = indexer.obj
    columns = key[1] if isinstance(key, tuple) and len(key) == 2 and of.ndim == 2 else slice(None)
    by_place = indexer.name in {"iloc", "iat"}
    _fitting(lambda: function(indexer, key, value, **options), of, columns, by_place=by_place)
    if of.ndim == 1:
        _put_back(of)


def _fitting(set_it: Any, of: Any, columns: Any, *, by_place: bool = False) -> None:
    """Set; where a column cannot hold the value as it is, it becomes one that can, as it did."""
    try:
        set_it()
    except (TypeError, ValueError) as error:
        if not any(part in str(error) for part in _NEVER_FIT):
            raise
    else:
        return
    if of.ndim == 1:
        _widen_series(of)
    else:
        places = np.arange(of.shape[1])
        chosen = (
            places[columns] if by_place else of.columns.get_indexer_for(np.atleast_1d(_labels(of.columns, columns)))
        )
        for place in np.atleast_1d(chosen):
            if place >= 0:
                of.isetitem(place, _wider(of.iloc[:, place]))
    old.tell("Series.__setitem__")
    set_it()
    _narrow(of)


def _labels(labels: Any, key: Any) -> Any:
    if isinstance(key, slice):
        return labels[labels.slice_indexer(key.start, key.stop, key.step)]
    if getattr(getattr(key, "dtype", None), "kind", "") == "b":
        return labels[np.asarray(key)]
    return [key] if isinstance(key, str) else key


def _wider(column: Any) -> Any:
    return column.astype(object)


def _widen_series(series: Any) -> None:
    series._update_inplace(_wider(series))  # noqa: SLF001 - what in-place methods do


def _narrow(of: Any) -> None:
    """Numbers that became objects on the way are numbers again: whole ones among others became decimal ones."""
    if of.ndim == 1:
        if of.dtype == object and pd.api.types.infer_dtype(of) in {"floating", "integer", "mixed-integer-float"}:
            of._update_inplace(of.infer_objects())  # noqa: SLF001
        return
    for place in range(of.shape[1]):
        column = of.iloc[:, place]
        if column.dtype == object and pd.api.types.infer_dtype(column) in {
            "floating",
            "integer",
            "mixed-integer-float",
        }:
            of.isetitem(place, pd.to_numeric(column))


def _in_place(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    made = function(*arguments, **options)
    if made is None or options.get("inplace") is True:
        _put_back(arguments[0])
    return made


def _get_by_label(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Labels of which some are missing give rows of missing values."""
    indexer, key = arguments
    try:
        return function(*arguments, **options)
    except KeyError:
        of, keys = indexer.obj, key if isinstance(key, tuple) else (key,)
        axes = [axis for axis, each in enumerate(keys[: of.ndim]) if _is_partly_known(of.axes[axis], each)]
        if not axes:
            raise
        for axis in axes:
            of = of.reindex(list(keys[axis]), axis=axis)
    old.tell("DataFrame.loc")
    rest = tuple(slice(None) if axis in axes else each for axis, each in enumerate(keys))
    return of.loc[rest]


def _is_partly_known(labels: Any, key: Any) -> bool:
    is_list = (
        isinstance(key, (list, np.ndarray, pd.Index, pd.Series))
        and getattr(getattr(key, "dtype", None), "kind", "") != "b"
    )
    if not is_list or not labels.is_unique or labels.nlevels > 1:
        return False
    known = pd.Index(list(key)).isin(labels)
    return bool(known.any() and not known.all())


def _values(get: Any, self: Any) -> Any:
    """The values as an array that can be written to; what is written to a frame of one type is in the frame, too."""
    values = get(self)
    if type(values) is np.ndarray and values.dtype.kind in "mM" and in_script():
        return nanoseconds(values).copy()
    if type(values) is not np.ndarray or values.flags.writeable or not in_script():
        return values
    manager = self._mgr
    try:
        sharers = sum(each() is not None for each in manager.blocks[0].refs.referenced_blocks)
        if len(manager.blocks) != 1 or sharers > 1 + _is_a_column(self):
            return values.copy()
        values = values.view()
        values.flags.writeable = True
    except (AttributeError, ValueError):
        return values.copy()
    return values


def _is_a_column(of: Any) -> bool:
    """Whether it was taken out of a frame that still has it."""
    parent = of.__dict__.get(_PARENT)
    return parent is not None and parent[0]() is not None


def _labels_to_write(get: Any, self: Any) -> Any:
    """The labels as an array; what is written to it is in the index, too."""
    values = get(self)
    if type(values) is not np.ndarray or values.flags.writeable or not in_script():
        return values
    held = getattr(self, "_data", None)
    return held.view() if type(held) is np.ndarray and held.flags.writeable and held.dtype == object else values.copy()
