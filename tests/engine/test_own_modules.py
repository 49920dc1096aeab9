"""Modules that a workspace has of its own: declared and run by jails, never imported on this side."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bottega.engine import own_modules, own_shelf
from bottega.engine.check import check
from bottega.engine.export.export import Form, export
from bottega.engine.own_shelf import frozen, shelved
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.graph.reading import loads
from bottega.sandbox.host.limits import Limits
from bottega.sdk import catalogue
from bottega.sdk.declaration import Isolation
from bottega.sdk.page import page
from bottega.store.digest import bytes_digest
from bottega.store.records import Output
from tests.engine import own
from tests.engine.helpers import Bench, people, statuses, steps
from tests.engine.own import LEARNER, added, shelf, write

TRAINING = "x,y,label\n" + "".join(f"{n},{n % 7},{'yes' if n % 3 else 'no'}\n" for n in range(30))


def grown(folder: Path, **parameters: Any) -> Experiment:
    return people(folder).add("grow", "grow", inputs={"dataset": "people"}, **({"column": "age"} | parameters))


def test_a_module_of_a_folder_is_one_of_the_catalogue(bench: Bench, tmp_path: Path) -> None:
    (spec,) = added(bench, own.grow(tmp_path))
    assert catalogue.find("grow") is None
    with shelved(bench.workspace):
        assert catalogue.get("grow").own == catalogue.get("Old Grow").own == spec.own
        assert "grow" in catalogue.names()
        assert catalogue.get("grow") in catalogue.every()
        assert "grow" not in [each.name for each in catalogue.shipped()]
    assert catalogue.find("grow") is None
    assert (spec.title, spec.category, spec.summary) == ("Grow", "Mine", "Add to a column.")
    assert spec.description == "Missing values stay missing."
    assert spec.isolation is Isolation.JAIL
    column, by = spec.parameters
    assert column.required
    assert column.single
    assert by.default == 1.0
    assert by.range.minimum == 0
    assert spec.parameter("step") is by
    assert "By how much" in page(spec)
    with pytest.raises(BottegaError, match="in a jail alone"):
        spec.function()


def test_it_runs_and_is_reused_until_its_code_changes(bench: Bench, tmp_path: Path) -> None:
    folder = own.grow(tmp_path)
    with shelf(bench, folder) as found:
        first = bench.run(grown(tmp_path, by=2))
        assert bench.rows(first, "grow")["age"] == [33.0, None, 29.0]
        assert statuses(bench.run(grown(tmp_path, by=2)))["grow"] == "reused"
        (folder / "_later.py").write_text(own.source(own.LATER, "").replace("pc.add", "pc.subtract"))
        added(bench, folder)
        found.look_again()
        changed = bench.run(grown(tmp_path, by=2))
        assert statuses(changed)["grow"] == "Finished"
        assert bench.rows(changed, "grow")["age"] == [29.0, None, 25.0]
        assert bench.workspace.modules.get("grow").version == 2
        added(bench, folder)
        assert bench.workspace.modules.get("grow").version == 2


def test_checks_know_its_ports_and_parameters(bench: Bench, tmp_path: Path) -> None:
    experiment = grown(tmp_path, by=-1)
    assert {each.code for each in check(experiment, bench.workspace, "test")} == {"module-unknown"}
    with shelf(bench, own.grow(tmp_path)):
        assert {each.code for each in check(experiment, bench.workspace, "test")} == {"0005"}
        unknown = grown(tmp_path).set("grow", "byy", 1)
        assert "byy" in " ".join(each.message for each in check(unknown, bench.workspace, "test"))


def test_every_kind_of_parameter_and_port(bench: Bench, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "m",
        all_kinds="""
        class Way(StrEnum):
            UP = "Go up"
            MRO = "Go down"


        class Made(NamedTuple):
            first: Annotated[Table, Label("First table")]
            second: Annotated[Table | None, Label("Second")]


        @module(title="All kinds", category="Mine", deterministic=False, version=3, libraries=("antigravity",),
                foretell=lambda *_: {})
        def all_kinds(
            one: Table, two: Annotated[Table | None, Help("Not needed")] = None, /,
            *,
            text: Annotated[str, Code("python")],
            way: Way = Way.MRO,
            number: Annotated[int, Range(above=1, maximum=9)] = 5,
            share: float | None = None,
            flag: bool = True,
            down: Annotated[str, When("way", Way.MRO), Secret()] = "x",
            chosen: Annotated[Columns, Of("one")] = Columns.every(),
        ) -> Made:
            \"\"\"Ünï\"\"\"
            note(f"{text} {way.value} {number} {share} {flag} {down} {len(chosen.select(one.columns, 'Chosen'))} {two is None}")
            return Made(one, None)
        """,
    )
    with shelf(bench, folder):
        spec = catalogue.get("all-kinds")
        assert (spec.version, spec.deterministic, spec.libraries, spec.foretell) == (3, False, (), None)
        assert [port.optional for port in spec.inputs] == [False, True]
        assert [port.optional for port in spec.outputs] == [False, True]
        assert spec.json_schema()["properties"]["way"]["enum"] == ["Go up", "Go down"]
        assert spec.json_schema()["properties"]["way"]["default"] == "Go down"
        assert spec.json_schema()["properties"]["down"]["x-when"] == {"way": ["Go down"]}
        experiment = people(tmp_path).add("all", "all-kinds", inputs={"one": "people"}, text="hi")
        run = bench.run(experiment)
        assert run.status == "Finished", steps(run)["all"].error
        assert steps(run)["all"].notes == ("hi Go down 5 None True x 2 True",)
        assert [output.port for output in steps(run)["all"].outputs] == ["first"]
        assert statuses(bench.run(experiment))["all"] == "Finished"  # it is not deterministic


def test_an_error_names_file_and_line_of_its_author(bench: Bench, tmp_path: Path) -> None:
    folder = own.grow(tmp_path)
    (folder / "_later.py").write_text("def add(values, by):\n    return values / nothing\n")
    with shelf(bench, folder):
        error = steps(bench.run(grown(tmp_path)))["grow"].error
    assert error is not None
    assert (error["code"], error["type"]) == ("0085", "NameError")
    assert "nothing" in error["message"]
    lines = (folder / "grow.py").read_text().splitlines()
    assert lines[error["line"] - 1].strip().startswith("arrow = arrow.set_column")
    assert 'File "_later.py", line 2' in error["traceback"]
    assert "return values / nothing" in error["traceback"]
    assert "runner" not in error["traceback"]


def test_errors_with_a_number_keep_it(bench: Bench, tmp_path: Path) -> None:
    with shelf(bench, own.grow(tmp_path)):
        error = steps(bench.run(grown(tmp_path, column="height")))["grow"].error
    assert error is not None
    assert error["code"] == "0001"
    assert "height" in error["message"]


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("def broken(:\n", "0114", "broken.py, line 5: SyntaxError"),
        ("import no_such_package\n", "0114", "line 5: ModuleNotFoundError: No module named 'no_such_package'"),
        ("1 / 0\n", "0114", "line 5: ZeroDivisionError"),
        ("raise SystemExit(3)\n", "0114", "broken.py"),
        ("x = 1\n", "0113", "needs a function broken with @module"),
        ("@module(title='B', category='C')\ndef broken(a: int) -> Table:\n    'Docs.'\n", "0114", "which no port carries"),
        ("@module(title='B', category='C')\ndef broken(a: Table) -> Table:\n    pass\n", "0114", "needs a docstring"),
        (
            "@module(title='B', category='C', isolation=Isolation.HOST)\ndef broken(a: Table) -> Table:\n    'Docs.'\n",
            "0113", "in the jail alone",
        ),
        ("@module(title='B', category='C', guest='script')\ndef broken(a: Table) -> Table:\n    'Docs.'\n", "0113", "in the jail alone"),
        ("@module(title='B', category='C')\ndef broken(a: Table, r: Reach) -> Table:\n    'Docs.'\n", "0113", "in the jail alone"),
        ("@module(title='B', category='C')\ndef broken(a: Table) -> Device:\n    'Docs.'\n", "0107", "Device"),
        ("@module(title='B', category='C')\ndef broken(a: Dataset) -> Table:\n    'Docs.'\n", "0106", "Dataset"),
        ("@module(title='', category='C')\ndef broken(a: Table) -> Table:\n    'Docs.'\n", "0113", "title"),
        (
            f"@module(title='B', category='C')\ndef broken({', '.join(f'a{n}: Table' for n in range(51))}) -> Table:\n    'Docs.'\n",
            "0108", "51",
        ),
        (
            "@module(title='B', category='C')\ndef broken(a: Table, *, x: Annotated[int, Range(minimum=3)] = 1) -> Table:\n    'Docs.'\n",
            "0114", "",
        ),
        ("while True:\n    x = 'x' * 100_000_000\n", "0114", "processor time"),
    ],
)  # fmt: skip
def test_a_broken_module_is_told_and_nothing_is_added(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: str, told: str
) -> None:
    monkeypatch.setattr(own_modules, "_LIMITS", Limits(wall_seconds=20, cpu_seconds=2))
    folder = write(tmp_path / "m", good=own.GROW.replace("grow", "good").replace("from _sums import plus", ""))
    (folder / "broken.py").write_text(own.source(own.IMPORTS, "").strip() + "\n" + text)
    with pytest.raises(BottegaError) as caught:
        added(bench, folder)
    assert caught.value.code == code
    assert told in str(caught.value)
    assert bench.workspace.modules.list() == []


def test_what_declares_itself_falsely_is_refused(bench: Bench, tmp_path: Path) -> None:
    """A hostile file may put anything in place of its declaration; this side takes none of it on trust."""
    hostile = """
    @module(title="Fine", category="Mine")
    def hostile(dataset: Table, *, number: Annotated[int, Range(minimum=1)] = 1) -> Table:
        "Fine."
        return dataset

    from dataclasses import replace
    spec = hostile.__bottega_module__
    number = spec.parameters[0]
    hostile.__bottega_module__ = replace(spec, {change})
    """
    for change, code in (
        ("name='import-data'", "0113"),
        ("name='../../etc'", "0113"),
        ("isolation=Isolation.HOST", "0113"),
        ("version=-1", "0113"),
        ("title='x' * 1000", "0113"),
        ("title='\\x1b[2J'", "0113"),
        ("category='a\\nb'", "0113"),
        ("summary='\\ud800'", "0113"),
        ("parameters=(replace(number, default=10**400),)", "0113"),
        ("parameters=(replace(number, range=Range(minimum=float('-inf'))),)", "0113"),
        ("parameters=(replace(number, default='many'),)", "0113"),
        ("parameters=(replace(number, name='not a name'),)", "0113"),
        ("parameters=(replace(number, of='nothing'),)", "0113"),
        ("parameters=(replace(number, when=(When('nothing', 1),)),)", "0113"),
        ("parameters=(number,) * 2000", "0113"),
        ("parameters=(number, number)", "0101"),
        ("description='x' * 2_000_000", "0113"),
        ("inputs=spec.inputs * 2", "0101"),
        ("outputs=tuple(replace(p, name='a.b') for p in spec.outputs)", "0113"),
    ):
        folder = write(tmp_path / "m", hostile=hostile.replace("{change}", change))
        with pytest.raises(BottegaError) as caught:
            added(bench, folder)
        assert caught.value.code == code, change


def test_nothing_of_it_runs_on_this_side(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    body = f"""
    try:
        open({str(mark)!r}, "w").write("here")
    except OSError:
        pass

    @module(title="Marks", category="Mine")
    def marks(dataset: Table) -> Table:
        "Marks."
        return dataset
    """
    with shelf(bench, write(tmp_path / "m", marks=body)):
        run = bench.run(people(tmp_path).add("marks", "marks", inputs={"dataset": "people"}))
        assert run.status == "Finished"
    assert not mark.exists()
    assert not any("bottega_own" in name or name in {"marks", "_sums"} for name in sys.modules)


def test_names_that_are_taken(bench: Bench, tmp_path: Path) -> None:
    for name, title in (("split_data", "Mine"), ("mine", "Split Data"), ("mine", "Reader"), ("list", "Mine")):
        text = f"@module(title={title!r}, category='C')\ndef {name}(a: Table) -> Table:\n    'Docs.'\n    return a\n"
        folder = tmp_path / f"{name}{title}".replace(" ", "")
        with pytest.raises(BottegaError, match="would be called as"):
            added(bench, write(folder, **{name: text}))
    added(bench, own.grow(tmp_path))
    other = write(
        tmp_path / "other", other=own.GROW.replace("def grow", "def other").replace("from _sums import plus", "")
    )
    with pytest.raises(BottegaError, match="Grow of this workspace"):
        added(bench, other)


def test_files_that_are_none(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BottegaError, match="holds no module"):
        added(bench, tmp_path / "empty")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe4'\n")
    with pytest.raises(BottegaError, match="UTF-8"):
        added(bench, tmp_path / "latin.py")
    (tmp_path / "large.py").write_text("#" * 2_000_000)
    with pytest.raises(BottegaError) as caught:
        added(bench, tmp_path / "large.py")
    assert caught.value.code == "input-too-large"
    with pytest.raises(BottegaError) as caught:
        added(bench, tmp_path / "missing.py")
    assert caught.value.code == "0048"


def test_tests_and_helpers_are_no_modules(tmp_path: Path) -> None:
    folder = own.grow(tmp_path)
    for name in ("test_grow", "grow_test", "conftest", "setup", "__init__"):
        (folder / f"{name}.py").write_text("raise SystemExit\n")
    (found,) = own_modules.found(folder)
    assert (found.file, set(found.sources)) == ("grow.py", {"grow.py", "_sums.py", "_later.py"})


def test_a_removed_module_is_gone(bench: Bench, tmp_path: Path) -> None:
    with shelf(bench, own.grow(tmp_path)) as found:
        spec = catalogue.get("grow")
        own_modules.remove(bench.workspace, "grow")
        found.look_again()
        assert catalogue.find("grow") is None
        assert catalogue.find(frozen(spec)) == spec
        with pytest.raises(BottegaError):
            own_modules.remove(bench.workspace, "grow")


@pytest.mark.parametrize("name", ["grow@", "grow@x", "grow@../../../etc/passwd", f"grow@{'0' * 64}", "@"])
def test_names_of_no_code(bench: Bench, tmp_path: Path, name: str) -> None:
    with shelf(bench, own.grow(tmp_path)):
        assert catalogue.find(name) is None


def test_a_learner_of_ones_own_is_trained_and_scores(bench: Bench, tmp_path: Path) -> None:
    """Its classes are known to none of the jails that open the model: it brings them along."""
    experiment = (
        people(tmp_path, TRAINING)
        .add("learner", "most-frequent")
        .add("train", "train-model", inputs={"untrained_model": "learner", "dataset": "people"}, label="label")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "people"})
    )
    with shelf(bench, write(tmp_path / "m", most_frequent=LEARNER)):
        run = bench.run(experiment)
    assert run.status == "Finished", [step.error for step in run.steps]
    assert set(bench.rows(run, "score")["Scored Labels"]) == {"yes"}
    assert steps(run)["train"].outputs[0].described == {"label": "label", "value": "yes"}
    assert not steps(run)["train"].outputs[0].trusted


def test_what_it_does_to_its_process_is_no_others(bench: Bench, tmp_path: Path) -> None:
    body = """
    import pyarrow
    import pyarrow.compute


    @module(title="Spoils", category="Mine")
    def spoils(dataset: Table) -> Table:
        "Spoils."
        import os
        from bottega.modules.data_transformation import select_columns_in_dataset as other

        other.select_columns_in_dataset = None
        pyarrow.compute.add = pyarrow.compute.subtract
        Table.__init__ = lambda *_: None
        open("/tmp/left", "w").write("x")
        result = object.__new__(Table)
        result.__dict__.update(vars(dataset)) if hasattr(dataset, "__dict__") else None
        return dataset
    """
    experiment = (
        people(tmp_path)
        .add("spoils", "spoils", inputs={"dataset": "people"})
        .add("some", "select-columns-in-dataset", inputs={"dataset": "spoils"}, columns=["age"])
        .add("grow", "grow", inputs={"dataset": "some"}, column="age")
    )
    added(bench, own.grow(tmp_path))
    with shelf(bench, write(tmp_path / "m", spoils=body)):
        run = bench.run(experiment)
        assert run.status == "Finished", [step.error for step in run.steps]
        assert bench.rows(run, "grow") == {"age": [32.0, None, 28.0]}


def test_it_is_not_exported_to_where_there_is_no_jail(bench: Bench, tmp_path: Path) -> None:
    experiment, target = grown(tmp_path), tmp_path / "e.py"
    how: dict[str, Any] = {"source": "e.yaml", "form": Form.SCRIPT, "path": target}
    with shelf(bench, own.grow(tmp_path)):
        prepared = prepare(experiment)
        with pytest.raises(BottegaError, match="runs in a jail alone"):
            export(prepared, experiment, bench.workspace, Outside(tmp_path), **how)
    assert not target.exists()


def test_every_way_to_import_and_annotations_as_text(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "ways.py").write_text(
        """from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import _one
