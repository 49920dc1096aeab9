"""Finding modules: ours, and those that other packages bring by entry points."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sdk import catalogue

MODULE = """from __future__ import annotations
from typing import Annotated
from bottega.sdk import Columns, Label, Of, Table, module

@module(title="Acme Drop", category="Acme", former=("Old Drop",))
def acme_drop(
    dataset: Annotated[Table, Label("Dataset")], *, columns: Annotated[Columns, Label("Columns"), Of("dataset")]
) -> Annotated[Table, Label("Out")]:
    \"\"\"Drop columns.\"\"\"
    names = columns.select(dataset.columns)
    return Table(dataset.arrow.drop_columns(names))
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with modules on the path, as an installer leaves it."""
    package = tmp_path / "acme_modules"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "drop.py").write_text(MODULE)
    (package / "empty.py").write_text("acme_empty = 1\n")
    info = tmp_path / "acme_modules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-modules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[bottega.modules]\nacme_drop = acme_modules.drop:acme_drop\nsplit-data = acme_modules.drop\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    forget()
    yield tmp_path
    monkeypatch.undo()
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme_modules"]:
        del sys.modules[name]
    forget()


def forget() -> None:
    catalogue._places.cache_clear()
    catalogue._load.cache_clear()
    catalogue.code_digest.cache_clear()


def test_our_own_by_name_title_and_former_name() -> None:
    spec = catalogue.get("select-columns-in-dataset")
    for spelling in ("Select Columns in Dataset", "SELECT_COLUMNS_IN_DATASET", "project columns"):
        assert catalogue.find(spelling) is spec
    assert (
        catalogue.place("select-columns-in-dataset") == "bottega.modules.data_transformation.select_columns_in_dataset"
    )


def test_every_module_is_found_by_all_its_names_and_by_none_of_anothers() -> None:
    specs = catalogue.every()
    assert [spec.name for spec in sorted(specs, key=lambda spec: spec.name)] == catalogue.names()
    for spec in specs:
        for spelling in (spec.name, spec.title, *spec.former):
            assert catalogue.find(spelling) is spec, spelling


def test_they_come_by_category_and_title() -> None:
    told = [(spec.category, spec.title) for spec in catalogue.every()]
    assert told == sorted(told)


def test_helpers_are_no_modules() -> None:
    assert not [name for name in catalogue.names() if name.startswith(("-", "_"))]


@pytest.mark.parametrize(("name", "near"), [("selct-columns-in-dataset", "elect"), ("Execut Python Script", "xecute")])
def test_an_unknown_one_tells_the_nearest(name: str, near: str) -> None:
    assert catalogue.find(name) is None
    with pytest.raises(BottegaError) as caught:
        catalogue.get(name)
    assert caught.value.code == "module-unknown"
    assert near in str(caught.value.facts["near"])
    with pytest.raises(BottegaError, match="bottega modules"):
        catalogue.get("xyzzy")


def test_a_module_of_another_package(installed: Path) -> None:
    assert "acme-drop" in catalogue.names()
    spec = catalogue.get("Old Drop")
    assert (spec.name, spec.title) == ("acme-drop", "Acme Drop")
    assert catalogue.place("acme-drop") == "acme_modules.drop"
    assert spec in catalogue.every()


def test_it_runs_as_the_function_that_it_is(installed: Path) -> None:
    import pyarrow as pa

    from bottega.sdk import Columns, Table

    spec = catalogue.get("acme-drop")
    table = spec.function(Table(pa.table({"a": [1], "b": [2]})), columns=Columns.named("a"))
    assert table.arrow.to_pydict() == {"b": [2]}


def test_our_own_comes_before_another_one_of_its_name(installed: Path) -> None:
    assert catalogue.place("split-data") == "bottega.modules.data_transformation.split_data"


def test_the_digest_of_code_is_that_of_the_package_that_brings_it(installed: Path) -> None:
    before = catalogue.code_digest("acme-drop")
    (installed / "acme_modules" / "drop.py").write_text(MODULE + "# other\n")
    catalogue.code_digest.cache_clear()
    after = catalogue.code_digest("acme-drop")
    (installed / "acme_modules" / "_helper.py").write_text("")
    catalogue.code_digest.cache_clear()
    assert len({before, after, catalogue.code_digest("acme-drop")}) == 3
    last = catalogue.code_digest("acme-drop")
    (installed / "acme_modules" / "empty.py").write_text("acme_empty = 2\n")
    assert catalogue.code_digest("acme-drop") == last  # looked at once in a process
    catalogue.code_digest.cache_clear()
    assert catalogue.code_digest("acme-drop") != last


def test_an_entry_point_that_declares_nothing(installed: Path) -> None:
    (installed / "acme_modules-1.0.dist-info" / "entry_points.txt").write_text(
        "[bottega.modules]\nacme_empty = acme_modules.empty\n"
    )
    forget()
    with pytest.raises(TypeError, match="declares no module acme-empty"):
        catalogue.get("acme-empty")


def test_the_catalogue_imports_no_pandas_and_no_learners() -> None:
    code = (
        "import sys\nfrom bottega.sdk import catalogue\ncatalogue.every()\n"
        "print(sorted({'pandas', 'sklearn', 'lightgbm', 'scipy', 'sqlalchemy'} & set(sys.modules)))\n"
    )
    # Pyarrow alone imports pandas where it is; the command line refuses it as this does.
    refused = "import sys\nsys.modules['pandas'] = None\n"
    done = subprocess.run(
        [sys.executable, "-c", refused + code.replace("'pandas', ", "")], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
