"""Arguments that estimators of scikit-learn took once, and values that they had."""

from __future__ import annotations

import functools
from typing import Any

from .patching import Library

_ERRORS = ("mean_squared_error", "mean_absolute_error", "median_absolute_error", "log_loss", "mean_squared_log_error")
_TREES = ("DecisionTree", "ExtraTree", "RandomForest", "GradientBoosting", "HistGradient", "RandomTrees")
_CRITERIA = {"mse": "squared_error", "mae": "absolute_error"}
_LOSSES = {
    "SGD": {"log": "log_loss", "squared_loss": "squared_error"},
    "GradientBoosting": {"deviance": "log_loss", "ls": "squared_error", "lad": "absolute_error"},
    "HistGradient": {"least_squares": "squared_error", "least_absolute_deviation": "absolute_error", "auto": "log_loss",
                     "binary_crossentropy": "log_loss", "categorical_crossentropy": "log_loss"},
    "LinearSVC": {"l1": "hinge", "l2": "squared_hinge"},
    "LinearSVR": {"l1": "epsilon_insensitive", "l2": "squared_epsilon_insensitive"},
    "RANSAC": {"absolute_loss": "absolute_error", "squared_loss": "squared_error"},
    "AdaBoost": {},
}  # fmt: skip
# By the argument: another name for it now, and the entry of the table.
_RENAMED = {
    "base_estimator": ("estimator", "AdaBoostClassifier.base_estimator"),
    "affinity": ("metric", "AgglomerativeClustering.affinity"),
    "sparse": ("sparse_output", "OneHotEncoder.sparse"),
    "n_topics": ("n_components", "LatentDirichletAllocation.n_topics"),
}
_DROPPED = {
    "presort": "DecisionTreeClassifier.presort",
    "min_impurity_split": "RandomForestClassifier.min_impurity_split",
    "iid": "GridSearchCV.iid",
    "behaviour": "IsolationForest.behaviour",
    "precompute_distances": "KMeans.precompute_distances",
    "n_jobs": "KMeans.n_jobs",
    "multi_class": "LogisticRegression.multi_class",
    "algorithm": "AdaBoostClassifier.algorithm",
}


def scoring(old: Library, options: dict[str, Any]) -> dict[str, Any]:
    """The options, with today's names of errors that are scores."""
    if options.get("scoring") in _ERRORS:
        old.tell("GridSearchCV.scoring")
        options = {**options, "scoring": f"neg_{options['scoring']}"}
    return options


