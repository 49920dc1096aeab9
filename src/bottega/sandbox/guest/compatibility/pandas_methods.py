"""Methods that frames, series and indexes had."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from .pandas_library import old, pd


@old.method("DataFrame.as_matrix")
def as_matrix(self: Any, columns: Any = None) -> Any:
    """The values, of some columns; an array of its own."""
    return np.array((self if columns is None else self.reindex(columns=columns)).to_numpy())


@old.method("Series.as_matrix")
def as_array(self: Any, _columns: Any = None) -> Any:
    """The values; an array of its own."""
    return np.array(self.to_numpy())


@old.method("DataFrame.get_values", "Series.get_values", "Index.get_values")
def get_values(self: Any) -> Any:
    """The values; an array of its own."""
    return np.array(self.to_numpy())


@old.method("DataFrame.append")
def append(
    self: Any, other: Any, ignore_index: bool = False, verify_integrity: bool = False, sort: bool = False
) -> Any:
    """The frame with the rows of a frame, a series, a dict, or a list of them below."""
    if isinstance(other, (pd.Series, dict)):
        if isinstance(other, dict):
            if not ignore_index:
                raise TypeError("Can only append a dict if ignore_index=True")
            other = pd.Series(other)
        if other.name is None and not ignore_index:
            raise TypeError("Can only append a Series if ignore_index=True or if the Series has a name")
        index = pd.Index([other.name], name=self.index.names if self.index.nlevels > 1 else self.index.name)
        other = pd.DataFrame([list(other)], columns=other.index, index=index).infer_objects()
    elif isinstance(other, list):
        if not other:
            return self.copy()
        if not isinstance(other[0], pd.DataFrame):
            other = pd.DataFrame(other)
            if self.index.name is not None and not ignore_index:
                other.index.name = self.index.name
    below = list(other) if isinstance(other, (list, tuple)) else [other]
    return _joined([self, *below], ignore_index=ignore_index, verify_integrity=verify_integrity, sort=bool(sort))


def _joined(frames: list[Any], **options: Any) -> Any:
    """As `concat` did it: a frame without rows says which columns there are, and nothing of their types."""
    joined = pd.concat(frames, **options)
    full = [frame for frame in frames if len(frame)]
    if len(full) == len(frames) or not full:
        return joined
    types = pd.concat(full, **options).dtypes
    untyped = [name for frame in frames if not len(frame) for name in frame.columns if frame[name].dtype == object]
    if not joined.columns.is_unique:
        return joined
    return joined.astype(
        {name: kind for name, kind in types.items() if name not in untyped and joined[name].dtype != kind}
    )


@old.method("Series.append")
def append_series(self: Any, to_append: Any, ignore_index: bool = False, verify_integrity: bool = False) -> Any:
    """The series with others below."""
    below = list(to_append) if isinstance(to_append, (list, tuple)) else [to_append]
    return pd.concat([self, *below], ignore_index=ignore_index, verify_integrity=verify_integrity)


@old.method("DataFrame.sort")
def sort(self: Any, columns: Any = None, axis: Any = 0, ascending: Any = True, inplace: bool = False,
         kind: str = "quicksort", na_position: str = "last", **options: Any) -> Any:  # fmt: skip
    """The rows by columns, or by their labels where none are named."""
    options = {
        "axis": axis,
        "ascending": ascending,
        "inplace": inplace,
        "kind": kind,
        "na_position": na_position,
        **options,
    }
    if columns is None:
        return self.sort_index(**options)
    return self.sort_values(list(columns) if isinstance(columns, tuple) else columns, **options)


@old.method("Series.sort")
def sort_series(self: Any, axis: Any = 0, ascending: Any = True, kind: str = "quicksort", na_position: str = "last",
                inplace: bool = True) -> Any:  # fmt: skip
    """By value, in place."""
    return self.sort_values(axis=axis, ascending=ascending, kind=kind, na_position=na_position, inplace=inplace)


@old.method("Series.order")
def order(self: Any, na_last: Any = None, ascending: Any = True, kind: str = "quicksort", na_position: str = "last",
          inplace: bool = False) -> Any:  # fmt: skip
    """A copy by value."""
    if na_last is not None:
        na_position = "last" if na_last else "first"
    return self.sort_values(ascending=ascending, kind=kind, na_position=na_position, inplace=inplace)


@old.method("Index.order")
def order_index(self: Any, return_indexer: bool = False, ascending: bool = True) -> Any:
    """A copy by value."""
    return self.sort_values(return_indexer=return_indexer, ascending=ascending)


@old.method("DataFrame.iteritems", "Series.iteritems", "DataFrame.iterkv", "Series.iterkv")
def iteritems(self: Any) -> Any:
    """Pairs of label and column, or of label and value."""
    return self.items()


@old.method("DataFrame.convert_objects")
def convert_objects(self: Any, convert_dates: Any = True, convert_numeric: Any = False, convert_timedeltas: Any = True,
                    copy: bool = True) -> Any:  # fmt: skip
    """Columns of objects as what their values are."""
    made = self.copy() if copy else self
    for place in range(made.shape[1]):
        column = made.iloc[:, place]
        found = _converted(column, convert_dates, convert_numeric, convert_timedeltas)
        if found is not column:
            made.isetitem(place, found)
    return made


@old.method("Series.convert_objects")
def convert_series(self: Any, convert_dates: Any = True, convert_numeric: Any = False, convert_timedeltas: Any = True,
                   copy: bool = True) -> Any:  # fmt: skip
    """The series as what its values are."""
    found = _converted(self, convert_dates, convert_numeric, convert_timedeltas)
    return found.copy() if copy else found


def _converted(column: Any, dates: Any, numeric: Any, spans: Any) -> Any:
    if column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
        return column
    for wanted, convert in ((dates, pd.to_datetime), (spans, pd.to_timedelta)):
        if wanted == "coerce":
            made = convert(column, errors="coerce")
            if not made.isna().all():
                return made
    if numeric:
        made = pd.to_numeric(column, errors="coerce")
        if not made.isna().all():  # all text stays what it is
            return made
    return column.infer_objects()


@old.method("DataFrame.get_value")
def get_value(self: Any, index: Any, col: Any, takeable: bool = False) -> Any:
    """One cell."""
    return self.iat[index, col] if takeable else self.at[index, col]


@old.method("Series.get_value")
def get_value_series(self: Any, label: Any, takeable: bool = False) -> Any:
    """One value."""
    return self.iat[label] if takeable else self.at[label]


@old.method("DataFrame.set_value")
def set_value(self: Any, index: Any, col: Any, value: Any, takeable: bool = False) -> Any:
    """Set one cell in place; the frame."""
    if takeable:
        self.iloc[index, col] = value
    else:
        self.loc[index, col] = value
    return self


@old.method("Series.set_value")
def set_value_series(self: Any, label: Any, value: Any, takeable: bool = False) -> Any:
    """Set one value in place; the series."""
    if takeable:
        self.iloc[label] = value
    else:
        self.loc[label] = value
    return self


@old.method("DataFrame.irow", "Series.irow", "Series.iget", "Series.iget_value")
def irow(self: Any, i: Any, **_options: Any) -> Any:
    """By position."""
    return self.iloc[i]


@old.method("DataFrame.icol")
def icol(self: Any, i: Any) -> Any:
    """A column by position."""
    return self.iloc[:, i]


@old.method("DataFrame.iget_value")
def iget_value(self: Any, i: Any, j: Any) -> Any:
    """A cell by position."""
    return self.iat[i, j]


@old.method("DataFrame.lookup")
def lookup(self: Any, row_labels: Any, col_labels: Any) -> Any:
    """For each pair of labels its cell."""
    if len(row_labels) != len(col_labels):
        raise ValueError("Row labels must have same size as column labels")
    rows, columns = self.index.get_indexer(row_labels), self.columns.get_indexer(col_labels)
    for places, what in ((rows, "row"), (columns, "column")):
        if (places < 0).any():
            raise KeyError(f"One or more {what} labels was not found")
    return self.to_numpy()[rows, columns]


@old.method("DataFrame.mad", "Series.mad")
def mad(self: Any, axis: Any = None, skipna: bool = True, level: Any = None) -> Any:
    """The mean absolute deviation from the mean."""
    if level is not None:
        return self.groupby(level=level).agg(lambda part: mad(part, skipna=skipna))
    if self.ndim == 1:
        return (self - self.mean(skipna=skipna)).abs().mean(skipna=skipna)
    numbers = self.select_dtypes(["number", "bool"])
    axis = 0 if axis is None else self._get_axis_number(axis)
    centred = numbers.sub(numbers.mean(axis=axis, skipna=skipna), axis=1 - axis)
    return centred.abs().mean(axis=axis, skipna=skipna)


@old.change("DataFrame.select", "Series.select")
def _select(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Since pandas 3.1 a method of this name chooses columns by name."""
    if len(arguments) < 2 or isinstance(arguments[1], (str, list)) or not callable(arguments[1]):
        return function(*arguments, **options)
    old.tell("DataFrame.select")
    return select(*arguments, **options)


