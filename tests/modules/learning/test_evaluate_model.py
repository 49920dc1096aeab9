"""Evaluate Model against scikit-learn and against a table reckoned by hand."""

from __future__ import annotations

import itertools
from functools import partial
from math import log
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn import metrics

from bottega.modules.machine_learning._scores import class_column
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import Kind, Role, Table
from tests.modules.learning.helpers import code_of, column, named, notes_of, scored, table, two_class

_TWO_CLASS = ["Accuracy", "Precision", "Recall", "F-Score", "AUC", "Average Log Loss", "Training Log Loss",
              "Positive Label", "Negative Label",
              "True Positives", "False Negatives", "False Positives", "True Negatives"]  # fmt: skip
_REGRESSION = ["Mean Absolute Error", "Root Mean Squared Error", "Relative Absolute Error", "Relative Squared Error",
               "Coefficient of Determination", "Mean Zero One Error", "Negative Log Likelihood"]  # fmt: skip
_MANY = ["Overall accuracy", "Average accuracy", "Micro-averaged precision", "Macro-averaged precision",
         "Micro-averaged recall", "Macro-averaged recall", "Average Log Loss"]  # fmt: skip
_CLUSTERS = ["Result Description", "Average Distance to Cluster Center", "Average Distance to Other Center",
             "Number of Points", "Maximal Distance To Cluster Center"]  # fmt: skip


def _classes(labels: Any, predicted: Any, probabilities: Any) -> Table:
    columns = {"y": labels, "Scored Labels": predicted, "Scored Probabilities": probabilities}
    scores = {"Scored Labels": Role.SCORE, "Scored Probabilities": Role.SCORE}
    return Table(pa.table(columns), roles={"y": Role.LABEL, **scores})


def _numbers(labels: Any, predicted: Any) -> Table:
    return Table(pa.table({"y": labels, "Scored Labels": predicted}), roles={"y": Role.LABEL})


def _many(labels: Any, predicted: Any, probabilities: dict[str, Any]) -> Table:
    named = {class_column(name): values for name, values in probabilities.items()}
    columns = {"y": labels, "Scored Labels": predicted, **named}
    roles = dict.fromkeys(columns, Role.SCORE) | {"y": Role.LABEL}
    return Table(pa.table(columns), roles=roles)


_MOMENTS = pa.array([0, 1], pa.timestamp("us"))


def _assigned(assignments: Any, *distances: Any) -> Table:
    columns = {"Assignments": assignments}
    columns |= {f"DistancesToClusterCenter no.{number}": each for number, each in enumerate(distances)}
    return Table(pa.table(columns), roles=dict.fromkeys(columns, Role.SCORE))


def _row(result: Table) -> dict[str, Any]:
    assert result.num_rows == 1
    row: dict[str, Any] = result.arrow.to_pylist()[0]
    return row


def test_two_classes_by_hand() -> None:
    data = _classes(["no", "no", "no", "yes", "yes"], ["no", "no", "yes", "yes", "no"], [0.1, 0.2, 0.6, 0.9, 0.4])
    loss = -(log(0.9) + log(0.8) + log(0.4) + log(0.9) + log(0.4)) / 5
    entropy = -(0.4 * log(0.4) + 0.6 * log(0.6))
    result = evaluate_model(data)
    assert result.arrow.column_names == _TWO_CLASS
    assert _row(result) == pytest.approx({
        "Accuracy": 3 / 5,
        "Precision": 1 / 2,
        "Recall": 1 / 2,
        "F-Score": 1 / 2,
        "AUC": 5 / 6,
        "Average Log Loss": loss,
        "Training Log Loss": 100 * (entropy - loss) / entropy,
        "Positive Label": "yes",
        "Negative Label": "no",
        "True Positives": 1,
        "False Negatives": 1,
        "False Positives": 1,
        "True Negatives": 2,
    })  # fmt: skip
    kinds = {each.name: each.type.kind for each in result.columns}
    assert (kinds["True Positives"], kinds["Positive Label"], kinds["AUC"]) == (Kind.INTEGER, Kind.STRING, Kind.DOUBLE)


