"""K-Means Clustering, Train Clustering Model and Assign Data to Clusters against scipy, scikit-learn and plain sums."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.vq import kmeans2
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from bottega.modules.machine_learning._clusters import Clusters
from bottega.modules.machine_learning.assign_data_to_clusters import assign_data_to_clusters
from bottega.modules.machine_learning.k_means_clustering import k_means_clustering
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.train_clustering_model import Outputs, train_clustering_model
from bottega.sdk import Column, Columns, ColumnType, Kind, Role, Table, TrainedModel, catalogue
from tests.modules.learning.helpers import Array, code_of, column, named, notes_of, table, train

_CENTRES = np.array([[0.0, 0, 0, 0], [9, 9, 0, 0], [0, 9, 9, 0]])


def _clouds(rows: int = 120, seed: int = 0) -> tuple[Array, Array]:
    chance = np.random.default_rng(seed)
    groups = chance.integers(0, 3, rows)
    return _CENTRES[groups] + chance.normal(size=(rows, 4)), groups


def _learner(**given: Any) -> Any:
    spec = catalogue.get("k-means-clustering")
    return spec.function(**spec.convert(given))


def _trained(data: Table, names: str = "abcd", **given: Any) -> Outputs:
    return train_clustering_model(_learner(**given), data, columns=Columns.named(*names))


def _centres(model: TrainedModel) -> Array:
    assert isinstance(model, Clusters)
    return model.centres


def _assigned(result: Table) -> Array:
    return column(result, "Assignments")


def _distances(result: Table, count: int) -> Array:
    return np.column_stack([column(result, f"DistancesToClusterCenter no.{place}") for place in range(count)])


def _same_groups(one: Array, other: Array) -> bool:
    return (
        len(set(zip(one.tolist(), other.tolist(), strict=True))) == len(set(one.tolist())) == len(set(other.tolist()))
    )


@pytest.mark.parametrize("begin", ["First N", "Random", "K-Means++", "K-Means++ Fast", "Evenly"])
@pytest.mark.parametrize("metric", ["Euclidean", "Cosine"])
def test_clouds_are_found(begin: str, metric: str) -> None:
    matrix, groups = _clouds()
    if metric == "Cosine":
        matrix = matrix + 3 * np.eye(4)[groups]  # the first cloud lies around the origin, in no direction
    result = _trained(table(named(matrix)), centroids=3, initialization=begin, metric=metric).results_dataset
    inside = KMeans(3, n_init=10, random_state=0).fit(
        matrix if metric == "Euclidean" else matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    )
    found = _distances(result, 3).min(axis=1)
    best = cdist(matrix, inside.cluster_centers_, metric.lower()).min(axis=1)
    assert (found**2).sum() <= (best**2).sum() * (1.05 if begin in ("K-Means++", "K-Means++ Fast") else 4)


def test_first_n_is_that_of_scipy() -> None:
    matrix, _ = _clouds(seed=3)
    model, result = _trained(table(named(matrix)), centroids=3, initialization="First N")
    centres, groups = kmeans2(matrix, matrix[:3].copy(), iter=100, minit="matrix")
    np.testing.assert_allclose(_centres(model), centres)
    assert _assigned(result).tolist() == groups.tolist()
    np.testing.assert_allclose(_distances(result, 3), cdist(matrix, centres))


def test_the_first_rows_that_differ() -> None:
    rows = [1.0, 1.0, 1.0, 5.0, 5.0, 9.0, 9.5]
    model = _trained(table({"a": rows}), "a", centroids=3, initialization="First N").trained_model
    assert _centres(model).ravel() == pytest.approx([1, 5, 9.25])


def test_evenly_is_in_equal_steps() -> None:
    model = _trained(table({"a": [0.0, 4, 5, 10]}), "a", centroids=2, initialization="Evenly", iterations=1)
    assert _centres(model.trained_model).ravel() == pytest.approx([3, 10])


@given(st.integers(2, 5), st.integers(0, 2**31 - 1))
@settings(deadline=None, max_examples=25)
def test_by_angles_each_centre_is_the_direction_of_its_rows(count: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(40, 4))
    model, result = _trained(table(named(matrix)), centroids=count, metric="Cosine", seed=seed)
    units = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    assigned = _assigned(result)
    np.testing.assert_allclose(_distances(result, count), cdist(matrix, _centres(model), "cosine"), atol=1e-12)
    for cluster in set(assigned.tolist()):
        direction = units[assigned == cluster].sum(axis=0)
        np.testing.assert_allclose(
            _centres(model)[cluster],
            direction / np.linalg.norm(direction),
            atol=1e-9,
        )


@given(st.integers(2, 6), st.integers(0, 2**31 - 1))
@settings(deadline=None, max_examples=25)
def test_each_row_is_at_the_nearest_centre_and_each_centre_the_mean(count: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(40, 4))
    model, result = _trained(table(named(matrix)), centroids=count, seed=seed)
    distances = cdist(matrix, _centres(model))
    np.testing.assert_allclose(_distances(result, count), distances, atol=1e-7)
    assert _assigned(result).tolist() == distances.argmin(axis=1).tolist()
    for cluster in range(count):
        np.testing.assert_allclose(_centres(model)[cluster], matrix[_assigned(result) == cluster].mean(axis=0))


def test_columns_roles_and_what_is_told() -> None:
    matrix, _ = _clouds()
    data = table({"größe": matrix[:, 0], "b": matrix[:, 1], "y": ["x"] * 120}, y=Role.LABEL)
    model, result = train_clustering_model(_learner(centroids=3), data)
    assert result.arrow.column_names[:3] == ["größe", "b", "y"]
    assert result.columns[2].role is Role.LABEL
    double = ColumnType(Kind.DOUBLE)
    assert result.columns[3:] == (
        Column("Assignments", ColumnType(Kind.INTEGER), Role.SCORE),
        *(Column(f"DistancesToClusterCenter no.{place}", double, Role.SCORE) for place in range(3)),
    )
    told = json.loads(json.dumps(model.describe()))
    assert (told["learner"], told["task"], told["rows"]) == ("K-Means Clustering", "clustering model", 120)
    assert sum(told["learned"]["rows of each cluster"]) == 120
    assert [each["feature"] for each in told["learned"]["centers"]] == ["größe", "b"]
    assert [told["learned"]["centers"][0][f"center {place}"] for place in range(3)] == _centres(model)[:, 0].tolist()
    alone = train_clustering_model(_learner(centroids=3), data, append=False).results_dataset
    assert alone.columns == result.columns[3:]


def test_assigning_is_what_training_gave() -> None:
    matrix, _ = _clouds()
    data = table({**named(matrix), "other": ["à", "b"] * 60})
    model, result = _trained(data, "abcd", centroids=3)
    again = assign_data_to_clusters(pickle.loads(pickle.dumps(model)), data)
    assert again.equals(result)
    moved = assign_data_to_clusters(model, Table(data.arrow.select(list("dcba"))), append=False)
    assert _assigned(moved).tolist() == _assigned(result).tolist()


def test_an_earlier_clustering_is_replaced() -> None:
    matrix, _ = _clouds()
    first = _trained(table(named(matrix)), centroids=3).results_dataset
    second, notes = notes_of(lambda: _trained(first, centroids=2).results_dataset)
    assert second.arrow.column_names == [*"abcd", "Assignments", *(f"DistancesToClusterCenter no.{n}" for n in (0, 1))]
    assert "replaced" in notes[0]
    own = table({"a": [1.0, 2, 9], "Assignments": ["x", "y", "z"]})
    assert _trained(own, "a").results_dataset.arrow.column_names[2] == "Assignments (1)"


def test_equal_seeds_give_equal_clusters() -> None:
    matrix = np.random.default_rng(0).normal(size=(200, 4))
    for begin in ("Random", "K-Means++", "K-Means++ Fast"):
        first, again, other = (
            _trained(table(named(matrix)), centroids=6, initialization=begin, seed=seed, iterations=1).results_dataset
            for seed in (1, 1, 2)
        )
        assert first.equals(again)
        assert not first.equals(other)


def test_rows_with_gaps_are_in_no_cluster() -> None:
    data = table({"a": [1.0, None, 9.0, 1.5, 9.5], "c": ["x", "x", None, "x", "y"]})
    (model, result), notes = notes_of(lambda: _trained(data, "ac"))
    assert [value is None for value in result.column("Assignments").to_pylist()] == [False, True, True, False, False]
    assert result.column("DistancesToClusterCenter no.1").null_count == 2
    assert notes[0] == "2 of 5 rows are left out of training: missing values"
    assert model.describe()["rows"] == 3


def test_an_unknown_level_and_an_empty_table() -> None:
    model = _trained(table({"c": ["x", "x", "y", "y"]}), "c").trained_model
    result = assign_data_to_clusters(model, table({"c": ["neu", "x", "y"]}))
    assert result.column("Assignments").null_count == 0
    assert _assigned(result)[1] != _assigned(result)[2]
    assert assign_data_to_clusters(model, table({"c": pa.nulls(0, pa.large_string())})).num_rows == 0


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("Ignore label column", ["l", None, "l", None, "h", "odd"]),
        ("Fill missing values", ["l", "l", "l", "h", "h", "odd"]),
        ("Overwrite from closest to center", ["l", "l", "l", "h", "h", "h"]),
    ],
)
@pytest.mark.parametrize("categorical", [False, True])
def test_labels_in_the_results(mode: str, expected: list[Any], categorical: bool) -> None:
    labels: Any = pa.array(["l", None, "l", None, "h", "odd"], pa.large_string())
    data = table(
        {"a": [1.0, 2, 3, 10, 11, 14], "y": labels.dictionary_encode() if categorical else labels}, y=Role.LABEL
    )
    model, result = _trained(data, "a", label_mode=mode, initialization="Evenly")
    assert result.column("y").to_pylist() == expected
    assert result.columns[1] == data.columns[1]
    assert "Assignments" in assign_data_to_clusters(model, table({"a": [1.0]})).arrow.column_names


def test_filled_labels_keep_their_categories() -> None:
    levels = pa.array(["unused", "l", "h"], pa.large_string())
    given = pa.DictionaryArray.from_arrays(pa.array([1, None, 2, 2], pa.int32()), levels, ordered=True)
    data = table({"a": [1.0, 2, 10, 11], "y": given}, y=Role.LABEL)
    model, result = _trained(data, "a", label_mode="Fill missing values", initialization="Evenly")
    filled: Any = result.column("y").combine_chunks()
    assert filled.to_pylist() == ["l", "l", "h", "h"]
    assert (filled.dictionary.to_pylist(), filled.type.ordered) == (["unused", "l", "h"], True)
    other = table({"a": [1.0, 10], "y": pa.array([None, "neu"], pa.large_string()).dictionary_encode()}, y=Role.LABEL)
    assert assign_data_to_clusters(model, other).column("y").to_pylist() == ["l", "neu"]


def test_labels_are_where_to_begin() -> None:
    data = table({"a": [1.0, 2, 10, 11, 50], "y": ["l", "l", "h", "h", "odd"]}, y=Role.LABEL)
    model = _trained(data, "a", initialization="Use label column", iterations=1).trained_model
    assert _centres(model).ravel() == pytest.approx([1.5, 71 / 3])


@pytest.mark.parametrize(
    ("columns", "roles", "given", "code"),
    [
        ({"a": []}, {}, {}, "0021"),
        ({"a": [1.0]}, {}, {}, "0021"),
        ({"a": [1.0, None, None]}, {}, {}, "0021"),
        ({"a": pa.nulls(3, pa.float64())}, {}, {}, "0130"),
        ({"a": [1.0, 2.0, float("inf")]}, {}, {}, "0033"),
        ({"a": [b"x", b"y", b"z"]}, {}, {}, "0017"),
        ({"z": [1.0, 2.0, 3.0]}, {}, {}, "0001"),
        ({"a": [1.0, 2.0, 3.0]}, {"a": Role.LABEL}, {}, "0047"),
        ({"a": [1.0, 2.0, 3.0]}, {}, {"initialization": "Use label column"}, "0024"),
        ({"a": [1.0, 2, 3], "y": ["x", "x", None]}, {"y": Role.LABEL}, {"initialization": "Use label column"}, "0083"),
        (
            {"a": [1.0, 2, 3], "y": [1, 2, 3], "z": [1, 2, 3]},
            {"y": Role.LABEL, "z": Role.LABEL},
            {"label_mode": "Fill missing values"},
            "0037",
        ),
        ({"a": [1e308, -1e308, 1e307]}, {}, {}, "0083"),
    ],
    ids=["empty", "one-row", "gaps", "missing", "infinite", "bytes", "no-column", "label-alone", "no-label", "few-labels",
         "two-labels", "huge"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_data_that_make_no_clusters(
    columns: dict[str, Any], roles: dict[str, Role], given: dict[str, Any], code: str
) -> None:
    assert code_of(lambda: _trained(table(columns, **roles), "a", **given)).code == code


def test_rows_that_are_alike() -> None:
    (model, result), notes = notes_of(lambda: _trained(table({"a": [5.0] * 6}), "a", centroids=3))
    assert set(_assigned(result).tolist()) == {0}
    assert notes == ["2 of 3 clusters have no rows: too many rows are alike"]
    assert model.describe()["learned"]["rows of each cluster"] == [6, 0, 0]


def test_models_of_other_kinds() -> None:
    data = table({"a": [1.0, 2.0, 9.0, 10.0], "y": [1, 2, 3, 4]})
    clusters: Any = _trained(data, "a").trained_model
    other: Any = train(linear_regression(), data)
    for action in (
        partial(train, k_means_clustering(), data),
        partial(score_model, clusters, data),
        partial(assign_data_to_clusters, other, data),
        partial(train_clustering_model, linear_regression(), data),
        partial(train_clustering_model, clusters, data),
    ):
        assert code_of(action).code == "0013"
    learner: Any = k_means_clustering()
    assert code_of(lambda: assign_data_to_clusters(learner, data)).code == "0012"
    assert code_of(lambda: assign_data_to_clusters(clusters, table({"b": [1.0]}))).code == "0001"
    assert code_of(lambda: assign_data_to_clusters(clusters, table({"a": ["x"]}))).code == "0016"


@pytest.mark.slow
def test_thousands_of_columns_and_levels() -> None:
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(30, 10_000)) + np.repeat([[0], [5]], 15, axis=0)
    wide = table({f"c{place}": each for place, each in enumerate(matrix.T)})
    result = train_clustering_model(k_means_clustering(), wide).results_dataset
    assert _same_groups(_assigned(result), np.repeat([0, 1], 15))
    deep = table({"l": [f"l{place % 500}" for place in range(1000)], "x": np.repeat([0.0, 100.0], 500)})
    for begin in ("K-Means++", "Evenly"):
        result = _trained(deep, "lx", initialization=begin).results_dataset
        assert _same_groups(_assigned(result), np.repeat([0, 1], 500))
    for begin in ("First N", "Random", "K-Means++ Fast"):  # which may end elsewhere
        assert len(set(_assigned(_trained(deep, "lx", initialization=begin).results_dataset).tolist())) == 2
    assert len(set(_assigned(_trained(deep, "lx", metric="Cosine").results_dataset).tolist())) == 2


def test_declarations() -> None:
    spec = catalogue.get("k-means-clustering")
    assert spec.category == "Machine Learning/Initialize Model/Clustering"
    assert {parameter.title: parameter.default for parameter in spec.parameters} == {
        "Create trainer mode": "Single Parameter",
        "Number of Centroids": 2,
        "Range for Number of Centroids": "2; 3; 4; 5",
        "Initialization": "K-Means++",
        "Initialization for sweep": "K-Means++",
        "Number of seeds to sweep": 10,
        "Random number seed": None,
        "Metric": "Euclidean",
        "Iterations": 100,
        "Assign Label Mode": "Ignore label column",
    }
    assert code_of(lambda: spec.convert({"Number of Centroids": 1})).code == "0008"
    assert [port.title for port in catalogue.get("train-clustering-model").outputs] == [
        "Trained model",
        "Results dataset",
    ]
    assert catalogue.get("assign-data-to-clusters").parameters[0].title == "Append or Result Only"


def test_rows_with_gaps_are_not_counted_as_rows_of_the_table() -> None:
    data = table({"x": [1.0, None, None]})
    error = code_of(lambda: k_means_clustering(centroids=2).fit_clusters(data, ["x"]))  # type: ignore[attr-defined]
    assert (error.code, error.facts["found"]) == ("0021", 1)
    assert "without its rows with missing values" in str(error)
