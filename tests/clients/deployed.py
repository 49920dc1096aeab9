"""A web service as its owner makes one: published by the command line, served by a `bottega serve` of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """A running server and the default endpoint of the one service that it has.

    api  where the endpoint is called, without a slash at its end
    key  its primary key
    """

    workspace: Path
    url: str
    api: str
    help: str
    key: str

    @property
    def facts(self) -> dict[str, Any]:
        """What a client has to know."""
        return {"api": self.api, "key": self.key}


@contextmanager
def deployed(folder: Path, **accounts: str) -> Iterator[Deployed]:
    """Serve the service that takes visits; `accounts` tells where storage accounts are. Its log is a file beside."""
    workspace = folder / ".bottega"
    (folder / "visits.csv").write_text(DATA, "utf-8")
    (folder / "visits.yaml").write_text(TEXT, "utf-8")
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
            made = told("service", "publish", folder / "visits.yaml")
            url = first.split()[-1]
            assert made["api_location"].startswith(f"{url}/")
            yield Deployed(workspace, url, made["api_location"], made["help_location"], made["primary_key"])
        finally:
            server.terminate()
            server.wait(60)