def test_two_classes_as_scikit_learn_measures_them() -> None:
    matrix, target = two_class()
    data = scored(two_class_logistic_regression(), table({**named(matrix), "y": target}))
    truth, predicted = column(data, "y"), column(data, "Scored Labels")
    probabilities = column(data, "Scored Probabilities")
    row = _row(evaluate_model(data))
    negative, false, missed, positive = metrics.confusion_matrix(truth, predicted).ravel().tolist()
    expected = {
        "Accuracy": metrics.accuracy_score(truth, predicted),
        "Precision": metrics.precision_score(truth, predicted),
        "Recall": metrics.recall_score(truth, predicted),
        "F-Score": metrics.f1_score(truth, predicted),
        "AUC": metrics.roc_auc_score(truth, probabilities),
        "Average Log Loss": metrics.log_loss(truth, probabilities),
        "Training Log Loss": 100 * metrics.d2_log_loss_score(truth, probabilities),
        "True Positives": positive,
        "False Negatives": missed,
        "False Positives": false,
        "True Negatives": negative,
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected)
    assert (row["Positive Label"], row["Negative Label"]) == ("1", "0")


def test_regression_by_hand() -> None:
    result = evaluate_model(_numbers([1.0, 2.0, 6.0], [2.0, 2.0, 4.0]))
    assert result.arrow.column_names == _REGRESSION
    *numbers, likelihood = _row(result).values()
    assert numbers == pytest.approx([1.0, (5 / 3) ** 0.5, 3 / 6, 5 / 14, 9 / 14, 2 / 3])
    assert likelihood is None


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=2, max_size=20))
def test_regression_as_scikit_learn_measures_it(pairs: list[tuple[int, int]]) -> None:
    truth, predicted = (np.array(values, float) for values in zip(*pairs, strict=True))
    row = _row(evaluate_model(_numbers(truth, predicted)))
    assert row["Mean Absolute Error"] == pytest.approx(metrics.mean_absolute_error(truth, predicted))
    assert row["Root Mean Squared Error"] == pytest.approx(metrics.root_mean_squared_error(truth, predicted))
    if len(set(truth)) == 1:
        assert [row[name] for name in _REGRESSION[2:5]] == [None] * 3
    else:
        determination = metrics.r2_score(truth, predicted)
        assert row["Coefficient of Determination"] == pytest.approx(determination)
        assert row["Relative Squared Error"] == pytest.approx(1 - determination)
        assert row["Relative Absolute Error"] == pytest.approx(
            metrics.mean_absolute_error(truth, predicted)
            / metrics.mean_absolute_error(truth, np.full(len(truth), truth.mean()))
        )


def test_the_likelihood_of_numbers_with_a_deviation() -> None:
    truth, mean, deviation = [1.0, 2.0, 6.0], [2.0, 2.0, 4.0], [0.5, 1.0, 3.0]
    columns = {"y": truth, "Scored Label Mean": mean, "Scored Label Standard Deviation": deviation}
    roles = dict.fromkeys(columns, Role.SCORE) | {"y": Role.LABEL}
    row = _row(evaluate_model(Table(pa.table(columns), roles=roles)))
    assert row["Mean Absolute Error"] == 1
    expected = -norm.logpdf(truth, mean, deviation).sum()
    assert row["Negative Log Likelihood"] == pytest.approx(expected)
    columns["Scored Label Standard Deviation"] = [0.5, 0.0, 3.0]
    row = _row(evaluate_model(Table(pa.table(columns), roles=roles)))
    assert row["Negative Log Likelihood"] is None


def test_many_classes_by_hand() -> None:
    probabilities = {"a": [0.7, 0.4, 0.1, 0.2], "b": [0.2, 0.5, 0.8, 0.2], "c": [0.1, 0.1, 0.1, 0.6]}
    result = evaluate_model(_many(["a", "a", "b", "b"], ["a", "b", "b", "c"], probabilities))
    assert result.arrow.column_names == _MANY
    assert _row(result) == pytest.approx({
        "Overall accuracy": 2 / 4,
        "Average accuracy": (3 / 4 + 2 / 4 + 3 / 4) / 3,
        "Micro-averaged precision": 2 / 4,
        "Macro-averaged precision": (1 + 1 / 2 + 0) / 3,
        "Micro-averaged recall": 2 / 4,
        "Macro-averaged recall": (1 / 2 + 1 / 2 + 0) / 3,
        "Average Log Loss": -(log(0.7) + log(0.4) + log(0.8) + log(0.2)) / 4,
    })  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 100)), min_size=1, max_size=30))
