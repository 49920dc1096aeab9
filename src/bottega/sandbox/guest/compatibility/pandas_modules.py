"""Modules and names of pandas that moved or went."""

from __future__ import annotations

import datetime
import functools
import importlib
import itertools
from types import ModuleType
from typing import Any

import numpy as np

from . import uses
from .pandas_library import MAJOR, old, pd
from .pandas_times import OFFSETS, PERIODS, today
from .patching import Function

_WHERE: dict[str, tuple[str, ...]] = {
    "tools": (),
    "tools.plotting": ("pandas.plotting",),
    "tools.merge": ("pandas",),
    "tools.pivot": ("pandas",),
    "tools.tile": ("pandas",),
    "tools.util": (),
    "tools.tests": (),
    "stats": (),
    "stats.moments": (),
    "core.datetools": ("pandas.tseries.offsets", "pandas.tseries.frequencies"),
    "core.index": ("pandas",),
    "core.categorical": ("pandas",),
    "core.format": ("pandas",),
    "formats": (),
    "formats.style": ("pandas.io.formats.style",),
    "formats.format": ("pandas.io.formats.format",),
    "types": (),
    "types.common": ("pandas.core.dtypes.common", "pandas.api.types"),
    "types.api": ("pandas.api.types",),
    "types.dtypes": ("pandas.core.dtypes.dtypes", "pandas.api.types"),
    "types.concat": ("pandas.api.types",),
    "computation": (),
    "computation.api": ("pandas",),
    "json": ("pandas",),
    "parser": ("pandas._libs.parsers",),
    "hashtable": ("pandas._libs.hashtable",),
    "sparse": (),
    "sparse.api": ("pandas",),
    "lib": ("pandas._libs.lib",),
    "tslib": ("pandas._libs.tslib", "pandas"),
    "tseries.tools": ("pandas",),
    "tseries.index": ("pandas",),
    "tseries.period": ("pandas",),
    "tseries.resample": ("pandas",),
    "tseries.tdi": ("pandas",),
    "tseries.plotting": ("pandas.plotting",),
    "tseries.converter": ("pandas.plotting",),
    "util.testing": ("pandas._testing", "pandas.testing"),
}
_REFUSED = ("io.data", "io.wb", "io.ga", "io.gbq", "rpy", "rpy.common", "stats.api", "stats.ols", "sandbox.qtpandas")
_ADVISED = {"tools": "tools.plotting", "stats": "stats.moments", "formats": "formats.format", "types": "types.common",
            "computation": "computation.api", "sparse": "sparse.api"}  # fmt: skip


def modules() -> dict[str, Any]:
    """What fills each lost module."""
    filled = {f"pandas.{name}": functools.partial(_fill, name) for name in _WHERE}
    refused = {f"pandas.{name}": functools.partial(_refuse, name) for name in _REFUSED}
    return {**filled, **refused}


def _fill(name: str, module: ModuleType) -> None:
    uses.tell(old.gone(_ADVISED.get(name, name)))
    for source in _WHERE[name]:
        try:
            other = importlib.import_module(source)
        except ImportError:
            continue
        for each in getattr(other, "__all__", None) or [each for each in dir(other) if each[:1] != "_"]:
            if hasattr(other, each):
                setattr(module, each, getattr(other, each))
    for each, value in _EXTRA.get(name, {}).items():
        setattr(module, each, value)
    if name in _ADVISED:
        _answer_with_modules(name, module)
    old.apply_attributes(module, f"{name}.")


def _answer_with_modules(name: str, module: ModuleType) -> None:
    """`pd.tools.plotting` without an import of its own, as it was."""

    def find(inner: str) -> Any:
        if f"{name}.{inner}" in _WHERE:
            return importlib.import_module(f"pandas.{name}.{inner}")
        raise AttributeError(f"module {module.__name__!r} has no attribute {inner!r}")

    module.__getattr__ = find  # type: ignore[method-assign]


def _refuse(name: str, module: ModuleType) -> None:
    raise ImportError(f"{old.gone('rpy.common' if name == 'rpy' else name).sentence()}", name=module.__name__)


def cartesian_product(lists: Any) -> Any:
    """The product, an array for each list."""
    return [np.array(each) for each in zip(*itertools.product(*lists))]


def match(to_match: Any, values: Any, na_sentinel: int = -1) -> Any:
    """Where each is among the values."""
    found = pd.Index(values).get_indexer(to_match)
    return np.where(found < 0, na_sentinel, found)


@old.function("TimeGrouper")
def time_grouper(freq: Any = "Min", closed: Any = None, label: Any = None, *_arguments: Any, **options: Any) -> Any:
    """Groups by spans of time. How each was to be computed was for its own use."""
    given = {
        name: options[name] for name in ("key", "level", "sort", "convention", "origin", "offset") if name in options
    }
    spans = today(freq, OFFSETS) if MAJOR >= 3 else freq
    return pd.Grouper(freq=spans, closed=closed, label=label, **given)


