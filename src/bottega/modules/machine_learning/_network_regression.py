"""A neural network that predicts numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bottega.modules.machine_learning._learner import RegressionLearner
from bottega.modules.machine_learning._networks import NetworkLearner
from bottega.modules.machine_learning._predictors import Predictor
from bottega.modules.machine_learning._rescaled import Rescaled


@dataclass(frozen=True)
class NeuralNetworkRegression(NetworkLearner, RegressionLearner):
    """One output without bounds."""

    title: ClassVar[str] = "Neural Network Regression"

    learning_rate: float = 0.005

    def learn(self, matrix: Any, target: np.ndarray[Any, Any], weights: np.ndarray[Any, Any] | None) -> Predictor:
        """Fit to labels of mean 0 and deviation 1. Raises `0083` where the weights grow without bound."""
        fit = super().learn
        return Rescaled.of(target, weights, lambda scaled: fit(matrix, scaled, weights))
