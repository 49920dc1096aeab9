"""The decision forests against plain scikit-learn, and against what a tree is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.preprocessing import StandardScaler

from bottega.modules.machine_learning._forests import Resampling
from bottega.modules.machine_learning.multiclass_decision_forest import multiclass_decision_forest
from bottega.modules.machine_learning.multiclass_decision_jungle import multiclass_decision_jungle
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.two_class_decision_forest import two_class_decision_forest
from bottega.modules.machine_learning.two_class_decision_jungle import two_class_decision_jungle
from bottega.sdk import Role, Table
from tests.modules.learning.helpers import Array, column, named, scored, table, train, two_class


def _plain(matrix: Array, target: Array, weights: Array | None = None, **settings: Any) -> Array:
    told = {"n_estimators": 8, "max_depth": 32, "max_features": None, "bootstrap": True, "random_state": 0, **settings}
    spread = StandardScaler().fit_transform(matrix)
    found: Array = ExtraTreesClassifier(**told).fit(spread, target, sample_weight=weights).predict_proba(spread)
    return found


def _classes(result: Table, count: int) -> Array:
    return np.column_stack([column(result, f'Scored Probabilities for Class "{place}"') for place in range(count)])


def test_probabilities_are_those_of_plain_scikit_learn() -> None:
    matrix, target = two_class()
    result = scored(two_class_decision_forest(), table({**named(matrix), "y": target}))
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _plain(matrix, target)[:, 1], rtol=1e-9)


def test_settings_and_weights_reach_scikit_learn() -> None:
    matrix, target = two_class()
    weights = np.linspace(0.5, 2, len(target))
    learner = two_class_decision_forest(
        resampling=Resampling.REPLICATE, trees=3, depth=4, random_splits=2, minimum_samples_per_leaf=5
    )
    result = scored(learner, table({**named(matrix), "w": weights, "y": target}, w=Role.WEIGHT))
    expected = _plain(
        matrix, target, weights, n_estimators=3, max_depth=4, max_features=2, min_samples_leaf=5, bootstrap=False
    )
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected[:, 1], rtol=1e-9)


def test_many_classes() -> None:
    matrix, target = load_wine(return_X_y=True)
    data = table({f"c{place}": matrix[:, place] for place in range(13)} | {"y": target})
    result = scored(multiclass_decision_forest(trees=20, depth=3), data)
    expected = _plain(matrix, target, n_estimators=20, max_depth=3)
    np.testing.assert_allclose(_classes(result, 3), expected, rtol=1e-9)
    assert column(result, "Scored Labels").tolist() == expected.argmax(axis=1).tolist()


def test_all_rows_in_full_trees_give_back_the_labels() -> None:
    """Trees of all rows are split until each leaf is pure: classes are certain."""
    matrix, target = two_class(80)
    result = scored(two_class_decision_forest(resampling=Resampling.REPLICATE), table({**named(matrix), "y": target}))
    assert column(result, "Scored Probabilities").tolist() == target.tolist()


def test_a_tree_of_depth_one_has_two_leaves() -> None:
    matrix, target = two_class()
    data = table({"a": matrix[:, 0], "y": target})
    learner = two_class_decision_forest(resampling=Resampling.REPLICATE, trees=1, depth=1)
    probabilities = column(scored(learner, data), "Scored Probabilities")
    order = np.argsort(matrix[:, 0])
    steps = np.flatnonzero(np.diff(probabilities[order]))
    assert len(steps) == 1
    below, above = target[order][: steps[0] + 1], target[order][steps[0] + 1 :]
    assert sorted(set(probabilities)) == pytest.approx(sorted([below.mean(), above.mean()]))


def test_a_missing_number_is_far_below_all_others() -> None:
    matrix, target = two_class()
    gaps = matrix.copy()
    gaps[::3, 0] = np.nan
    model = train(two_class_decision_forest(), table({**named(gaps), "y": target}))
    result = score_model(model, table(named(gaps)))
    spread = np.nan_to_num((gaps - np.nanmean(gaps, axis=0)) / np.nanstd(gaps, axis=0), nan=-2e30)
    plain = ExtraTreesClassifier(8, max_depth=32, max_features=None, bootstrap=True, random_state=0)
    expected = plain.fit(spread, target).predict_proba(spread)[:, 1]
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected)


def test_sparse_and_dense_matrices_give_the_same() -> None:
    """65 levels make the matrix sparse; the further ones occur once, so that full trees are right either way."""
    chance = np.random.default_rng(3)
    level = np.concatenate([np.arange(70), chance.integers(0, 4, 200)])
    numbers = chance.normal(size=270)
    numbers[::5] = np.nan
    target = (np.nan_to_num(numbers, nan=-5.0) > 0) ^ (level % 2 == 0)
    data = table({"x": numbers, "c": [f"v{each}" for each in level], "y": target})
    result = scored(two_class_decision_forest(resampling=Resampling.REPLICATE, depth=100), data)
    assert column(result, "Scored Labels").tolist() == target.tolist()


def test_a_rare_class_has_its_column_though_no_tree_draws_it() -> None:
    target = np.zeros(300, dtype=int)
    target[7], target[8:30] = 2, 1
    result = scored(multiclass_decision_forest(trees=1), table({"x": np.arange(300.0), "y": target}))
    assert _classes(result, 3).sum(axis=1) == pytest.approx(np.ones(300))


def test_jungles_are_forests_of_few_leaves() -> None:
    matrix, target = load_wine(return_X_y=True)
    data = table({f"c{place}": matrix[:, place] for place in range(13)} | {"y": target})
    result = scored(multiclass_decision_jungle(dags=5, width=9, depth=7), data)
    expected = _plain(matrix, target, n_estimators=5, max_depth=7, max_leaf_nodes=9)
    np.testing.assert_allclose(_classes(result, 3), expected, rtol=1e-9)
    two = table({**named(two_class()[0]), "y": two_class()[1]})
    model = train(two_class_decision_jungle(dags=3, width=8), two)
    learned = model.describe()["learned"]
    assert learned["leaves"] <= 24
    found = column(score_model(model, two), "Scored Probabilities")
    plain = _plain(*two_class(), n_estimators=3, max_leaf_nodes=8)
    np.testing.assert_allclose(found, plain[:, 1], rtol=1e-9)


def test_a_jungle_is_no_wider_than_its_rows() -> None:
    learner = two_class_decision_jungle(width=2**31 - 1, dags=1, resampling=Resampling.REPLICATE)
    matrix, target = two_class(50)
    result = scored(learner, table({**named(matrix), "y": target}))
    assert column(result, "Scored Labels").tolist() == target.tolist()


def test_what_is_told() -> None:
    matrix, target = two_class()
    learned = train(two_class_decision_forest(trees=5), table({**named(matrix), "y": target})).describe()["learned"]
    shares = [each["importance"] for each in learned["importances"]]
    assert learned["trees"] == 5
    assert learned["leaves"] > 10
    assert sum(shares) == pytest.approx(1)
    assert learned["importances"][-1]["feature"] == "d", "the column that the class does not depend on"
