"""Arguments that were given by place and must be given by name now."""

from __future__ import annotations

import functools
import types
from typing import Any

from .gone import Gone
from .pandas_library import pd
from .patching import by_name_only, places, wrap
from .table import find
from .uses import tell

# Where the order of old is not that in which today's functions name them.
_ORDERS = {
    "DataFrame.drop": "labels axis level inplace errors",
    "Series.drop": "labels axis level inplace errors",
    "DataFrame.any": "axis bool_only skipna level",
    "DataFrame.fillna": "value method axis inplace limit",
    "Series.fillna": "value method axis inplace limit",
    "DataFrame.replace": "to_replace value inplace limit regex method",
    "Series.replace": "to_replace value inplace limit regex method",
    "DataFrame.rename": "index columns copy inplace level",
    "DataFrame.reindex": "index columns method copy level fill_value limit tolerance",
    "DataFrame.pivot": "index columns values",
    "pivot": "data index columns values",
    "DataFrame.sort_index": "axis level ascending inplace kind na_position sort_remaining",
    "DataFrame.interpolate": "method axis limit inplace limit_direction",
    "concat": "objs axis join ignore_index keys levels names verify_integrity copy",
    "read_csv": "filepath_or_buffer sep delimiter header names index_col usecols",
    "read_table": "filepath_or_buffer sep delimiter header names index_col usecols",
    "read_excel": "io sheet_name header skiprows skipfooter index_col names usecols",
}
# Of these not even the first place means what it did.
_ALL_NAMED = ("DataFrame.rename", "DataFrame.reindex", "DataFrame.pivot", "pivot")
_SINCE = "2.0"  # most of them; the table says it where it is another
_FUNCTIONS = (
    "concat",
    "pivot",
    "read_csv",
    "read_table",
    "read_excel",
    "read_json",
    "read_html",
    "read_fwf",
    "date_range",
)
_LOOKING_UP = ("query", "eval")  # at their caller's variables, so that nothing may come between


def apply() -> None:
    """Let all of them be given by place, where a script does it."""
    owners = {
        "DataFrame": pd.DataFrame,
        "Series": pd.Series,
        "Series.str": pd.Series.str,
        "Index": pd.Index,
        "DataFrame.groupby": pd.core.groupby.DataFrameGroupBy,
        "Series.groupby": pd.core.groupby.SeriesGroupBy,
    }
    for name, owner in owners.items():
        for each, function in _methods(owner).items():
            _allow(owner, each, f"{name}.{each}", function)
    for each in _FUNCTIONS:
        _allow(pd, each, each, vars(pd)[each])


def _methods(owner: Any) -> dict[str, Any]:
    """The public functions of a class and of what it is made of."""
    found: dict[str, Any] = {}
    for base in reversed(owner.__mro__):
        found.update(vars(base))
    return {name: each for name, each in found.items() if name[0] != "_" and type(each) is types.FunctionType}


def _allow(owner: Any, name: str, shown: str, function: Any) -> None:
    later = by_name_only(function)
    if later and name not in _LOOKING_UP:
        wrap(owner, name, functools.partial(_by_name, shown, places(function), later))


def _by_name(
    shown: str, taken: int, later: tuple[str, ...], function: Any, arguments: Any, options: dict[str, Any]
) -> Any:
    if len(arguments) <= taken:
        return function(*arguments, **options)
    names = later
    if shown in _ORDERS:
        names = tuple(_ORDERS[shown].split())
        is_method = "." in shown
        if shown in _ALL_NAMED:
            taken = int(is_method)
        else:
            names = names[taken - is_method :]
    more = dict(zip(names, arguments[taken:]))
    if len(arguments) - taken > len(names) or more.keys() & options.keys():
        return function(*arguments, **options)  # which tells what is wrong
    first = next(iter(more))
    tell(find("pandas", f"{shown}.{first}") or Gone("pandas", f"{shown}.{first}", "positional", _SINCE, f"{first}=..."))
    return function(*arguments[:taken], **options, **more)
