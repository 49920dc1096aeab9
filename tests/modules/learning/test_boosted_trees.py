"""Two-Class Boosted Decision Tree against plain LightGBM."""

from __future__ import annotations

import json
import pickle
from typing import Any

import lightgbm
import numpy as np
import pytest

from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.sdk import Role
from tests.modules.learning.helpers import Array, column, named, scored, table, train, two_class


def _plain(matrix: Array, target: Array, weights: Array | None = None, **settings: float) -> Array:
    told: dict[str, Any] = {
        "num_leaves": 20,
        "min_child_samples": 10,
        "learning_rate": 0.2,
        "n_estimators": 100,
        **settings,
    }
    model: Any = lightgbm.LGBMClassifier(**told, n_jobs=1, verbosity=-1, random_state=0)
    probabilities: Array = model.fit(matrix, target, sample_weight=weights).predict_proba(matrix)[:, 1]
    return probabilities


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_probabilities_are_those_of_plain_lightgbm() -> None:
    matrix, target = two_class()
    result = scored(two_class_boosted_decision_tree(), table({**named(matrix), "y": target}))
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _plain(matrix, target), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_settings_and_weights_reach_lightgbm() -> None:
    matrix, target = two_class()
    weights = np.linspace(0.5, 2, len(target))
    learner = two_class_boosted_decision_tree(leaves=4, minimum_samples_per_leaf=3, learning_rate=0.05, trees=30)
    result = scored(learner, table({**named(matrix), "w": weights, "y": target}, w=Role.WEIGHT))
    expected = _plain(matrix, target, weights, num_leaves=4, min_child_samples=3, learning_rate=0.05, n_estimators=30)
    np.testing.assert_allclose(column(result, "Scored Probabilities"), expected, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_missing_values_are_learned_from_and_scored() -> None:
    matrix, target = two_class()
    gaps = matrix.copy()
    gaps[::3, 0] = np.nan
    data = table({**named(gaps), "y": target})
    assert data.column("a").null_count == 67
    result = scored(two_class_boosted_decision_tree(), data)
    assert result.column("Scored Probabilities").null_count == 0
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _plain(gaps, target), rtol=1e-9)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_a_missing_level_is_none_of_the_known_ones() -> None:
    _, target = two_class()
    levels = [("red", "green", None)[(place + 2 * kind) % 3] for place, kind in enumerate(target)]
    result = scored(two_class_boosted_decision_tree(), table({"colour": levels, "y": target}))
    matrix = np.array([[level == "green", level == "red"] for level in levels], dtype=float)
    np.testing.assert_allclose(column(result, "Scored Probabilities"), _plain(matrix, target), rtol=1e-9)


def test_one_leaf_gives_the_share_of_positives() -> None:
    matrix, target = two_class()
    result = scored(two_class_boosted_decision_tree(leaves=1), table({**named(matrix), "y": target}))
    np.testing.assert_allclose(column(result, "Scored Probabilities"), target.mean())


def test_names_may_be_any_text() -> None:
    matrix, target = two_class()
    names = ["größe", "[x]: {y}", "\u00e9\u4e2d\u6587 \U0001f600", ""]
    data = table({**dict(zip(names, matrix.T, strict=True)), "y": target})
    model = pickle.loads(pickle.dumps(train(two_class_boosted_decision_tree(), data)))
    plain = scored(two_class_boosted_decision_tree(), table({**named(matrix), "y": target}))
    assert column(score_model(model, data), "Scored Probabilities").tolist() == (
        column(plain, "Scored Probabilities").tolist()
    )
    importances = model.describe()["learned"]["importances"]
    assert {each["feature"] for each in importances} == set(names)


def test_importances_are_shares_of_the_gain() -> None:
    matrix, target = two_class()
    described = train(two_class_boosted_decision_tree(trees=5), table({**named(matrix), "y": target})).describe()
    learned = json.loads(json.dumps(described))["learned"]
    shares = [each["importance"] for each in learned["importances"]]
    assert learned["trees"] == 5
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert learned["importances"][-1]["feature"] == "d", "the column that the class does not depend on"