@old.method("DataFrame.select", "Series.select")
def select(self: Any, crit: Any, axis: Any = 0) -> Any:
    """What has labels that the function says yes to."""
    labels = self.axes[self._get_axis_number(axis)]
    chosen = [label for label in labels if crit(label)]
    return self.reindex(chosen, axis=axis) if self.ndim == 2 else self.reindex(chosen)


@old.method("DataFrame.as_blocks")
def as_blocks(self: Any, copy: bool = True) -> Any:
    """The columns by type: a dict of frames."""
    names = list(dict.fromkeys(map(str, self.dtypes)))
    blocks = {name: self.loc[:, [str(kind) == name for kind in self.dtypes]] for name in names}
    return {name: block.copy() if copy else block for name, block in blocks.items()}


@old.prop("DataFrame.blocks")
def blocks(self: Any) -> Any:
    """The same."""
    return as_blocks(self)


@old.method("DataFrame.get_dtype_counts")
def get_dtype_counts(self: Any) -> Any:
    """How many columns each type has, by the types' names in order."""
    return _counts(map(str, self.dtypes))


@old.method("Series.get_dtype_counts")
def get_dtype_counts_series(self: Any) -> Any:
    """One, by the type's name."""
    return _counts([str(self.dtype)])


@old.method("DataFrame.get_ftype_counts")
def get_ftype_counts(self: Any) -> Any:
    """The same with ":dense"."""
    return _counts(f"{kind}:dense" for kind in self.dtypes)


