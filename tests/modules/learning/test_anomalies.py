"""PCA-Based Anomaly Detection and Train Anomaly Detection Model against a singular value decomposition written out."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.modules.machine_learning import _pca_anomalies
from bottega.modules.machine_learning.assign_data_to_clusters import assign_data_to_clusters
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.k_means_clustering import k_means_clustering
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.one_class_support_vector_machine import one_class_support_vector_machine
from bottega.modules.machine_learning.pca_based_anomaly_detection import pca_based_anomaly_detection
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.train_anomaly_detection_model import train_anomaly_detection_model
from bottega.modules.machine_learning.train_clustering_model import train_clustering_model
from bottega.sdk import Column, ColumnType, Kind, Role, UntrainedModel, catalogue
from tests.modules.learning.helpers import Array, code_of, column, named, notes_of, roles, table, train

_EVERY = pytest.mark.parametrize(
    "learner",
    [pca_based_anomaly_detection(components=1), one_class_support_vector_machine()],
    ids=["pca", "one-class"],
)
_P = "Scored Probabilities"


def _plane(rows: int = 100) -> Array:
    """Rows near a plane through (5, 5, 5, 5)."""
    chance = np.random.default_rng(0)
    axes = np.array([[1, 1, 0, 0], [0, 0, 1, -1]]) * [[10], [5]]
    return np.asarray(5 + chance.normal(size=(rows, 2)) @ axes + chance.normal(size=(rows, 4)) / 100)


def _expected(matrix: Array, new: Array, components: int, *, normalize: bool) -> Array:
    centre = matrix.mean(axis=0) if normalize else np.zeros(matrix.shape[1])
    _, _, axes = np.linalg.svd(matrix - centre, full_matrices=False)
    rows = new - centre
    left = rows - rows @ axes[:components].T @ axes[:components]
    return np.asarray(np.linalg.norm(left, axis=1) / np.linalg.norm(rows, axis=1))


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("components", [1, 2, 3])
def test_scores_are_what_the_axes_leave_over(components: int, normalize: bool) -> None:
    matrix = _plane()
    learner = pca_based_anomaly_detection(components=components, normalize_mean=normalize)
    model = train_anomaly_detection_model(learner, table(named(matrix)))
    new = np.vstack([matrix, matrix * [1, -1, 1, 1], 100 * matrix])
    result = score_model(pickle.loads(pickle.dumps(model)), table(named(new)))
    expected = _expected(matrix, new, components, normalize=normalize)
    np.testing.assert_allclose(column(result, _P), expected, atol=1e-6)
    assert column(result, "Scored Labels").tolist() == (expected > 0.5).astype(int).tolist()
    assert set(column(result, "Scored Labels")) == {0, 1} or components != 2 or not normalize


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("cells", [1, 10**9])
def test_many_levels(normalize: bool, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix that keeps what is not 0 gives what a whole one gives, block by block too."""
    monkeypatch.setattr(_pca_anomalies, "_CELLS", cells)
    chance = np.random.default_rng(1)
    levels = np.where(chance.random(300) < 0.8, 0, chance.integers(1, 80, 300))
    levels[:80] = np.arange(80)
    x = chance.normal(size=300) * 5
    data = table({"x": x, "l": [f"{level:02}" for level in levels]})
    model = train_anomaly_detection_model(pca_based_anomaly_detection(components=2, normalize_mean=normalize), data)
    matrix = np.column_stack([x, levels[:, None] == np.arange(80)])
    expected = _expected(matrix, matrix, 2, normalize=normalize)
    np.testing.assert_allclose(column(score_model(model, data), _P), expected, atol=1e-6)


@_EVERY
def test_types_roles_and_what_is_told(learner: UntrainedModel) -> None:
    data = table({"größe": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 4.0], "y": [0, 0, 1]}, y=Role.LABEL)
    model = train_anomaly_detection_model(learner, data)
    result = score_model(model, data)
    assert result.columns[3:] == (
        Column("Scored Labels", ColumnType(Kind.INTEGER), Role.SCORE),
        Column(_P, ColumnType(Kind.DOUBLE), Role.SCORE),
    )
    assert roles(result)["y"] is Role.LABEL
    told = json.loads(json.dumps(model.describe()))
    assert (told["task"], told["rows"]) == ("anomaly detector", 3)
    assert [each["name"] for each in told["features"]] == ["größe", "b"]
    assert ((column(result, _P) >= 0) & (column(result, _P) <= 1)).all()


def test_the_axes_are_told() -> None:
    matrix = _plane()
    model = train_anomaly_detection_model(pca_based_anomaly_detection(normalize_mean=True), table(named(matrix)))
    told = {each["feature"]: [each["axis 1"], each["axis 2"]] for each in model.describe()["learned"]["axes"]}
    _, _, axes = np.linalg.svd(matrix - matrix.mean(axis=0))
    np.testing.assert_allclose(np.abs([told[name] for name in "abcd"]), np.abs(axes[:2].T), atol=1e-6)


@_EVERY
def test_equal_data_give_equal_models(learner: UntrainedModel) -> None:
    data = table(named(_plane()))
    first, second = (score_model(train_anomaly_detection_model(learner, data), data) for _ in range(2))
    assert first.equals(second)


