"""K-means clustering, by scikit-learn; by angles it is the spherical kind."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np

from bottega.modules.machine_learning._beginnings import Initialization
from bottega.modules.machine_learning._clusters import Array, Clusters, LabelMode, Metric, UntrainedClusters, distances
from bottega.modules.machine_learning._features import Encoder, Scaling
from bottega.modules.machine_learning._targets import Task
from bottega.modules.machine_learning._values import known_rows, plain, refuse_infinite
from bottega.sdk import BottegaError, Role, Setting, Table, note


@dataclass(frozen=True)
class KMeansClustering(UntrainedClusters):
    """Lloyd's rounds: each row to its nearest centre, each centre to the mean of its rows, until nothing moves."""

    centroids: int = 2
    initialization: Initialization = Initialization.PLUS_PLUS
    seed: int | None = None
    metric: Metric = Metric.EUCLIDEAN
    iterations: int = 100
    label_mode: LabelMode = LabelMode.IGNORE
    grid: tuple[Setting, ...] = dataclasses.field(default=(), kw_only=True)

    def fit_clusters(self, table: Table, names: list[str]) -> Clusters:
        """Find the centres. Raises `0021`, `0024`, `0033`, `0037`, `0047`, `0083`, `0130` or what `Encoder.learn` does."""
        label = self._label(table)
        chosen = set(names)
        columns = tuple(column for column in table.columns if column.name in chosen and column.role is not Role.LABEL)
        if not columns:
            raise BottegaError("0047", dataset="Dataset", found=0, lower=1)
        used = self._rows(table, [column.name for column in columns])
        encoder = Encoder.learn(used, columns, Scaling.NONE, allow_unknown=True)
        matrix = encoder.matrix(used)
        labels = None if label is None else plain(used, label)
        centres = self._centres(matrix, labels)
        apart = distances(matrix, centres, self.metric)
        if not np.isfinite(apart).all():
            raise BottegaError("0083", reason="there are numbers so large that their squares overflow")
        counts = np.bincount(apart.argmin(axis=1), minlength=self.centroids)
        if not counts.all():
            note(f"{int((counts == 0).sum())} of {self.centroids} clusters have no rows: too many rows are alike")
        nearest = None
        if label is not None and labels is not None and labels.null_count < len(labels):
            marked = np.flatnonzero(np.asarray(labels.is_valid()))
            nearest = label, labels.take(marked[apart[marked].argmin(axis=0)])
        told = self.describe()["settings"]
        return Clusters(told, encoder, centres, self.metric, self.label_mode, nearest, tuple(counts.tolist()))

    def _label(self, table: Table) -> str | None:
        """The label column, which is asked for only where it has a use."""
        if self.initialization is not Initialization.LABEL and self.label_mode is LabelMode.IGNORE:
            return None
        found = [column.name for column in table.columns if column.role is Role.LABEL]
        if not found:
            raise BottegaError("0024", dataset="Dataset")
        if len(found) > 1:
            raise BottegaError("0037", dataset="Dataset", columns=", ".join(found))
        return found[0]

    def _rows(self, table: Table, names: list[str]) -> Table:
        import pyarrow as pa

        if table.num_rows < self.centroids:
            raise BottegaError("0021", dataset="Dataset", found=table.num_rows, lower=self.centroids)
        refuse_infinite(table, names)
        known = known_rows(table, names)
        if not known.any():
            raise BottegaError("0130")
        if known.all():
            return table
        note(f"{int((~known).sum())} of {len(known)} rows are left out of training: missing values")
        if known.sum() < self.centroids:
            left = "Dataset, without its rows with missing values,"
            raise BottegaError("0021", dataset=left, found=int(known.sum()), lower=self.centroids)
        return Table(table.arrow.filter(pa.array(known)))

    def _centres(self, matrix: Any, labels: Any) -> Array:
        from sklearn.preprocessing import normalize
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        if self.metric is Metric.COSINE:
            matrix = normalize(matrix)
        with threadpool_limits(1), warnings.catch_warnings():  # in threads sums differ by rounding from run to run
            warnings.simplefilter("ignore")
            begin = self.initialization.centres(matrix, labels, self.centroids, self.seed or 0)
            return self._turned(matrix, begin) if self.metric is Metric.COSINE else self._moved(matrix, begin)

    def _moved(self, matrix: Any, begin: Array) -> Array:
        from sklearn.cluster import KMeans

        solver = KMeans(
            self.centroids, init=begin, n_init=1, max_iter=self.iterations, tol=0, random_state=self.seed or 0
        )
        return np.asarray(solver.fit(matrix).cluster_centers_, dtype=np.float64)

    def _turned(self, matrix: Any, centres: Array) -> Array:
        """Rounds for rows and centres of length 1; a centre without rows stays."""
        from scipy.sparse import csr_matrix
        from sklearn.preprocessing import normalize

        centres = normalize(centres)
        before = None
        for _ in range(self.iterations):
            nearest = np.asarray(matrix @ centres.T).argmax(axis=1)
            if before is not None and (nearest == before).all():
                break
            before = nearest
            rows = len(nearest)
            members = csr_matrix((np.ones(rows), (nearest, np.arange(rows))), shape=(self.centroids, rows))
            sums = members @ matrix
            sums = sums if isinstance(sums, np.ndarray) else sums.toarray()
            kept = np.linalg.norm(sums, axis=1) > 0
            centres[kept] = normalize(sums[kept])
        return np.asarray(centres)

    def sweep(self) -> tuple[Setting, ...]:
        """The settings that have ranges."""
        return self.grid

    def with_settings(self, settings: Mapping[str, Any], /) -> Self:
        """With other values, and nothing left to vary."""
        changes: dict[str, Any] = {**settings, "grid": ()}
        return dataclasses.replace(self, **changes)

    def describe(self) -> dict[str, Any]:
        """Title, task and settings."""
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "grid"}
        told = {name: value.value if isinstance(value, StrEnum) else value for name, value in settings.items()}
        return {"learner": "K-Means Clustering", "task": Task.CLUSTERING.value, "settings": told}
