"""Two-Class Locally Deep Support Vector Machine: its slopes, its tree written out, and what it can tell apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.sparse import csr_matrix

from bottega.modules.machine_learning._locally_deep import _Tree
from bottega.modules.machine_learning._networks import Normalizer
from bottega.modules.machine_learning.two_class_locally_deep_support_vector_machine import (
    two_class_locally_deep_support_vector_machine,
)
from tests.modules.learning.helpers import Array, code_of, column, named, scored, table, train, two_class


def _tree(depth: int, width: int) -> tuple[_Tree, Array]:
    chance = np.random.default_rng(depth)
    nodes = 2 ** (depth + 1) - 1
    weights = [chance.normal(size=(width + 1, count)) for count in (nodes, nodes, nodes // 2)]
    return _Tree(weights[0], weights[1], weights[2], 0.7), chance.normal(size=(20, width))


def _walked(tree: _Tree, row: Array, node: int = 0) -> float:
    """The value of a node by the words of the page."""
    linear, size, branch = (row @ each for each in tree.weights)
    own = np.tanh(0.7 * size[node]) * linear[node]
    if node >= len(branch):
        return float(own)
    share = np.tanh(branch[node])
    left, right = _walked(tree, row, 2 * node + 1), _walked(tree, row, 2 * node + 2)
    return float(own + (1 + share) / 2 * left + (1 - share) / 2 * right)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_margins_are_those_of_the_tree(depth: int) -> None:
    tree, matrix = _tree(depth, 3)
    expected = [_walked(tree, np.append(row, 1.0)) for row in matrix]
    np.testing.assert_allclose(tree.margins(matrix), expected)
    np.testing.assert_allclose(tree.margins(csr_matrix(matrix)), expected)


@pytest.mark.parametrize("depth", [1, 3])
def test_slopes_are_those_of_the_hinge_loss(depth: int) -> None:
    tree, matrix = _tree(depth, 3)
    rows = np.column_stack([matrix, np.ones(len(matrix))])
    signs = np.where(np.arange(20) % 2, 1.5, -0.5)
    slopes = list(tree.slopes(rows, signs))
    for place, slope in enumerate(slopes):

        def loss(flat: Array, place: int = place) -> float:
            weights = list(tree.weights)
            weights[place] = flat.reshape(weights[place].shape)
            margins = _Tree(weights[0], weights[1], weights[2], 0.7).margins(matrix)
            return float((np.abs(signs) * np.maximum(0, 1 - np.sign(signs) * margins)).mean())

        found = approx_fprime(tree.weights[place].ravel(), loss, 1e-7)
        np.testing.assert_allclose(slope.ravel(), found, atol=1e-4)


def test_what_no_line_tells_apart() -> None:
    chance = np.random.default_rng(0)
    matrix = chance.uniform(-1, 1, (400, 2))
    target = (matrix[:, 0] * matrix[:, 1] > 0).astype(int)
    learner = two_class_locally_deep_support_vector_machine(
        lambda_w=0.001, lambda_theta=0.001, lambda_theta_prime=0.001, iterations=3000, normalizer=Normalizer.GAUSSIAN
    )
    result = scored(learner, table({"a": matrix[:, 0], "b": matrix[:, 1], "y": target}))
    assert (column(result, "Scored Labels") == target).mean() > 0.9


def test_large_lambdas_give_probabilities_too() -> None:
    matrix, target = two_class()
    learner = two_class_locally_deep_support_vector_machine(lambda_w=1e30, lambda_theta=1e30, lambda_theta_prime=1e30)
    data: Any = table({**named(matrix), "y": target})
    probabilities = column(scored(_short(learner), data), "Scored Probabilities")
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def _short(learner: Any) -> Any:
    return learner.with_settings({"iterations": 500})


def test_seeds() -> None:
    matrix, target = two_class(80)
    data = table({**named(matrix), "y": target})
    found = [
        column(
            scored(two_class_locally_deep_support_vector_machine(iterations=50, seed=seed), data),
            "Scored Probabilities",
        ).tolist()
        for seed in (None, 0, 1)
    ]
    assert found[0] == found[1] != found[2]


def test_numbers_that_overflow_are_told() -> None:
    huge = {f"x{place}": np.tile([1.7e308, -1.7e308, 1e308, 5.0], 5) for place in range(40)}
    data = table({**huge, "y": [0, 1, 1, 0] * 5})
    learner = two_class_locally_deep_support_vector_machine(normalizer=Normalizer.NONE, iterations=5)
    error = code_of(lambda: train(learner, data))
    assert error.code == "0083"


def test_what_is_told() -> None:
    matrix, target = two_class(60)
    learner = two_class_locally_deep_support_vector_machine(depth=4, iterations=20)
    assert train(learner, table({**named(matrix), "y": target})).describe()["learned"] == {"nodes": 31}
