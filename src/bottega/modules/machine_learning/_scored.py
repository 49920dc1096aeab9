"""What of a scored table is measured: the rows with label and scores, as arrays, of which any part may be measured."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning import _metrics
from bottega.modules.machine_learning._targets import Task

_Array = np.ndarray[Any, Any]
Measures = dict[str, float | str | None]
_ALL = slice(None)
# So many of the measures by counting are shares; counts follow.
_SHARES = 4


@dataclass(frozen=True, eq=False)
class Scored(ABC):
    """Rows of a table with their truth and their scores; `rows` are their places in the table."""

    task: ClassVar[Task]
    rows: _Array

    @abstractmethod
    def measures(self, chosen: Any = _ALL) -> Measures:
        """Measures by name, of the rows chosen (a mask or places among `rows`); at least one. None is undefined."""

    def measure(self, name: str) -> float | str | None:
        """One measure of all rows."""
        return self.measures()[name]


@dataclass(frozen=True, eq=False)
class TwoClassScores(Scored):
    """Which rows are of the positive class, are taken for it, and how likely; the classes as text, None for one unseen."""

    task: ClassVar[Task] = Task.TWO_CLASS
    truth: _Array
    predicted: _Array
    probability: _Array
    negative: str | None
    positive: str | None

    def measures(self, chosen: Any = _ALL) -> Measures:
        """As `_metrics.counted`, `_metrics.auc` and `_metrics.losses`, with the two labels."""
        truth, probability = self.truth[chosen], self.probability[chosen]
        counted = list(_metrics.counted(truth, self.predicted[chosen]).items())
        ranked = {"AUC": _metrics.auc(truth, probability)} | _metrics.losses(truth, probability)
        named = {"Positive Label": self.positive, "Negative Label": self.negative}
        return dict([*counted[:_SHARES], *ranked.items(), *named.items(), *counted[_SHARES:]])

    def measure(self, name: str) -> float | str | None:
        """One measure of all rows; only the AUC needs them in order, which takes long."""
        if name == "AUC":
            return _metrics.auc(self.truth, self.probability)
        counted = _metrics.counted(self.truth, self.predicted)
        return counted[name] if name in counted else _metrics.losses(self.truth, self.probability)[name]


@dataclass(frozen=True, eq=False)
class ClassScores(Scored):
    """The places of true and scored labels among the classes; the probability given to the true one, None without any."""

    task: ClassVar[Task] = Task.MULTI_CLASS
    truth: _Array
    predicted: _Array
    likelihood: _Array | None
    classes: list[str]

    def measures(self, chosen: Any = _ALL) -> Measures:
        """As `_metrics.multi_class`."""
        likelihood = None if self.likelihood is None else self.likelihood[chosen]
        return {**_metrics.multi_class(self.truth[chosen], self.predicted[chosen], len(self.classes), likelihood)}


@dataclass(frozen=True, eq=False)
class NumberScores(Scored):
    """True and predicted numbers, and the standard deviations of the latter where the model tells them."""

    task: ClassVar[Task] = Task.REGRESSION
    truth: _Array
    predicted: _Array
    deviation: _Array | None

    def measures(self, chosen: Any = _ALL) -> Measures:
        """As `_metrics.regression`."""
        deviation = None if self.deviation is None else self.deviation[chosen]
        return {**_metrics.regression(self.truth[chosen], self.predicted[chosen], deviation)}


@dataclass(frozen=True, eq=False)
class ClusterScores(Scored):
    """The cluster of each row, counted from 0, and its distances from all centres (rows x clusters)."""

    task: ClassVar[Task] = Task.CLUSTERING
    assigned: _Array
    distances: _Array

    def measures(self, chosen: Any = _ALL) -> Measures:
        """Of all clusters together."""
        own, other = self._reaches(chosen)
        return {"Result Description": "Combined Evaluation", **_metrics.clusters(own, other)}

    def by_cluster(self) -> list[Measures]:
        """Of each cluster."""
        own, other = self._reaches(_ALL)
        return [
            {
                "Result Description": f"Evaluation For Cluster No.{cluster}",
                **_metrics.clusters(own[self.assigned == cluster], other[self.assigned == cluster]),
            }
            for cluster in range(self.distances.shape[1])
        ]

    def _reaches(self, chosen: Any) -> tuple[_Array, _Array]:
        """Each row's distance from its own centre, and the mean of those from the others, NaN where there are none."""
        assigned, distances = self.assigned[chosen], self.distances[chosen]
        own = distances[np.arange(len(assigned)), assigned]
        others = distances.shape[1] - 1
        other = (distances.sum(axis=1) - own) / others if others else np.full(len(own), np.nan)
        return own, other
