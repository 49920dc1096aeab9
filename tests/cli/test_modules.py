"""`bottega modules`: the catalogue, pages, and the pages in docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega

DOCS = Path(__file__).parent.parent.parent / "docs" / "modules"


def test_all_by_category() -> None:
    modules = told("modules")["modules"]
    by_name = {module["name"]: module for module in modules}
    assert by_name["execute-python-script"]["category"] == "Python Language Modules"
    assert by_name["select-columns-in-dataset"]["title"] == "Select Columns in Dataset"
    assert [module["category"] for module in modules] == sorted(module["category"] for module in modules)
    lines = said("modules").splitlines()
    assert [line for line in lines if line and line[0] != " "] == sorted({module["category"] for module in modules})
    assert {line.split()[0] for line in lines if line[:2] == "  "} == set(by_name)


@pytest.mark.parametrize("name", ["select-columns-in-dataset", "Select Columns in Dataset", "project columns"])
def test_a_page_by_name_title_and_former_name(name: str) -> None:
    page = said("modules", name)
    assert page.startswith("# Select Columns in Dataset\n")
    assert "formerly Project Columns" in page


def test_a_declaration() -> None:
    told_ = told("modules", "execute-python-script")
    assert [port["name"] for port in told_["inputs"]] == ["dataset1", "dataset2", "script_bundle"]
    assert [port["optional"] for port in told_["outputs"]] == [False, False, True, True]
    schema = told_["parameters"]
    assert schema["required"] == ["script"]
    assert schema["properties"]["port_mapping"]["enum"] == ["connected", "slots"]


def test_search() -> None:
    found = [module["name"] for module in told("modules", "--search", "PANDAS")["modules"]]
    assert "execute-python-script" in found
    assert "select-columns-in-dataset" not in found
    assert "no module speaks of xyzzy" in said("modules", "--search", "xyzzy")


def test_an_unknown_name_tells_the_nearest() -> None:
    message = refused("modules", "selct-columns-in-dataset")
    assert "There is no module selct-columns-in-dataset" in message
    assert "select-columns-in-dataset" in message.replace("Select Columns in Dataset", "select-columns-in-dataset")
    assert told("modules", "xyzzy", code=2)["error"]["code"] == "module-unknown"
    assert "A name goes neither" in refused("modules", "x", "--search", "y")


def test_the_pages_in_docs_are_those_of_now(tmp_path: Path) -> None:
    said("modules", "--write", tmp_path / "pages")
    written = {path.name: path.read_text() for path in (tmp_path / "pages").iterdir()}
    kept = {path.name: path.read_text() for path in DOCS.iterdir()}
    stale = sorted(name for name in written.keys() | kept.keys() if written.get(name) != kept.get(name))
    assert not stale, "run: bottega modules --write docs/modules (and remove pages of modules that are gone)"


def test_writing_twice_and_never_over_another_readme(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    assert told("modules", "--write", folder)["written"] == told("modules", "--write", folder)["written"]
    (folder / "README.md").write_text("# My project\n")
    (folder / "split-data.md").write_text("mine\n")
    assert "Error 0057" in refused("modules", "--write", folder)
    assert (folder / "README.md").read_text() == "# My project\n"
    assert (folder / "split-data.md").read_text() == "mine\n"
    (tmp_path / "file").write_text("")
    assert "Error 0048" in refused("modules", "--write", tmp_path / "file")


def test_every_link_leads_to_a_page() -> None:
    index = (DOCS / "README.md").read_text()
    names = {module["name"] for module in told("modules")["modules"]}
    assert {line.partition("](")[2].partition(")")[0] for line in index.splitlines() if "](" in line} == {
        f"{name}.md" for name in names
    }


def test_a_module_of_another_package(tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text(
        "from typing import Annotated\n\nfrom bottega.sdk import Label, Table, module\n\n\n"
        '@module(title="Acme Filter", category="Acme")\n'
        "def acme_filter(dataset: Annotated[Table, Label('Dataset')]) -> Annotated[Table, Label('Out')]:\n"
        '    """Keeps all."""\n    return dataset\n'
    )
    info = tmp_path / "acme-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[bottega.modules]\nacme_filter = acme\n")
    done = bottega("modules", "acme filter", PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Acme Filter\n\nKeeps all.\n")
