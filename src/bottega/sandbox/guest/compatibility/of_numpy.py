"""NumPy: its names for Python's types, for constants, and for functions that have others."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pickle
import sys
from types import ModuleType
from typing import Any

import numpy

from .. import imports
from . import uses
from .patching import Library

np: Any = numpy
old = Library("numpy")

_SAME = {
    "float": "float", "int": "int", "bool": "bool", "object": "object", "str": "str", "complex": "complex", "long": "int",
    "unicode": "str", "issubclass_": "issubclass", "alen": "len",
}  # fmt: skip
_OTHER = {
    "NaN": "nan", "NAN": "nan", "Inf": "inf", "Infinity": "inf", "infty": "inf", "PINF": "inf", "float_": "float64",
    "complex_": "complex128", "cfloat": "complex128", "clongfloat": "clongdouble", "longfloat": "longdouble",
    "longcomplex": "clongdouble", "singlecomplex": "complex64", "string_": "bytes_", "unicode_": "str_", "bool8": "bool_",
    "int0": "intp", "uint0": "uintp", "str0": "str_", "bytes0": "bytes_", "object0": "object_", "void0": "void",
    "mat": "asmatrix", "row_stack": "vstack", "product": "prod", "cumproduct": "cumprod", "sometrue": "any", "alltrue": "all",
    "round_": "round", "in1d": "isin", "rank": "ndim", "issubsctype": "issubdtype", "typeDict": "sctypeDict",
}  # fmt: skip
_ERRORS = (
    "ComplexWarning",
    "RankWarning",
    "VisibleDeprecationWarning",
    "ModuleDeprecationWarning",
    "TooHardError",
    "AxisError",
)
_MODULES = ("index_tricks", "function_base", "arraysetops", "shape_base", "twodim_base", "type_check", "nanfunctions", "polynomial",
            "utils", "ufunclike", "arraypad", "histograms", "npyio", "financial")  # fmt: skip


def restore(module: ModuleType) -> None:
    """Put all of it into NumPy."""
    old.apply(module)
    old.apply_attributes(np.random, "random.")
    if "long" in vars(module) and np.long is not int:
        # NumPy 2 has a type of C by this name; in scripts for Python 2 it was Python's.
        del module.long
        old.attribute("long", lambda: int)
        old.apply_attributes(module)
    imports.provide({f"numpy.{name}": functools.partial(_fill, name) for name in _lost()})
    # Some are still there, without what they were for.
    imports.watch({f"numpy.lib.{name}": _fill_up for name in ("npyio", "index_tricks")})


def _lost() -> list[str]:
    return [
        "testing.utils",
        "testing.decorators",
        "compat",
        "oldnumeric",
        "matrixlib.defmatrix",
        *(f"lib.{name}" for name in _MODULES),
    ]


def _fill(name: str, module: ModuleType) -> None:
    uses.tell(old.gone(name))
    sources = (
        ("numpy.testing",)
        if name.startswith("testing")
        else ("numpy", "numpy.matlib")
        if name == "oldnumeric"
        else ("numpy",)
    )
    for source in sources:
        for each, value in vars(importlib.import_module(source)).items():
            if each[:2] != "__":
                setattr(module, each, value)
    if name == "lib.financial":
        old.apply_attributes(module)
    if name == "compat":
        module.long, module.unicode, module.basestring = int, str, str  # type: ignore[attr-defined]
        module.asbytes, module.asstr = str.encode, str  # type: ignore[attr-defined]


def _fill_up(module: ModuleType) -> None:
    for name, value in vars(np).items():
        if name[:1] != "_" and name not in vars(module):
            setattr(module, name, value)


def _builtin(name: str) -> Any:
    return importlib.import_module("builtins").__dict__[name]


for _name, _now in _SAME.items():
    old.attribute(_name, functools.partial(_builtin, _now))
for _name, _now in _OTHER.items():
    old.attribute(_name, functools.partial(getattr, numpy, _now))
for _name in _ERRORS:
    old.attribute(
        _name, functools.partial(lambda each: getattr(importlib.import_module("numpy.exceptions"), each), _name)
    )
old.attribute("NINF", lambda: -np.inf)
old.attribute("PZERO", lambda: 0.0)
old.attribute("NZERO", lambda: -0.0)
old.attribute("chararray", lambda: np.char.chararray)
old.attribute("sctypes", lambda: {
    "int": [np.int8, np.int16, np.int32, np.int64], "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    "float": [np.float16, np.float32, np.float64, np.longdouble], "complex": [np.complex64, np.complex128, np.clongdouble],
    "others": [bool, object, bytes, str, np.void],
})  # fmt: skip


class _Casts(dict[Any, Any]):
    """`np.cast[type](values)`."""

    def __missing__(self, kind: Any) -> Any:
        return lambda values: np.asarray(values).astype(kind)


old.attribute("cast", _Casts)


@old.function("trapz")
def trapz(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The area below, by trapezoids."""
    return np.trapezoid(y, x=x, dx=dx, axis=axis)


@old.function("asscalar")
def asscalar(a: Any) -> Any:
    """The one value."""
    return np.asarray(a).item()


@old.function("msort")
def msort(a: Any) -> Any:
    """Sorted along the first axis."""
    return np.sort(np.array(a, subok=True), axis=0)


@old.function("asfarray")
def asfarray(a: Any, dtype: Any = np.float64) -> Any:
    """As numbers with a fraction."""
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else np.float64)