@settings(deadline=None)
def test_many_classes_as_scikit_learn_measures_them(rows: list[tuple[int, int, int]]) -> None:
    truth, predicted, seeds = (np.array(values) for values in zip(*rows, strict=True))
    probabilities = np.random.default_rng(seeds.sum()).dirichlet(np.ones(5), len(rows))
    row = _row(evaluate_model(_many(truth, predicted, {str(k): probabilities[:, k] for k in range(5)})))
    macro: dict[str, Any] = {"average": "macro", "zero_division": 0}
    micro: dict[str, Any] = {"average": "micro", "labels": np.arange(5)}
    there = sorted({*truth.tolist(), *predicted.tolist()})
    each = [metrics.accuracy_score(truth == k, predicted == k) for k in there]
    assert list(row.values()) == pytest.approx([
        metrics.accuracy_score(truth, predicted),
        np.mean(each),
        metrics.precision_score(truth, predicted, **micro),
        metrics.precision_score(truth, predicted, **macro),
        metrics.recall_score(truth, predicted, **micro),
        metrics.recall_score(truth, predicted, **macro),
        metrics.log_loss(truth, probabilities, labels=np.arange(5)),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "scored_labels"),
    [(["ä", "b"], ["ä", "ä"]), ([True, False], [True, True]),
     (pa.array([1, 2]).dictionary_encode(), pa.array([1, 1]).dictionary_encode())],
)  # fmt: skip
def test_classes_alone_are_measured_without_probabilities(labels: Any, scored_labels: Any) -> None:
    row = _row(evaluate_model(_numbers(labels, scored_labels)))
    assert (row["Overall accuracy"], row["Average Log Loss"]) == (0.5, None)


def test_a_true_class_that_the_model_does_not_know_has_a_finite_loss() -> None:
    row = _row(evaluate_model(_many(["a", "z"], ["a", "a"], {"a": [1.0, 0.5], "b": [0.0, 0.5]})))
    assert row["Average Log Loss"] == pytest.approx(-log(np.finfo(float).eps) / 2)


def test_clusters_by_hand() -> None:
    data = _assigned([0, 1, 1, None], [1.0, 4.0, 5.0, None], [3.0, 2.0, 0.0, None], [5.0, 6.0, 7.0, None])
    result, notes = notes_of(lambda: evaluate_model(data))
    assert notes == ["Scored dataset: 1 of 4 rows have no label or no score and are left out"]
    assert result.arrow.column_names == _CLUSTERS
    lines = [list(line.values()) for line in result.arrow.to_pylist()]
    assert lines == [
        ["Combined Evaluation", 1, (4 + 5 + 6) / 3, 3, 2],
        ["Evaluation For Cluster No.0", 1, 4, 1, 1],
        ["Evaluation For Cluster No.1", 1, 5.5, 2, 2],
        ["Evaluation For Cluster No.2", None, None, 0, None],
    ]
    compared = evaluate_model(data, data)
    assert compared.num_rows == 8
    assert column(compared, "Scored Dataset").tolist() == ["Scored dataset"] * 4 + ["Scored dataset to compare"] * 4
    alone = evaluate_model(_assigned([0, 0], [1.0, 2.0]))
    assert column(alone, "Average Distance to Other Center").tolist() == [None, None]


def test_models_of_other_kinds_are_told_apart() -> None:
    kinds = [
        _numbers([1.0, 2.0], [1.0, 2.0]),
        _classes(["a", "b"], ["a", "b"], [0.1, 0.9]),
        _many(["a", "b"], ["a", "b"], {"a": [0.9, 0.1], "b": [0.1, 0.9]}),
        _assigned([0, 0], [1.0, 2.0]),
    ]
    for first, second in itertools.permutations(kinds, 2):
        assert code_of(partial(evaluate_model, first, second)).code == "0062"


@pytest.mark.parametrize(
    ("negative", "positive"),
    [(False, True), (0, 1), (1, 2), ("a", "b"), ("malignant", "zero"), (0.5, 1.5)],
)
def test_the_larger_label_is_positive(negative: Any, positive: Any) -> None:
    row = _row(
        evaluate_model(_classes([negative, positive, positive], [positive, positive, negative], [0.8, 0.7, 0.3]))
    )
    assert [row[name] for name in _TWO_CLASS[-4:]] == [1, 1, 1, 0]


def test_labels_may_be_categorical_on_one_side() -> None:
    labels = pa.array(["b", "a"]).dictionary_encode()
    assert _row(evaluate_model(_classes(labels, ["b", "a"], [0.9, 0.1])))["Accuracy"] == 1


