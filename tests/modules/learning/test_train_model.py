"""Train Model: which rows, columns and labels it takes, and what it says of the others."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightgbm.basic import LightGBMError

from bottega.modules.machine_learning._features import MOST_LEVELS
from bottega.modules.machine_learning._learner import RegressionLearner
from bottega.modules.machine_learning._predictors import Predictor
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.train_model import train_model
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import BottegaError, Columns, Role, Table, UntrainedModel
from tests.modules.learning.helpers import code_of, column, notes_of, scored, table, train

_LOGISTIC, _TREES, _LINEAR = two_class_logistic_regression(), two_class_boosted_decision_tree(), linear_regression()
_EVERY = pytest.mark.parametrize("learner", [_LOGISTIC, _TREES, _LINEAR], ids=["logistic", "trees", "linear"])
_TWO_CLASS = pytest.mark.parametrize("learner", [_LOGISTIC, _TREES], ids=["logistic", "trees"])
_X = [1.0, 2.0, 3.0, 4.0]
_WHEN = [dt.datetime(2020, 1, day) for day in (1, 2, 3, 4)]  # noqa: DTZ001  # as tables hold it


def _none(kind: Any) -> Any:
    return pa.nulls(4, kind)


@_EVERY
@pytest.mark.parametrize(
    ("columns", "roles", "code"),
    [
        ({"x": [], "y": []}, {}, "0021"),
        ({"y": [0, 1, 0, 1]}, {}, "0047"),
        ({"x": _X, "y": [0, 1, 0, 1]}, {"x": Role.SCORE}, "0047"),
        ({"x": _X, "z": [0, 1, 0, 1]}, {}, "0001"),
        ({"x": [b"a", b"b", b"c", b"d"], "y": [0, 1, 0, 1]}, {}, "0017"),
        ({"x": _X, "y": _none(pa.int64())}, {}, "0134"),
        ({"x": _X, "y": _WHEN}, {}, "0023"),
        ({"x": _X, "y": [b"a", b"b", b"a", b"b"]}, {}, "0023"),
        ({"x": _X, "y": [0.0, 1.0, float("inf"), 0.0]}, {}, "0033"),
        ({"x": _X, "v": _X, "w": _X, "y": [0, 1, 0, 1]}, {"v": Role.WEIGHT, "w": Role.WEIGHT}, "0122"),
        ({"x": _X, "w": ["a", "b", "c", "d"], "y": [0, 1, 0, 1]}, {"w": Role.WEIGHT}, "0124"),
        ({"x": _X, "w": [1.0, -1.0, 1.0, 1.0], "y": [0, 1, 0, 1]}, {"w": Role.WEIGHT}, "0083"),
        ({"x": _X, "w": [0, 0, 0, 0], "y": [0, 1, 0, 1]}, {"w": Role.WEIGHT}, "0083"),
        ({"x": _X, "w": [1e308, 1e308, 1.0, 1.0], "y": [0, 1, 0, 1]}, {"w": Role.WEIGHT}, "0083"),
        ({"x": _X, "w": [1.0, float("inf"), 1.0, 1.0], "y": [0, 1, 0, 1]}, {"w": Role.WEIGHT}, "0033"),
        ({"x": _X, "w": _none(pa.float64()), "y": [0, 1, 0, 1]}, {"w": Role.WEIGHT}, "0130"),
    ],
    ids=["empty", "no-feature", "scores-alone", "no-label", "bytes", "unlabelled", "dates", "bytes-label", "infinite",
         "two-weights", "text-weight", "negative-weight", "zero-weights", "huge-weights", "infinite-weight", "no-weight"],
)  # fmt: skip
def test_data_that_no_learner_takes(
    learner: UntrainedModel, columns: dict[str, Any], roles: dict[str, Role], code: str
) -> None:
    assert code_of(lambda: train(learner, table(columns, **roles))).code == code


@_TWO_CLASS
@pytest.mark.parametrize(
    ("labels", "words"),
    [([1, 1, 1, 1], "there are 1: 1"), (["c", "a", "b", "a"], "there are 3: a, b, c"), ([7, None, None, None], "1: 7")],
    ids=["one", "three", "one-known"],
)
def test_two_classes_are_two_values(learner: UntrainedModel, labels: list[Any], words: str) -> None:
    error = code_of(lambda: train(learner, table({"x": _X, "y": labels})))
    assert error.code == "0023"
    assert words in str(error)


def test_one_row_is_no_two_classes() -> None:
    assert code_of(lambda: train(_LOGISTIC, table({"x": [1.0], "y": ["a"]}))).code == "0023"


@pytest.mark.parametrize(
    "labels",
    [["1", "2", "3", "4"], [True, False, True, False], pa.array([1, 2, 1, 2]).dictionary_encode()],
    ids=["text", "boolean", "categorical"],
)
def test_a_regression_wants_numbers(labels: Any) -> None:
    assert code_of(lambda: train(_LINEAR, table({"x": _X, "y": labels}))).code == "0023"


def test_infinite_features_are_refused_where_sums_are_made_of_them() -> None:
    data = table({"x": [1.0, 2.0, float("-inf"), 4.0], "y": [0, 1, 0, 1]})
    for learner in (_LOGISTIC, _LINEAR):
        error = code_of(partial(train, learner, data))
        assert (error.code, error.facts) == ("0033", {"column": "x", "row": 3})
    assert column(scored(_TREES, data), "Scored Probabilities").tolist() == pytest.approx([0.5] * 4)


def test_too_many_levels() -> None:
    count = MOST_LEVELS + 1
    error = code_of(
        lambda: train(_TREES, table({"id": [str(row) for row in range(count)], "y": [0, *[1] * (count - 1)]}))
    )
    assert (error.code, error.facts) == ("0014", {"column": "id", "found": count, "upper": MOST_LEVELS})


def test_nothing_known_of_any_feature() -> None:
    data = table({"a": _none(pa.large_string()), "y": [0, 1, 0, 1]})
    assert code_of(lambda: train(_TREES, data)).code == "0083"
    assert code_of(lambda: train(_LOGISTIC, data)).code == "0130"


@pytest.mark.parametrize("learner", [_LOGISTIC, _LINEAR], ids=["logistic", "linear"])
def test_rows_with_missing_features_are_left_out_with_a_note(learner: UntrainedModel) -> None:
    full: dict[str, list[Any]] = {"x": [1.0, 2, 3, 4, 5], "c": ["a", "b", "a", "b", "b"], "y": [0, 0, 1, 1, 0]}
    gaps = {"x": [*full["x"], None, 9.0, 10.0], "c": [*full["c"], "a", None, "new"], "y": [*full["y"], 1, 1, None]}
    model, notes = notes_of(lambda: train(learner, table(gaps)))
    assert notes == [
        "1 of 8 rows are left out of training: no label",
        "2 of 8 rows are left out of training: missing values",
    ]
    assert model.describe() == train(learner, table(full)).describe()
    assert model.describe()["rows"] == 5
    assert model.describe()["features"][1] == {"name": "c", "type": "String", "levels": 2}


def test_every_row_has_a_gap() -> None:
    data = table({"a": [1.0, None, 3.0, None], "b": [None, 2.0, None, 4.0], "y": [0, 1, 0, 1]})
    assert code_of(lambda: train(_LOGISTIC, data)).code == "0130"
    assert train(_TREES, data).describe()["rows"] == 4


def test_only_features_take_part() -> None:
    columns = {"x": _X, "s": [9.0, 1.0, 5.0, 2.0], "l": [0, 0, 1, 1], "y": [0, 1, 0, 1]}
    data = table(columns, s=Role.SCORE, l=Role.LABEL)
    assert [each["name"] for each in train(_LOGISTIC, data).describe()["features"]] == ["x"]


def test_the_label_may_have_been_marked_or_not() -> None:
    columns = {"x": _X, "y": [0, 1, 0, 1]}
    assert train(_LOGISTIC, table(columns, y=Role.LABEL)).describe() == train(_LOGISTIC, table(columns)).describe()


def test_the_label_is_one_column() -> None:
    data = table({"x": _X, "z": _X, "y": [0, 1, 0, 1]})
    assert code_of(lambda: train_model(_LOGISTIC, data, label=Columns.every())).code == "0022"
    assert code_of(lambda: train_model(_LOGISTIC, data, label=Columns())).code == "0011"


def test_a_trained_model_is_no_learner() -> None:
    data = table({"x": _X, "y": [0, 1, 0, 1]})
    model: Any = train(_LOGISTIC, data)
    error = code_of(lambda: train(model, data))
    assert (error.code, error.facts["found"]) == ("0013", "trained model")


class _Refusing(RegressionLearner):
    """A learner of another package, as such derive from the base."""

    title = "Refusing"
    library = "mylearn"
    failure: type[Exception] = ValueError

    def learn(self, matrix: Any, target: Any, weights: Any) -> Predictor:
        raise self.failure(f"{matrix.shape} is too small")


@pytest.mark.parametrize("failure", [ValueError, ZeroDivisionError, np.linalg.LinAlgError, LightGBMError])
def test_what_a_library_refuses_is_an_error_1000(failure: type[Exception]) -> None:
    class Failing(_Refusing):
        pass

    Failing.failure = failure
    error = code_of(partial(train, Failing(), table({"x": _X, "y": _X})))
    assert (error.code, error.facts) == ("1000", {"library": "mylearn", "message": "(4, 1) is too small"})


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (_WHEN, [0, 86400, 2 * 86400, 3 * 86400]),
        (pa.array(_WHEN, pa.timestamp("us", "Europe/Rome")), [0, 86400, 2 * 86400, 3 * 86400]),
        (pa.array([1, 2, 4, 8_000_000_007], pa.duration("ns")), [0, 1e-9, 3e-9, 8.000000006]),
        ([dt.timedelta(hours=hour) for hour in (0, 1, 5, 7)], [0, 3600, 18000, 25200]),
    ],
    ids=["date", "zoned", "nanoseconds", "span"],
)
def test_times_are_seconds(values: Any, seconds: list[float]) -> None:
    """A line through them has the slope of the seconds."""
    result = scored(linear_regression(l2_weight=0), table({"t": values, "y": [3 + 2 * each for each in seconds]}))
    np.testing.assert_allclose(column(result, "Scored Labels"), [3 + 2 * each for each in seconds], rtol=1e-7)


def test_a_fault_of_a_learner_is_not_the_users() -> None:
    class Failing(_Refusing):
        failure = TypeError

    with pytest.raises(TypeError):
        train(Failing(), table({"x": _X, "y": _X}))


@given(st.permutations(["n", "f", "s", "c"]), st.integers(0, 2**31 - 1))
def test_the_order_of_columns_and_other_columns_do_not_matter_at_scoring(order: list[str], seed: int) -> None:
    chance = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "n": chance.normal(size=30),
        "f": chance.integers(0, 2, 30).astype(bool),
        "s": chance.choice(["à", "b", "c"], 30).tolist(),
        "c": pa.array(chance.choice([3, 5], 30)).dictionary_encode(),
    }
    target = [0, 1] * 15
    model = train(linear_regression(), table({**columns, "y": target}))
    plain = score_model(model, table(columns))
    moved = score_model(model, table({"new": target, **{name: columns[name] for name in order}}))
    assert moved.column("Scored Labels").equals(plain.column("Scored Labels"))


def test_errors_read_as_text() -> None:
    with pytest.raises(BottegaError, match="Column y cannot be the target of this trainer"):
        train(_LOGISTIC, Table(pa.table({"x": _X, "y": [1, 2, 3, 4]})))


def test_a_column_without_a_role_is_no_feature() -> None:
    plain = Table(pa.table({"a": [1.0, 2.0, 3.0, 4.0], "id": [9, 8, 7, 6], "y": ["n", "y", "n", "y"]}))
    model = train(two_class_logistic_regression(), plain.with_roles({"id": Role.NONE}), "y")
    assert [feature["name"] for feature in model.describe()["features"]] == ["a"]
