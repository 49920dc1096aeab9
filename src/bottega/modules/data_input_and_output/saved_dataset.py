"""Saved dataset (fact sheet 3.1 and 7): what an experiment starts from."""

from __future__ import annotations

from typing import Annotated

from bottega.sdk import BottegaError, Dataset, Help, Label, Table, module


@module(title="Saved dataset", category="Saved Datasets", guest="dataset", libraries=("sklearn.datasets",))
def saved_dataset(
    *,
    dataset: Annotated[
        str, Label("Dataset"), Help("A dataset of the workspace, a sample, or a file beside the experiment")
    ],
) -> Annotated[Dataset, Label("Dataset")]:
    """Bring a dataset into the experiment: one saved in the workspace, a data file, or a sample.

    In an experiment's file it is written `dataset: NAME` or `dataset: {file: NAME.csv}`. A
    file's extension tells its format; a `.zip` is a script bundle. The samples come with
    scikit-learn and need no download: breast-cancer, diabetes, digits, iris, linnerud, wine.
    A dataset of the workspace comes before a sample of the same name.
    """
    from bottega.modules.data_input_and_output import _samples

    if dataset not in _samples.NAMES:
        names = ", ".join(_samples.NAMES)
        raise BottegaError("dataset-unknown", name=dataset, names=names)
    table: Table = _samples.load(dataset)
    return table  # type: ignore[return-value]  # a table is what a sample is
