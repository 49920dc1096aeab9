"""Score Model: types and roles of what it appends, and tables that differ from those of training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.dataset.folds import Folds
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import Column, ColumnType, Kind, Role, TrainedModel
from tests.modules.learning.helpers import code_of, column, notes_of, roles, scored, table, train

_X = [1.0, 2.0, 3.0, 10.0, 11.0, 12.0]
_DOUBLE = ColumnType(Kind.DOUBLE)


def _model(**options: Any) -> TrainedModel:
    """Large x, and red, are positive."""
    colours = ["blue", "blue", "blue", "red", "red", "red"]
    data = table({"x": _X, "colour": colours, "y": ["no", "no", "no", "yes", "yes", "yes"]})
    return train(two_class_logistic_regression(l1_weight=0, **options), data)


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ([False] * 3 + [True] * 3, Kind.BOOLEAN),
        ([0] * 3 + [1] * 3, Kind.INTEGER),
        ([-2] * 3 + [-1] * 3, Kind.INTEGER),
        ([0.5] * 3 + [1.5] * 3, Kind.DOUBLE),
        (["Ärger"] * 3 + ["日本"] * 3, Kind.STRING),
        (pa.array(["no"] * 3 + ["yes"] * 3).dictionary_encode(), Kind.STRING),
        (pa.array([2] * 3 + [10] * 3).dictionary_encode(), Kind.INTEGER),
        (pa.array([True] * 3 + [False] * 3).dictionary_encode().take(pa.array([3, 4, 5, 0, 1, 2])), Kind.BOOLEAN),
    ],
    ids=["boolean", "integer", "negative", "double", "text", "category", "number-category", "boolean-category"],
)
@pytest.mark.parametrize("trees", [False, True])
def test_scored_labels_have_the_type_of_the_label(labels: Any, kind: Kind, trees: bool) -> None:
    learner = two_class_boosted_decision_tree(minimum_samples_per_leaf=1) if trees else two_class_logistic_regression()
    result = scored(learner, table({"x": _X, "y": labels}))
    categorical = isinstance(labels, pa.DictionaryArray)
    assert result.columns[2:] == (
        Column("Scored Labels", ColumnType(kind, categorical), Role.SCORE),
        Column("Scored Probabilities", _DOUBLE, Role.SCORE),
    )
    truth = labels.to_pylist() if categorical else labels
    assert result.column("Scored Labels").to_pylist() == truth
    assert (column(result, "Scored Probabilities") > 0.5).tolist() == [False] * 3 + [True] * 3
    assert roles(result)["y"] is Role.LABEL


def test_the_label_may_be_absent_and_other_columns_pass_through() -> None:
    given = table({"note": ["a", None], "colour": ["red", "blue"], "x": [11, 2], "old": [1, 2]}, old=Role.LABEL)
    result = score_model(_model(), given)
    assert result.arrow.column_names == ["note", "colour", "x", "old", "Scored Labels", "Scored Probabilities"]
    assert result.column("Scored Labels").to_pylist() == ["yes", "no"]
    assert result.column("note").to_pylist() == ["a", None]
    assert roles(result)["old"] is Role.LABEL


def test_the_label_of_the_model_is_the_one_that_is_marked() -> None:
    given = table({"colour": ["red"], "x": [11], "other": [1], "y": ["yes"]}, other=Role.LABEL)
    result = roles(score_model(_model(), given))
    assert (result["y"], result["other"]) == (Role.LABEL, Role.FEATURE)


def test_a_regression_gives_labels_only() -> None:
    result = scored(linear_regression(), table({"x": [1, 2, 3], "y": [2, 4, 6]}))
    assert result.columns[2:] == (Column("Scored Labels", _DOUBLE, Role.SCORE),)


def test_an_empty_table_is_scored() -> None:
    data = table({"x": pa.nulls(0, pa.float64()), "colour": pa.nulls(0, pa.large_string())})
    for model in (_model(), train(two_class_boosted_decision_tree(), table({"x": _X, "y": [0, 1] * 3}))):
        result = score_model(model, data)
        assert result.num_rows == 0
        assert result.arrow.column_names[-1] == "Scored Probabilities"


def test_missing_values_get_no_score_with_a_note() -> None:
    given = table({"x": [11.0, None, 2.0], "colour": ["red", "red", None]})
    result, notes = notes_of(lambda: score_model(_model(), given))
    assert result.column("Scored Labels").to_pylist() == ["yes", None, None]
    assert result.column("Scored Probabilities").null_count == 2
    assert notes == ["2 of 3 rows have missing values and get no score"]


def test_missing_features_are_all_named() -> None:
    error = code_of(lambda: score_model(_model(), table({"z": [1]})))
    assert (error.code, error.facts) == ("0001", {"column": "x, colour", "columns": "z"})


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [({"x": ["11"], "colour": ["red"]}, "x"), ({"x": [11.0], "colour": [3]}, "colour")],
    ids=["text-for-number", "number-for-text"],
)
def test_features_of_another_kind(columns: dict[str, Any], wrong: str) -> None:
    error = code_of(lambda: score_model(_model(), table(columns)))
    assert (error.code, error.facts["column"]) == ("0016", wrong)


@pytest.mark.parametrize(
    "x",
    [[11, 2], [11.0, 2.0], pa.array([11, 2]).dictionary_encode(), [True, False]],
    ids=["integer", "double", "categorical", "boolean"],
)
def test_features_of_a_like_kind(x: Any) -> None:
    as_double = np.array(x, dtype=float)
    model = _model()
    colour = pa.array(["red", "blue"]).dictionary_encode()
    expected = score_model(model, table({"x": as_double, "colour": ["red", "blue"]}))
    found = score_model(model, table({"x": x, "colour": colour}))
    assert found.column("Scored Probabilities").equals(expected.column("Scored Probabilities"))


def test_levels_of_numbers_match_by_value() -> None:
    levels = pa.array([1, 2, 1, 2]).dictionary_encode()
    model = train(linear_regression(l2_weight=0), table({"c": levels, "y": [5.0, 9.0, 5.0, 9.0]}))
    result = score_model(model, table({"c": [2.0, 1.0, 1.5]}))
    assert result.column("Scored Labels").to_pylist() == pytest.approx([9, 5, 7])


def test_a_column_without_values_fits_any_feature() -> None:
    model = train(two_class_boosted_decision_tree(minimum_samples_per_leaf=1), table({"x": _X, "y": [0] * 3 + [1] * 3}))
    result = score_model(model, table({"x": pa.nulls(2, pa.large_string())}))
    assert result.column("Scored Labels").null_count == 0


@pytest.mark.parametrize("trees", [False, True])
def test_unknown_levels(trees: bool) -> None:
    columns = {"colour": ["red", "blue"] * 10, "y": [0, 1] * 10}
    unknown = table({"colour": ["red", "verde", None]})
    maker = two_class_boosted_decision_tree if trees else two_class_logistic_regression
    allowed = score_model(train(maker(allow_unknown_levels=True), table(columns)), unknown)
    assert allowed.column("Scored Labels").null_count == (0 if trees else 1)
    assert allowed.column("Scored Probabilities").to_pylist()[1] is not None
    error = code_of(lambda: score_model(train(maker(allow_unknown_levels=False), table(columns)), unknown))
    assert "Column colour has the value verde" in str(error)


def test_a_zero_vector_stands_for_an_unknown_level() -> None:
    """What is left of the sum is the intercept."""
    model = train(linear_regression(), table({"c": ["a", "b", "b"], "y": [1.0, 2.0, 4.0]}))
    result = score_model(model, table({"c": ["z"]}))
    assert result.column("Scored Labels").to_pylist() == [model.describe()["learned"]["intercept"]]


def test_scores_of_an_earlier_model_are_replaced() -> None:
    once = score_model(_model(), table({"x": [11.0], "colour": ["red"]}))
    regression = train(linear_regression(), table({"x": _X, "y": _X}))
    twice, notes = notes_of(lambda: score_model(regression, once))
    assert twice.arrow.column_names == ["x", "colour", "Scored Labels"]
    assert notes == ["The scores of an earlier model are replaced: Scored Labels, Scored Probabilities"]


def test_a_column_of_the_users_with_that_name_stays() -> None:
    given = table({"x": [11.0], "colour": ["red"], "Scored Labels": ["mine"]})
    result = score_model(_model(), given)
    assert result.column("Scored Labels").to_pylist() == ["mine"]
    assert result.column("Scored Labels (1)").to_pylist() == ["yes"]
    assert roles(result)["Scored Labels (1)"] is Role.SCORE


def test_infinite_numbers_have_no_sum() -> None:
    given = table({"x": [1.0, float("inf")], "colour": ["red", "red"]})
    error = code_of(lambda: score_model(_model(), given))
    assert (error.code, error.facts) == ("0033", {"column": "x", "row": 2})


def test_what_is_no_trained_model() -> None:
    data = table({"x": [1.0]})
    untrained: Any = linear_regression()
    other: Any = "model"
    assert code_of(lambda: score_model(untrained, data)).code == "0012"
    assert code_of(lambda: score_model(other, data)).code == "0013"


def test_rows_stay_in_their_folds() -> None:
    data = table({"x": [1, 2, 3, 4], "y": [2, 4, 6, 8]})
    folds = Folds(2, np.array([0, 1, 1, 0]))
    model = train(linear_regression(), data)
    result = score_model(model, data.with_folds(folds))
    assert result.folds is not None
    assert result.folds.equals(folds)
    assert result.columns[2:] == (Column("Scored Labels", _DOUBLE, Role.SCORE),)
