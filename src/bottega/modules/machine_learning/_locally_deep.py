"""The locally deep support vector machine: a tree of linear classifiers, trained as one by stochastic gradient descent.

Jose, Goyal, Aggrwal and Varma, "Local deep kernel learning for efficient non-linear SVM prediction", 2013.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._hyperplanes import DIVERGED, platt
from bottega.modules.machine_learning._learner import TwoClassLearner
from bottega.modules.machine_learning._networks import SCALINGS, Normalizer
from bottega.modules.machine_learning._predictors import Predictor
from bottega.sdk import BottegaError

_Array = np.ndarray[Any, Any]
_AT_ONCE = 64
_BLOCK = 1 << 14
# Adam's rate at first, falling to 0 at the end, and how long it remembers slopes and their squares.
_RATE, _SLOPES, _SQUARES = 0.02, 0.9, 0.999


@dataclass(frozen=True)
class TwoClassLocallyDeepSupportVectorMachine(TwoClassLearner):
    """Minimises the mean hinge loss + half the lambdas times the squares of the three kinds of weights."""

    title: ClassVar[str] = "Two-Class Locally Deep Support Vector Machine"
    library: ClassVar[str] = "numpy"

    depth: int = 3
    lambda_w: float = 0.1
    lambda_theta: float = 0.01
    lambda_theta_prime: float = 0.01
    sharpness: float = 1.0
    normalizer: Normalizer = Normalizer.MINIMUM_MAXIMUM_NORMALIZER
    iterations: int = 15_000
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """As the normaliser says."""
        return SCALINGS[self.normalizer]

    def learn(self, matrix: Any, target: _Array, weights: _Array | None) -> Predictor:
        """Fit. Raises `0083` where the weights grow without bound."""
        chance = np.random.default_rng(self.seed or 0)
        nodes = 2 ** (self.depth + 1) - 1
        width = matrix.shape[1] + 1  # the last is the intercept
        linear, size, branch = (chance.normal(scale=0.1, size=(width, count)) for count in (nodes, nodes, nodes // 2))
        tree = _Tree(linear, size, branch, self.sharpness)
        signs = np.where(target > 0, 1.0, -1.0) * (1.0 if weights is None else weights / weights.mean())
        with np.errstate(all="ignore"):
            self._descend(tree, matrix, signs, chance)
            margins = tree.margins(matrix)
        if not np.isfinite(margins).all():
            raise BottegaError("0083", reason=DIVERGED)
        slope, intercept = platt(margins, target, weights)
        return LocallyDeep(tree, slope, intercept)

    def _descend(self, tree: _Tree, matrix: Any, signs: _Array, chance: np.random.Generator) -> None:
        """Adam's steps, of Kingma and Ba, 2015, each on the next rows of a random order."""
        lambdas = (self.lambda_w, self.lambda_theta_prime, self.lambda_theta)
        first, second = ([np.zeros_like(each) for each in tree.weights] for _ in range(2))
        batches = _batches(len(signs), chance)
        for step in range(1, self.iterations + 1):
            rows = next(batches)
            rate = _RATE * (1 - (step - 1) / self.iterations)
            for place, slope in enumerate(tree.slopes(_with_ones(matrix[rows]), signs[rows])):
                pull = slope + lambdas[place] * tree.weights[place]
                first[place] = _SLOPES * first[place] + (1 - _SLOPES) * pull
                second[place] = _SQUARES * second[place] + (1 - _SQUARES) * pull * pull
                root = np.sqrt(second[place] / (1 - _SQUARES**step)) + 1e-8
                tree.weights[place][...] -= rate * first[place] / (1 - _SLOPES**step) / root


class _Tree:
    """Weights (columns and the intercept x nodes) of each node's classifier, its own size, and its two branches.

    Nodes 2k + 1 and 2k + 2 come after node k. A row's value in node k is tanh(sharpness · v · x) · (w · x); to this
    each inner node adds the values of both branches in the shares (1 ± tanh(t · x)) / 2.
    """

    def __init__(self, linear: _Array, size: _Array, branch: _Array, sharpness: float) -> None:
        self.weights = (linear, size, branch)
        self.sharpness = sharpness

    def margins(self, matrix: Any) -> _Array:
        """The value of the root."""
        starts = range(0, matrix.shape[0], _BLOCK)
        blocks = [self._values(_with_ones(matrix[start : start + _BLOCK]))[-1][:, 0] for start in starts]
        return np.concatenate([np.empty(0), *blocks])

    def _values(self, rows: Any) -> tuple[_Array, _Array, _Array, _Array]:
        """Of each row the linear values, their sizes, the branches' tanh, and the values of nodes with all below them."""
        linear, size, branch = (np.asarray(rows @ each) for each in self.weights)
        size, branch = np.tanh(self.sharpness * size), np.tanh(branch)
        values = size * linear
        for node in reversed(range(branch.shape[1])):
            left, right = values[:, 2 * node + 1], values[:, 2 * node + 2]
            values[:, node] += ((1 + branch[:, node]) * left + (1 - branch[:, node]) * right) / 2
        return linear, size, branch, values

    def slopes(self, rows: Any, signs: _Array) -> Iterator[_Array]:
        """Of the mean hinge loss along each of the weights; a sign's size is the row's weight."""
        linear, size, branch, values = self._values(rows)
        wrong = np.sign(signs) * values[:, 0] < 1
        pull = (-signs * wrong / len(signs))[:, np.newaxis]
        reach = np.ones_like(values)
        inner = branch.shape[1]
        for node in range(inner):
            reach[:, 2 * node + 1] = reach[:, node] * (1 + branch[:, node]) / 2
            reach[:, 2 * node + 2] = reach[:, node] * (1 - branch[:, node]) / 2
        apart = (values[:, 1 : 2 * inner : 2] - values[:, 2 : 2 * inner + 1 : 2]) / 2
        yield rows.T @ (pull * reach * size)
        yield rows.T @ (pull * reach * linear * self.sharpness * (1 - size**2))
        yield rows.T @ (pull * reach[:, :inner] * apart * (1 - branch**2))


@dataclass(frozen=True, eq=False)
class LocallyDeep(Predictor):
    """A tree, and Platt's logistic function of its margins."""

    tree: _Tree
    slope: float
    intercept: float

    def predict(self, matrix: Any) -> _Array:
        """The probability of the positive class."""
        from scipy.special import expit

        return np.asarray(expit(self.slope * self.tree.margins(matrix) + self.intercept), dtype=np.float64)

    def describe(self, _parts: list[dict[str, str]]) -> dict[str, Any]:
        """How many nodes the tree has."""
        return {"nodes": int(self.tree.weights[0].shape[1])}


def _batches(rows: int, chance: np.random.Generator) -> Iterator[_Array]:
    while True:
        order = chance.permutation(rows)
        yield from np.array_split(order, max(rows // _AT_ONCE, 1))


def _with_ones(rows: Any) -> Any:
    ones = np.ones((rows.shape[0], 1))
    if isinstance(rows, np.ndarray):
        return np.hstack([rows, ones])
    from scipy import sparse

    return sparse.hstack([rows, ones], format="csr")
