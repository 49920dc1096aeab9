"""Regressions, clusterings and anomaly detectors, too, give the same pickle in every process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Each line printed is the digest of one model.
_TRAINING = """
import hashlib, pickle
import numpy as np
from bottega.sdk import catalogue
from tests.modules.learning.helpers import table, train

chance = np.random.default_rng(0)
columns = {name: chance.normal(size=1000) for name in "abcd"}
columns["y"] = chance.poisson(np.exp(columns["a"]))
few = table({**columns, "level": chance.choice(["x", "y", "z"], 1000).tolist()})
many = table({**columns, "level": chance.integers(0, 200, 1000).astype(str).tolist()})
regressions = (
    "bayesian-linear-regression", "boosted-decision-tree-regression", "decision-forest-regression",
    "neural-network-regression", "poisson-regression", "pca-based-anomaly-detection", "one-class-support-vector-machine",
)
models = []
for data in (few, many):
    for name in regressions:
        spec = catalogue.get(name)
        given = {"iterations": 5} if "neural" in name else {}
        models.append(train(spec.function(**spec.convert(given)), data))
    clustering = catalogue.get("k-means-clustering")
    training = catalogue.get("train-clustering-model")
    for metric in ("Euclidean", "Cosine"):
        learner = clustering.function(**clustering.convert({"metric": metric, "centroids": 5}))
        models.append(training.function(learner, data, **training.convert({})).trained_model)
for model in models:
    print(hashlib.sha256(pickle.dumps(model)).hexdigest())
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
    first, second = (_digests(seed) for seed in ("0", "77"))
    assert len(set(first)) == 18
    assert first == second
