"""The kinds of values that matter to rewriting, and what pandas gives of which."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a value surely is; `NOTHING` is what was not met yet, `UNKNOWN` may be anything."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    NONE = "none"
    FRAME = "frame"
    SERIES = "series"
    MASK = "mask"  # a series of Booleans
    PANDAS = "pandas"  # a frame or a series
    ARRAY = "array"
    INDEX = "index"
    GROUPS = "groups"
    WINDOW = "window"
    SHAPE = "shape"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    LIST = "list"
    OTHER = "other"


_PANDAS = {Kind.FRAME, Kind.SERIES, Kind.MASK, Kind.PANDAS}


def is_pandas(kind: Kind) -> bool:
    """Whether it is a frame or a series."""
    return kind in _PANDAS


def join(one: Kind, other: Kind) -> Kind:
    """What is one or the other; None beside something stands for what was not set yet."""
    if one == other or other in {Kind.NOTHING, Kind.NONE}:
        return one
    if one in {Kind.NOTHING, Kind.NONE}:
        return other
    if {one, other} == {Kind.MASK, Kind.SERIES}:
        return Kind.SERIES
    return Kind.PANDAS if is_pandas(one) and is_pandas(other) else Kind.UNKNOWN


_SAME = [
    "abs",
    "astype",
    "bfill",
    "clip",
    "clip_lower",
    "clip_upper",
    "convert_objects",
    "copy",
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "diff",
    "drop",
    "drop_duplicates",
    "dropna",
    "ffill",
    "fillna",
    "head",
    "infer_objects",
    "interpolate",
    "mask",
    "nlargest",
    "nsmallest",
    "pct_change",
    "rank",
    "reindex",
    "rename",
    "rename_axis",
    "replace",
    "reset_index",
    "round",
    "sample",
    "set_axis",
    "shift",
    "sort",
    "sort_index",
    "sort_values",
    "tail",
    "tz_convert",
    "tz_localize",
    "where",
]
_OF_FRAME = [
    "add",
    "add_prefix",
    "add_suffix",
    "append",
    "applymap",
    "assign",
    "combine_first",
    "corr",
    "cov",
    "describe",
    "div",
    "dot",
    "eq",
    "filter",
    "from_dict",
    "ge",
    "get_dummies",
    "gt",
    "isin",
    "isna",
    "isnull",
    "join",
    "le",
    "lt",
    "melt",
    "merge",
    "mod",
    "mul",
    "ne",
    "notna",
    "notnull",
    "pivot",
    "pivot_table",
    "pow",
    "query",
    "select_dtypes",
    "set_index",
    "sub",
    "transpose",
    "truediv",
    "iloc_slice",
]
_REDUCED = [
    "all",
    "any",
    "count",
    "idxmax",
    "idxmin",
    "kurt",
    "max",
    "mean",
    "median",
    "min",
    "mode",
    "nunique",
    "prod",
    "quantile",
    "sem",
    "skew",
    "std",
    "sum",
    "var",
]
_MASKS = [
    "between",
    "contains",
    "duplicated",
    "eq",
    "ge",
    "gt",
    "isin",
    "isna",
    "isnull",
    "le",
    "lt",
    "ne",
    "notna",
    "notnull",
]
_OF_SERIES = [
    "add",
    "append",
    "apply",
    "combine_first",
    "cumcount",
    "describe",
    "div",
    "map",
    "mod",
    "mul",
    "order",
    "pow",
    "sub",
    "truediv",
    "value_counts",
]
_GROUPING = {
    "groupby": Kind.GROUPS,
    "resample": Kind.GROUPS,
    "rolling": Kind.WINDOW,
    "expanding": Kind.WINDOW,
    "ewm": Kind.WINDOW,
}
_ARRAYS = {"as_matrix": Kind.ARRAY, "to_numpy": Kind.ARRAY, "get_values": Kind.ARRAY, "unique": Kind.ARRAY}
_TEXTS = {
    "to_csv": Kind.OTHER,
    "to_json": Kind.TEXT,
    "to_string": Kind.TEXT,
    "tolist": Kind.LIST,
    "to_dict": Kind.OTHER,
}

FRAME_METHODS: dict[str, Kind] = (
    dict.fromkeys((*_SAME, *_OF_FRAME), Kind.FRAME) | dict.fromkeys(_REDUCED, Kind.SERIES) | {"duplicated": Kind.MASK}
    | _GROUPING | _ARRAYS | _TEXTS | {"mode": Kind.FRAME}
)  # fmt: skip
SERIES_METHODS: dict[str, Kind] = (
    dict.fromkeys((*_SAME, *_OF_SERIES), Kind.SERIES) | dict.fromkeys(_MASKS, Kind.MASK) | _GROUPING | _ARRAYS | _TEXTS
    | {"to_frame": Kind.FRAME, "reset_index": Kind.PANDAS, "mode": Kind.SERIES, "apply": Kind.PANDAS}
)  # fmt: skip
PANDAS_METHODS: dict[str, Kind] = dict.fromkeys(_SAME, Kind.PANDAS) | _GROUPING | _ARRAYS
ARRAY_METHODS: dict[str, Kind] = dict.fromkeys(
    ("astype", "copy", "cumsum", "flatten", "ravel", "reshape", "round", "squeeze", "transpose"), Kind.ARRAY
)
TEXT_METHODS: dict[str, Kind] = dict.fromkeys(
    ("capitalize", "format", "join", "lower", "lstrip", "replace", "rstrip", "strip", "title", "upper", "zfill"),
    Kind.TEXT,
) | {"split": Kind.LIST, "splitlines": Kind.LIST, "find": Kind.INT, "count": Kind.INT, "index": Kind.INT}
METHODS: dict[Kind, dict[str, Kind]] = {
    Kind.FRAME: FRAME_METHODS, Kind.SERIES: SERIES_METHODS, Kind.MASK: SERIES_METHODS, Kind.PANDAS: PANDAS_METHODS,
    Kind.ARRAY: ARRAY_METHODS, Kind.TEXT: TEXT_METHODS,
    Kind.LIST: {"count": Kind.INT, "index": Kind.INT, "copy": Kind.LIST},
    Kind.INDEX: {"tolist": Kind.LIST, "to_list": Kind.LIST, "astype": Kind.INDEX, "difference": Kind.INDEX},
}  # fmt: skip
# Of a frame: attributes that are no columns of its own.
ATTRIBUTES: dict[Kind, dict[str, Kind]] = {
    Kind.FRAME: {"T": Kind.FRAME, "values": Kind.ARRAY, "columns": Kind.INDEX, "index": Kind.INDEX, "shape": Kind.SHAPE,
                 "dtypes": Kind.SERIES, "size": Kind.INT, "ndim": Kind.INT},
    Kind.SERIES: {"values": Kind.ARRAY, "index": Kind.INDEX, "shape": Kind.SHAPE, "size": Kind.INT, "ndim": Kind.INT},
    Kind.PANDAS: {"values": Kind.ARRAY, "index": Kind.INDEX, "shape": Kind.SHAPE, "size": Kind.INT, "ndim": Kind.INT},
    Kind.ARRAY: {"T": Kind.ARRAY, "shape": Kind.SHAPE, "size": Kind.INT, "ndim": Kind.INT},
    Kind.INDEX: {"values": Kind.ARRAY, "size": Kind.INT},
}  # fmt: skip
ATTRIBUTES[Kind.MASK] = ATTRIBUTES[Kind.SERIES]
# By what an import gives; of pandas and numpy alone.
FUNCTIONS: dict[str, Kind] = {
    **dict.fromkeys(
        ("pandas.DataFrame", "pandas.read_csv", "pandas.read_table", "pandas.read_excel", "pandas.merge", "pandas.get_dummies",
         "pandas.crosstab", "pandas.pivot_table", "pandas.melt", "pandas.DataFrame.from_dict", "pandas.DataFrame.from_records",
         "pandas.DataFrame.from_csv", "pandas.DataFrame.from_items"),
        Kind.FRAME,
    ),
    "pandas.Series": Kind.SERIES,
    **{f"numpy.{name}": Kind.ARRAY for name in (
        "array", "zeros", "ones", "arange", "linspace", "empty", "eye", "concatenate", "vstack", "hstack", "column_stack", "asarray",
        "random.rand", "random.randn", "random.permutation", "nan_to_num", "unique")},
    **{f"math.{name}": Kind.FLOAT for name in ("sqrt", "log", "exp", "sin", "cos", "pow", "fabs")},
    **{f"math.{name}": Kind.FLOAT for name in ("pi", "e")}, **{f"numpy.{name}": Kind.FLOAT for name in ("nan", "NaN", "pi", "inf")},
    "time.time": Kind.FLOAT,
}  # fmt: skip
BUILTINS: dict[str, Kind] = {
    "len": Kind.INT, "int": Kind.INT, "ord": Kind.INT, "float": Kind.FLOAT, "str": Kind.TEXT, "repr": Kind.TEXT, "chr": Kind.TEXT,
    "list": Kind.LIST, "sorted": Kind.LIST, "dict": Kind.OTHER, "set": Kind.OTHER, "tuple": Kind.OTHER, "bool": Kind.INT,
}  # fmt: skip
# What else a frame has by that name.
_OTHER = frozenset(
    [
        "at",
        "attrs",
        "axes",
        "blocks",
        "boxplot",
        "columns",
        "dtypes",
        "empty",
        "flags",
        "ftypes",
        "hist",
        "iat",
        "iloc",
        "index",
        "is_copy",
        "items",
        "iteritems",
        "iterrows",
        "itertuples",
        "ix",
        "keys",
        "lookup",
        "loc",
        "ndim",
        "pipe",
        "plot",
        "pop",
        "shape",
        "size",
        "sparse",
        "stack",
        "style",
        "to_html",
        "to_numpy",
        "to_records",
        "transform",
        "unstack",
        "update",
        "values",
        "xs",
    ]
)


def is_column(name: str) -> bool:
    """Whether an attribute of a frame can only be one of its columns."""
    return (
        name not in FRAME_METHODS and name not in _OTHER and not name.startswith(("_", "to_", "sort", "get_", "set_"))
    )
