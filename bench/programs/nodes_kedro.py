"""Tiny nodes in Kedro, one after another in one process and in memory: `SHAPE COUNT`."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner


def main() -> None:
    """Run the pipeline twice and print both times."""
    shape, count = sys.argv[1], int(sys.argv[2])
    logging.disable(logging.CRITICAL)
    sources = [f"d{number}" if shape == "chain" else "d0" for number in range(count)]
    flow = pipeline(
        [node(_adding(place), source, f"d{place + 1}", name=f"n{place}") for place, source in enumerate(sources)]
    )
    seconds = []
    for _ in range(2):
        frame = pd.DataFrame({"a": range(10), "b": [1.5] * 10, "c": ["x"] * 10})
        catalog = DataCatalog({"d0": MemoryDataset(frame)})
        started = time.perf_counter()
        SequentialRunner().run(flow, catalog)
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": seconds[0], "again": seconds[1]}))


def _adding(number: int) -> Callable[[Any], Any]:
    def add(frame: Any) -> Any:
        frame["x"] = number
        return frame

    return add


if __name__ == "__main__":
    main()
