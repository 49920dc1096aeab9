"""Saved datasets and their versions."""

from __future__ import annotations

import pytest

from bottega.errors import BottegaError
from bottega.store.records import Column, Output
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, digest, output


def test_a_dataset_comes_back(workspace: Workspace) -> None:
    table = Output("data", "DataTable", digest(b"t"), 1, 3, (Column("età", "Integer", "label"),), {"of": ["x"]})
    saved = workspace.datasets.save("Breast cancer", table, description="d", source="s", blobs=[blob(b"t")])
    assert workspace.datasets.get("Breast cancer") == saved
    assert saved.output == table
    assert (saved.name, saved.version, saved.description, saved.source) == ("Breast cancer", 1, "d", "s")
    assert workspace.blobs.read(saved.output.digest) == b"t"


def test_saving_again_makes_a_version_of_the_family(workspace: Workspace) -> None:
    first = workspace.datasets.save("a", output(b"1"), blobs=[blob(b"1")])
    second = workspace.datasets.save("a", output(b"2"), blobs=[blob(b"2")])
    other = workspace.datasets.save("b", output(b"2"))
    assert (first.version, second.version, other.version) == (1, 2, 1)
    assert first.family == second.family != other.family
    assert len({first.id, second.id, other.id}) == 3
    assert workspace.datasets.get("a") == second
    assert workspace.datasets.get("a", 1) == first
    assert workspace.datasets.list() == [second, other]


def test_the_list_is_by_name_and_has_more_than_nine_versions_in_order(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"1"))
    for name in ["b"] * 11 + ["a", "c"]:
        workspace.datasets.save(name, output(b"1"))
    assert [(dataset.name, dataset.version) for dataset in workspace.datasets.list()] == [("a", 1), ("b", 11), ("c", 1)]


def test_a_deleted_dataset_is_gone_and_its_name_free(workspace: Workspace) -> None:
    first = workspace.datasets.save("a", output(b"1"), blobs=[blob(b"1")])
    workspace.datasets.save("a", output(b"1"))
    workspace.datasets.delete("a")
    assert workspace.datasets.list() == []
    assert workspace.datasets.find("a") is None
    again = workspace.datasets.save("a", output(b"1"))
    assert again.version == 1
    assert again.family != first.family


def test_what_is_not_there_is_told_with_what_is(workspace: Workspace) -> None:
    workspace.datasets.save("iris", output(b"1"), blobs=[blob(b"1")])
    for ask in (workspace.datasets.get, workspace.datasets.delete):
        with pytest.raises(BottegaError) as caught:
            ask("Iris")
        assert code_of(caught) == "usage"
        assert "iris" in str(caught.value)
    with pytest.raises(BottegaError) as caught:
        workspace.datasets.get("iris", 2)
    assert "version 2" in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["", "   ", "a/b", "a\\b", "a\nb", "a\0b", "a\x7fb", "a\u2028b", "a\ud800b", "x" * 201],
    ids=["empty", "blank", "slash", "backslash", "newline", "nul", "delete", "line-separator", "surrogate", "long"],
)
def test_names_that_cannot_be_used(workspace: Workspace, name: str) -> None:
    workspace.blobs.put(*blob(b"1"))
    with pytest.raises(BottegaError) as caught:
        workspace.datasets.save(name, output(b"1"))
    assert code_of(caught) == "usage"
    assert workspace.datasets.list() == []


@pytest.mark.parametrize("name", ["x", "x" * 200, "età.csv", "'; DROP TABLE run; --", "数据 👩‍👧"])
def test_names_that_can(workspace: Workspace, name: str) -> None:
    workspace.datasets.save(name, output(b"1"), blobs=[blob(b"1")])
    assert workspace.datasets.get(name).name == name


def test_no_dataset_names_a_file_that_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.datasets.save("a", output(b"never stored"))
    assert code_of(caught) == "blob-missing"
    assert workspace.datasets.list() == []
