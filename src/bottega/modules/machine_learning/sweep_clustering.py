"""Sweep Clustering (fact sheet 2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from bottega.modules.machine_learning._chance import seeded
from bottega.modules.machine_learning._cluster_quality import Quality
from bottega.modules.machine_learning._clusters import Clusters, UntrainedClusters
from bottega.modules.machine_learning._folds import overheard
from bottega.modules.machine_learning._given import kind_of
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._points import Point, Sweep, points
from bottega.sdk import (
    BottegaError,
    Columns,
    Help,
    Label,
    Of,
    Range,
    Setting,
    Table,
    TrainedModel,
    UntrainedModel,
    When,
    module,
    note,
)


class Mode(StrEnum):
    """How the points are chosen."""

    GRID = "Entire grid"
    RANDOM = "Random sweep"


class Swept(NamedTuple):
    """The ports."""

    best_trained_model: Annotated[TrainedModel, Label("Best Trained model")]
    results_dataset: Annotated[Table, Label("Results dataset")]
    sweep_results: Annotated[Table, Label("Sweep results")]


_FEATURES = Columns.of_type("All", features_only=True)


@module(title="Sweep Clustering", category="Machine Learning/Train", libraries=LIBRARIES)
def sweep_clustering(
    untrained_model: Annotated[UntrainedModel, Label("Untrained model")],
    dataset: Annotated[Table, Label("Dataset")],
    *,
    quality: Annotated[Quality, Label("Metric for measuring clustering result")] = Quality.SILHOUETTE,
    mode: Annotated[Mode, Label("Specify parameter sweeping mode")] = Mode.RANDOM,
    runs: Annotated[
        int, Label("Maximum number of runs on random sweep"), Range(1, 10_000), When("mode", Mode.RANDOM)
    ] = 5,
    seed: Annotated[int, Label("Random seed"), Range(0, 2**31 - 1), Help("0 takes it from the clock.")] = 0,
    columns: Annotated[Columns, Label("Column Set"), Of("dataset")] = _FEATURES,
    append: Annotated[bool, Label("Check for Append or Uncheck for Result Only")] = True,
) -> Swept:
    """Try a clustering with several numbers of clusters, and keep the best.

    What is tried is the range of a clustering whose Create trainer mode is Parameter Range, each number of centroids
    with several seeds; of one with single values the default range of its module is tried. Entire grid tries all
    combinations, Random sweep draws as many as there are runs.

    With a the distance of a row from its own centre and b that from the next one: Simplified Silhouette is the mean of
    (b - a) / max(a, b), and the largest is best. Davies-Bouldin is the mean over the clusters of the worst
    neighbour's (s + s') / d, s being the mean a of a cluster and d the distance of the two centres: the
    least is best. Dunn is the least distance of two centres divided by the largest a: the largest is best. Average
    Deviation is the mean a: the least is best, and more clusters nearly always have less. A run with one
    cluster in which there are rows has no measure but the last.

    Sweep results: a row for each run, the best first. The results dataset is that of Train Clustering Model, for the best.
    The seed draws the points; 0 is one from the clock, which a note tells.

    Errors: 0013 for a model that is no clustering; those of Train Clustering Model where every run has one; an error for a
    grid of more than 10,000 runs.
    """
    given: object = untrained_model
    if not isinstance(given, UntrainedClusters):
        raise BottegaError("0013", found=kind_of(given), expected="clustering models")
    names = columns.select(dataset.columns, "Column Set")
    settings = given.sweep()
    tried = points(settings, Sweep(mode.value), runs, seeded(seed) if mode is Mode.RANDOM else 0)
    trials = _Runs(given, dataset, names, quality)
    for point in tried:
        trials.add(point)
    model = trials.best()
    return Swept(model, model.assign(dataset, whole=append), trials.table(settings))


class _Runs:
    """The runs so far: their points and measures, and the best model of them."""

    def __init__(self, learner: UntrainedClusters, dataset: Table, names: list[str], quality: Quality) -> None:
        self._learner, self._dataset, self._names, self._quality = learner, dataset, names, quality
        self._runs: list[tuple[Point, float | None]] = []
        self._best: tuple[float, Clusters, list[str]] | None = None
        self._error: BottegaError | None = None

    def add(self, point: Point) -> None:
        """Try a point; what it cannot be tried for is a note."""
        try:
            learner: Any = self._learner.with_settings(point)
            model, notes = overheard(learner.fit_clusters, self._dataset, self._names)
            found, known = model.distances(self._dataset)
        except BottegaError as error:
            self._error = self._error or error
            self._runs.append((point, None))
            return
        value = self._quality.of(found[known], model.centres, model.metric)
        self._runs.append((point, value))
        rank = float("-inf") if value is None else value if self._quality.more_is_better else -value
        if self._best is None or rank > self._best[0]:
            self._best = rank, model, notes

    def best(self) -> Clusters:
        """The best model. Raises the first error where every run has one."""
        if self._best is None:
            raise self._error or BottegaError("usage", reason="There is nothing to try")
        if self._error is not None:
            note(f"Some runs have no clusters, the first for this reason: {self._error}")
        for text in self._best[2]:
            note(text)
        return self._best[1]

    def table(self, settings: Sequence[Setting]) -> Table:
        """The measure and the settings of each run, the best first, those without a measure last."""
        import pyarrow as pa

        sign = -1 if self._quality.more_is_better else 1
        order = sorted(self._runs, key=lambda run: (run[1] is None, sign * (run[1] or 0.0)))
        columns: dict[str, Any] = {self._quality.value: pa.array([value for _, value in order], pa.float64())}
        columns |= {setting.title: [point[setting.name] for point, _ in order] for setting in settings}
        return Table(pa.table(columns))
