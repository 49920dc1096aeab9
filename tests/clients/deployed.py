"""A web service as its owner makes one: published by the command line, served by a `bottega serve` of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.experiment import told

DATA = """patient,age,weight,visited,smoker
Ann,31,61.5,2016-01-01T08:30:00,True
Böb,45,,2016-02-29T23:59:59,False
"Cyd, the third",29,80.25,2017-07-14T00:00:00,True
"""
TEXT = """bottega: 1
title: Visits
nodes:
  visits:
    dataset: {file: visits.csv}
  typed:
    module: edit-metadata
    inputs: {dataset: visits}
    parameters:
      columns: [visited]
      data_type: DateTime
  clean:
    module: clean-missing-data
    inputs: {dataset: typed}
    parameters:
      columns: [weight]
      replacement: "1"
  score:
    module: execute-python-script
    inputs: {dataset1: clean.cleaned_dataset}
    parameters:
      script: |
        import pandas as pd

        def azureml_main(visits):
            if (visits.age < 0).any():
                raise ValueError('Alter ist negativ: früher')
            visits['index'] = visits.weight / visits.age
            visits['next'] = visits.visited + pd.Timedelta(days=7)
            return visits
  groups:
    module: apply-sql-transformation
    inputs: {table1: score}
    parameters:
      query: SELECT smoker, count(*) AS visits, max(weight) AS heaviest FROM t1 GROUP BY smoker ORDER BY smoker
web_service:
  inputs:
    input1: clean.dataset
  outputs:
    output1: score
    output2: groups
  parameters:
    replacement: clean.replacement
"""


@dataclass(frozen=True)
class Deployed:
    """The default endpoint of the service.

    api   where it is called, without a slash at its end
    help  where its pages are, likewise
    key   its primary key
    """

    api: str
    help: str
    key: str


@contextmanager
def running(folder: Path, **accounts: str) -> Iterator[str]:
    """A server of the workspace in a folder, and its address; `accounts` tells where storage accounts are.

    Its log is a file beside.
    """
    workspace = folder / ".bottega"
    command = [sys.executable, "-m", "bottega.cli.main", "serve", "--workspace", str(workspace), "--port", "0"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            first = server.stdout.readline()
            assert first.startswith("Bottega at  "), (folder / "log").read_text()
            for name, url in accounts.items():
                told("workspace", "set", "storage-account", name, url, "--workspace", workspace)
            yield first.split()[-1]
        finally:
            server.terminate()
            server.wait(60)


@contextmanager
def deployed(folder: Path, **accounts: str) -> Iterator[Deployed]:
    """Serve the service that takes visits."""
    (folder / "visits.csv").write_text(DATA, "utf-8")
    (folder / "visits.yaml").write_text(TEXT, "utf-8")
    with running(folder, **accounts) as url:
        made = told("service", "publish", folder / "visits.yaml")
        assert made["api_location"].startswith(f"{url}/")
        yield Deployed(made["api_location"], made["help_location"], made["primary_key"])
