"""The same five steps in Kedro, each result in a dataset of a kind: `PICKLE|PARQUET INPUT FOLDER`."""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from typing import Any

from kedro.io import DataCatalog
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner
from kedro_datasets.pandas import ParquetDataset
from kedro_datasets.pickle import PickleDataset
from wide_pandas import add, clean, rename, select, split


def main() -> None:
    """Run the pipeline; print its seconds and the process's largest memory in bytes."""
    how, source, folder = sys.argv[1:4]
    logging.disable(logging.CRITICAL)
    kind: Any = {"pickle": PickleDataset, "parquet": ParquetDataset}[how]
    flow = pipeline(
        [
            node(select, "rows", "selected"),
            node(rename, "selected", "renamed"),
            node(clean, "renamed", "cleaned"),
            node(split, "cleaned", ["first", "second"]),
            node(add, "first", "added"),
        ]
    )
    made = {name: kind(filepath=f"{folder}/{name}") for name in sorted(flow.outputs() | flow.all_outputs())}
    catalog = DataCatalog({"rows": PickleDataset(filepath=source), **made})
    started = time.perf_counter()
    SequentialRunner().run(flow, catalog)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    main()
