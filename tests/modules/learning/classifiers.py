"""Every learner of classes, quick ones, for tests of what they have in common."""

from __future__ import annotations

import pytest

from bottega.modules.machine_learning.multiclass_decision_forest import multiclass_decision_forest
from bottega.modules.machine_learning.multiclass_decision_jungle import multiclass_decision_jungle
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.multiclass_neural_network import multiclass_neural_network
from bottega.modules.machine_learning.one_vs_all_multiclass import one_vs_all_multiclass
from bottega.modules.machine_learning.two_class_averaged_perceptron import two_class_averaged_perceptron
from bottega.modules.machine_learning.two_class_bayes_point_machine import two_class_bayes_point_machine
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.modules.machine_learning.two_class_decision_forest import two_class_decision_forest
from bottega.modules.machine_learning.two_class_decision_jungle import two_class_decision_jungle
from bottega.modules.machine_learning.two_class_locally_deep_support_vector_machine import (
    two_class_locally_deep_support_vector_machine,
)
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.modules.machine_learning.two_class_neural_network import two_class_neural_network
from bottega.modules.machine_learning.two_class_support_vector_machine import two_class_support_vector_machine

TWO_CLASS = {
    "forest": two_class_decision_forest(),
    "jungle": two_class_decision_jungle(),
    "network": two_class_neural_network(iterations=2, hidden_nodes=5),
    "machine": two_class_support_vector_machine(iterations=3),
    "bayes": two_class_bayes_point_machine(),
    "deep": two_class_locally_deep_support_vector_machine(iterations=200, depth=2),
    "perceptron": two_class_averaged_perceptron(),
    "logistic": two_class_logistic_regression(tolerance=1e-4),
    "boosted": two_class_boosted_decision_tree(trees=3),
}
MULTI_CLASS = {
    "multi-logistic": multiclass_logistic_regression(tolerance=1e-4),
    "multi-forest": multiclass_decision_forest(),
    "multi-jungle": multiclass_decision_jungle(),
    "multi-network": multiclass_neural_network(iterations=2, hidden_nodes=5),
    "all-boosted": one_vs_all_multiclass(TWO_CLASS["boosted"]),
    "all-logistic": one_vs_all_multiclass(TWO_CLASS["logistic"]),
}
EVERY = TWO_CLASS | MULTI_CLASS
# What missing and infinite numbers are no hindrance to.
HARDY = ("forest", "jungle", "boosted", "multi-forest", "multi-jungle", "all-boosted")

each_two_class = pytest.mark.parametrize("learner", TWO_CLASS.values(), ids=TWO_CLASS)
each_multi_class = pytest.mark.parametrize("learner", MULTI_CLASS.values(), ids=MULTI_CLASS)
each = pytest.mark.parametrize("learner", EVERY.values(), ids=EVERY)
each_hardy = pytest.mark.parametrize("learner", [EVERY[name] for name in HARDY], ids=HARDY)
each_other = pytest.mark.parametrize(
    "learner", [EVERY[name] for name in EVERY if name not in HARDY], ids=[name for name in EVERY if name not in HARDY]
)
