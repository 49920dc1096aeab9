"""Local = server: a script, its environment and its inputs give one table, wherever they run.

As `bottega script`, in `bottega run`, in a run of the server, in the call of a web service, and under plain Python
in that environment. What plain Python has no part in are removed names (`old_names`), which a jail restores.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import bottega as package
from bottega.dataset import formats, frames
from bottega.dataset.table import Table
from bottega.engine.stored import table as stored_table
from bottega.graph import writing
from bottega.graph.document import Experiment, FileRef
from bottega.sandbox.host import build
from bottega.sandbox.host.pool import Pool
from bottega.services import texts
from bottega.services.executor import Loaded
from bottega.services.hosting import Hosting
from bottega.services.program import Program
from bottega.services.publish import publish
from bottega.store.workspace import Workspace
from tests.cli.experiment import told
from tests.cli.helpers import script_json
from tests.engine.helpers import Bench, steps
from tests.server.helpers import serving, until

pytestmark = pytest.mark.slow  # many processes

_BODIES = {
    "untouched": "return df",
    "missing": "df['n'] = df['n'] * 3.1; df.loc[2, 'n'] = np.nan; df['share'] = df['n'] / df['n'].sum()\nreturn df",
    "texts": "df['text'] = df['text'].str.upper(); df['long'] = df['text'].fillna('?') + '/' + df['kind'].astype(str)\nreturn df",
    "nothing": "df['none'] = None; df['text'] = df['text'].where(df['i'] > 1, None)\nreturn df",
    "categories": "df['kind'] = df['kind'].cat.add_categories(['z']).cat.reorder_categories(['z', 'b', 'a'], ordered=True)\nreturn df",
    "dates": "df['later'] = df['day'] + pd.to_timedelta(df['i'], unit='h'); df['gap'] = df['later'] - df['day']\nreturn df",
    "mixed": "df['mixed'] = [1, 'two', None, 3.5, True]\nreturn df[['mixed']]",
    "changed in place": "df.drop(columns=['text'], inplace=True); df.sort_values('n', inplace=True)\nreturn df,",
    "random": "np.random.seed(7)\ndf['r'] = np.random.rand(len(df)); df['s'] = random.Random(3).sample(range(99), len(df))\nreturn df",
    "groups": "return df.groupby('kind', observed=False)['n'].agg(['mean', 'std', 'count']).reset_index()",
    "floats": "x = np.random.default_rng(1).normal(size=(300, 40))\n"
    "return pd.DataFrame({'svd': np.linalg.svd(x)[1], 'sum': x.T @ x @ np.ones(40)})",
    "sets": "return pd.DataFrame({'order': list({str(n) for n in range(50)}), 'hash': [hash(str(n)) % 97 for n in range(50)]})",
    "learned": "from sklearn.linear_model import LogisticRegression\nx = df[['i']].fillna(0)\n"
    "df['p'] = LogisticRegression(random_state=0).fit(x, df['kind'] == 'a').predict_proba(x)[:, 0]\nreturn df",
    "surroundings": "return pd.DataFrame({'locale': [locale.localeconv()['decimal_point'], time.tzname[0], str(pd.Timestamp(0))]})",
}
_HEAD = "import locale, random, time\nimport numpy as np\nimport pandas as pd\n\ndef azureml_main(df):\n"
SCRIPTS = {name: _HEAD + "".join(f"    {line}\n" for line in body.splitlines()) for name, body in _BODIES.items()}
# Run by an environment's own Python: what is called is the script's function, nothing of a jail.
_PLAIN = """
import json, sys
from pathlib import Path
sys.path.insert(0, {source!r})
from bottega.dataset import exchange, frames
table = exchange.read_trusted(__import__("pyarrow").py_buffer(Path(sys.argv[1]).read_bytes()))
told = {{}}
for name, text in json.loads(Path(sys.argv[2]).read_text()).items():
    space = {{"__name__": "script"}}
    exec(compile(text, name, "exec", dont_inherit=True), space)
    made = space["azureml_main"](frames.to_pandas(table))
    made = made[0] if isinstance(made, tuple) else made
    told[name] = frames.from_pandas(made, inputs=(table,)).with_roles_of(table).digest
