"""Transforms out of one jail into another: what a module learned is done there to another table."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from bottega.graph.document import FileRef
from tests.engine.helpers import Bench, people, steps

_TRAINED, _OTHER = "x\n1\n2\n3\n4\n5\n", "x,n\n10.5,a\n,b\n3,c\n"
_SIGMA = math.sqrt(2)


@pytest.mark.parametrize(
    ("module", "parameters", "port", "expected"),
    [
        ("normalize-data", {"method": "ZScore"}, "transformation_function", [7.5 / _SIGMA, None, 0.0]),
        ("normalize-data", {"method": "MinMax"}, "transformation_function", [2.375, None, 0.5]),
        ("normalize-data", {"method": "TanH"}, "transformation_function", [math.tanh(10.5), None, math.tanh(3)]),
        (
            "group-data-into-bins", {"mode": "Custom Edges", "edges": "3,7", "output_mode": "Inplace"},
            "binning_transformation", [3, None, 1],
        ),
    ],
    ids=["ZScore", "MinMax", "TanH", "bins"],
)  # fmt: skip
def test_applied_in_another_jail(
    bench: Bench, tmp_path: Path, module: str, parameters: dict[str, Any], port: str, expected: list[Any]
) -> None:
    (tmp_path / "other.csv").write_text(_OTHER)
    experiment = (
        people(tmp_path, _TRAINED)
        .add_dataset("other", FileRef("other.csv"))
        .add("learn", module, inputs={"dataset": "people"}, **parameters)
        .add("apply", "apply-transformation", inputs={"transformation": f"learn.{port}", "dataset": "other"})
    )
    run = bench.run(experiment)
    assert run.status == "Finished", [step.error for step in run.steps]
    rows = bench.rows(run, "apply")
    assert rows["n"] == ["a", "b", "c"]
    assert rows["x"] == pytest.approx(expected)
    described = next(each.described for each in steps(run)["learn"].outputs if each.port == port)
    assert json.loads(json.dumps(described, allow_nan=False))["kind"] in ("Normalize Data", "Group Data into Bins")
