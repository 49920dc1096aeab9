"""PCA-Based Anomaly Detection (fact sheet 2.13)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._pca_anomalies import PcaAnomalyDetection
from bottega.modules.machine_learning._sweep import IN_RANGE, IN_SINGLE, TrainerMode, swept
from bottega.sdk import Label, Range, UntrainedModel, module


@module(
    title="PCA-Based Anomaly Detection",
    category="Machine Learning/Initialize Model/Anomaly Detection",
    libraries=LIBRARIES,
)
def pca_based_anomaly_detection(
    *,
    trainer_mode: Annotated[TrainerMode, Label("Training mode", ("Create trainer mode",))] = TrainerMode.SINGLE,
    components: Annotated[
        int, Label("Number of components to use in PCA"), Range(minimum=1, maximum=10_000), IN_SINGLE
    ] = 2,
    oversampling: Annotated[
        int, Label("Oversampling parameter for randomized PCA"), Range(minimum=1, maximum=10_000), IN_SINGLE
    ] = 2,
    components_range: Annotated[str, Label("Range for number of PCA components"), IN_RANGE] = "2; 4; 6; 8; 10",
    oversampling_range: Annotated[
        str, Label("Range for the oversampling parameter used in randomized PCA"), IN_RANGE
    ] = "2; 4; 6; 8; 10",
    normalize_mean: Annotated[bool, Label("Enable input feature mean normalization")] = False,
) -> Annotated[UntrainedModel, Label("Untrained model")]:
    """Find rows that are unlike those of training, for Train Anomaly Detection Model.

    Training finds the axes along which the rows vary most, by scikit-learn's randomised singular value decomposition
    with the seed 0; so many more columns as the oversampling says make it more exact. With mean normalization the
    rows are seen from their mean, which is recommended, else from zero. Score Model adds Scored Probabilities,
    the part of a row that lies outside the axes: the length of what they leave over, divided by the row's
    own length, from 0 to 1; and Scored Labels, 1 for an anomaly where that is above 0.5, else 0. It is no probability.
    Classic's own scores may be scaled in another way.

    All columns of role feature take part, as they are: bring them to a like spread with Normalize Data first. Dates and
    times are seconds, each level of String and Categorical columns a column of 0 and 1; a level that did not
    occur in training counts as none of the known ones. Rows with a missing value are left out of
    training, with a note, and get no score. There have to be more columns than components, else it is Error
    0081. Equal data give an equal model.

    With a parameter range each value to try stands between semicolons, for Tune Model Hyperparameters with a labelled
    dataset; Train Anomaly Detection Model takes the first of each.
    """
    learner = PcaAnomalyDetection(components=components, oversampling=oversampling, normalize_mean=normalize_mean)
    return swept(
        learner,
        pca_based_anomaly_detection,
        trainer_mode,
        components=components_range,
        oversampling=oversampling_range,
    )
