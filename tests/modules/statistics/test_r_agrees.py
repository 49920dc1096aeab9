"""Summaries and correlations as R has them."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest

from bottega.dataset.table import Table
from tests.modules.data.helpers import lists, run, table

_PROGRAM = """
a <- c(%(a)s); b <- c(%(b)s)
told <- c(quantile(a, c(.005, .01, .05, .25, .5, .75, .95, .995), type = 2), mean(a), var(a), sd(a),
          mad(a, constant = 1), cor(a, b), cor(a, b, method = "kendall"), cor(a, b, method = "spearman"))
cat("[", paste(format(unname(told), digits = 17), collapse = ","), "]")
"""


def _by_r(a: Any, b: Any) -> list[float]:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    numbers = {name: ", ".join(map(repr, values.tolist())) for name, values in (("a", a), ("b", b))}
    done = subprocess.run([program, "--vanilla", "-e", _PROGRAM % numbers], capture_output=True, text=True, check=True)
    return [float(value) for value in json.loads(done.stdout)]


@pytest.mark.parametrize("count", [100, 201])
def test_r_has_the_same_numbers(count: int) -> None:
    rng = np.random.default_rng(count)
    a = rng.normal(size=count).round(1)
    b = a + rng.normal(size=count).round(1)
    before = table(a=a, b=b)
    row = {name: values[0] for name, values in lists(run("summarize-data", before)).items()}
    found = [
        row[name]
        for name in ("P0.5", "P1", "P5", "1st Quartile", "Median", "3rd Quartile", "P95", "P99.5", "Mean", "Sample Variance",
                     "Sample Standard Deviation")
    ]  # fmt: skip
    found += _one("compute-elementary-statistics", before, method="Median deviation", columns=["a"])
    found += [lists(run("compute-linear-correlation", before))["a"][1]]
    for method in ("Kendall Correlation", "Spearman Correlation"):
        found += _one("filter-based-feature-selection", before, method=method, target="b")
    assert found == pytest.approx(_by_r(a, b), rel=1e-9)


def _one(name: str, before: Table, **parameters: Any) -> list[float]:
    """The one value of a module's last output."""
    result = run(name, before, **parameters)
    last = result if isinstance(result, Table) else result[-1]
    (values,) = lists(last).values()
    return values
