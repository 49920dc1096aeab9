"""`.ix`: by label, and by position where labels are no numbers and the key is one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .pandas_library import old, pd

_ALL = slice(None)


@old.prop("DataFrame.ix", "Series.ix")
def ix(self: Any) -> Any:
    """What takes the keys in brackets."""
    return _Indexer(self)


class _Indexer:
    """`.ix` of one frame or series."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getitem__(self, key: Any) -> Any:
        of, keys = self._of, self._keys(key)
        if keys is None:
            return of.loc[key]
        rows, columns = keys if of.ndim == 2 else (keys[0], None)
        of, rows = _filled(of, 0, rows)
        if of.ndim == 1:
            return of.iloc[_place(of.index, rows)] if _is_place(of.index, rows) else of.loc[rows]
        of, columns = _filled(of, 1, columns)
        places = _is_place(of.index, rows), _is_place(of.columns, columns)
        if not any(places):
            return of.loc[rows, columns]
        return of.iloc[_place(of.index, rows), _place(of.columns, columns)]

    def __setitem__(self, key: Any, value: Any) -> None:
        of, keys = self._of, self._keys(key)
        if keys is None:
            of.loc[key] = value
        elif of.ndim == 1:
            if _is_place(of.index, keys[0]):
                of.iloc[_place(of.index, keys[0])] = value
            else:
                of.loc[keys[0]] = value
        else:
            self._set(keys, value)

    def _set(self, keys: tuple[Any, Any], value: Any) -> None:
        """Set in a frame: places become labels, so that new labels may stand beside them."""
        of, axes = self._of, (self._of.index, self._of.columns)
        if all(_is_place(axis, key) for axis, key in zip(axes, keys)):
            of.iloc[_place(axes[0], keys[0]), _place(axes[1], keys[1])] = value
            return
        labels = [axis[key] if _is_place(axis, key) and axis.is_unique else key for axis, key in zip(axes, keys)]
        if any(_is_place(axis, key) and not axis.is_unique for axis, key in zip(axes, keys)):
            of.iloc[_place(axes[0], keys[0]), _place(axes[1], keys[1])] = value
        else:
            of.loc[labels[0], labels[1]] = value

    def _keys(self, key: Any) -> tuple[Any, ...] | None:
        """A key an axis; None where only labels of several levels can be meant."""
        if callable(key):
            key = key(self._of)
        if isinstance(key, tuple):
            if self._of.index.nlevels > 1 and not any(isinstance(each, (slice, list)) for each in key):
                try:
                    self._of.index.get_loc(key)
                except (KeyError, TypeError, ValueError):
                    pass
                else:
                    return None
            if len(key) == self._of.ndim:
                return key
        return (key, _ALL)


def _filled(of: Any, axis: int, key: Any) -> tuple[Any, Any]:
    """A list of labels of which some are missing: rows of missing values stand for them, as they did."""
    labels = of.axes[axis]
    if not _is_list(key) or _is_mask(key) or _is_place(labels, key) or labels.nlevels > 1:
        return of, key
    known = pd.Index(list(key)).isin(labels)
    if known.all() or not known.any() or not labels.is_unique:
        return of, key
    return of.reindex(list(key), axis=axis), _ALL


def _is_list(key: Any) -> bool:
    return isinstance(key, (list, np.ndarray, pd.Index, pd.Series, pd.Categorical))


def _is_mask(key: Any) -> bool:
    return getattr(getattr(key, "dtype", None), "kind", "") == "b" or (
        isinstance(key, list) and bool(key) and isinstance(key[0], (bool, np.bool_))
    )


def _is_number(key: Any) -> bool:
    return isinstance(key, (int, np.integer)) and not isinstance(key, (bool, np.bool_))


def _is_place(labels: Any, key: Any) -> bool:
    """Whether a key means positions: whole numbers do, unless the labels are numbers, too."""
    if labels.nlevels > 1:
        labels = labels.levels[0]
    if labels.dtype.kind in "iuf":
        return False
    if isinstance(key, slice):
        ends = [end for end in (key.start, key.stop) if end is not None]
        return (
            bool(ends)
            and all(map(_is_number, ends))
            and not any(end in labels for end in ends if labels.dtype == object)
        )
    if _is_list(key):
        return len(key) > 0 and not _is_mask(key) and all(map(_is_number, key)) and not set(key) & set(labels)
    return _is_number(key) and not (labels.dtype == object and key in labels)


def _place(labels: Any, key: Any) -> Any:
    """The positions that a key stands for."""
    if _is_place(labels, key):
        return key
    if isinstance(key, slice):
        return labels.slice_indexer(key.start, key.stop, key.step)
    if _is_mask(key):
        if isinstance(key, pd.Series):
            key = key.reindex(labels)
        return np.flatnonzero(np.asarray(key, dtype=bool))
    if _is_list(key):
        places = labels.get_indexer_for(list(key))
        if (places < 0).any():
            raise KeyError(f"{[label for label, place in zip(key, places) if place < 0]} not in index")
        return places
    return labels.get_loc(key)
