"""Tiny nodes in Dagster, one after another in one process, each result a pickle file: `SHAPE COUNT FOLDER`."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
from dagster import (
    DagsterInstance,
    FilesystemIOManager,
    GraphDefinition,
    In,
    OpDefinition,
    Out,
    op,
)
from dagster import DependencyDefinition as Edge

_NO_INPUTS: dict[str, Any] = {}


def main() -> None:
    """Run the job twice and print both times."""
    shape, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    logging.disable(logging.CRITICAL)
    nodes: list[Any] = [op(name="rows", out=Out())(_rows)]
    edges: dict[str, dict[str, Any]] = {"rows": _NO_INPUTS}
    for number in range(count):
        source = f"n{number - 1}" if shape == "chain" and number else "rows"
        nodes.append(_node(f"n{number}", number))
        edges[f"n{number}"] = {"frame": Edge(source)}
    job = GraphDefinition(name="tiny", node_defs=nodes, dependencies=edges).to_job(
        resource_defs={"io_manager": FilesystemIOManager(base_dir=folder)}
    )
    seconds = []
    with DagsterInstance.ephemeral() as instance:
        for _ in range(2):
            started = time.perf_counter()
            assert job.execute_in_process(instance=instance).success
            seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": seconds[0], "again": seconds[1]}))


def _rows() -> Any:
    return pd.DataFrame({"a": range(10), "b": [1.5] * 10, "c": ["x"] * 10})


def _node(name: str, number: int) -> OpDefinition:
    return op(name=name, ins={"frame": In()}, out=Out())(_adding(number))


def _adding(number: int) -> Callable[[Any], Any]:
    def add(frame: Any) -> Any:
        frame["x"] = number
        return frame

    return add


if __name__ == "__main__":
    main()