print(json.dumps(told))
"""


def node(name: str) -> str:
    return name.replace(" ", "-")


@dataclass(frozen=True)
class Place:
    """One environment, with what `bottega run` made of all scripts in it."""

    environment: str
    folder: Path
    workspace: Path
    data: Table
    digests: dict[str, str]

    def experiment(self, dataset: str | FileRef) -> Experiment:
        """All scripts over one dataset."""
        made = Experiment(title="Same", folder=self.folder, environment=self.environment).add_dataset("data", dataset)
        for name, text in SCRIPTS.items():
            made = made.add(node(name), "execute-python-script", inputs={"dataset1": "data"}, script=text)
        return made


@pytest.fixture(scope="module", params=["default", "classic"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    build.ensure(request.param, lambda _: None)
    folder = tmp_path_factory.mktemp(request.param)
    frame = pd.DataFrame({
        "n": [0.1, 2.5, None, -1e300, 1 / 3], "i": [1, 2, 3, 4, 5], "text": ["ä", None, "", "이름", "a,b"],
        "kind": pd.Categorical(["a", "b", "a", None, "b"]), "day": pd.date_range("2020-02-28 13:00", periods=5),
        "yes": [True, False, True, True, False],
    })  # fmt: skip
    formats.write(frames.from_pandas(frame), folder / "data.parquet")
    place = Place(request.param, folder, folder / "workspace", formats.read(folder / "data.parquet"), {})
    (folder / "same.yaml").write_text(writing.dumps(place.experiment(FileRef("data.parquet"))))
    found = told("run", folder / "same.yaml", "--workspace", place.workspace)
    assert found["status"] == "Finished", [each["error"] for each in found["nodes"] if each["error"]]
    place.digests.update({each["id"]: each["outputs"][0]["digest"] for each in found["nodes"] if each["id"] != "data"})
    return place


def by_name(place: Place) -> dict[str, str]:
    return {name: place.digests[node(name)] for name in SCRIPTS}


def test_bottega_script(place: Place) -> None:
    found = {}
    for name, text in SCRIPTS.items():
        (place.folder / "step.py").write_text(text)
        out = place.folder / "out.arrow"
        script_json(place.folder / "step.py", "--dataset1", place.folder / "data.parquet", "--out", out,
                    "--environment", place.environment)  # fmt: skip
        found[name] = formats.read(out).digest
    assert found == by_name(place)


def test_a_run_of_the_server(place: Place, pool: Pool) -> None:
    with serving(place.workspace, pool) as server:
        newest = server.workspace.runs.list(limit=1)[0]
        server.workspace.datasets.save("Same", steps(newest)["data"].outputs[0])
        document = writing.dumps(place.experiment("Same"))
        made = server.v1("POST", "/experiments", 201, content=document, headers={"content-type": "application/yaml"})
        run = server.v1("POST", f"/experiments/{made['id']}/runs", 202, json={"fresh": True})["id"]
        until(lambda: server.v1("GET", f"/runs/{run}")["ended"] is not None, 300)
        record = server.workspace.runs.get(run)
    assert not [step.node for step in record.steps if step.cached and step.node != "data"]
    assert {name: steps(record)[node(name)].outputs[0].digest for name in SCRIPTS} == by_name(place)


def test_the_call_of_a_web_service(place: Place, pool: Pool) -> None:
    """By the tables that come back, and by the texts in which clients get them."""
    with Workspace.open(place.workspace) as workspace:
        bench = Bench(workspace, pool)
        experiment = place.experiment(FileRef("data.parquet")).with_service_input(
            "input1", *(f"{node(name)}.dataset1" for name in SCRIPTS)
        )
        for name in SCRIPTS:
            experiment = experiment.with_service_output(node(name), f"{node(name)}.result_dataset")
        run = bench.run(experiment)
        published = publish(workspace, experiment, run)
        program = Program.loads(published.version.program)
        with Loaded.load(program, workspace, pool) as loaded:
            called = loaded.call({"input1": place.data}, {})
            try:
                found = {name: called.outputs[node(name)].table for name in SCRIPTS}
            finally:
                called.close()
        assert {name: made.digest for name, made in found.items()} == by_name(place)
        columns = texts.columns(place.data)
        given = {"ColumnNames": place.data.arrow.column_names, "Values": list(zip(*columns, strict=True))}
        body = json.dumps({"Inputs": {"input1": given}, "GlobalParameters": {}}).encode()
        hosting = Hosting(workspace, pool)
        try:
            answer: dict[str, Any] = json.loads(hosting.execute(published.endpoint.id, body))["Results"]
        finally:
            hosting.close()
        for name in SCRIPTS:
            wanted = stored_table(workspace, steps(run)[node(name)].outputs[0])
            value = answer[node(name)]["value"]
            assert value["ColumnNames"] == wanted.arrow.column_names
            assert value["Values"] == [list(row) for row in zip(*texts.columns(wanted), strict=True)], name


def test_plain_python(place: Place) -> None:
    python = build.ensure(place.environment, lambda _: None).python
    source = str(Path(package.__file__).parent.parent)
    from bottega.dataset import exchange

    with (place.folder / "data.table").open("wb") as file:
        exchange.write(place.data, file)
    (place.folder / "scripts.json").write_text(json.dumps(SCRIPTS))
    # What a jail sets for every script: with other numbers of threads libraries add in another order.
    constants = {
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    program = _PLAIN.format(source=source)
    done = subprocess.run(
        [python, "-c", program, place.folder / "data.table", place.folder / "scripts.json"],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], **constants},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == by_name(place)
