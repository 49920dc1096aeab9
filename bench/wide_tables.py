"""1M x 20 through five steps: time and memory, against pandas and Kedro doing the same."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import data, graphs, measure, rivals
from bottega.dataset import formats, frames
from bottega.engine.keep import keep
from bottega.graph.document import Experiment
from bottega.sandbox.host.environment import DEFAULT, Environment, get
from bottega.store.workspace import Workspace

_ROUNDS = 3
_SCRIPT = "def azureml_main(df):\n    df['total'] = df['f0'] + df['f1']\n    return df\n"
_OURS = "Bottega, five jails, stored"
_PEERS = {
    "pandas, one process, nothing stored": ("wide_pandas", "memory"),
    "pandas, pickle files between steps": ("wide_pandas", "pickle"),
    "kedro, pickle datasets": ("wide_kedro", "pickle"),
    "kedro, parquet datasets": ("wide_kedro", "parquet"),
}


def flow(_environment: Environment) -> None:
    """From a stored table to stored results; the peers' files are not made durable, ours are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = data.large()
        formats.write(table, folder / "rows.parquet")
        frames.to_pandas(table).to_pickle(folder / "rows.pickle")
        del table
        times: dict[str, list[float]] = {}
        memory: dict[str, str] = {}
        for number in range(_ROUNDS):
            told = _ours(folder / "rows.parquet", folder / f"workspace-{number}")
            times.setdefault(_OURS, []).append(told["seconds"])
            memory[_OURS] = (
                f"largest step {_megabytes(told['step'])}, host {_megabytes(told['host'])}, "
                f"files in memory {_megabytes(told['files'])}"
            )
            for peer, (program, how) in _PEERS.items():
                answer = rivals.told(program, how, folder / "rows.pickle")
                if answer is not None:
                    times.setdefault(peer, []).append(answer["seconds"])
                    memory[peer] = _megabytes(answer["memory"])
    against = next((peer for peer in _PEERS if peer in times and "pickle files" in peer), _OURS)
    measure.table("1M x 20 through five steps", times, against)
    print("\n| | most memory |\n|---|--:|")
    for name, most in memory.items():
        print(f"| {name} | {most} |")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _ours(source: Path, folder: Path) -> dict[str, int]:
    """The same in a new process, so that its largest memory is that of this run alone."""
    command = [sys.executable, "-m", "bench.wide_tables", str(source), str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return told


def _experiment(folder: Path) -> Experiment:
    texts = [f"s{place}" for place in range(5)]
    most = {"begin": "all columns", "rules": [{"exclude": {"names": ["f9"]}}]}
    return (
        Experiment(title="Wide", folder=folder)
        .add_dataset("rows", "rows")
        .add("select", "select-columns-in-dataset", inputs={"dataset": "rows"}, columns=most)
        .add("rename", "edit-metadata", inputs={"dataset": "select"}, columns=["i0"], new_names="count")
        .add("clean", "clean-missing-data", inputs={"dataset": "rename"}, columns=texts, replacement="none")
        .add("split", "split-data", inputs={"dataset": "clean.cleaned_dataset"}, fraction=0.7, seed=1)
        .add("add", "execute-python-script", inputs={"dataset1": "split.results_dataset1"}, script=_SCRIPT)
    )


def _run(source: Path, folder: Path) -> dict[str, float]:
    with Workspace.open(folder) as workspace, graphs.jails(get(DEFAULT)) as pool:
        keep(workspace, "rows", source)
        Path("/proc/self/clear_refs").write_text("5")  # what came before does not count
        with _watched(_memory_files) as most:
            runs = []
            seconds = measure.once(lambda: runs.append(graphs.execute(_experiment(folder), workspace, pool)))
    return {
        "seconds": seconds,
        "step": max(step.peak_memory for step in runs[0].steps),
        "host": _status("/proc/self/status", "VmHWM"),
        "files": most[0],
    }


def _memory_files() -> int:
    """What lies in files in memory, on the whole machine."""
    return _status("/proc/meminfo", "Shmem")


def _status(path: str, name: str) -> int:
    for line in Path(path).read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def _watched(measured: Callable[[], int]) -> Iterator[list[int]]:
    """The most that a number rises meanwhile."""
    before = measured()
    most = [0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.01):
            most[0] = max(most[0], measured() - before)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    print(json.dumps(_run(Path(sys.argv[1]), Path(sys.argv[2]))))
