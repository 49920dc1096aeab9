"""A workspace with jails, for tests that publish what has run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bottega.graph.document import Experiment
from bottega.services import publish
from bottega.services.hosting import Hosting
from bottega.services.publish import Published
from tests.engine.helpers import Bench


def published(bench: Bench, experiment: Experiment, known: str = "test", **how: Any) -> Published:
    """Run and publish."""
    run = bench.run(experiment, name=known)
    assert run.status == "Finished", [step.error for step in run.steps]
    return publish.publish(bench.workspace, experiment, run, **how)


@contextmanager
def hosting(bench: Bench) -> Iterator[Hosting]:
    """What answers the calls."""
    assert bench.pool is not None
    opened = Hosting(bench.workspace, bench.pool)
    try:
        yield opened
    finally:
        opened.close()


def call(
    host: Hosting, endpoint_id: str, names: list[str], *rows: list[Any], **parameters: Any
) -> list[dict[str, str | None]]:
    """The rows of output1 as texts by column."""
    inputs = {"input1": {"ColumnNames": names, "Values": list(rows)}} if names else {}
    body = json.dumps({"Inputs": inputs, "GlobalParameters": parameters}).encode()
    table = json.loads(host.execute(endpoint_id, body))["Results"]["output1"]["value"]
    return [dict(zip(table["ColumnNames"], row, strict=True)) for row in table["Values"]]
