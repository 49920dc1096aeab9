"""Neural networks whose layers are fully connected, by scikit-learn's stochastic gradient descent, or Adam for numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._features import Scaling
from bottega.modules.machine_learning._learner import Learner, MultiClassLearner, TwoClassLearner
from bottega.modules.machine_learning._net_sharp import Layers, read
from bottega.modules.machine_learning._predictors import Predictor
from bottega.modules.machine_learning._targets import Task
from bottega.sdk import BottegaError

_Array = np.ndarray[Any, Any]
# Each pass takes so many steps at least, or one for each row; a step sees at most so many rows.
_STEPS, _MOST_AT_ONCE = 100, 200
# Squared error falls too slowly by plain descent at the rates that go for numbers: Adam, of fewer steps, until a pass
# lowers the loss by less than this so many times.
_STEPS_OF_NUMBERS, _TOLERANCE, _PATIENCE = 10, 1e-4, 10
_MOST_MOMENTUM = 0.999
# Rows that are predicted at once: the hidden layers of all would not fit.
_BLOCK = 1 << 14


class HiddenLayers(StrEnum):
    """Who says what the layers are."""

    FULL = "Fully-connected case"
    CUSTOM = "Custom definition script"


class Normalizer(StrEnum):
    """What is done to columns of numbers; multiclass spells the first in full."""

    MINIMUM_MAXIMUM_NORMALIZER = "Min-Max normalizer"
    GAUSSIAN = "Gaussian normalizer"
    BINNING = "Binning normalizer"
    NONE = "Do not normalize"


SCALINGS = {
    Normalizer.MINIMUM_MAXIMUM_NORMALIZER: Scaling.RANGE,
    Normalizer.GAUSSIAN: Scaling.STANDARD,
    Normalizer.BINNING: Scaling.BINS,
    Normalizer.NONE: Scaling.NONE,
}


@dataclass(frozen=True)
class NetworkLearner(Learner):
    """The settings of all networks and how they learn: classes by log loss, numbers by squared error."""

    hidden_layers: HiddenLayers = HiddenLayers.FULL
    hidden_nodes: int = 100
    definition: str = ""
    weights_diameter: float = 0.1
    learning_rate: float = 0.1
    momentum: float = 0.0
    normalizer: Normalizer = Normalizer.MINIMUM_MAXIMUM_NORMALIZER
    iterations: int = 100
    shuffle: bool = True
    seed: int | None = None

    @property
    def scaling(self) -> Scaling:
        """As the normaliser says."""
        return SCALINGS[self.normalizer]

    @property
    def layers(self) -> Layers:
        """The hidden layers. Raises `usage` for a definition that cannot be followed."""
        if self.hidden_layers is HiddenLayers.FULL:
            return Layers((self.hidden_nodes,))
        return read(self.definition, self.hidden_nodes)

    def learn(self, matrix: Any, target: _Array, weights: _Array | None) -> Predictor:
        """Fit. Raises `0083` where the weights grow without bound."""
        network = self._network(len(target), number=self.target.task is Task.REGRESSION)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")  # that no tolerance was reached, for there is none
                network.fit(matrix, target, sample_weight=None if weights is None else weights / weights.mean())
        except ValueError as error:
            if "non-finite" not in str(error):
                raise
            raise BottegaError("0083", reason=_DIVERGED) from error
        coefficients, intercepts = [*network.coefs_], [*network.intercepts_]
        output = network.out_activation_
        if self.target.task is Task.MULTI_CLASS and output == "logistic":  # of two classes: the softmax of 0 and it
            coefficients[-1], intercepts[-1] = (
                np.pad(coefficients[-1], ((0, 0), (1, 0))),
                np.pad(intercepts[-1], (1, 0)),
            )
            output = "softmax"
        if not all(np.isfinite(each).all() for each in (*coefficients, *intercepts)):
            raise BottegaError("0083", reason=_DIVERGED)
        return Network(tuple(coefficients), tuple(intercepts), self.layers.activation, output)

    def _network(self, rows: int, *, number: bool) -> Any:
        """A network of scikit-learn that begins where the diameter says and takes all iterations, or those that pay for numbers."""
        from sklearn.neural_network import MLPClassifier, MLPRegressor

        radius = self.weights_diameter / 2

        class Begun(MLPRegressor if number else MLPClassifier):  # type: ignore[misc]
            def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> tuple[_Array, _Array]:
                chance = self._random_state
                weights = chance.uniform(-radius, radius, (fan_in, fan_out)).astype(dtype)
                return weights, chance.uniform(-radius, radius, fan_out).astype(dtype)

            def _compute_loss_grad(self, layer: int, _weight: float, activations: Any, *rest: Any) -> None:
                # Divided by their weight, rows would count for nothing but among those of the same step.
                super()._compute_loss_grad(layer, activations[0].shape[0], activations, *rest)

        return Begun(
            hidden_layer_sizes=self.layers.sizes,
            activation=self.layers.activation,
            solver="adam" if number else "sgd",
            beta_1=min(self.momentum, _MOST_MOMENTUM),
            alpha=0.0,
            batch_size=min(max(rows // (_STEPS_OF_NUMBERS if number else _STEPS), 1), _MOST_AT_ONCE),
            learning_rate_init=self.learning_rate,
            momentum=self.momentum,
            nesterovs_momentum=False,
            max_iter=self.iterations,
            tol=_TOLERANCE if number else 0.0,
            n_iter_no_change=_PATIENCE if number else self.iterations + 1,
            shuffle=self.shuffle,
            random_state=self.seed or 0,
        )


_DIVERGED = "gradient descent diverged, for the weights grew without bound; normalise the features or choose a smaller learning rate"


@dataclass(frozen=True)
class TwoClassNeuralNetwork(NetworkLearner, TwoClassLearner):
    """One output, the probability of the positive class."""

    title: ClassVar[str] = "Two-Class Neural Network"


@dataclass(frozen=True)
class MulticlassNeuralNetwork(NetworkLearner, MultiClassLearner):
    """An output for each class, with a softmax."""

    title: ClassVar[str] = "Multiclass Neural Network"


@dataclass(frozen=True, eq=False)
class Network(Predictor):
    """Weights (inputs x outputs) and intercepts of each layer, and scikit-learn's names of the functions between."""

    weights: tuple[_Array, ...]
    intercepts: tuple[_Array, ...]
    activation: str
    output: str

    def predict(self, matrix: Any) -> _Array:
        """One number a row for a single output, else one a class."""
        blocks = [self._outputs(matrix[start : start + _BLOCK]) for start in range(0, matrix.shape[0], _BLOCK)]
        found = np.vstack(blocks)
        return found if self.output == "softmax" else found[:, 0]

    def _outputs(self, layer: Any) -> _Array:
        between = [self.activation] * (len(self.weights) - 1)
        for weights, intercepts, function in zip(self.weights, self.intercepts, [*between, self.output], strict=True):
            layer = _FUNCTIONS[function](np.asarray(layer @ weights + intercepts, dtype=np.float64))
        result: _Array = layer
        return result

    def describe(self, _parts: list[dict[str, str]]) -> dict[str, Any]:
        """How many nodes each layer has, the features first, and what is between them."""
        sizes = [self.weights[0].shape[0], *(len(each) for each in self.intercepts)]
        return {"nodes of each layer": sizes, "activation": self.activation, "output": self.output}


def _sigmoid(values: _Array) -> _Array:
    from scipy.special import expit

    return np.asarray(expit(values))


def _softmax(values: _Array) -> _Array:
    from scipy.special import softmax

    return np.asarray(softmax(values, axis=1))


_FUNCTIONS: Mapping[str, Callable[[_Array], _Array]] = {
    "logistic": _sigmoid,
    "softmax": _softmax,
    "tanh": np.tanh,
    "relu": lambda values: np.maximum(values, 0.0),
    "identity": lambda values: values,
}
