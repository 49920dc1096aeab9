"""Old scripts run under `classic` as they are, by the way of `bottega script`."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bottega.dataset import formats
from bottega.engine import script
from bottega.engine.request import ScriptRequest, preload
from bottega.engine.script import Report
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import CLASSIC, Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool
from tests.engine.old_scripts import HEAD, SCRIPTS, OldScript, old

pytestmark = pytest.mark.slow  # an environment of its own

TABLE = "city,age,income,when\nBonn,31,1000.0,2015-01-02\nŁódź,29,2000.0,2015-02-03\n서울,,3000.0,2015-03-04\nQuito,30,4000.5,2015-04-05\n"


class Silent:
    """Follows nothing."""

    def printed(self, text: str) -> None:
        """Drop it."""

    def phase(self, text: str) -> None:
        """Drop it."""


@dataclass(frozen=True)
class Classic:
    """Runs old scripts."""

    environment: Environment
    pool: Pool

    def run(self, each: OldScript, folder: Path) -> tuple[Report, dict[str, list[Any]]]:
        """What came of it, and its table by columns."""
        (folder / "step.py").write_bytes(each.source)
        (folder / "data.csv").write_text(TABLE)
        with zipfile.ZipFile(folder / "bundle.zip", "w") as archive:
            for name, content in each.bundle.items():
                archive.writestr(name, content)
        request = ScriptRequest(
            str(folder / "step.py"), CLASSIC, dataset1=str(folder / "data.csv"), out=str(folder / "out.parquet"),
            bundle=str(folder / "bundle.zip") if each.bundle else None,
        )  # fmt: skip
        modules = preload(b"", self.environment.modules, shared=True)
        report = script.run(request, self.pool, self.environment, modules, Silent())
        found = formats.read(folder / "out.parquet").arrow.to_pydict() if report.error is None else {}
        return report, found


@pytest.fixture(scope="module")
def classic() -> Iterator[Classic]:
    environment = build.ensure(CLASSIC, lambda _: None)
    with Pool(layer=Layer.NAMESPACES, spares=1) as pool:
        yield Classic(environment, pool)


@pytest.mark.parametrize("name", SCRIPTS)
def test_runs(classic: Classic, tmp_path: Path, name: str) -> None:
    each = SCRIPTS[name]
    report, found = classic.run(each, tmp_path)
    assert report.error is None, report.error
    if each.columns is not None:
        assert tuple(found) == each.columns
    if each.rows is not None:
        assert len(next(iter(found.values()))) == each.rows
    for (column, row), value in each.cells.items():
        assert found[column][row] == value, (column, row)


def test_a_pickled_model_of_the_bundle(classic: Classic, tmp_path: Path) -> None:
    """Trained by these libraries, opened by the old name of joblib from a path of Windows'."""
    made = old(
        "import os\nos.makedirs('outputs')\njoblib.dump(LinearRegression().fit([[1.0], [2.0]], [2.0, 4.0]), 'outputs/m.pkl')",
        head=HEAD + "from sklearn.externals import joblib\nfrom sklearn.linear_model import LinearRegression\n\n",
    )
    (tmp_path / "make.py").write_bytes(made.source)
    request = ScriptRequest(str(tmp_path / "make.py"), CLASSIC, files=str(tmp_path / "files.zip"))
    report = script.run(
        request, classic.pool, classic.environment, preload(b"", classic.environment.modules, shared=True), Silent()
    )
    assert report.error is None, report.error
    with zipfile.ZipFile(tmp_path / "files.zip") as archive:
        model = archive.read("m.pkl")
    uses = old(
        "model = joblib.load('.\\\\Script Bundle\\\\m.pkl')\nx = dataframe1[['income']].as_matrix()\n"
        "dataframe1['twice'] = model.predict(x).round(3)",
        head=HEAD + "from sklearn.externals import joblib\n\n", bundle={"m.pkl": model},
    )  # fmt: skip
    report, found = classic.run(uses, tmp_path)
    assert report.error is None, report.error
    assert found["twice"] == [2000.0, 4000.0, 6000.0, 8001.0]


def test_removed_names_are_told_once_each(classic: Classic, tmp_path: Path) -> None:
    report, _ = classic.run(SCRIPTS["as_matrix"], tmp_path)
    assert [note for note in report.notes if "as_matrix" in note]
