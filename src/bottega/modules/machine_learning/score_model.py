"""Score Model (fact sheet 2.9)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Label, Table, TrainedModel, UntrainedModel, module


@module(title="Score Model", category="Machine Learning/Score", libraries=LIBRARIES)
def score_model(
    trained_model: Annotated[TrainedModel, Label("Trained model")],
    dataset: Annotated[Table, Label("Dataset")],
) -> Annotated[Table, Label("Scored dataset")]:
    """Predict with a trained model, for each row of a table.

    All columns pass through, and at the end come Scored Labels (classes in the type of the label, for
    a regression as Double). A two-class model adds Scored Probabilities: the probability of the
    positive class, which is also the scored label where it is above 0.5. A multiclass model adds a column
    for each class, such as Scored Probabilities for Class "A", in ascending order of the classes; the scored label
    is the likeliest, the first of equals. What other models add stands on their pages. All have the role score; the
    label column, if the table has it, is marked as the label. Scores that an earlier Score Model added are replaced.

    The features are found by name, in any order and among any others. A missing feature is Error
    0001, one with values of another kind Error 0016; a column without any value fits all kinds. A row with missing
    values gets missing scores, with a note, from a learner that cannot take them. An infinite
    number is Error 0033 for such learners. An untrained model is Error 0012, anything else Error 0013.
    """
    # Ports are checked before a run; callers from Python are checked here.
    given: object = trained_model
    if isinstance(given, UntrainedModel):
        raise BottegaError("0012", input="Trained model")
    if not isinstance(given, TrainedModel):
        raise BottegaError("0013", found=type(given).__name__, expected="a trained classification or regression model")
    return given.score(dataset)
