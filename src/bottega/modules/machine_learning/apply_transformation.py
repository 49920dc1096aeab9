"""Apply Transformation (fact sheet 2.13, Score)."""

from __future__ import annotations

from typing import Annotated

from bottega.modules.machine_learning._libraries import LIBRARIES
from bottega.sdk import BottegaError, Label, Table, Transform, module


@module(title="Apply Transformation", category="Machine Learning/Score", libraries=LIBRARIES)
def apply_transformation(
    transformation: Annotated[Transform, Label("Transformation")],
    dataset: Annotated[Table, Label("Dataset")],
) -> Annotated[Table, Label("Transformed dataset")]:
    """Do to a table what a transform learned from another one.

    The transform comes from a module that learns, such as Clean Missing Data, or is a saved one of the
    workspace. It uses nothing but what it learned: a single row is treated as it would be among the rows of
    the training data. What it needs of the table, and its errors, are told on the page of the module
    that it comes from. Anything but a transform is Error 0013.
    """
    # Ports are checked before a run; callers from Python are checked here.
    given: object = transformation
    if not isinstance(given, Transform):
        raise BottegaError("0013", found=type(given).__name__, expected="a transform")
    return given.apply(dataset)
