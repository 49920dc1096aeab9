"""Assign Data to Clusters (fact sheet 2.9, 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._clusters import Clusters
from bottega.modules.machine_learning._given import kind_of
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Label, Table, TrainedModel, UntrainedModel, module


@module(
    title="Assign Data to Clusters",
    category="Machine Learning/Score",
    libraries=LIBRARIES,
    former=("Assign to Clusters",),
)
def assign_data_to_clusters(
    trained_model: Annotated[TrainedModel, Label("Trained model")],
    dataset: Annotated[Table, Label("Dataset")],
    *,
    append: Annotated[bool, Label("Append or Result Only", ("Check for Append or Uncheck for Result Only",))] = True,
) -> Annotated[Table, Label("Results dataset")]:
    """Tell for each row of a table which cluster of a trained clustering model it belongs to.

    The results are Assignments, the number of the nearest centre from 0, and for each cluster
    DistancesToClusterCenter no.0 and so on; all of role score, appended to the dataset or alone. Those of an earlier clustering are
    replaced. The columns are found by name, in any order and among any others. A row with missing values is in
    no cluster, with a note; a level that did not occur in training counts as none of the known ones.

    Errors: 0012 for an untrained model, 0013 for a model that is no clustering, 0001 for a missing column, 0016 for one
    with values of another kind, 0033 for an infinite number.
    """
    given: object = trained_model
    if isinstance(given, UntrainedModel):
        raise BottegaError("0012", input="Trained model")
    if not isinstance(given, Clusters):
        raise BottegaError("0013", found=kind_of(given), expected="clustering models")
    return given.assign(dataset, whole=append)
