"""(a) to (e): one step through the jail, many at once, the first one, and with heavy libraries."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from bench import data, measure, peers
from bottega.dataset import exchange
from bottega.engine.request import preload
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task

NO_OP = b"def azureml_main(dataframe1=None):\n    return dataframe1,\n"
PLOT = (
    b"import matplotlib.pyplot as plt\ndef azureml_main(df):\n    plt.plot(df['a'], df['b'])\n"
    b"    plt.savefig('p.png')\n    return df,\n"
)
LEARN = (
    b"from sklearn.linear_model import LinearRegression\ndef azureml_main(df):\n"
    b"    LinearRegression().fit(df[['a']], df['b'])\n    return df,\n"
)


def step(
    pool: Pool, environment: Environment, script: bytes, table: Memory, replies: list[float] | None = None
) -> Callable[[], None]:
    """One run with its result read as a table; `replies` takes the seconds to the script's reply."""
    modules = preload(script, environment.modules, shared=True)
    task = Task(environment, "step.py", script, {"dataset1": table}, preload=modules)

    def run() -> None:
        outcome = pool.run(task)
        assert outcome.failure is None, outcome.failure
        exchange.read_untrusted(pa.py_buffer(outcome.outputs["result"].read()), "result")
        outcome.close()
        if replies is not None:
            replies.append(outcome.seconds)

    return run


def warm(environment: Environment) -> None:
    """(a) A warm no-op step on 10 rows; (e) the same with matplotlib and scikit-learn at work."""
    with Pool(spares=2) as pool, data.memory(data.small()) as table:
        steps = {name: step(pool, environment, script, table) for name, script in
                 (("warm step", NO_OP), ("warm step that draws a PNG", PLOT), ("warm step that fits a model", LEARN))}  # fmt: skip
        for run in steps.values():
            run()
        time.sleep(1)
        fresh = {
            "fresh python + pandas": lambda: peers.run(peers.python(environment, peers.NO_OP)),
            "fresh bwrap + python + pandas": lambda: peers.run(peers.bubblewrap(environment, peers.NO_OP)),
        }
        replies: list[float] = []
        no_op = step(pool, environment, NO_OP, table, replies)
        times = measure.interleaved({"warm step": no_op}, 200) | {"the same, to the script's reply": replies}
        times |= measure.interleaved({name: run for name, run in steps.items() if name != "warm step"}, 40)
        times |= measure.interleaved(fresh, 10)
    measure.table("(a), (e) One step, 10 rows, result read", times, "fresh bwrap + python + pandas")


def at_once(environment: Environment) -> None:
    """(b) Steps a second with 1, 2 and 4 callers."""
    print("\n## (b) Steps a second\n\n| callers | steps/s | fresh bwraps/s | ratio |\n|---|--:|--:|--:|")
    with data.memory(data.small()) as table:
        for callers in (1, 2, 4):
            with Pool(spares=4) as pool:
                run = step(pool, environment, NO_OP, table)
                run()
                time.sleep(0.5)
                ours = _rate(run, callers, 200)
            peer = _rate(lambda: peers.run(peers.bubblewrap(environment, peers.NO_OP)), callers, 12)
            print(f"| {callers} | {ours:.0f} | {peer:.1f} | {ours / peer:.0f} |")


def _rate(run: Callable[[], None], callers: int, count: int) -> float:
    with ThreadPoolExecutor(callers) as threads:
        seconds = measure.once(lambda: list(threads.map(lambda _: run(), range(count))))
    return count / seconds


def first(environment: Environment) -> None:
    """(d) From nothing to the first result, in this process."""

    def start() -> None:
        with Pool(spares=0) as pool, data.memory(data.small()) as table:
            step(pool, environment, NO_OP, table)()

    times = measure.interleaved(
        {
            "first step of a new pool": start,
            "fresh python + pandas": lambda: peers.run(peers.python(environment, peers.NO_OP)),
            "fresh bwrap + python + pandas": lambda: peers.run(peers.bubblewrap(environment, peers.NO_OP)),
        },
        10,
    )
    measure.table("(d) The first step after start", times, "fresh bwrap + python + pandas")


def memory_flat(environment: Environment) -> None:
    """The host's memory over many steps."""
    with Pool(spares=2) as pool, data.memory(data.small()) as table:
        run = step(pool, environment, NO_OP, table)
        for _ in range(50):
            run()
        before = _resident()
        for _ in range(500):
            run()
        after = _resident()
    print(f"\n## Memory of the host over 500 steps: {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after\n")


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
