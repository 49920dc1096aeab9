"""Classes and functions of scikit-learn that went, over those that took their place."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import Any

import numpy as np

from .patching import Library, answer, noted
from .table import NAMES
from .uses import tell

old = Library("sklearn")


def answer_for(name: str, module: ModuleType) -> None:
    """Let a package answer for what it has no more."""
    start = f"{name}."
    entries = [
        gone for gone in NAMES if gone.library == "sklearn" and gone.kind == "function" and gone.name.startswith(start)
    ]
    answer(module, {gone.name[len(start) :]: functools.partial(_find, gone) for gone in entries})


def fill(name: str, module: ModuleType) -> None:
    """The names of a module that is lost."""
    for each, value in _MODULES[name]().items():
        setattr(module, each, value)


def _find(gone: Any) -> Any:
    if not gone.restored:

        def refuse(*_arguments: Any, **_options: Any) -> Any:
            raise AttributeError(gone.sentence())

        return refuse
    found = _MADE[gone.name]()
    if isinstance(found, type):
        tell(gone)
        return found
    return noted(gone, found)


def _known_as(module: str) -> Any:
    """Let a class be pickled by the name that it had: a model of it is found there again."""

    def mark(owner: Any) -> Any:
        owner.__module__, owner.__qualname__ = module, owner.__name__
        return owner

    return mark


@functools.lru_cache(maxsize=None)
def _gmm() -> Any:
    from sklearn.mixture import GaussianMixture

    @_known_as("sklearn.mixture")
    class GMM(GaussianMixture):  # type: ignore[misc]
        """A mixture of normal distributions, whose parts have `covars_`, and whose score is that of each row."""

        def __init__(self, n_components: int = 1, covariance_type: str = "diag", random_state: Any = None, thresh: Any = None,
                     tol: float = 1e-3, min_covar: float = 1e-3, n_iter: int = 100, n_init: int = 1, params: str = "wmc",
                     init_params: str = "wmc", verbose: int = 0) -> None:  # fmt: skip
            super().__init__(n_components, covariance_type=covariance_type, random_state=random_state, tol=tol, n_init=n_init,
                             reg_covar=min_covar, max_iter=n_iter, verbose=verbose)  # fmt: skip
            self.thresh, self.min_covar, self.n_iter, self.params = thresh, min_covar, n_iter, params
            self._old_init, self.init_params = init_params, "kmeans"

        @property
        def covars_(self) -> Any:
            """The covariances."""
            return self.covariances_

        def score(self, X: Any, y: Any = None) -> Any:
            """The log probability of each row."""
            del y
            return self.score_samples(X)[0]

        def score_samples(self, X: Any) -> Any:
            """The log probability of each row, and what each part answers for."""
            return super().score_samples(X), self.predict_proba(X)

        def eval(self, X: Any) -> Any:
            """The same."""
            return self.score_samples(X)

        def _rows(self, X: Any) -> Any:
            return super().score_samples(X)

        def bic(self, X: Any) -> float:
            """Bayes' information criterion."""
            return float(-2 * self._rows(X).sum() + self._n_parameters() * np.log(len(X)))

        def aic(self, X: Any) -> float:
            """Akaike's information criterion."""
            return float(-2 * self._rows(X).sum() + 2 * self._n_parameters())

    return GMM


@functools.lru_cache(maxsize=None)
def _imputer() -> Any:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.impute import SimpleImputer

    @_known_as("sklearn.preprocessing")
    class Imputer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
        """Missing values become a mean, median or mode: of the column, or with `axis=1` of the row."""

        def __init__(self, missing_values: Any = "NaN", strategy: str = "mean", axis: int = 0, verbose: int = 0,
                     copy: bool = True) -> None:  # fmt: skip
            self.missing_values, self.strategy, self.axis, self.verbose, self.copy = (
                missing_values,
                strategy,
                axis,
                verbose,
                copy,
            )

        def _made(self) -> Any:
            missing = (
                np.nan
                if self.missing_values in ("NaN", "nan") or self.missing_values != self.missing_values
                else self.missing_values
            )
            return SimpleImputer(missing_values=missing, strategy=self.strategy, copy=self.copy)

        def fit(self, X: Any, y: Any = None) -> Any:
            """Find what stands for missing values; nothing to find where it is a row's."""
            del y
            if self.axis == 0:
                self._inner = self._made().fit(_floats(X))
                self.statistics_ = self._inner.statistics_
            return self

        def transform(self, X: Any) -> Any:
            """The values without missing ones."""
            return self._inner.transform(_floats(X)) if self.axis == 0 else self._made().fit_transform(_floats(X).T).T

    return Imputer


