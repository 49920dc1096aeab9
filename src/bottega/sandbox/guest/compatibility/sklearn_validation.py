"""`cross_validation`, `grid_search` and `learning_curve`: splitters that know how many rows there are, and are their splits."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
from sklearn import model_selection as today

selection: Any = today
_FUNCTIONS = ("cross_val_score", "cross_val_predict", "permutation_test_score", "learning_curve", "validation_curve")
_SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "ParameterGrid", "ParameterSampler", "fit_grid_point")


def fill(name: str, module: ModuleType) -> None:
    """The names of one of the three modules."""
    if name == "cross_validation":
        names = [*vars(selection)]
        own: dict[str, Any] = {
            each: value for each, value in globals().items() if isinstance(value, type) and issubclass(value, _Splits)
        }
        own["Bootstrap"] = _no_bootstrap
    else:
        names = [*_SEARCHES, *_FUNCTIONS]
        own = {}
    for each in names:
        if each[:2] != "__" and each in vars(selection):
            setattr(module, each, vars(selection)[each])
    for each, value in own.items():
        if each[:1] != "_":
            setattr(module, each, value)
    if name == "grid_search":
        searches: Any = selection._search.BaseSearchCV  # noqa: SLF001 - where both have it from
        if not hasattr(searches, "grid_scores_"):
            searches.grid_scores_ = property(_grid_scores)


_Score = collections.namedtuple("_Score", "parameters mean_validation_score cv_validation_scores")  # noqa: PYI024 - it had no types


def _grid_scores(self: Any) -> list[Any]:
    """For each set of parameters its mean score, and that of each split."""
    results, count = self.cv_results_, self.n_splits_
    splits = np.array([results[f"split{each}_test_score"] for each in range(count)]).T
    return [_Score(*each) for each in zip(results["params"], results["mean_test_score"], splits)]


def _no_bootstrap(*_arguments: Any, **_options: Any) -> Any:
    raise AttributeError("cross_validation.Bootstrap was removed in scikit-learn 0.17; write ShuffleSplit")


class _Splits:
    """The splits of so many rows: pairs of places, one after the other."""

    def __init__(self, splitter: Any, rows: int, y: Any = None, groups: Any = None) -> None:
        self._splitter, self._rows, self._y, self._groups = splitter, rows, y, groups
        self.n = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._splitter.split(np.zeros((self._rows, 1)), self._y, self._groups))

    def __len__(self) -> int:
        return int(self._splitter.get_n_splits(np.zeros((self._rows, 1)), self._y, self._groups))


def _seed(shuffle: bool, random_state: Any) -> Any:
    return random_state if shuffle else None


class KFold(_Splits):
    """`n` rows in `n_folds` parts."""

    def __init__(self, n: int, n_folds: int = 3, shuffle: bool = False, random_state: Any = None) -> None:
        self.n_folds = n_folds
        super().__init__(selection.KFold(n_folds, shuffle=shuffle, random_state=_seed(shuffle, random_state)), int(n))


class StratifiedKFold(_Splits):
    """Parts with each class in proportion."""

    def __init__(self, y: Any, n_folds: int = 3, shuffle: bool = False, random_state: Any = None) -> None:
        self.n_folds = n_folds
        splitter = selection.StratifiedKFold(n_folds, shuffle=shuffle, random_state=_seed(shuffle, random_state))
        super().__init__(splitter, len(y), np.asarray(y))


class LabelKFold(_Splits):
    """No label in two parts."""

    def __init__(self, labels: Any, n_folds: int = 3) -> None:
        super().__init__(selection.GroupKFold(n_folds), len(labels), None, np.asarray(labels))


class LeaveOneOut(_Splits):
    """Each row alone."""

    def __init__(self, n: int) -> None:
        super().__init__(selection.LeaveOneOut(), int(n))


class LeavePOut(_Splits):
    """Each set of `p` rows."""

    def __init__(self, n: int, p: int) -> None:
        super().__init__(selection.LeavePOut(p), int(n))


class LeaveOneLabelOut(_Splits):
    """Each label alone."""

    def __init__(self, labels: Any) -> None:
        super().__init__(selection.LeaveOneGroupOut(), len(labels), None, np.asarray(labels))


class LeavePLabelOut(_Splits):
    """Each set of `p` labels."""

    def __init__(self, labels: Any, p: int) -> None:
        super().__init__(selection.LeavePGroupsOut(p), len(labels), None, np.asarray(labels))


class ShuffleSplit(_Splits):
    """`n_iter` times a part by chance."""

    def __init__(
        self, n: int, n_iter: int = 10, test_size: Any = 0.1, train_size: Any = None, random_state: Any = None
    ) -> None:
        splitter = selection.ShuffleSplit(n_iter, test_size=test_size, train_size=train_size, random_state=random_state)
        self.n_iter = n_iter
        super().__init__(splitter, int(n))


class StratifiedShuffleSplit(_Splits):
    """The same with each class in proportion."""

    def __init__(
        self, y: Any, n_iter: int = 10, test_size: Any = 0.1, train_size: Any = None, random_state: Any = None
    ) -> None:
        splitter = selection.StratifiedShuffleSplit(
            n_iter, test_size=test_size, train_size=train_size, random_state=random_state
        )
        self.n_iter = n_iter
        super().__init__(splitter, len(y), np.asarray(y))


class LabelShuffleSplit(_Splits):
    """`n_iter` times a part of the labels by chance."""

    def __init__(
        self, labels: Any, n_iter: int = 5, test_size: Any = 0.2, train_size: Any = None, random_state: Any = None
    ) -> None:
        splitter = selection.GroupShuffleSplit(
            n_iter, test_size=test_size, train_size=train_size, random_state=random_state
        )
        super().__init__(splitter, len(labels), None, np.asarray(labels))


class PredefinedSplit(_Splits):
    """Parts that are told."""

    def __init__(self, test_fold: Any) -> None:
        super().__init__(selection.PredefinedSplit(test_fold), len(test_fold))