@pytest.mark.parametrize("side", ["label", "scores"])
def test_categories_of_numbers_are_classes(side: str) -> None:
    labels, scores = pa.array([3, 1, 2]), pa.array([3, 1, 1])
    given = (labels.dictionary_encode(), scores) if side == "label" else (labels, scores.dictionary_encode())
    assert _row(evaluate_model(_numbers(*given)))["Overall accuracy"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("value", [0.1, 1e-300, 1e300])
def test_a_constant_label_explains_nothing(value: float) -> None:
    row = _row(evaluate_model(_numbers([value] * 3, [value, value, 2 * value])))
    assert [row[name] for name in _REGRESSION[2:5]] == [None] * 3
    assert row["Mean Absolute Error"] == pytest.approx(value / 3)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e160, 1e307])
@pytest.mark.filterwarnings("error")
def test_numbers_of_any_size(size: float) -> None:
    truth, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, -3.0])
    row = _row(evaluate_model(_numbers(truth * size, predicted * size)))
    plain = _row(evaluate_model(_numbers(truth, predicted)))
    for name in _REGRESSION[:2]:
        assert row[name] / size == pytest.approx(plain[name])
    for name in _REGRESSION[2:6]:
        assert row[name] == pytest.approx(plain[name])
    assert plain["Coefficient of Determination"] == pytest.approx(metrics.r2_score(truth, predicted))


@pytest.mark.filterwarnings("error")
def test_errors_beyond_a_double() -> None:
    row = _row(evaluate_model(_numbers([1.7e308, -1.7e308], [-1.7e308, -1.7e308])))
    assert row["Mean Absolute Error"] == pytest.approx(1.7e308)
    assert row["Relative Absolute Error"] == pytest.approx(1)
    far = _row(evaluate_model(_numbers([1.0, 2.0], [1e300, 2.0])))
    assert far["Relative Squared Error"] == float("inf")
    assert far["Relative Absolute Error"] == pytest.approx(1e300)


def test_numbers_match_whatever_their_type() -> None:
    """A file may bring 0 and 1 back as Double."""
    assert _row(evaluate_model(_classes([0, 1, 1], [0.0, 1.0, 0.0], [0.1, 0.9, 0.2])))["Accuracy"] == pytest.approx(
        2 / 3
    )


@pytest.mark.parametrize(("probability", "positive"), [(0.9, True), (0.2, False)])
def test_one_class_alone(probability: float, positive: bool) -> None:
    row = _row(evaluate_model(_classes(["x"], ["x"], [probability])))
    assert row["Positive Label" if positive else "Negative Label"] == "x"
    assert row["True Positives" if positive else "True Negatives"] == 1
    assert row["Accuracy"] == 1
    assert (row["Precision"], row["Recall"], row["F-Score"]) == ((1, 1, 1) if positive else (None, None, None))
    assert (row["AUC"], row["Training Log Loss"]) == (None, None)
    assert row["Average Log Loss"] == pytest.approx(-log(0.9 if positive else 0.8))


def test_probabilities_of_0_and_1_have_a_finite_loss() -> None:
    row = _row(evaluate_model(_classes([0, 1], [1, 0], [1.0, 0.0])))
    assert np.isfinite(row["Average Log Loss"])
    assert row["AUC"] == 0


def test_two_tables_have_a_row_each() -> None:
    first, second = _numbers([1.0, 2.0], [1.0, 2.0]), _numbers([1.0, 2.0], [2.0, 1.0])
    result = evaluate_model(first, second)
    assert result.arrow.column_names == ["Scored Dataset", *_REGRESSION]
    assert column(result, "Scored Dataset").tolist() == ["Scored dataset", "Scored dataset to compare"]
    assert column(result, "Mean Absolute Error").tolist() == [0, 1]


def test_different_kinds_of_model_cannot_be_compared() -> None:
    data = table({"x": [1.0, 2.0, 3.0, 4.0], "y": [0, 1, 0, 1]})
    regression, classes = scored(linear_regression(), data), scored(two_class_logistic_regression(), data)
    error = code_of(lambda: evaluate_model(regression, classes))
    assert (error.code, error.facts) == ("0062", {"found": "regression model", "expected": "two-class classifier"})


