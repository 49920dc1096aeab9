"""Arguments that functions and methods of pandas took once."""

from __future__ import annotations

from typing import Any

from .pandas_library import old, pd
from .patching import is_signature_error, named
from .table import find

_FILL = {"pad": "ffill", "ffill": "ffill", "backfill": "bfill", "bfill": "bfill"}
_RENAMED = {
    "DataFrame.to_csv": {"line_terminator": "lineterminator", "cols": "columns"},
    "DataFrame.to_excel": {"cols": "columns"},
    "DataFrame.info": {"null_counts": "show_counts"},
    "DataFrame.drop_duplicates": {"cols": "subset"},
    "DataFrame.pivot_table": {"rows": "index", "cols": "columns"},
    "pivot_table": {"rows": "index", "cols": "columns"},
    "crosstab": {"rows": "index", "cols": "columns"},
    "ExcelFile.parse": {"sheetname": "sheet_name"},
    "read_excel": {
        "sheetname": "sheet_name",
        "parse_cols": "usecols",
        "parsecols": "usecols",
        "skip_footer": "skipfooter",
    },
}
_DROPPED = {
    "DataFrame.to_excel": ("encoding", "verbose"),
    "DataFrame.describe": ("percentile_width", "datetime_is_numeric"),
}


def _rename(name: str) -> None:
    """Let the old names of a callable's arguments stand for today's; those that do nothing today are left out."""
    names, dropped = _RENAMED.get(name, {}), _DROPPED.get(name, ())

    @old.change(name)
    def call(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
        for before, now in names.items():
            if before in options and now not in options:
                old.tell(f"{name}.{before}")
                options[now] = options.pop(before)
        for before in dropped:
            if before in options:
                if find("pandas", f"{name}.{before}") is not None:
                    old.tell(f"{name}.{before}")
                del options[before]
        return function(*arguments, **options)


for _name in {**_RENAMED, **_DROPPED}:
    if _name != "DataFrame.drop_duplicates":
        _rename(_name)


@old.change("MultiIndex.__new__")
def _multi_index(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "labels" in options:
        old.tell("MultiIndex.__init__.labels")
        options["codes"] = options.pop("labels")
    return function(*arguments, **options)


@old.change("Categorical.__init__")
def _categorical(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "levels" in options:
        old.tell("Categorical.__init__.levels")
        options["categories"] = options.pop("levels")
    options.pop("name", None)
    return function(*arguments, **options)


@old.change("DataFrame.drop_duplicates", "Series.drop_duplicates", "DataFrame.duplicated", "Series.duplicated")
def _duplicates(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "cols" in options:
        old.tell("DataFrame.drop_duplicates.cols")
        options["subset"] = options.pop("cols")
    if "take_last" in options:
        old.tell("DataFrame.drop_duplicates.take_last")
        options["keep"] = "last" if options.pop("take_last") else "first"
    return function(*arguments, **options)


@old.change("DataFrame.sort_index", "Series.sort_index")
def _sort_index(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    by = options.pop("by", None)
    if by is None:
        return function(*arguments, **options)
    old.tell("DataFrame.sort_index.by")
    given = named(arguments[1:], options, "axis level ascending inplace kind na_position")
    given.pop("level", None)
    return arguments[0].sort_values(list(by) if isinstance(by, tuple) else by, **given)


@old.change("DataFrame.fillna", "Series.fillna")
def _fillna(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    given = named(arguments, options, "self value method axis inplace limit downcast")
    method = given.pop("method", None)
    given.pop("downcast", None)
    self = given.pop("self")
    if method is None:
        if len(arguments) > 2:
            old.tell("DataFrame.fillna.axis")
        return function(self, **given)
    old.tell("DataFrame.fillna.method")
    if given.pop("value", None) is not None:
        raise ValueError("Cannot specify both 'value' and 'method'.")
    return getattr(self, _filling(method))(**given)


def _filling(method: Any) -> str:
    if method not in _FILL:
        raise ValueError(f"Invalid fill method. Expecting pad (ffill) or backfill (bfill). Got {method}")
    return _FILL[method]


@old.change("DataFrame.replace", "Series.replace")
def _replace(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    method = options.pop("method", None)
    limit = options.pop("limit", None)
    given = named(arguments, options, "self to_replace value inplace limit regex method")
    if method is None or given.get("value") is not None:
        return function(*arguments, **options)
    old.tell("DataFrame.replace.method")
    self = given["self"]
    wanted = given["to_replace"] if isinstance(given["to_replace"], (list, tuple)) else [given["to_replace"]]
    filled = getattr(self.mask(self.isin(list(wanted))), _filling(method))(limit=limit)
    if self.ndim == 1 and not filled.isna().any():
        filled = filled.astype(self.dtype)
    if not given.get("inplace"):
        return filled
    self[:] = filled
    return None


@old.change("DataFrame.interpolate", "Series.interpolate")
def _interpolate(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    method = arguments[1] if len(arguments) > 1 else options.get("method")
    options.pop("downcast", None)
    if method not in _FILL:
        return function(*arguments, **options)
    old.tell("DataFrame.interpolate.method")
    given = named(arguments, options, "self method axis limit inplace")
    return getattr(given["self"], _FILL[method])(
        **{name: given[name] for name in ("axis", "limit", "inplace") if name in given}
    )


@old.change("DataFrame.pct_change", "Series.pct_change")
def _pct_change(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    given = named(arguments, options, "self periods fill_method limit freq")
    method, limit = given.pop("fill_method", None), given.pop("limit", None)
    self = given.pop("self")
    if method is not None:
        old.tell("DataFrame.pct_change.fill_method")
        self = getattr(self, _filling(method))(limit=limit)
    return function(self, **given)


@old.change("DataFrame.apply")
def _apply(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    for name in ("broadcast", "reduce"):
        if name in options:
            old.tell(f"DataFrame.apply.{name}")
            if options.pop(name):
                options["result_type"] = name
    return function(*arguments, **options)


@old.change("DataFrame.astype", "Series.astype")
def _astype(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if "raise_on_error" in options:
        old.tell("DataFrame.astype.raise_on_error")
        options["errors"] = "raise" if options.pop("raise_on_error") else "ignore"
    return function(*arguments, **options)


@old.change("DataFrame.to_dict")
def _to_dict(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    orient = arguments[1] if len(arguments) > 1 else options.get("orient", "dict")
    whole = [
        each for each in ("dict", "list", "series", "split", "records", "index") if each.startswith(str(orient).lower())
    ]
    options.pop("outtype", None)
    if not whole or orient in whole or orient == "tight":
        return function(*arguments, **options)
    old.tell("DataFrame.to_dict.orient")
    options.pop("orient", None)
    return function(arguments[0], whole[0], *arguments[2:], **options)


@old.change("DataFrame.set_axis", "Series.set_axis")
def _set_axis(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    inplace = options.pop("inplace", False)
    if len(arguments) == 3:
        self, first, second = arguments
        labels, axis = (
            (second, first) if first in (0, 1, "index", "columns") and not _is_axis(second) else (first, second)
        )
        old.tell("DataFrame.set_axis.axis")
        arguments, options = (self, labels), {"axis": axis}
    if not inplace:
        return function(*arguments, **options)
    old.tell("DataFrame.set_axis.inplace")
    self, labels = arguments
    setattr(self, "columns" if options.get("axis", 0) in {1, "columns"} else "index", labels)
    return None


def _is_axis(value: Any) -> bool:
    return isinstance(value, (int, str)) and value in (0, 1, "index", "columns")


@old.change("DataFrame.rename_axis")
def _rename_axis(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    given = named(arguments, options, "self mapper axis copy inplace")
    mapper = given.get("mapper")
    if not (isinstance(mapper, (dict, pd.Series)) or callable(mapper)):
        return function(given.pop("self"), **given)
    old.tell("DataFrame.rename_axis.axis")
    self, axis = given["self"], given.get("axis", 0)
    return self.rename(
        **{"columns" if axis in {1, "columns"} else "index": mapper}, inplace=given.get("inplace", False)
    )


def _reduce(name: str) -> Any:
    """`level`, and columns that are no numbers: left out unless told otherwise."""

    @old.change(f"DataFrame.{name}", f"Series.{name}")
    def call(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
        level = options.pop("level", None)
        self = arguments[0]
        if level is not None:
            old.tell("DataFrame.sum.level")
            return getattr(self.groupby(level=level, sort=True), name)(
                **{k: v for k, v in options.items() if k != "axis"}
            )
        if options.get("numeric_only", False) is None:
            del options["numeric_only"]
        if self.ndim == 1 or "numeric_only" in options:
            return function(*arguments, **options)
        try:
            return function(*arguments, **options)
        except (TypeError, ValueError) as error:
            if isinstance(error, TypeError) and is_signature_error(error):
                raise
            made = function(*arguments, **options, numeric_only=True)
        old.tell("DataFrame.corr" if name in {"corr", "cov", "corrwith"} else "DataFrame.mean")
        return made

    del call


for _name in (
    "sum",
    "mean",
    "median",
    "std",
    "var",
    "sem",
    "skew",
    "kurt",
    "min",
    "max",
    "prod",
    "quantile",
    "corr",
    "cov",
):
    _reduce(_name)


@old.change("concat")
def _concat(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    axes = options.pop("join_axes", None)
    if axes is None:
        return function(*arguments, **options)
    old.tell("concat.join_axes")
    given = named(arguments, options, "objs axis join")
    other = "columns" if given.get("axis", 0) in {0, "index"} else "index"
    given["objs"] = [each.reindex(**{other: axes[0]}) for each in given["objs"]]
    return function(**given)


@old.change("get_dummies")
def _get_dummies(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if options.get("dtype") is not None or len(arguments) > 7:
        return function(*arguments, **options)
    old.tell("get_dummies")
    return function(*arguments, **{**options, "dtype": "uint8"})


@old.change("Series.str.replace")
def _str_replace(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    given = named(arguments, options, "self pat repl n case flags regex")
    if given.get("regex") is None:
        pattern = given["pat"]
        given["regex"] = not isinstance(pattern, str) or len(pattern) > 1 or callable(given.get("repl"))
        if given["regex"] and isinstance(pattern, str) and set(pattern) & set("\\.^$*+?{}[]|()"):
            old.tell("Series.str.replace.regex")
    return function(given.pop("self"), **given)
