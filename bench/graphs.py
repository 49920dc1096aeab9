"""Experiments of many tiny nodes: run for the first time, and run again when all is known."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import measure, peers, rivals
from bottega.engine import run as engine
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.graph import writing
from bottega.graph.document import Experiment, FileRef, Node, Source
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.pool import Pool
from bottega.store.records import Run
from bottega.store.workspace import Workspace

SHAPES = ("chain", "parallel")
_NAME = "tiny"
_KEDRO, _DAGSTER = "kedro, sequential, in memory", "dagster, in process, files"


def tiny(folder: Path, kind: str, shape: str, count: int) -> Experiment:
    """Nodes that each do something that no other does: equal ones would be answered from the first.

    script  a column added by Execute Python Script; module  one renamed by Edit Metadata
    """
    (folder / "rows.csv").write_text("a,b,c\n" + "".join(f"{row},1.5,x\n" for row in range(10)))
    nodes = dict(Experiment(folder=folder).add_dataset("rows", FileRef("rows.csv")).nodes)
    make = {"script": _script, "module": _module}[kind]
    for number in range(count):
        source = f"n{number - 1}" if shape == "chain" and number else "rows"
        nodes[f"n{number}"] = make(number, source)
    return Experiment(title=_NAME, nodes=nodes, folder=folder)


def _script(number: int, source: str) -> Node:
    script = f"def azureml_main(df):\n    df['x'] = {number}\n    return df\n"
    return Node(f"n{number}", "execute-python-script", {"dataset1": Source(source)}, {"script": script})


def _module(number: int, source: str) -> Node:
    first = {"rules": [{"include": {"indices": "1"}}]}
    parameters = {"columns": first, "new_names": f"x{number}"}
    return Node(f"n{number}", "edit-metadata", {"dataset": Source(source)}, parameters)


def execute(experiment: Experiment, workspace: Workspace, pool: Pool | None) -> Run:
    """From the document to the ended run, as the command line does it; all steps must have finished."""
    folder = experiment.folder or Path()
    request = engine.Request(_NAME, experiment.title, writing.dumps(experiment))
    run = engine.run(prepare(experiment), request, workspace, Outside(folder), engine.Options(pool=pool))
    assert run.status == engine.FINISHED, [step.error for step in run.steps if step.error][:1]
    return run


@contextmanager
def jails(environment: Environment) -> Iterator[Pool]:
    """A pool in which both kinds of step have run once."""
    build.ensure(BOTTEGA, print)
    with Pool(spares=2) as pool, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pool.prepare(environment)
        with Workspace.open(folder / "workspace") as workspace:
            for kind in ("script", "module"):
                execute(tiny(folder, kind, "chain", 1), workspace, pool)
        yield pool


def nodes(environment: Environment) -> None:
    """Seconds a node of 100 and of 1,000 tiny nodes, one after another and side by side."""
    with jails(environment) as pool:
        for count, rounds in ((100, 3), (1000, 1)):
            for shape in SHAPES:
                _nodes(environment, pool, shape, count, rounds)


def _nodes(environment: Environment, pool: Pool, shape: str, count: int, rounds: int) -> None:
    # The dearer peers run fewer nodes: what one costs does not depend on how many there are.
    actions: dict[str, tuple[Callable[[], float | None], int]] = {
        "Bottega, scripts": (lambda: _ours(pool, "script", shape, count), count),
        "Bottega, modules": (lambda: _ours(pool, "module", shape, count), count),
        "python a node, no pandas": (lambda: _theirs("nodes_plain", "bare", shape, count // 5), count // 5),
        "python a node, with pandas": (lambda: _theirs("nodes_plain", "pandas", shape, 6), 6),
        "bwrap and python a node, with pandas": (lambda: _bubblewrap(environment, 4), 4),
        "fork a node, no jail": (lambda: _theirs("nodes_plain", "fork", shape, count), count),
        _KEDRO: (lambda: _theirs("nodes_kedro", shape, count), count),
        _DAGSTER: (lambda: _theirs("nodes_dagster", shape, count), count),
    }
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, (action, size) in actions.items():
            seconds = action()
            if seconds is not None:
                times.setdefault(name, []).append(seconds / size)
    against = "python a node, with pandas"
    measure.table(f"{count:,} tiny nodes, {shape}: a node", times, against if against in times else "Bottega, scripts")


def _ours(pool: Pool, kind: str, shape: str, count: int) -> float:
    """Into a new workspace: nothing is known, all is stored."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        experiment = tiny(folder, kind, shape, count)
        with Workspace.open(folder / "workspace") as workspace:
            runs: list[Run] = []
            seconds = measure.once(lambda: runs.append(execute(experiment, workspace, pool)))
            assert not any(step.cached for step in runs[0].steps)
    return seconds


def _theirs(program: str, *arguments: object) -> float | None:
    told = rivals.told(program, *arguments)
    return None if told is None else float(told["seconds"])


def _bubblewrap(environment: Environment, count: int) -> float:
    command = peers.bubblewrap(environment, peers.NO_OP)
    started = time.perf_counter()
    for _ in range(count):
        peers.run(command)
    return time.perf_counter() - started


def cached(environment: Environment) -> None:
    """1,000 nodes run again when all is known: reading, planning, recording; no jail."""
    for shape in SHAPES:
        _cached(environment, shape, 1000)


def _cached(environment: Environment, shape: str, count: int) -> None:
    ours = "Bottega, all known"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        experiment = tiny(folder, "script", shape, count)
        with Workspace.open(folder / "workspace") as workspace, jails(environment) as pool:
            execute(experiment, workspace, pool)
            make = _make(folder / "make", shape, count)
            times = measure.interleaved(
                {ours: lambda: _again(experiment, workspace), "make, all up to date": lambda: peers.run(make)}, 7
            )
    for peer, program in ((_KEDRO, "nodes_kedro"), (_DAGSTER, "nodes_dagster")):
        told = rivals.told(program, shape, count)
        if told is not None:
            times[f"{peer}, computing all again"] = [told["again"]]
    against = f"{_KEDRO}, computing all again"
    measure.table(
        f"{count:,} nodes again, {shape}: the whole", times, against if against in times else "make, all up to date"
    )
    print(f"\nA node: {statistics.median(times[ours]) / count * 1e3:.3f} ms")


def _again(experiment: Experiment, workspace: Workspace) -> None:
    run = execute(experiment, workspace, None)
    assert all(step.cached for step in run.steps)


def _make(folder: Path, shape: str, count: int) -> list[str]:
    """A makefile of as many files, each newer than what it is made of."""
    folder.mkdir()
    lines = [f"all: n{count - 1}" if shape == "chain" else "all: " + " ".join(f"n{place}" for place in range(count))]
    (folder / "rows").touch()
    os.utime(folder / "rows", (1, 1))
    for number in range(count):
        source = f"n{number - 1}" if shape == "chain" and number else "rows"
        lines.append(f"n{number}: {source}\n\tcp $< $@")
        (folder / f"n{number}").touch()
        os.utime(folder / f"n{number}", (number + 2, number + 2))
    (folder / "Makefile").write_text("\n".join(lines) + "\n")
    command = ["make", "-s", "-C", str(folder)]
    subprocess.run([*command, "-q"], check=True)  # there is nothing to do
    return command
