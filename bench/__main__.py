"""`python -m bench [NAME…]`: run all benchmarks, or those named."""

from __future__ import annotations

import os
import platform
import sys

from bench import catalogue, command, frames, graphs, preview, r, serving, shape, sql, steps, wide_tables
from bottega.sandbox.host import assurance, build

BENCHMARKS = {
    "warm": steps.warm,
    "at-once": steps.at_once,
    "large": frames.large,
    "first": steps.first,
    "command": command.whole,
    "memory": steps.memory_flat,
    "nodes": graphs.nodes,
    "cached": graphs.cached,
    "catalogue": catalogue.load,
    "sql": sql.query,
    "shape": shape.modules,
    "r": r.tables,
    "wide-tables": wide_tables.flow,
    "preview": preview.look,
    "serving": serving.whole,
}

SHORT = {"serving-short": serving.short}  # by name alone: whether it works, not how fast it is


def main() -> None:
    """Print each benchmark's table."""
    environment = build.ensure("default", print)
    assurance.open_pool(environment, (), spares=0).close()
    print(f"{os.cpu_count()} cores, Linux {os.uname().release}, Python {platform.python_version()}")
    for name in sys.argv[1:] or BENCHMARKS:
        (BENCHMARKS | SHORT)[name](environment)


if __name__ == "__main__":
    main()
