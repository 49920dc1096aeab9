"""Arguments that estimators of scikit-learn took once, and values that they had."""

from __future__ import annotations

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
}
_DROPPED = {
    "presort": "DecisionTreeClassifier.presort",
    "min_impurity_split": "RandomForestClassifier.min_impurity_split",
    "iid": "GridSearchCV.iid",
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
    if "normalize" in given and "normalize" not in known:
        old.tell("LinearRegression.normalize")
        if given.pop("normalize") and given.get("fit_intercept", True):
            normalized(self)
    return given


def _counts(old: Library, name: str, known: tuple[str, ...], given: dict[str, Any]) -> None:
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
    import numpy as np
    import scipy.sparse

    def split(values: Any) -> tuple[Any, Any]:
        values = np.asarray(values)
        columns = np.flatnonzero(chosen) if np.asarray(chosen).dtype == bool else np.asarray(chosen)
        rest = np.setdiff1d(np.arange(values.shape[1]), columns)
        return values[:, columns], values[:, rest].astype(float)

    def transform(values: Any) -> Any:
        some, rest = split(values)
        made = type(encoder).transform(encoder, some)
        if scipy.sparse.issparse(made):
            return scipy.sparse.hstack((made, rest)).tocsr()
        return np.hstack((made, rest))

    def fit(values: Any, y: Any = None) -> Any:
        type(encoder).fit(encoder, split(values)[0], y)
        return encoder

    def fit_transform(values: Any, y: Any = None) -> Any:
        return fit(values, y).transform(values)

    encoder.fit, encoder.transform, encoder.fit_transform = fit, transform, fit_transform


def normalized(model: Any) -> None:
    """Let a linear model fit columns of length one, and tell of those that it was given."""
    import numpy as np

    def fit(values: Any, y: Any, *arguments: Any, **options: Any) -> Any:
        array = np.asarray(values, dtype=float)
        lengths = np.sqrt(((array - array.mean(axis=0)) ** 2).sum(axis=0))
        lengths[lengths == 0] = 1.0
        type(model).fit(model, array / lengths, y, *arguments, **options)
        model.coef_ = model.coef_ / lengths
        return model

    model.fit = fit
