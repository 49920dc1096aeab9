"""Training gives the same pickle in every process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Each line printed is the digest of one model.
_TRAINING = """
import hashlib, pickle
import numpy as np
from bottega.modules.machine_learning import linear_regression, two_class_boosted_decision_tree
from bottega.modules.machine_learning import two_class_logistic_regression
from tests.modules.learning.classifiers import EVERY
from tests.modules.learning.helpers import table, train

chance = np.random.default_rng(0)
classes = chance.integers(0, 2, 3000)
columns = {name: chance.normal(size=3000) + classes for name in "abcd"} | {"y": classes}
few = {**columns, "level": chance.choice(["x", "y", "z"], 3000).tolist()}
many = {**columns, "level": chance.integers(0, 500, 3000).astype(str).tolist()}
linear = linear_regression.linear_regression
learners = [
    two_class_logistic_regression.two_class_logistic_regression(),
    two_class_logistic_regression.two_class_logistic_regression(l1_weight=0),
    two_class_boosted_decision_tree.two_class_boosted_decision_tree(trees=20),
    linear(),
    linear(l2_weight=0),
    linear(solution_method=type(linear().solution_method).GRADIENT_DESCENT),
    *(learner for name, learner in EVERY.items() if name not in ("logistic", "boosted")),
]
for learner in learners:
    for data in (few, many):
        print(hashlib.sha256(pickle.dumps(train(learner, table(data)))).hexdigest())
"""


def _digests(seed: str) -> list[str]:
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # as in a jail
    done = subprocess.run(
        [sys.executable, "-c", _TRAINING],
        env={**os.environ, **threads, "PYTHONHASHSEED": seed},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.split()


@pytest.mark.slow
def test_two_processes_train_the_same_bytes() -> None:
    first, second, third = (_digests(seed) for seed in ("0", "1", "77"))
    assert len(set(first)) == 38
    assert first == second == third