def changed(old: Library, self: Any, name: str, known: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    """A constructor's arguments as today's takes them; `known` are its names.

    What no argument can say is kept with the object, for its methods.
    """
    given = scoring(old, dict(given))
    for before, (now, entry) in _RENAMED.items():
        if before in given and before not in known and now in known:
            old.tell(entry)
            given[now] = given.pop(before)
    for before, entry in _DROPPED.items():
        if before in given and before not in known:
            old.tell(entry)
            del given[before]
    _counts(old, name, known, given)
    _values(old, name, given)
    if name == "OneHotEncoder":
        _encoder(old, self, known, given)
    if name == "LogisticRegression" and given.get("penalty") == "l1" and "solver" not in given:
        old.tell("LogisticRegression.penalty")
        given["solver"] = "liblinear"
    if name == "NMF" and "alpha" in given and "alpha" not in known:
        old.tell("NMF.alpha")
        _penalized(self, given.pop("alpha"))
    if "normalize" in given and "normalize" not in known:
        old.tell("LinearRegression.normalize")
        if given.pop("normalize") and given.get("fit_intercept", True):
            normalized(self)
    return given


def _counts(old: Library, name: str, known: tuple[str, ...], given: dict[str, Any]) -> None:
    if name in {"KFold", "StratifiedKFold"} and given.get("random_state") is not None and not given.get("shuffle"):
        old.tell("KFold.random_state")  # nothing is random there: it was not looked at
        del given["random_state"]
    if "n_iter" in given and "n_iter" not in known and "max_iter" in known:
        old.tell("TSNE.n_iter" if name == "TSNE" else "SGDClassifier.n_iter")
        given["max_iter"] = given.pop("n_iter")
        if name != "TSNE":
            given["tol"] = None
    if given.get("min_samples_split") == 1 and isinstance(given["min_samples_split"], int):
        old.tell("DecisionTreeClassifier.min_samples_split")
        given["min_samples_split"] = 2


def _values(old: Library, name: str, given: dict[str, Any]) -> None:
    loss = given.get("loss")
    for start, losses in _LOSSES.items():
        if name.startswith(start) and isinstance(loss, str) and loss in losses:
            old.tell({"SGD": "SGDClassifier.loss", "LinearSVC": "LinearSVC.loss", "LinearSVR": "LinearSVC.loss"}.get(
                start, "GradientBoostingClassifier.loss"))  # fmt: skip
            given["loss"] = losses[loss]
    if name.startswith(_TREES):
        if given.get("max_features") == "auto":
            old.tell("RandomForestClassifier.max_features")
            is_forest = name.startswith(("RandomForest", "ExtraTrees"))
            given["max_features"] = "sqrt" if name.endswith("Classifier") else 1.0 if is_forest else None
        if given.get("criterion") in _CRITERIA:
            old.tell("RandomForestClassifier.criterion")
            given["criterion"] = _CRITERIA[given["criterion"]]
    if name == "KMeans" and given.get("algorithm") in {"auto", "full"}:
        old.tell("KMeans.algorithm")
        given["algorithm"] = "lloyd"
    if name in {"SVC", "SVR", "NuSVC", "NuSVR", "OneClassSVM"}:
        _of_vectors(old, name, given)


def _of_vectors(old: Library, name: str, given: dict[str, Any]) -> None:
    if name == "OneClassSVM" and "random_state" in given:
        old.tell("OneClassSVM.random_state")
        del given["random_state"]
    if given.get("gamma") in ("auto_deprecated", 0.0):  # nothing was 1 / columns, as "auto" is
        old.tell("SVC.gamma")
        given["gamma"] = "auto"
    if given.get("decision_function_shape", "") is None:
        given["decision_function_shape"] = "ovr"


def _encoder(old: Library, self: Any, known: tuple[str, ...], given: dict[str, Any]) -> None:
    if "n_values" in given and "n_values" not in known:
        old.tell("OneHotEncoder.n_values")
        count = given.pop("n_values")
        if not isinstance(count, (str, int)):
            given["categories"] = [list(range(each)) for each in count]
    chosen = given.pop("categorical_features", None)
    if chosen is None or isinstance(chosen, str):
        return
    old.tell("OneHotEncoder.categorical_features")
    of_some(self, chosen)


def of_some(encoder: Any, chosen: Any) -> None:
    """Let an encoder take some columns, which come first in what it gives, and hand on the others."""
    # Partial functions of this file, not functions in functions: models are pickled.
    encoder.fit = functools.partial(_fit_some, encoder, chosen)
    encoder.transform = functools.partial(_transform_some, encoder, chosen)
    encoder.fit_transform = functools.partial(_fit_transform_some, encoder, chosen)


def _split(chosen: Any, values: Any) -> tuple[Any, Any]:
    import numpy as np

    values = np.asarray(values)
    columns = np.flatnonzero(chosen) if np.asarray(chosen).dtype == bool else np.asarray(chosen)
    rest = np.setdiff1d(np.arange(values.shape[1]), columns)
    return values[:, columns], values[:, rest].astype(float)


def _transform_some(encoder: Any, chosen: Any, values: Any) -> Any:
    import numpy as np
    import scipy.sparse

    some, rest = _split(chosen, values)
    made = type(encoder).transform(encoder, some)
    return scipy.sparse.hstack((made, rest)).tocsr() if scipy.sparse.issparse(made) else np.hstack((made, rest))


def _fit_some(encoder: Any, chosen: Any, values: Any, y: Any = None) -> Any:
    type(encoder).fit(encoder, _split(chosen, values)[0], y)
    return encoder


def _fit_transform_some(encoder: Any, chosen: Any, values: Any, y: Any = None) -> Any:
    return _transform_some(_fit_some(encoder, chosen, values, y), chosen, values)


def normalized(model: Any) -> None:
    """Let a linear model fit columns of length one, and tell of those that it was given."""
    model.fit = functools.partial(_fit_normalized, model)


def _fit_normalized(model: Any, values: Any, y: Any, *arguments: Any, **options: Any) -> Any:
    import numpy as np

    array = np.asarray(values, dtype=float)
    lengths = np.sqrt(((array - array.mean(axis=0)) ** 2).sum(axis=0))
    lengths[lengths == 0] = 1.0
    # A table stays one, for the model knows its columns.
    type(model).fit(model, (values if hasattr(values, "iloc") else array) / lengths, y, *arguments, **options)
    model.coef_ = model.coef_ / lengths
    return model


def _penalized(model: Any, alpha: float) -> None:
    """Let a factorization have one penalty for both factors, whatever the table's size: today's are for each row and column."""
    model.fit_transform = functools.partial(_factorize, model, alpha)
    model.fit = functools.partial(_fit_factors, model)


def _factorize(model: Any, alpha: float, values: Any, *arguments: Any, **options: Any) -> Any:
    rows, columns = values.shape
    model.alpha_W, model.alpha_H = alpha / columns, alpha / rows
    return type(model).fit_transform(model, values, *arguments, **options)


def _fit_factors(model: Any, values: Any, *_arguments: Any, **options: Any) -> Any:
    model.fit_transform(values, **options)
    return model
