"""One-vs-All Multiclass against scikit-learn's, and what it takes over from the learner in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler

from bottega.modules.machine_learning._one_vs_all import Against
from bottega.modules.machine_learning._predictors import Linear
from bottega.modules.machine_learning._sweep import TrainerMode
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.one_vs_all_multiclass import one_vs_all_multiclass
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from tests.modules.learning.helpers import code_of, column, scored, table, train


def test_probabilities_are_those_of_plain_scikit_learn() -> None:
    matrix, target = load_wine(return_X_y=True)
    data = table({f"c{place}": matrix[:, place] for place in range(13)} | {"y": target})
    result = scored(one_vs_all_multiclass(two_class_logistic_regression(l1_weight=0)), data)
    spread = StandardScaler().fit_transform(matrix)
    plain = OneVsRestClassifier(LogisticRegression(C=1, tol=1e-9, max_iter=5000)).fit(spread, target)
    found = [column(result, f'Scored Probabilities for Class "{place}"') for place in range(3)]
    np.testing.assert_allclose(np.column_stack(found), plain.predict_proba(spread), atol=1e-5)
    assert column(result, "Scored Labels").tolist() == plain.predict(spread).tolist()


def test_no_model_claims_a_row() -> None:
    never = Linear(np.zeros(1), 0.0)
    always = Linear(np.zeros(1), 1.0)
    rows = np.zeros((2, 1))
    assert Against((never, never)).predict(rows).tolist() == [[0.5, 0.5]] * 2
    assert Against((never, always, always)).predict(rows).tolist() == [[0.0, 0.5, 0.5]] * 2


def test_the_learner_in_it_says_how() -> None:
    inner = two_class_boosted_decision_tree(trees=3, allow_unknown_levels=False)
    learner: Any = one_vs_all_multiclass(inner)
    assert (learner.takes_missing, learner.library, learner.allow_unknown_levels) == (True, "LightGBM", False)
    told = learner.describe()
    assert told["learner"] == "One-vs-All Multiclass"
    assert told["settings"] == {"learner": inner.describe()}
    data = table({"x": [1.0, None, 3.0] * 10, "y": ["a", "b", "c"] * 10})
    model = train(learner, data).describe()
    assert model["rows"] == 30
    assert [model["learned"][f"class {name}"]["trees"] for name in "abc"] == [3, 3, 3]
    assert model["learned"]["models"] == 3
    assert model["label"]["classes"] == ["a", "b", "c"]


def test_a_sweep_varies_the_learner_in_it() -> None:
    inner = two_class_boosted_decision_tree(
        trainer_mode=TrainerMode.RANGE, leaves_range="4; 8", trees_range="2; 5", learning_rate_range="0.1"
    )
    learner: Any = one_vs_all_multiclass(inner)
    assert learner.sweep() == inner.sweep()
    other = learner.with_settings({"trees": 5, "leaves": 8})
    assert (other.learner.trees, other.learner.leaves, other.sweep()) == (5, 8, ())
    learned = train(other, table({"x": np.arange(60.0), "y": np.arange(60) % 3})).describe()["learned"]
    assert [learned[f"class {place}"]["trees"] for place in range(3)] == [5, 5, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        linear_regression(),
        multiclass_logistic_regression(),
        one_vs_all_multiclass(two_class_logistic_regression()),
        None,
    ],
    ids=["regression", "multiclass", "itself", "nothing"],
)
def test_other_learners_are_refused(wrong: Any) -> None:
    assert code_of(lambda: one_vs_all_multiclass(wrong)).code == "0013"


def test_a_trained_model_is_refused() -> None:
    model: Any = train(two_class_logistic_regression(), table({"x": [1.0, 2.0], "y": [0, 1]}))
    error = code_of(lambda: one_vs_all_multiclass(model))
    assert error.code == "0013"
    assert "trained model" in str(error)
