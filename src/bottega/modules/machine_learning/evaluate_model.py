"""Evaluate Model (fact sheet 2.9)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._evaluation import scored_rows
from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.modules.machine_learning._measures import as_table
from bottega.modules.machine_learning._scored import ClusterScores
from bottega.sdk import BottegaError, Label, Table, module

_DATASETS = ("Scored dataset", "Scored dataset to compare")


@module(title="Evaluate Model", category="Machine Learning/Evaluate", version=3, libraries=LIBRARIES)
def evaluate_model(
    scored_dataset: Annotated[Table, Label("Scored dataset")],
    scored_dataset_to_compare: Annotated[Table | None, Label("Scored dataset to compare")] = None,
) -> Annotated[Table, Label("Evaluation results")]:
    """Measure how good the predictions in one or two scored tables are.

    One row for each table; where there are two, a column Scored Dataset says which. The label is the column marked
    as such, the scores are those that Score Model added, or columns of their names. What kind of model it was is told
    by the scores.

    Two classes: Accuracy, Precision, Recall, F-Score, AUC, Average Log Loss (natural logarithm), Training Log Loss
    (how much less that is than if every row got the share of positives, in percent), the two labels, and the four
    counts of the confusion matrix, all from the scored labels as they stand. So are anomalies measured.

    More classes: Overall accuracy (the share of right rows), Average accuracy (the mean over the classes of each one's
    two-class accuracy), precision and recall micro-averaged (over the sums of all classes' counts) and macro-averaged
    (the mean over the classes; a class never predicted has precision 0, one that never occurs recall 0), and Average
    Log Loss. The page draws the confusion matrix. Labels that are no numbers, or are marked as categories, are
    measured without probabilities, too.

    Regression: Mean Absolute Error, Root Mean Squared Error, Relative Absolute Error, Relative Squared
    Error, Coefficient of Determination, Mean Zero One Error (the share of rows that are not exactly right) and
    Negative Log Likelihood, for models that tell a standard deviation beside the mean.

    Clusters, assigned by Train Clustering Model or Assign Data to Clusters: a row for all and one for each, named in
    Result Description, with Average Distance to Cluster Center, Average Distance to Other Center (over all others),
    Number of Points and Maximal Distance To Cluster Center. They need no label.

    What the data leave undefined is missing, such as the AUC where only one class occurs, or a relative error where
    all labels are equal.
    Rows without a label or a score are left out, with a note. Errors: 0024 without a label column, 0037 with
    several, 0025 without scores, 0058 where label and scores do not go together, 0134 and 0080 where no row is left,
    0062 where the two tables come from different kinds of model.
    """
    tables = [scored_dataset] if scored_dataset_to_compare is None else [scored_dataset, scored_dataset_to_compare]
    found = [scored_rows(table, name) for table, name in zip(tables, _DATASETS, strict=False)]
    if found[0].task is not found[-1].task:
        raise BottegaError("0062", found=found[0].task, expected=found[-1].task)
    lines = []
    for name, scored in zip(_DATASETS, found, strict=False):
        more = scored.by_cluster() if isinstance(scored, ClusterScores) else []
        which = {"Scored Dataset": name} if len(found) > 1 else {}
        lines += [{**which, **measures} for measures in (scored.measures(), *more)]
    return as_table(lines)
