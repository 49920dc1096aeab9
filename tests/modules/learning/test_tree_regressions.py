"""Boosted Decision Tree Regression against plain LightGBM, Decision Forest Regression against scikit-learn's trees."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from bottega.modules.machine_learning._forests import Resampling
from bottega.modules.machine_learning.boosted_decision_tree_regression import boosted_decision_tree_regression
from bottega.modules.machine_learning.decision_forest_regression import decision_forest_regression
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import catalogue
from tests.modules.learning.helpers import Array, column, named, scored, table, train

_MEAN, _DEVIATION = "Scored Label Mean", "Scored Label Standard Deviation"


def _waves(rows: int = 300) -> tuple[Array, Array]:
    chance = np.random.default_rng(6)
    matrix = chance.normal(size=(rows, 4))
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    return matrix, 100 + np.sin(2 * matrix[:, 0]) + matrix[:, 1] * matrix[:, 2] + chance.normal(size=rows) / 10


def test_boosted_trees_are_those_of_plain_lightgbm() -> None:
    matrix, target = _waves()
    data = table({**named(matrix), "y": target})
    learner = boosted_decision_tree_regression(leaves=8, minimum_samples_per_leaf=5, learning_rate=0.1, trees=40)
    settings = {"objective": "regression", "num_leaves": 8, "min_data_in_leaf": 5, "learning_rate": 0.1}
    # LightGBM holds labels in float32: it sees the same ones.
    offset, scale = target.mean(), target.std()
    plain = lightgbm.train(
        {**settings, "num_threads": 1, "verbosity": -1, "force_row_wise": True},
        lightgbm.Dataset(matrix, (target - offset) / scale),
        num_boost_round=40,
    )
    expected = np.asarray(plain.predict(matrix)) * scale + offset
    np.testing.assert_allclose(column(scored(learner, data), "Scored Labels"), expected, rtol=1e-9)


def test_labels_that_differ_little_are_told_apart() -> None:
    x = np.arange(200.0)
    result = scored(boosted_decision_tree_regression(), table({"x": x, "y": 1.7e9 + x}))
    assert np.abs(column(result, "Scored Labels") - (1.7e9 + x)).max() < 10


def test_one_leaf_gives_the_mean() -> None:
    matrix, target = _waves()
    result = scored(boosted_decision_tree_regression(leaves=1), table({**named(matrix), "y": target}))
    np.testing.assert_allclose(column(result, "Scored Labels"), target.mean())


@pytest.mark.parametrize("resampling", ["Bagging", "Replicate"])
def test_the_forests_mean_is_that_of_scikit_learn(resampling: str) -> None:
    matrix, target = _waves()
    settings = {"trees": 5, "depth": 6, "random_splits": 2, "minimum_samples_per_leaf": 3}
    spec = catalogue.get("decision-forest-regression")
    result = scored(
        spec.function(**spec.convert({**settings, "resampling": resampling})), table({**named(matrix), "y": target})
    )
    plain = ExtraTreesRegressor(
        5, max_depth=6, max_features=2, min_samples_leaf=3, bootstrap=resampling == "Bagging", random_state=0
    )
    plain.fit(matrix, (target - target.mean()) / target.std())
    expected = plain.predict(matrix) * target.std() + target.mean()
    np.testing.assert_allclose(column(result, _MEAN), expected, rtol=1e-9)
    assert (column(result, _DEVIATION) > 0).all()


def test_the_deviation_is_that_of_all_labels_in_the_leaves() -> None:
    """Every tree sees every row, so that its leaf's labels can be gathered by hand."""
    matrix, target = _waves(60)
    learner = decision_forest_regression(resampling=Resampling.REPLICATE, trees=4, depth=3, random_splits=1)
    data = table({**named(matrix), "y": target})
    model = train(learner, data)
    result = score_model(model, data)
    trees = [tree.apply(matrix.astype(np.float32)) for tree in model.predictor.forest.estimators_]  # type: ignore[attr-defined]
    for row in range(60):
        leaves = [target[leaf == leaf[row]] for leaf in trees]
        mean = np.mean([leaf.mean() for leaf in leaves])
        variance = np.mean([np.mean((leaf - mean) ** 2) for leaf in leaves])
        assert column(result, _MEAN)[row] == pytest.approx(mean)
        assert column(result, _DEVIATION)[row] == pytest.approx(np.sqrt(variance))


def test_trees_that_agree_are_sure() -> None:
    result = scored(decision_forest_regression(), table({"x": [0.0, 1.0] * 20, "y": [5.0, 6.0] * 20}))
    assert column(result, _MEAN)[:2] == pytest.approx([5, 6])
    assert column(result, _DEVIATION).max() == pytest.approx(0, abs=1e-6)
