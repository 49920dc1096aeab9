"""(c) A large frame in and out, against pickle over a pipe and against copying memory."""

from __future__ import annotations

import mmap
import multiprocessing
import multiprocessing.connection
import time

import numpy as np
import pyarrow as pa

from bench import data, measure
from bottega.dataset import exchange, frames
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task

SCRIPT = b"def azureml_main(dataframe1=None):\n    return dataframe1,\n"


def _echo(link: multiprocessing.connection.Connection) -> None:
    while True:
        frame = link.recv()
        if frame is None:
            return
        link.send(frame)


def large(environment: Environment) -> None:
    """1M x 20 mixed: through the jail, by pickle over a pipe without a jail, and memcpy."""
    table = data.large()
    frame = frames.to_pandas(table)
    modules = ("numpy", "pandas", "pyarrow")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    echo = context.Process(target=_echo, args=(theirs,), daemon=True)
    echo.start()
    ours.send(frame.head(1))
    ours.recv()
    source = np.random.default_rng(0).integers(0, 255, table.arrow.nbytes, np.uint8)
    target = np.empty_like(source)

    with Pool(spares=2) as pool, data.memory(table) as cached:
        task = Task(environment, "step.py", SCRIPT, {"dataset1": cached}, preload=modules)

        def through_jail() -> None:
            outcome = pool.run(task)
            assert outcome.failure is None, outcome.failure
            memory = outcome.outputs["result"]
            with mmap.mmap(memory.descriptor, memory.size, prot=mmap.PROT_READ) as mapped:
                result = exchange.read_untrusted(pa.py_buffer(mapped), "result")
                assert result.num_rows == table.num_rows
                del result
            outcome.close()

        def serialised_too() -> None:
            with data.memory(table) as fresh:
                outcome = pool.run(Task(environment, "step.py", SCRIPT, {"dataset1": fresh}, preload=modules))
                assert outcome.failure is None, outcome.failure
                outcome.close()

        def there_and_back() -> None:
            np.copyto(target, source)
            np.copyto(source, target)

        def by_pipe() -> None:
            ours.send(frame)
            assert len(ours.recv()) == len(frame)

        through_jail()
        time.sleep(0.5)
        times = measure.interleaved(
            {
                "jail, input cached": through_jail,
                "jail, input written each time": serialised_too,
                "pickle over a pipe, no jail": by_pipe,
                "memcpy there and back": there_and_back,
            },
            10,
            pause=0.3,
        )
    ours.send(None)
    echo.join(5)
    measure.table(
        f"(c) 1M x 20 mixed, {table.arrow.nbytes / 1e6:.0f} MB, in and out", times, "pickle over a pipe, no jail"
    )
