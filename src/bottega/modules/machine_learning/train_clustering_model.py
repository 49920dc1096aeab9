"""Train Clustering Model (fact sheet 2.9, 2.13)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from bottega.modules.machine_learning._clusters import UntrainedClusters
from bottega.modules.machine_learning._given import kind_of
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Columns, Label, Of, Table, TrainedModel, UntrainedModel, module

_FEATURES = Columns.of_type("All", features_only=True)


class Outputs(NamedTuple):
    """The ports."""

    trained_model: Annotated[TrainedModel, Label("Trained model")]
    results_dataset: Annotated[Table, Label("Results dataset")]


@module(title="Train Clustering Model", category="Machine Learning/Train", libraries=LIBRARIES)
def train_clustering_model(
    untrained_model: Annotated[UntrainedModel, Label("Untrained model")],
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label("Column Set"), Of("dataset")] = _FEATURES,
    append: Annotated[bool, Label("Check for Append or Uncheck for Result Only")] = True,
) -> Outputs:
    """Find clusters of the rows of a table, by the columns chosen.

    The results are Assignments, the number of the row's cluster from 0, and for each cluster DistancesToClusterCenter
    no.0 and so on; all of role score, appended to the dataset or alone. Numbers and Boolean values count as they
    are, dates and times as seconds, each level of String and Categorical columns as a column of 0 and 1: a column of
    large numbers outweighs the others, so normalise first. Rows with a missing value are left out of training,
    with a note, and are in no cluster.

    Errors: 0013 for a model that is no clustering, 0011 for an empty selection, 0047 where nothing but the label is
    selected, 0021 for fewer rows than clusters, 0130 where every row has a missing value, 0033 for an infinite number,
    0017 for a column of type Bytes, 0014 for one with more than 10,000 levels, 0024 where the label column is wanted
    and there is none, 0083 for fewer labels than clusters.
    """
    given: object = untrained_model
    if not isinstance(given, UntrainedClusters):
        raise BottegaError("0013", found=kind_of(given), expected="clustering models")
    model = given.fit_clusters(dataset, columns.select(dataset.columns, "Column Set"))
    return Outputs(model, model.assign(dataset, whole=append))