@old.function("find_common_type")
def find_common_type(array_types: Any, scalar_types: Any) -> Any:
    """The type that holds all."""
    arrays, scalars = [np.dtype(each) for each in array_types], [np.dtype(each) for each in scalar_types]
    if not arrays or not scalars:
        return np.result_type(*(arrays or scalars))
    largest, other = np.result_type(*arrays), np.result_type(*scalars)
    order = "biufcmMSUVO"
    return largest if order.index(other.kind) <= order.index(largest.kind) else other


@old.function("issctype")
def issctype(rep: Any) -> bool:
    """Whether it names a type of scalars."""
    try:
        return isinstance(rep, (type, np.dtype)) and np.dtype(rep).type is not np.object_
    except TypeError:
        return False


@old.function("obj2sctype")
def obj2sctype(rep: Any, default: Any = None) -> Any:
    """The type of a value."""
    try:
        return np.dtype(
            rep if isinstance(rep, (type, str, np.dtype)) else getattr(rep, "dtype", None) or type(rep)
        ).type
    except TypeError:
        return default


@old.function("sctype2char")
def sctype2char(sctype: Any) -> str:
    """Its letter."""
    return str(np.dtype(sctype).char)


@old.function("source")
def source(thing: Any, output: Any = None) -> None:
    """Print its source."""
    print(inspect.getsource(thing), file=output or sys.stdout)


@old.function("lookfor", "who", "deprecate")
def nothing(*arguments: Any, **_options: Any) -> Any:
    """They printed something, or marked a function."""
    return arguments[0] if arguments and callable(arguments[0]) else None


@old.function("disp")
def disp(mesg: Any, device: Any = None, linefeed: bool = True) -> None:
    """Print it."""
    print(mesg, file=device or sys.stdout, end="\n" if linefeed else "")


@old.function("safe_eval")
def safe_eval(source: str) -> Any:
    """A value written in Python."""
    return ast.literal_eval(source)


@old.function("byte_bounds")
def byte_bounds(a: Any) -> Any:
    """Where it lies in memory."""
    return np.lib.array_utils.byte_bounds(a)


@old.function("compare_chararrays")
def compare_chararrays(*arguments: Any, **options: Any) -> Any:
    """Text by text."""
    return np.char.compare_chararrays(*arguments, **options)


@old.function("loads")
def loads(*arguments: Any, **options: Any) -> Any:
    """Unpickle, in the script's own process."""
    return pickle.loads(*arguments, **options)  # noqa: S301 - the script asks for it


@old.function("fastCopyAndTranspose")
def fast_copy_and_transpose(a: Any) -> Any:
    """Rows for columns, in an array of its own."""
    return np.asarray(a).T.copy()


@old.function("random.random_integers")
def random_integers(low: int, high: int | None = None, size: Any = None) -> Any:
    """Whole numbers up to `high`, and that, too."""
    first, last = (1, low) if high is None else (low, high)
    return np.random.randint(first, int(last) + 1, size=size, dtype="l")


@old.function("npv")
def npv(rate: float, values: Any) -> Any:
    """The net present value."""
    values = np.asarray(values)
    return (values / (1 + rate) ** np.arange(len(values))).sum(axis=0)


@old.function("fv")
def fv(rate: Any, nper: Any, pmt: Any, pv: Any, when: Any = 0) -> Any:
    """The future value."""
    growth = (1 + rate) ** nper
    return -(pv * growth + (pmt * (1 + rate * _begins(when)) * (growth - 1) / rate if rate else pmt * nper))


@old.function("pv")
def pv(rate: Any, nper: Any, pmt: Any, fv: Any = 0, when: Any = 0) -> Any:
    """The present value."""
    growth = (1 + rate) ** nper
    return -(fv + (pmt * (1 + rate * _begins(when)) * (growth - 1) / rate if rate else pmt * nper)) / growth


@old.function("pmt")
def pmt(rate: Any, nper: Any, pv: Any, fv: Any = 0, when: Any = 0) -> Any:
    """The payment of each period."""
    growth = (1 + rate) ** nper
    return -(fv + pv * growth) / ((1 + rate * _begins(when)) * (growth - 1) / rate if rate else nper)


@old.function("irr")
def irr(values: Any) -> Any:
    """The rate at which the net present value is zero: of several the nearest to zero."""
    roots = np.roots(np.asarray(values)[::-1])
    roots = roots[(roots.imag == 0) & (roots.real > 0)].real
    rates = 1 / roots - 1
    return rates[np.argmin(np.abs(rates))].item() if rates.size else np.nan


def _begins(when: Any) -> int:
    return int(when in {1, "begin", "b", "beginning", "start"})


@old.change("array", "asarray")
def _array(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Rows of different lengths are an array of lists."""
    try:
        return function(*arguments, **options)
    except ValueError as error:
        if "inhomogeneous" not in str(error) or len(arguments) > 1 or options.get("dtype") is not None:
            raise
    old.tell("array")
    return function(*arguments, **{**options, "dtype": object})


@old.change("fromstring")
def _fromstring(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """Without a separator, the bytes as they lie in memory."""
    if options.get("sep", arguments[3] if len(arguments) > 3 else "") != "":
        return function(*arguments, **options)
    old.tell("fromstring")
    options.pop("sep", None)
    data, *rest = arguments
    return np.frombuffer(data.encode("latin-1") if isinstance(data, str) else data, *rest[:2], **options).copy()


@old.change("linspace")
def _linspace(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """How many may be a whole number with a fraction of nothing."""
    if len(arguments) > 2 and isinstance(arguments[2], float):
        old.tell("linspace")
        arguments = (*arguments[:2], int(arguments[2]), *arguments[3:])
    elif isinstance(options.get("num"), float):
        old.tell("linspace")
        options["num"] = int(options["num"])
    return function(*arguments, **options)
