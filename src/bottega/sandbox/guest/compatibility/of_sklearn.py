"""scikit-learn, all of it: modules that are lost, and what is restored in its packages as they are imported."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import io
from types import ModuleType
from typing import Any

from .. import imports
from . import uses
from .patching import Library, by_name_only, places, wrap
from .sklearn_arguments import changed, scoring
from .table import NAMES

old = Library("sklearn")
_PACKAGES = ("linear_model", "ensemble", "svm", "tree", "neighbors", "cluster", "decomposition", "preprocessing", "naive_bayes",
             "feature_selection", "feature_extraction", "feature_extraction.text", "discriminant_analysis", "mixture", "manifold",
             "neural_network", "gaussian_process", "cross_decomposition", "model_selection", "metrics", "multiclass", "pipeline",
             "random_projection", "datasets", "covariance", "kernel_ridge", "isotonic", "semi_supervised",
             "utils", "inspection")  # fmt: skip
# Lost modules whose names are not simply those of the package that took them.
_SPECIAL = {
    "cross_validation": "sklearn_validation", "grid_search": "sklearn_validation", "learning_curve": "sklearn_validation",
    "mixture.gmm": "sklearn_classes", "preprocessing.imputation": "sklearn_classes", "lda": "sklearn_classes",
    "qda": "sklearn_classes", "utils.linear_assignment_": "sklearn_classes", "ensemble.partial_dependence": "sklearn_classes",
}  # fmt: skip
_FROM = {"externals.joblib": "joblib", "externals.six": "six", "externals.funcsigs": "inspect",
         "utils.testing": "sklearn.utils._testing", "pls": "sklearn.cross_decomposition"}  # fmt: skip
_ROWS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "inverse_transform", "score",
         "fit", "fit_transform", "fit_predict")  # fmt: skip
_SCALERS = ("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Normalizer", "Binarizer")
# Of the package `six`, where it is not installed, what scripts took from there.
_SIX = {
    "StringIO": io.StringIO, "BytesIO": io.BytesIO, "string_types": (str,), "integer_types": (int,), "text_type": str, "PY2": False,
    "PY3": True, "iteritems": lambda each: iter(each.items()), "itervalues": lambda each: iter(each.values()),
    "iterkeys": lambda each: iter(each.keys()), "u": str, "moves": __import__("builtins"),
}  # fmt: skip


def restore(_module: ModuleType) -> None:
    """Put all of it into scikit-learn."""
    imports.watch({f"sklearn.{name}": _package for name in _PACKAGES})
    moved = {gone.name: gone for gone in NAMES if gone.library == "sklearn" and gone.kind == "module"}
    imports.provide({f"sklearn.{name}": functools.partial(_fill, name) for name in moved})
    imports.provide({"sklearn.externals": lambda _module: None})


def _fill(name: str, module: ModuleType) -> None:
    gone = old.gone(name)
    if not gone.restored:
        raise ImportError(gone.sentence(), name=module.__name__)
    uses.tell(gone)
    if name in _SPECIAL:
        special = importlib.import_module(f".{_SPECIAL[name]}", __package__)
        special.fill(name, module)
        return
    if name == "externals.six" and importlib.util.find_spec("six") is None:
        module.__dict__.update(_SIX)
        return
    for source in (f"sklearn.{name.rpartition('.')[0]}", _FROM.get(name) or gone.rewrite or ""):
        if source.rstrip(".") not in {"", "sklearn", "sklearn.externals"}:
            _copy(importlib.import_module(source), module)
    if name == "datasets.base":
        module.Bunch = importlib.import_module("sklearn.utils").Bunch  # type: ignore[attr-defined]


def _copy(source: ModuleType, module: ModuleType) -> None:
    for each in getattr(source, "__all__", None) or [each for each in vars(source) if each[:2] != "__"]:
        if hasattr(source, each):
            setattr(module, each, getattr(source, each))


def _package(module: ModuleType) -> None:
    """Change what a package has, and answer for what it has no more."""
    name = module.__name__[len("sklearn.") :]
    for each in getattr(module, "__all__", ()):
        thing = vars(module).get(each)
        if inspect.isclass(thing) and thing.__module__.startswith("sklearn."):
            _estimator(thing)
        elif inspect.isfunction(thing) and thing.__module__.startswith("sklearn."):
            _function(module, each, thing)
    if any(
        gone.library == "sklearn" and gone.kind == "function" and gone.name.startswith(f"{name}.") for gone in NAMES
    ):
        importlib.import_module(".sklearn_classes", __package__).answer_for(name, module)
    for gone in NAMES:
        if gone.library == "sklearn" and gone.kind == "method" and gone.name.startswith(f"{name}."):
            owner = getattr(module, gone.name.split(".")[-2], None)
            if owner is not None and not hasattr(owner, "get_feature_names"):
                owner.get_feature_names = _feature_names(gone)

    for gone in NAMES:
        if gone.library == "sklearn" and gone.kind == "property" and gone.name.startswith(f"{name}."):
            _count(gone, getattr(module, gone.name.split(".")[-2], None))


def _count(gone: Any, owner: Any) -> None:
    """How many columns it was fitted to, by the old name, of all classes of a kind: what they are made of has it."""
    last = gone.name.rpartition(".")[2]
    bases = [base for base in getattr(owner, "__mro__", ()) if base.__module__ == owner.__module__]

    def get(self: Any) -> Any:
        found = self.n_features_in_  # an AttributeError of its own before it is fitted
        uses.tell(gone)
        return found

    if bases and not hasattr(bases[-1], last):
        setattr(bases[-1], last, property(get))


def _feature_names(gone: Any) -> Any:
    def get_feature_names(self: Any, *arguments: Any) -> Any:
        uses.tell(gone)
        return list(self.get_feature_names_out(*arguments))

    return get_feature_names


_done: set[Any] = set()


def _estimator(owner: Any) -> None:
    """The class, and what it is made of: each once."""
    for base in owner.__mro__:
        if base in _done or not base.__module__.startswith("sklearn."):
            continue
        _done.add(base)
        if inspect.isfunction(vars(base).get("__init__")):
            wrap(base, "__init__", _construct)
        for name in _ROWS:
            if inspect.isfunction(vars(base).get(name)):
                wrap(base, name, functools.partial(_rows, name))


def _construct(function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    self = arguments[0]
    name = next(each.__name__ for each in type(self).__mro__ if each.__module__.startswith("sklearn."))
    later = by_name_only(function)
    taken = places(function)
    if len(arguments) > taken and later:
        more = dict(zip(later, arguments[taken:]))
        if len(arguments) - taken <= len(later) and not more.keys() & options.keys():
            old.tell("fit")
            arguments, options = arguments[:taken], {**options, **more}
    names = function
    while hasattr(names, "__wrapped__"):
        names = names.__wrapped__
    code = names.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    given = {**dict(zip(known[1:], arguments[1:])), **options}
    return function(self, **changed(old, self, name, known, given))


def _rows(name: str, function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    """One row, and of what scales one column, may be given flat."""
    import numpy as np

    try:
        return function(*arguments, **options)
    except ValueError as error:
        if "Expected 2D array, got 1D array" not in str(error) or len(arguments) < 2:
            raise
    self, flat, *rest = arguments
    is_scaler = type(self).__name__ in _SCALERS
    if name.startswith("fit") and not is_scaler:
        return function(*arguments, **options)  # which says what is wrong
    old.tell("predict")
    values = np.asarray(flat)
    made = function(self, values.reshape(-1, 1) if is_scaler else values.reshape(1, -1), *rest, **options)
    return made.ravel() if is_scaler and isinstance(made, np.ndarray) else made


def _function(module: ModuleType, name: str, function: Any) -> None:
    later = by_name_only(function)
    if later or name in {"mean_squared_error", "auc"}:
        wrap(module, name, functools.partial(_call, name, places(function), later))


def _call(name: str, taken: int, later: tuple[str, ...], function: Any, arguments: Any, options: dict[str, Any]) -> Any:
    if len(arguments) > taken and len(arguments) - taken <= len(later):
        more = dict(zip(later, arguments[taken:]))
        if not more.keys() & options.keys():
            old.tell("fit")
            arguments, options = arguments[:taken], {**options, **more}
    options = scoring(old, options)
    if name == "mean_squared_error" and "squared" in options and "squared" not in later:
        old.tell("mean_squared_error.squared")
        made = function(*arguments, **{key: value for key, value in options.items() if key != "squared"})
        return made if options["squared"] else made**0.5
    if name == "auc" and "reorder" in options:
        old.tell("auc.reorder")
        if options.pop("reorder"):
            pairs = sorted(zip(*arguments))
            arguments = tuple(list(each) for each in zip(*pairs))
    return function(*arguments, **options)
