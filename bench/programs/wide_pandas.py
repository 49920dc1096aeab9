"""Five steps over a large frame in plain pandas: `MEMORY|PICKLE INPUT FOLDER`, INPUT a pickle file.

memory  the frame goes from function to function in one process
pickle  each step reads its input from a pickle file and writes its results to others
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd


def select(frame: Any) -> Any:
    """All columns but one."""
    return frame.drop(columns=["f9"])


def rename(frame: Any) -> Any:
    """Another name for one."""
    return frame.rename(columns={"i0": "count"})


def clean(frame: Any) -> Any:
    """A text for texts that are missing."""
    texts = [name for name in frame.columns if name.startswith("s")]
    return frame.fillna(dict.fromkeys(texts, "none"))


def split(frame: Any) -> tuple[Any, Any]:
    """Seven rows of ten, and the others."""
    first = frame.sample(frac=0.7, random_state=1)
    return first, frame.drop(first.index)


def add(frame: Any) -> Any:
    """One more column."""
    frame["total"] = frame["f0"] + frame["f1"]
    return frame


def main() -> None:
    """Run the steps; print their seconds and the process's largest memory in bytes."""
    how, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    frame = pd.read_pickle(source) if how == "memory" else None
    started = time.perf_counter()
    if how == "memory":
        first, _second = split(clean(rename(select(frame))))
        add(first)
    else:
        path = source
        for step in (select, rename, clean):
            step(pd.read_pickle(path)).to_pickle(folder / step.__name__)
            path = folder / step.__name__
        first, second = split(pd.read_pickle(path))
        first.to_pickle(folder / "first")
        second.to_pickle(folder / "second")
        del first, second
        add(pd.read_pickle(folder / "first")).to_pickle(folder / "add")
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    main()