def _floats(values: Any) -> Any:
    return values if hasattr(values, "tocsr") else np.asarray(values, dtype=float)


@functools.lru_cache(maxsize=None)
def _randomized_pca() -> Any:
    from sklearn.decomposition import PCA

    @_known_as("sklearn.decomposition")
    class RandomizedPCA(PCA):  # type: ignore[misc]
        """Principal components by a randomized method."""

        def __init__(self, n_components: Any = None, copy: bool = True, iterated_power: Any = 2, whiten: bool = False,
                     random_state: Any = None) -> None:  # fmt: skip
            super().__init__(n_components, copy=copy, iterated_power=iterated_power, whiten=whiten, random_state=random_state,
                             svd_solver="randomized")  # fmt: skip

    return RandomizedPCA


def _discriminant(name: str) -> Any:
    return getattr(importlib.import_module("sklearn.discriminant_analysis"), name)


def _metric(name: str) -> Any:
    return getattr(importlib.import_module("sklearn.metrics"), name)


def _jaccard() -> Any:
    accuracy, jaccard = _metric("accuracy_score"), _metric("jaccard_score")

    def jaccard_similarity_score(y_true: Any, y_pred: Any, normalize: bool = True, sample_weight: Any = None) -> Any:
        if np.ndim(y_true) == 2:
            rows = jaccard(y_true, y_pred, average="samples", sample_weight=sample_weight)
            return rows if normalize else rows * len(y_true)
        return accuracy(y_true, y_pred, normalize=normalize, sample_weight=sample_weight)

    return jaccard_similarity_score


def _safe_indexing() -> Any:
    def safe_indexing(values: Any, indices: Any) -> Any:
        if hasattr(values, "iloc"):
            return values.iloc[indices]
        return values[indices] if hasattr(values, "shape") else [values[each] for each in indices]

    return safe_indexing


def _assignment() -> dict[str, Any]:
    def linear_assignment(costs: Any) -> Any:
        from scipy.optimize import linear_sum_assignment

        return np.transpose(linear_sum_assignment(costs))

    return {"linear_assignment": linear_assignment, "_hungarian": linear_assignment}


def _partial_dependence() -> dict[str, Any]:
    display = _display("sklearn.inspection", "PartialDependenceDisplay")
    dependence = importlib.import_module("sklearn.inspection").partial_dependence
    return {
        "plot_partial_dependence": lambda gbrt, X, features, *_rest, **options: display()(
            gbrt, X, features, **_known(options)
        ),
        "partial_dependence": dependence,
    }


def _known(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in options.items()
        if name in {"feature_names", "grid_resolution", "percentiles", "ax", "n_cols"}
    }


def _display(module: str, name: str) -> Any:
    return lambda: getattr(importlib.import_module(module), name).from_estimator


_MADE: dict[str, Any] = {
    "mixture.GMM": _gmm,
    "preprocessing.Imputer": _imputer,
    "decomposition.RandomizedPCA": _randomized_pca,
    "metrics.jaccard_similarity_score": _jaccard,
    "metrics.calinski_harabaz_score": lambda: _metric("calinski_harabasz_score"),
    "metrics.auc_score": lambda: _metric("roc_auc_score"),
    "metrics.plot_confusion_matrix": _display("sklearn.metrics", "ConfusionMatrixDisplay"),
    "metrics.plot_roc_curve": _display("sklearn.metrics", "RocCurveDisplay"),
    "metrics.plot_precision_recall_curve": _display("sklearn.metrics", "PrecisionRecallDisplay"),
    "inspection.plot_partial_dependence": _display("sklearn.inspection", "PartialDependenceDisplay"),
    "utils.safe_indexing": _safe_indexing,
}
_MODULES: dict[str, Any] = {
    "mixture.gmm": lambda: {"GMM": _gmm()},
    "preprocessing.imputation": lambda: {"Imputer": _imputer()},
    "lda": lambda: {"LDA": _discriminant("LinearDiscriminantAnalysis")},
    "qda": lambda: {"QDA": _discriminant("QuadraticDiscriminantAnalysis")},
    "utils.linear_assignment_": _assignment,
    "ensemble.partial_dependence": _partial_dependence,
}