@_EVERY
def test_what_lies_apart_is_found_and_can_be_evaluated(learner: UntrainedModel) -> None:
    chance = np.random.default_rng(2)
    usual = np.column_stack([chance.normal(size=200) * 10, chance.normal(size=200) / 10])
    odd = np.column_stack([chance.normal(size=20), 20 + chance.normal(size=20)])
    model = train_anomaly_detection_model(learner, table({"a": usual[:, 0], "b": usual[:, 1]}))
    both = np.vstack([usual, odd])
    data = table({"a": both[:, 0], "b": both[:, 1], "y": [0] * 200 + [1] * 20}, y=Role.LABEL)
    measures = evaluate_model(score_model(model, data))
    assert column(measures, "Recall")[0] == 1
    assert column(measures, "Accuracy")[0] > 0.8


@_EVERY
def test_a_label_may_be_known_for_tuning(learner: UntrainedModel) -> None:
    """Then it takes no part, and is marked in what is scored."""
    matrix = _plane()
    with_label = table({**named(matrix), "y": ["n"] * 99 + [None]})
    model = train(learner, with_label)
    plain = train_anomaly_detection_model(learner, table(named(matrix)))
    result = score_model(model, with_label)
    assert column(result, _P).tolist() == column(score_model(plain, with_label), _P).tolist()
    assert roles(result)["y"] is Role.LABEL


@_EVERY
def test_gaps_and_unknown_levels(learner: UntrainedModel) -> None:
    data = table({"x": [1.0, None, 3.0, 4.0], "c": ["a", "b", None, "b"]})
    model, notes = notes_of(lambda: train_anomaly_detection_model(learner, data))
    assert notes == ["2 of 4 rows are left out of training: missing values"]
    result = score_model(model, table({"x": [1.0, None, 2.0], "c": ["a", "b", "neu"]}))
    assert [value is None for value in result.column(_P).to_pylist()] == [False, True, False]
    empty = table({"x": pa.nulls(0, pa.float64()), "c": pa.nulls(0, pa.large_string())})
    assert score_model(model, empty).num_rows == 0


@_EVERY
@pytest.mark.parametrize(
    ("columns", "given", "code"),
    [
        ({"x": []}, {}, "0021"),
        ({"x": [1.0, 2.0]}, {"x": Role.LABEL}, "0047"),
        ({"x": pa.nulls(2, pa.float64())}, {}, "0130"),
        ({"x": [1.0, float("inf")], "z": [1.0, 2.0]}, {}, "0033"),
        ({"x": [b"x", b"y"], "z": [1.0, 2.0]}, {}, "0017"),
    ],
    ids=["empty", "no-feature", "missing", "infinite", "bytes"],
)
def test_data_that_none_takes(
    learner: UntrainedModel, columns: dict[str, Any], given: dict[str, Role], code: str
) -> None:
    assert code_of(lambda: train_anomaly_detection_model(learner, table(columns, **given))).code == code


@_EVERY
def test_constant_columns_one_row_and_large_numbers(learner: UntrainedModel) -> None:
    for columns in (
        {"a": [5.0] * 9, "b": [1.0] * 9},
        {"a": [5.0], "b": [1.0]},
        {"a": [1e300, 2e300], "b": [-1e300, 1.0]},
    ):
        data = table(columns)
        found = column(score_model(train_anomaly_detection_model(learner, data), data), _P)
        assert ((found >= 0) & (found <= 1)).all()


def test_as_many_components_as_columns() -> None:
    data = table({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    error = code_of(lambda: train_anomaly_detection_model(pca_based_anomaly_detection(components=2), data))
    assert (error.code, error.facts) == ("0081", {"value": 2, "upper": 2})
    assert "sparse" not in str(error)


@_EVERY
def test_thousands_of_columns(learner: UntrainedModel) -> None:
    matrix = np.random.default_rng(3).normal(size=(20, 10_000))
    data = table({f"c{place}": each for place, each in enumerate(matrix.T)})
    assert score_model(train_anomaly_detection_model(learner, data), data).column(_P).null_count == 0


def test_models_of_other_kinds() -> None:
    data = table({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 4.0], "y": [1, 2, 3]})
    model: Any = train_anomaly_detection_model(pca_based_anomaly_detection(components=1), data)
    for action in (
        partial(train_anomaly_detection_model, linear_regression(), data),
        partial(train_anomaly_detection_model, k_means_clustering(), data),
        partial(train_anomaly_detection_model, model, data),
        partial(train_clustering_model, pca_based_anomaly_detection(), data),
        partial(assign_data_to_clusters, model, data),
    ):
        assert code_of(action).code == "0013"


def test_defaults_are_those_of_the_fact_sheet() -> None:
    spec = catalogue.get("pca-based-anomaly-detection")
    assert spec.category == "Machine Learning/Initialize Model/Anomaly Detection"
    assert {parameter.title: parameter.default for parameter in spec.parameters} == {
        "Training mode": "Single Parameter",
        "Number of components to use in PCA": 2,
        "Oversampling parameter for randomized PCA": 2,
        "Range for number of PCA components": "2; 4; 6; 8; 10",
        "Range for the oversampling parameter used in randomized PCA": "2; 4; 6; 8; 10",
        "Enable input feature mean normalization": False,
    }
    swept = spec.function(**spec.convert({"trainer_mode": "Parameter Range", "components_range": "3; 5"}))
    assert swept.components == 3
    assert [setting.values for setting in swept.sweep()] == [(3, 5), (2, 4, 6, 8, 10)]
    other = catalogue.get("one-class-support-vector-machine")
    assert other.category == spec.category
    assert {parameter.title: parameter.default for parameter in other.parameters} == {
        "Create trainer mode": "Single Parameter",
        "nu": 0.1,
        "epsilon": 0.001,
        "psnu": "0.001; 0.01; 0.1",
        "psEpsilon": "0.001; 0.01; 0.1",
    }
