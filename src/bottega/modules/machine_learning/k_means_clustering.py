"""K-Means Clustering (fact sheet 2.13)."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from bottega.modules.machine_learning._beginnings import Initialization
from bottega.modules.machine_learning._clusters import LabelMode, Metric
from bottega.modules.machine_learning._k_means import KMeansClustering
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Help, Label, Range, Setting, UntrainedModel, module


@module(title="K-Means Clustering", category="Machine Learning/Initialize Model/Clustering", libraries=LIBRARIES)
def k_means_clustering(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Create trainer mode")] = TrainerMode.SINGLE,
    centroids: Annotated[int, Label("Number of Centroids"), Range(minimum=2, maximum=1_000), IN_SINGLE] = 2,
    centroids_range: Annotated[str, Label("Range for Number of Centroids"), IN_RANGE] = "2; 3; 4; 5",
    initialization: Annotated[Initialization, Label("Initialization"), IN_SINGLE] = Initialization.PLUS_PLUS,
    sweep_initialization: Annotated[
        Initialization, Label("Initialization for sweep"), IN_RANGE
    ] = Initialization.PLUS_PLUS,
    seeds: Annotated[
        int,
        Label("Number of seeds to sweep"),
        Range(minimum=1, maximum=10_000),
        Help("The random number seed and those that follow it; one where nothing is drawn by chance."),
        IN_RANGE,
    ] = 10,
    seed: Annotated[
        int | None, Label("Random number seed"), Range(minimum=0, maximum=2**31 - 1), Help("Empty is the same as 0.")
    ] = None,
    metric: Annotated[Metric, Label("Metric")] = Metric.EUCLIDEAN,
    iterations: Annotated[int, Label("Iterations"), Range(minimum=1, maximum=2**31 - 1)] = 100,
    label_mode: Annotated[LabelMode, Label("Assign Label Mode")] = LabelMode.IGNORE,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Clusters around centres, for Train Clustering Model.

    scikit-learn's KMeans gives each row to its nearest centre and moves each centre to the mean of its rows, until
    nothing changes or after so many iterations. By the cosine metric rows and centres count with length 1, and the
    distance is 1 minus the cosine of the angle between them.

    The centres begin at the first rows that differ (First N); at the means of randomly made groups of equal size
    (Random); at rows far from each other, drawn by chance (K-Means++, with several candidates for each centre;
    K-Means++ Fast, with one); in equal steps between the least and the largest value of every column (Evenly);
    or at the means of the rows with the most frequent labels (Use label column).

    A column of role label takes no part in distances. In the results it can stay as it is, have its missing values
    filled with the label of the row nearest to the cluster's centre, or be overwritten with it. An empty seed
    is the seed 0: equal data give equal clusters.

    With a parameter range each number of centroids to try stands between semicolons, and each goes with so many seeds,
    for Sweep Clustering; Train Clustering Model takes the first of each.
    """
    in_range = trainer_mode is TrainerMode.RANGE
    learner = KMeansClustering(
        centroids=centroids,
        initialization=sweep_initialization if in_range else initialization,
        seed=seed,
        metric=metric,
        iterations=iterations,
        label_mode=label_mode,
    )
    learner = swept(learner, k_means_clustering, trainer_mode, centroids=centroids_range)
    if not learner.initialization.by_chance:
        return learner
    first = seed or 0
    drawn = Setting("seed", "Random number seed", tuple(range(first, first + seeds)))
    return dataclasses.replace(learner, grid=(*learner.grid, drawn))
