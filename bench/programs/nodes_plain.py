"""Tiny nodes as plain processes: `KIND SHAPE COUNT FOLDER`, KIND one of bare, pandas, fork.

bare    a new Python a node, the rows as JSON files, without pandas
pandas  a new Python a node that imports pandas, the frame as pickle files
fork    a fork a node of a process that has pandas, the frame as pickle files
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_BARE = (
    "import json, sys\n"
    "rows = json.load(open(sys.argv[1]))\n"
    "for row in rows:\n    row['x'] = int(sys.argv[3])\n"
    "json.dump(rows, open(sys.argv[2], 'w'))\n"
)
_PANDAS = (
    "import sys\nimport pandas as pd\n"
    "frame = pd.read_pickle(sys.argv[1])\n"
    "frame['x'] = int(sys.argv[3])\n"
    "frame.to_pickle(sys.argv[2])\n"
)


def main() -> None:
    """Run the nodes and print their seconds."""
    kind, shape, count, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    node = {"bare": _new(_BARE), "pandas": _new(_PANDAS), "fork": _forked}[kind]
    _write_input(kind, folder / "0")
    started = time.perf_counter()
    if shape == "chain":
        for number in range(count):
            node(folder / str(number), folder / str(number + 1), number)
    else:
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(lambda number: node(folder / "0", folder / str(number + 1), number), range(count)))
    print(json.dumps({"seconds": time.perf_counter() - started}))


def _write_input(kind: str, path: Path) -> None:
    rows = [{"a": number, "b": 1.5, "c": "x"} for number in range(10)]
    if kind == "bare":
        path.write_text(json.dumps(rows))
        return
    import pandas as pd

    pd.DataFrame(rows).to_pickle(path)


def _new(code: str) -> Callable[[Path, Path, int], None]:
    def node(source: Path, target: Path, number: int) -> None:
        subprocess.run([sys.executable, "-c", code, source, target, str(number)], check=True)

    return node


def _forked(source: Path, target: Path, number: int) -> None:
    import pandas as pd

    child = os.fork()
    if child == 0:
        status = 1
        try:
            frame = pd.read_pickle(source)
            frame["x"] = number
            frame.to_pickle(target)
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    main()
