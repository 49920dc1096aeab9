"""What groups of rows, and spans of time, did."""

from __future__ import annotations

from typing import Any

from .pandas_library import MAJOR, old, pd
from .pandas_times import OFFSETS, today
from .patching import named

# Of `group_keys`: labels of the groups come before those of the rows, but where a function keeps the rows.
_UNSAID: Any = object()
_kept_rows: list[bool] = []
_FILL = {"pad": "ffill", "ffill": "ffill", "backfill": "bfill", "bfill": "bfill"}


@old.change("DataFrame.groupby", "Series.groupby")
def _groupby(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    given = named(arguments, options, "self by axis level as_index sort group_keys squeeze")
    if len(arguments) > 2 and not _is_axis(arguments[2]):
        return function(*arguments, **options)  # today's order, by place
    if "axis" in given:
        old.tell("DataFrame.groupby.axis_place" if len(arguments) > 2 else "DataFrame.groupby.axis")
    axis = given.pop("axis", 0)
    if "squeeze" in given:
        old.tell("DataFrame.groupby.squeeze")
        del given["squeeze"]
    if MAJOR >= 3:
        given.setdefault("observed", False)
    if MAJOR >= 2:
        given.setdefault("group_keys", _UNSAID)
    self = given.pop("self")
    if axis in {1, "columns"} and self.ndim == 2:
        return _Across(function(self.T, **given))
    return function(self, **given)


def _is_axis(value: Any) -> bool:
    return (type(value) is int and value in {0, 1}) or value in ("index", "columns")


class _Across:
    """Groups of columns: what is computed of them is turned round."""

    def __init__(self, groups: Any) -> None:
        self._groups = groups

    def __iter__(self) -> Any:
        return ((key, part.T) for key, part in self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._groups, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **options: Any) -> Any:
            if name in {"apply", "agg", "aggregate", "transform"} and arguments and callable(arguments[0]):
                function, *rest = arguments
                arguments = (
                    lambda part, *more, **named: function(part.T if part.ndim == 2 else part, *more, **named),
                    *rest,
                )
            made = found(*arguments, **options)
            return made.T if isinstance(made, pd.DataFrame) else made

        return call


@old.change("DataFrame.groupby.__getitem__")
def _columns(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    self, key = arguments
    if isinstance(key, tuple) and len(key) > 1 and key not in self.obj.columns:
        old.tell("DataFrame.groupby.__getitem__")
        key = list(key)
    return function(self, key, **options)


@old.change("DataFrame.groupby.__iter__", "Series.groupby.__iter__")
def _iterate(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    (self,) = arguments
    if MAJOR < 2 or not isinstance(self.keys, list) or len(self.keys) != 1:
        return function(*arguments, **options)
    old.tell("DataFrame.groupby.__iter__")
    return ((key[0] if isinstance(key, tuple) else key, part) for key, part in function(self))


@old.change("DataFrame.groupby.get_group", "Series.groupby.get_group")
def _get_group(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    self, name, *rest = arguments if len(arguments) > 1 else (*arguments, options.pop("name"))
    if isinstance(self.keys, list) and len(self.keys) == 1 and not isinstance(name, tuple) and MAJOR >= 2:
        name = (name,)
    return function(self, name, *rest, **options)


@old.change("DataFrame.groupby.agg", "DataFrame.groupby.aggregate", "Series.groupby.agg", "Series.groupby.aggregate")
def _aggregate(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    self, *rest = arguments
    wanted = rest[0] if rest else options.get("func")
    if not isinstance(wanted, dict):
        return function(*arguments, **options)
    if self.ndim == 1:
        old.tell("DataFrame.groupby.agg")
        parts = {name: function(self, each) for name, each in wanted.items()}
        return pd.concat(parts.values(), axis=1, keys=parts.keys())
    if not any(isinstance(each, dict) for each in wanted.values()):
        return function(*arguments, **options)
    old.tell("DataFrame.groupby.agg")
    parts = {}
    for column, each in wanted.items():
        named_each = (
            each
            if isinstance(each, dict)
            else {_name(one): one for one in (each if isinstance(each, list) else [each])}
        )
        for name, one in named_each.items():
            parts[column, name] = self[column].agg(one)
    return pd.concat(parts.values(), axis=1, keys=parts.keys())


def _name(function: Any) -> str:
    return function if isinstance(function, str) else str(getattr(function, "__name__", "f"))


@old.change("DataFrame.groupby.apply")
def _apply(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """The function gets the columns that rows are grouped by, too."""
    if MAJOR < 3:
        return function(*arguments, **options)
    self, *rest = arguments
    options.pop("include_groups", None)
    if self.as_index and getattr(self, "_selection", None) is None:
        self = _with_groups(self)
        old.tell("DataFrame.groupby.apply")
    return function(self, *rest, **options)


@old.change("DataFrame.groupby.apply", "Series.groupby.apply")
def _apply_to_rows(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Of rows that a function keeps the labels stay as they are."""
    _kept_rows.clear()
    made = function(*arguments, **options)
    if _kept_rows:
        old.tell("DataFrame.groupby.group_keys")
    return made


def apply() -> None:
    """Put the parts of groups together as it was: pandas itself does this, with what it is not told from outside."""
    if MAJOR < 2:
        return
    owner = pd.core.groupby.groupby.GroupBy
    join = owner._concat_objects  # noqa: SLF001

    def joined(self: Any, values: Any, not_indexed_same: bool = False, is_transform: bool = False) -> Any:
        if self.group_keys is not _UNSAID or not_indexed_same or is_transform:
            return join(self, values, not_indexed_same, is_transform)
        _kept_rows.append(True)
        self.group_keys = False
        try:
            return join(self, values, not_indexed_same, is_transform)
        finally:
            self.group_keys = _UNSAID

    owner._concat_objects = joined  # noqa: SLF001


def _with_groups(groups: Any) -> Any:
    """The same groups whose parts have all columns."""
    import copy

    other = copy.copy(groups)
    kept = dict(getattr(groups, "_cache", None) or {})
    kept["_obj_with_exclusions"] = groups._selected_obj  # noqa: SLF001 - what `include_groups` did
    object.__setattr__(other, "_cache", kept)
    return other


def _numbers(name: str) -> None:
    """Columns of text were left out, as long as there is one of numbers."""

    @old.change(f"DataFrame.groupby.{name}")
    def call(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
        self = arguments[0]
        if options.get("numeric_only", False) is None:
            del options["numeric_only"]
        if "numeric_only" in options or len(arguments) > 1 or MAJOR < 2:
            return function(*arguments, **options)
        others = self._obj_with_exclusions
        numbers = others.select_dtypes(["number", "bool"])
        if numbers.shape[1] in {0, others.shape[1]}:
            return function(*arguments, **options)
        old.tell("DataFrame.groupby.mean")
        return function(self, *arguments[1:], **options, numeric_only=True)

    del call


for _each in ("sum", "mean", "median", "std", "var", "sem", "prod", "quantile", "corr", "cov"):
    _numbers(_each)


@old.method("DataFrame.groupby.fillna", "Series.groupby.fillna")
def _fillna(self: Any, value: Any = None, method: Any = None, axis: Any = None, inplace: bool = False, limit: Any = None,
            **_options: Any) -> Any:  # fmt: skip
    del axis, inplace
    if method is not None:
        return getattr(self, _FILL[method])(limit=limit)
    return self.obj[self._obj_with_exclusions.columns].fillna(value) if self.obj.ndim == 2 else self.obj.fillna(value)


@old.change("DataFrame.resample", "Series.resample")
def _resample(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    given = named(arguments, options, "self rule how axis fill_method closed label convention kind loffset limit base")
    if len(arguments) > 2 and not (
        arguments[2] is None or isinstance(arguments[2], (str, dict, list)) or callable(arguments[2])
    ):
        return function(*arguments, **options)
    how, fill, limit = given.pop("how", None), given.pop("fill_method", None), given.pop("limit", None)
    shift, base = given.pop("loffset", None), given.pop("base", None)
    axis = given.pop("axis", 0)
    given.pop("kind", None)
    if MAJOR >= 3 and given.get("convention", "") is not None:
        given.pop("convention", None)
    self = given.pop("self")
    if base:
        old.tell("DataFrame.resample.base")
        offset = pd.tseries.frequencies.to_offset(today(given["rule"], OFFSETS) if MAJOR >= 3 else given["rule"])
        given["offset"] = pd.Timedelta(offset.base) * base
    made = function(self.T if axis in {1, "columns"} and self.ndim == 2 else self, **given)
    if how is not None:
        old.tell("DataFrame.resample.how")
        made = made.agg(how) if not (isinstance(how, str) and hasattr(made, how)) else getattr(made, how)()
    elif fill is not None:
        made = made.asfreq() if self.index.is_unique and not fill else getattr(made, _FILL[fill])(limit=limit)
        old.tell("DataFrame.resample.fill_method")
        return made
    if fill is not None:
        made = getattr(made, _FILL[fill])(limit=limit)
    if shift is None:
        return made
    old.tell("DataFrame.resample.loffset")
    shift = pd.tseries.frequencies.to_offset(today(shift, OFFSETS) if MAJOR >= 3 else shift)
    return _shifted(made, shift) if hasattr(made, "index") else _Shifted(made, shift)


def _shifted(made: Any, shift: Any) -> Any:
    made.index = made.index + shift
    return made


class _Shifted:
    """Spans of time whose results are told by other moments."""

    def __init__(self, spans: Any, shift: Any) -> None:
        self._spans, self._shift = spans, shift

    def __getitem__(self, key: Any) -> Any:
        return _Shifted(self._spans[key], self._shift)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._spans, name)
        if not callable(found):
            return found
        return lambda *arguments, **options: _shifted(found(*arguments, **options), self._shift)