def _counts(names: Any) -> Any:
    return pd.Series(collections.Counter(names), dtype="int64").sort_index()


@old.prop("DataFrame.ftypes")
def ftypes(self: Any) -> Any:
    """The types' names with ":dense"."""
    return self.dtypes.map(lambda kind: f"{kind}:dense")


@old.prop("Series.ftype")
def ftype(self: Any) -> Any:
    """The type's name with ":dense"."""
    return f"{self.dtype}:dense"


@old.prop("DataFrame.is_copy", "Series.is_copy", settable=True)
def is_copy(_self: Any) -> None:
    """It was a mark for a warning that nobody gives any more."""


@old.method("DataFrame.clip_lower", "Series.clip_lower")
def clip_lower(self: Any, threshold: Any, axis: Any = None, inplace: bool = False) -> Any:
    """What is below becomes the threshold."""
    return self.clip(lower=threshold, axis=axis, inplace=inplace)


@old.method("DataFrame.clip_upper", "Series.clip_upper")
def clip_upper(self: Any, threshold: Any, axis: Any = None, inplace: bool = False) -> Any:
    """What is above becomes the threshold."""
    return self.clip(upper=threshold, axis=axis, inplace=inplace)


@old.method("DataFrame.compound", "Series.compound")
def compound(self: Any, axis: Any = None, skipna: bool = True) -> Any:
    """The compounded rate."""
    return (1 + self).prod(axis=axis or 0, skipna=skipna) - 1


@old.method("DataFrame.pad", "Series.pad")
def pad(self: Any, axis: Any = None, inplace: bool = False, limit: Any = None, **_options: Any) -> Any:
    """Fill forward."""
    return self.ffill(axis=axis, inplace=inplace, limit=limit)


@old.method("DataFrame.backfill", "Series.backfill")
def backfill(self: Any, axis: Any = None, inplace: bool = False, limit: Any = None, **_options: Any) -> Any:
    """Fill backward."""
    return self.bfill(axis=axis, inplace=inplace, limit=limit)


@old.method("DataFrame.reindex_axis", "Series.reindex_axis")
def reindex_axis(self: Any, labels: Any, axis: Any = 0, method: Any = None, level: Any = None, copy: bool = True,
                 limit: Any = None, fill_value: Any = np.nan) -> Any:  # fmt: skip
    """One axis by labels."""
    del copy
    return self.reindex(labels, axis=axis, method=method, level=level, limit=limit, fill_value=fill_value)


@old.method("DataFrame.swapaxes")
def swapaxes(self: Any, axis1: Any, axis2: Any, copy: bool = True) -> Any:
    """Rows for columns, where two axes are told."""
    same = self._get_axis_number(axis1) == self._get_axis_number(axis2)
    return (self.copy() if copy else self) if same else self.T


@old.method("DataFrame.applymap")
def applymap(self: Any, func: Any, na_action: Any = None, **options: Any) -> Any:
    """A function of each cell."""
    return self.map(func, na_action=na_action, **options)


@old.method("DataFrame.combineAdd")
def combine_add(self: Any, other: Any) -> Any:
    """The sum, with 0 for what one of them lacks."""
    return self.add(other, fill_value=0)


@old.method("DataFrame.combineMult")
def combine_mult(self: Any, other: Any) -> Any:
    """The product, with 1 for what one of them lacks."""
    return self.mul(other, fill_value=1)