from . import _two
from ._three import THREE
from _four import *
import os.path as path

from bottega.sdk import Columns, Label, Of, Table, module, note


@dataclass(frozen=True)
class Sum:
    value: int = 0


class Both(NamedTuple):
    first: Annotated[Table, Label("First")]
    second: Annotated[Table | None, Label("Second")]


@module(title="Ways", category="Mine")
def ways(dataset: Annotated[Table, Label("Dataset")], *, columns: Annotated[Columns, Of("dataset")] = Columns.every()) -> Both:
    \"\"\"Ways.\"\"\"
    from _one import ONE
    import _one as again

    note(str(Sum(ONE + _one.ONE + again.ONE + _two.TWO + THREE + FOUR).value) + path.basename("/x"))
    return Both(dataset, None)
"""
    )
    for number, name in enumerate(("one", "two", "three", "four"), 1):
        (folder / f"_{name}.py").write_text(f"{name.upper()} = {number}\n")
    with shelf(bench, folder):
        run = bench.run(people(tmp_path).add("ways", "ways", inputs={"dataset": "people"}))
        assert run.status == "Finished", steps(run)["ways"].error
        assert steps(run)["ways"].notes == ("12x",)


def test_what_another_process_adds_is_seen(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_shelf, "_LOOK_AGAIN_SECONDS", -1.0)
    with shelved(bench.workspace):
        assert catalogue.find("grow") is None
        added(bench, own.grow(tmp_path))
        assert catalogue.find("grow") is not None


def test_links_lead_nowhere_outside_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("token\n")
    folder = own.grow(tmp_path)
    (folder / "_inside.py").symlink_to("_sums.py")
    (found,) = own_modules.found(folder)
    assert found.sources["_inside.py"] == found.sources["_sums.py"]
    (folder / "_secret.py").symlink_to(secret)
    for path in (folder, folder / "grow.py"):
        with pytest.raises(BottegaError, match="outside") as caught:
            own_modules.found(path)
        assert caught.value.code == "0048"
    (folder / "_secret.py").rename(folder / "shadow.py")
    with pytest.raises(BottegaError, match="outside"):
        own_modules.found(folder / "shadow.py")


def test_no_experiment_names_a_stored_file(bench: Bench, tmp_path: Path) -> None:
    with shelf(bench, own.grow(tmp_path)):
        pinned = frozen(catalogue.get("grow"))
        read = loads(f"bottega: 1\nnodes:\n  a: {{module: '{pinned}'}}\n")
        assert any(pinned in each.message and each.line == 3 for each in read.problems)
        assert read.experiment.nodes["a"].module == "grow"
        with pytest.raises(BottegaError) as caught:
            prepare(people(tmp_path).add("grow", pinned, inputs={"dataset": "people"}, column="age"))
        assert caught.value.code == "module-unknown"


def _parcel(bench: Bench, **changes: Any) -> bytes:
    with bench.workspace.blobs.open(bench.workspace.modules.get("grow").output.digest) as file:
        told = json.loads(file.read())
    told["declaration"] |= changes.pop("declaration", {})
    return json.dumps(told | changes).encode()


def test_no_other_stored_file_is_a_module(bench: Bench, tmp_path: Path) -> None:
    added(bench, own.grow(tmp_path))
    forged = _parcel(bench, declaration={"name": "gone"})
    digest = bytes_digest(forged)
    output = Output("x", "Attachment", digest, len(forged))
    bench.workspace.datasets.save("forged", output, description="", source="", blobs=[(digest, forged)])
    assert own_shelf.Shelf(bench.workspace).find(f"gone@{digest}") is None
    bench.workspace.modules.save("gone", output, description="", source="")
    assert own_shelf.Shelf(bench.workspace).find(f"gone@{digest}") is not None


def test_files_of_modules_are_checked_when_they_are_read(bench: Bench, tmp_path: Path) -> None:
    added(bench, own.grow(tmp_path))
    for number, data in enumerate((
        b"[" * 200_000,
        b'{"declaration": ' + b'{"a": ' * 100_000,
        _parcel(bench, code=5),
        _parcel(bench, code=["x"]),
        _parcel(bench, more=1),
        _parcel(bench, declaration={"name": None}),
        _parcel(bench, declaration={"name": "saved-trained-model", "title": "Split Data"}),
        b"{}",
        b"\xff",
    )):  # fmt: skip
        digest = bytes_digest(data)
        output = Output("module", own_modules.TYPE, digest, len(data))
        bench.workspace.modules.save(f"m{number}", output, description="", source="", blobs=[(digest, data)])
        found = own_shelf.Shelf(bench.workspace)
        assert found.find(f"saved-trained-model@{digest}") is None
        assert [spec.name for spec in found.every()] == ["grow"]


def test_an_error_is_said_once_and_bounded(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        added(bench, write(tmp_path / "a", **{"1 ödd": "x = 1\n"}))
    assert caught.value.code == "0113"
    assert str(caught.value).count("module definition contains errors") == 1
    with pytest.raises(BottegaError) as caught:
        added(bench, write(tmp_path / "b", long="raise ValueError('x' * 500_000)\n"))
    assert len(str(caught.value)) < 3000