def test_rows_without_label_or_score_are_left_out() -> None:
    result, notes = notes_of(lambda: evaluate_model(_numbers([1.0, None, 3.0], [2.0, 5.0, None])))
    assert _row(result)["Mean Absolute Error"] == 1
    assert notes == ["Scored dataset: 2 of 3 rows have no label or no score and are left out"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (table({"y": [1.0], "Scored Labels": [1.0]}), "0024"),
        (table({"y": [1.0], "z": [1.0], "Scored Labels": [1.0]}, y=Role.LABEL, z=Role.LABEL), "0037"),
        (table({"y": [1.0]}, y=Role.LABEL), "0025"),
        (_numbers([1.0, 2.0], ["a", "b"]), "0058"),
        (_numbers(_MOMENTS, ["a", "b"]), "0058"),
        (_numbers(_MOMENTS, _MOMENTS), "0017"),
        (_numbers([1.0, 2.0], [True, False]), "0058"),
        (_numbers(pa.array([1, 2]).dictionary_encode(), [1.5, 2.5]), "0058"),
        (_numbers(["a", "b"], [1.0, 2.0]), "0058"),
        (_numbers([True, False], [1.0, 0.0]), "0058"),
        (_classes(["a", "b"], [1, 0], [0.9, 0.1]), "0058"),
        (_classes(["a", "b", "c"], ["a", "b", "b"], [0.1, 0.9, 0.9]), "0058"),
        (_classes([0, 1], [0, 1], ["0.1", "0.9"]), "0017"),
        (_classes([0, 1], [0, 1], [0.1, 1.9]), "usage"),
        (_many(["a", "b"], [1, 2], {"a": [0.5, 0.5], "b": [0.5, 0.5]}), "0058"),
        (_many(["a", "b"], ["a", "b"], {"a": ["x", "y"], "b": [0.5, 0.5]}), "0017"),
        (_many(["a", "b"], ["a", "b"], {"a": [0.5, 0.5], "b": [0.5, -0.5]}), "usage"),
        (_many(["a", "b"], ["a", "b"], {"a": pa.nulls(2, pa.float64()), "b": [0.5, 0.5]}), "0080"),
        (_numbers([True, False], ["a", "b"]), "0058"),
        (_assigned([0, 2], [1.0, 1.0], [1.0, 1.0]), "usage"),
        (_assigned([0, -1], [1.0, 1.0], [1.0, 1.0]), "usage"),
        (_assigned([0, 1], [1.0, 1.0], ["x", "y"]), "0017"),
        (_assigned([0, 1], [1.0, 1.0], [1.0, float("inf")]), "0033"),
        (_assigned([None, None], [1.0, 1.0], [1.0, 1.0]), "0134"),
        (_assigned([0, 1]), "0024"),
        (_numbers([1.0, 2.0], [1.0, float("inf")]), "0033"),
        (_numbers([1.0, 2.0], pa.nulls(2)), "0080"),
        (_numbers([1.0, 2.0], pa.nulls(2, pa.float64())), "0080"),
        (_numbers(pa.nulls(2, pa.float64()), [1.0, 2.0]), "0134"),
        (_classes(pa.nulls(2), [1, 0], [0.9, 0.1]), "0134"),
        (_numbers(pa.nulls(0, pa.float64()), pa.nulls(0, pa.float64())), "0134"),
    ],
    ids=["no-label", "two-labels", "no-scores", "text-for-numbers",
             "text-for-moments", "moments", "boolean-for-numbers", "numbers-for-categories", "text-and-number", "boolean-and-number",
         "text-and-integer", "three-classes", "text-probabilities", "no-probability",
         "text-and-classes", "text-class-probabilities", "no-class-probability", "missing-class-probabilities",
         "boolean-and-text", "no-such-cluster", "negative-cluster", "text-distances", "infinite-distance",
         "nothing-assigned", "no-distances", "infinite", "untyped-scores",
         "missing-scores", "missing-labels", "untyped-labels", "empty"],
)  # fmt: skip
def test_tables_that_cannot_be_evaluated(data: Table, code: str) -> None:
    assert code_of(lambda: evaluate_model(data)).code == code


def test_scores_that_are_marked_come_before_columns_of_their_names() -> None:
    """A regression on a table that has a feature named as probabilities are."""
    columns = {
        "y": [1.0, 2.0],
        "Scored Labels": [9.0, 9.0],
        "Scored Probabilities": [0.1, 0.2],
        "Scored Labels (1)": [1.0, 2.0],
    }
    data = Table(pa.table(columns), roles={"y": Role.LABEL, "Scored Labels (1)": Role.SCORE})
    assert _row(evaluate_model(data))["Mean Absolute Error"] == 0


def test_ten_thousand_columns_beside_the_scores() -> None:
    narrow = _classes(["no", "yes"], ["no", "yes"], [0.1, 0.9])
    wide = pa.table({f"f{place}": [0.0, 1.0] for place in range(10_000)})
    for field, values in zip(narrow.arrow.schema, narrow.arrow.columns, strict=True):
        wide = wide.append_column(field, values)
    assert evaluate_model(Table(wide)).equals(evaluate_model(narrow))
