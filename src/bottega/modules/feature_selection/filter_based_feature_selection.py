"""Filter Based Feature Selection (fact sheet 2.8)."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import pyarrow as pa

from bottega.sdk import BottegaError, Column, Columns, Label, Of, Range, Role, Single, Table, When, module, note


class Method(StrEnum):
    """How features are scored."""

    PEARSON = "Pearson Correlation"
    MUTUAL_INFORMATION = "Mutual Information"
    KENDALL = "Kendall Correlation"
    SPEARMAN = "Spearman Correlation"
    CHI_SQUARED = "Chi Squared"
    FISHER = "Fisher Score"
    COUNT = "Count Based"


class Selected(NamedTuple):
    """Both outputs."""

    filtered_dataset: Annotated[Table, Label("Filtered dataset")]
    features: Annotated[Table, Label("Features")]


_TARGET = "Target column"
_NO_COLUMN = Columns()
_BY_TARGET = tuple(method for method in Method if method is not Method.COUNT)


@module(title="Filter Based Feature Selection", category="Feature Selection", version=2)
def filter_based_feature_selection(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    method: Annotated[Method, Label("Feature scoring method")] = Method.PEARSON,
    features_only: Annotated[bool, Label("Operate on feature columns only")] = True,
    target: Annotated[Columns, Label(_TARGET), Of("dataset"), Single(), When("method", *_BY_TARGET)] = _NO_COLUMN,
    desired: Annotated[int, Label("Number of desired features"), Range(1), When("method", *_BY_TARGET)] = 1,
    minimum: Annotated[int, Label("Minimum number of non-zero elements"), Range(1), When("method", Method.COUNT)] = 1,
) -> Selected:
    """Score each feature by what it tells of a target column, and keep the best.

    The filtered dataset is the target and, by descending score, as many features as desired; of equal scores the first in the
    table comes first. Features has one row: the score of every feature, by descending score. Labels and scores are no
    features; without Operate on feature columns only columns of no role and weights are scored too.

    - Pearson, Kendall (tau-b) and Spearman Correlation: of numeric features, without its sign. Where the target has classes, being
      a String or Categorical, the feature correlates with its own mean over the rows of the class.
    - Mutual Information: of any columns, as a share of the larger of both entropies, so that 1 is a feature from which the target
      follows and the other way round.
    - Chi Squared: of any columns, the statistic of their table of counts.
    - Fisher Score: of numeric features, the variance between the target's classes over the variance within. It is infinite for a
      feature that does not vary within any.
    - Count Based: the number of values neither missing nor 0 of numeric columns. There is no target; all columns with
      the minimum stay, in their order. A label is scored as any column, and stays.

    Where values are counted, numbers and times of more than 20 different values fall into 20 ranges of equally many
    rows. Booleans are 0 and 1. Rows that lack one of both values are left out. A feature that a method cannot score,
    for its type or for infinite values, has 0, and a note names it; one without values or of a single one has 0 too.
    SciPy ranks and correlates, and classic's figures may differ by the ranges that it counted in.

    Error 0003: the dataset is empty, or no target is chosen. 0022: several targets are. 0080: the target has no
    values. 0047: there is no feature.
    """
    if not dataset.num_columns or not dataset.num_rows:
        raise BottegaError("0003", input="Dataset")
    if method is Method.COUNT:
        return _counted(dataset, features_only=features_only, minimum=minimum)
    if target.is_empty:
        raise BottegaError("0003", parameter=_TARGET)
    name = target.one(dataset.columns, _TARGET)
    if dataset.column(name).null_count == dataset.num_rows:
        raise BottegaError("0080", column=name)
    places = _candidates(dataset, (Role.LABEL, Role.SCORE), features_only=features_only, target=name)
    scores = _scores(dataset, places, name, method)
    ranked = sorted(places, key=lambda place: -scores[place])
    kept = [dataset.arrow.schema.get_field_index(name), *ranked[:desired]]
    return _selected(dataset, kept, {place: scores[place] for place in ranked})


def _candidates(
    table: Table, excluded: tuple[Role, ...], *, features_only: bool, target: str | None = None
) -> list[int]:
    """The places of the columns to score. Raises `0047`."""
    places = [
        place
        for place, column in enumerate(table.columns)
        if column.name != target
        and column.role not in excluded
        and not (features_only and column.role not in (Role.FEATURE, Role.LABEL))
    ]
    if not places:
        raise BottegaError("0047", dataset="Dataset", found=0, lower=1)
    return places


def _scores(table: Table, places: list[int], target_name: str, method: Method) -> dict[int, float]:
    import numpy as np

    from bottega.modules.feature_selection import _scoring
    from bottega.modules.statistical_functions._values import numbers

    declared = {column.name: column for column in table.columns}[target_name]
    target = _scoring.Target.of(declared, table.column(target_name))
    relations = {
        Method.PEARSON: _scoring.pearson, Method.SPEARMAN: _scoring.spearman, Method.KENDALL: _scoring.kendall
    }  # fmt: skip
    counting = {
        Method.MUTUAL_INFORMATION: _scoring.mutual_information, Method.CHI_SQUARED: _scoring.chi_squared
    }  # fmt: skip

    def score(column: Column, values: Any) -> float:
        if method in counting:
            return counting[method](_scoring.classes(column, values), target)
        if not _scoring.is_numeric(column):
            return np.nan
        if method is Method.FISHER:
            return _scoring.fisher(numbers(values), target)
        return _scoring.correlated(numbers(values), target, relations[method])

    with np.errstate(all="ignore"):  # infinite values
        scores = {place: score(table.columns[place], table.arrow.column(place)) for place in places}
    return _told(table, scores, f"{method} is of finite numbers, in a column as in the target")


def _told(table: Table, scores: dict[int, float], reason: str) -> dict[int, float]:
    """The scores with 0 for those that are NaN, of which a note tells."""
    from bottega.modules.machine_learning._values import told

    unscored = [table.columns[place].name for place, score in scores.items() if math.isnan(score)]
    if unscored:
        note(f"{reason}; these have the score 0: {told(unscored)}.")
    return {place: 0.0 if math.isnan(score) else score for place, score in scores.items()}


def _counted(table: Table, *, features_only: bool, minimum: int) -> Selected:
    """The columns with so many values that are not 0, and labels."""
    from bottega.modules.feature_selection import _scoring
    from bottega.modules.statistical_functions._values import numbers

    scores: dict[int, float] = {}
    for place in _candidates(table, (Role.SCORE,), features_only=features_only):
        numeric = _scoring.is_numeric(table.columns[place])
        scores[place] = _scoring.count(numbers(table.arrow.column(place))) if numeric else math.nan
    scores = _told(table, scores, f"{Method.COUNT} is of numeric columns")
    kept = [place for place, score in scores.items() if score >= minimum or table.columns[place].role is Role.LABEL]
    return _selected(table, kept, scores)


def _selected(table: Table, kept: list[int], scores: dict[int, float]) -> Selected:
    names = [table.columns[place].name for place in scores]
    features = Table(pa.table([pa.array([score], pa.float64()) for score in scores.values()], names=names))
    return Selected(Table(table.arrow.select(kept)).with_folds(table.folds), features)