_EXTRA: dict[str, dict[str, Any]] = {
    "tools.util": {"cartesian_product": cartesian_product},
    "core.index": {"_ensure_index": pd.Index},
    "tslib": {"NaT": pd.NaT, "Timestamp": pd.Timestamp, "Timedelta": pd.Timedelta},
    "tseries.tools": {"to_datetime": pd.to_datetime, "to_time": None},
    "tseries.resample": {"TimeGrouper": time_grouper},
    "core.datetools": {"to_datetime": pd.to_datetime},
    "sparse.api": {},
}

old.function("match")(match)


@old.function("value_counts")
def value_counts(values: Any, sort: bool = True, ascending: bool = False, normalize: bool = False, bins: Any = None,
                 dropna: bool = True) -> Any:  # fmt: skip
    """How often each value is there."""
    return pd.Series(values).value_counts(sort=sort, ascending=ascending, normalize=normalize, bins=bins, dropna=dropna)


@old.function("scatter_matrix")
def scatter_matrix(*arguments: Any, **options: Any) -> Any:
    """A picture of each column against each other."""
    return pd.plotting.scatter_matrix(*arguments, **options)


@old.function("pnow")
def pnow(freq: Any = None) -> Any:
    """The present span of time."""
    return pd.Period.now(today(freq or "D", PERIODS) if MAJOR >= 3 else freq or "D")


@old.function("groupby")
def groupby(obj: Any, by: Any, **options: Any) -> Any:
    """The groups of a frame."""
    return obj.groupby(by, **options)


class _Kind(type):
    """An index of a type of numbers: made so, and known by its type."""

    kind = "i"

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, pd.Index) and getattr(value.dtype, "kind", "") == cls.kind


def _index(name: str, letter: str, dtype: str) -> Any:
    def new(_cls: Any, data: Any = None, dtype: Any = dtype, copy: bool = False, name: Any = None) -> Any:
        return pd.Index([] if data is None else data, dtype=dtype, copy=copy, name=name)

    return _Kind(name, (), {"kind": letter, "__new__": new})


_INDEXES = {
    "Int64Index": _index("Int64Index", "i", "int64"),
    "UInt64Index": _index("UInt64Index", "u", "uint64"),
    "Float64Index": _index("Float64Index", "f", "float64"),
}
for _name, _class in _INDEXES.items():
    old.attribute(_name, functools.partial(lambda each: each, _class))

old.attribute("datetime", lambda: datetime.datetime)
old.attribute("np", lambda: np)
old.attribute("TimeSeries", lambda: pd.Series)
old.attribute("plot_params", lambda: pd.plotting.plot_params)
for _name in ("lib", "tslib", "tools", "stats"):
    old.attribute(_name, functools.partial(importlib.import_module, f"pandas.{_name}"))
old.attribute("datetools", functools.partial(importlib.import_module, "pandas.core.datetools"))


def _gone_class(name: str) -> Function:
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise AttributeError(old.gone(name).sentence())

    return refuse


for _name in ("Panel", "WidePanel", "Panel4D", "SparseDataFrame", "SparseSeries", "Term", "ols", "fama_macbeth", "read_msgpack",
              "read_gbq", "rpy"):  # fmt: skip
    old.attribute(_name, functools.partial(_gone_class, _name))
for _name in (
    "DataFrame.to_panel",
    "DataFrame.to_sparse",
    "Series.to_sparse",
    "DataFrame.to_msgpack",
    "DataFrame.to_gbq",
):
    old.method(_name)(_gone_class(_name))


@old.change("Index.__and__")
def _and(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    return _as_set("intersection", function, arguments, options)


@old.change("Index.__or__")
def _or(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    return _as_set("union", function, arguments, options)


def _as_set(name: str, function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    self, other = arguments
    if self.dtype == bool or not isinstance(other, pd.Index) or other.dtype == bool:
        return function(*arguments, **options)
    old.tell("Index.__and__" if name == "intersection" else "Index.__or__")
    return getattr(self, name)(other)


@old.change("set_option")
def _set_option(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Options that are gone change nothing, as they would not have changed a result."""
    try:
        return function(*arguments, **options)
    except (KeyError, AttributeError):
        if not str(arguments[0] if arguments else "").startswith(("display.", "mode.", "io.")):
            raise
        old.tell("set_option")
    except ValueError:
        if len(arguments) != 2 or arguments[1] != -1:
            raise
        old.tell("set_option")
        function(arguments[0], None)  # no bound, which was -1


def forgive_options() -> None:
    """The same where an option is set as an attribute."""
    try:
        from pandas._config.config import DictWrapper
    except ImportError:
        return
    owner: Any = DictWrapper
    set_it = owner.__setattr__

    def set_option(self: Any, name: str, value: Any) -> None:
        try:
            set_it(self, name, value)
        except (KeyError, AttributeError):
            if not uses.in_script():
                raise
            old.tell("set_option")

    owner.__setattr__ = set_option


__all__ = ["forgive_options", "modules"]
