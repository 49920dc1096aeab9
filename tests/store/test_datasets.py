"""Saved datasets and their versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bottega.errors import BottegaError
from bottega.store.naming import Taken
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


def test_a_family_goes_by_the_name_of_its_newest_version(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"1"))
    first = workspace.datasets.save("old", output(b"1"), data_type="GenericCSV")
    second = workspace.datasets.save("new", output(b"1"), family=first.family, data_type="GenericTSV")
    assert (second.version, second.family, second.data_type) == (2, first.family, "GenericTSV")
    assert workspace.datasets.list() == [second]
    assert workspace.datasets.find("old") is None
    assert workspace.datasets.get("new", 1) == first
    assert workspace.datasets.versions(first.family) == [first, second]
    other = workspace.datasets.save("old", output(b"1"))
    assert (other.version, other.family != first.family) == (1, True)
    assert workspace.datasets.get("old") == other
    assert workspace.datasets.by_id(first.id) == first
    workspace.datasets.delete("old")
    assert workspace.datasets.list() == [second]


def test_a_name_that_another_family_has_is_refused(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"1"))
    first = workspace.datasets.save("a", output(b"1"))
    workspace.datasets.save("b", output(b"1"))
    works: list[Callable[[], object]] = [
        lambda: workspace.datasets.save("b", output(b"1"), family=first.family),
        lambda: workspace.datasets.save("a", output(b"1"), new=True),
    ]
    for work in works:
        with pytest.raises(Taken) as caught:
            work()
        assert caught.value.code == "usage"
    assert workspace.datasets.save("a", output(b"1"), family=first.family).version == 2
    assert workspace.datasets.save("c", output(b"1"), new=True).version == 1


def test_families_that_are_not_there_are_told(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"1"))
    model = workspace.trained_models.save("m", output(b"1"))
    for family in ("", "f" * 32, model.family):
        with pytest.raises(BottegaError) as caught:
            workspace.datasets.save("a", output(b"1"), family=family)
        assert code_of(caught) == "usage"
        with pytest.raises(BottegaError) as caught:
            workspace.datasets.delete_family(family)
        assert code_of(caught) == "usage"
        assert workspace.datasets.versions(family) == []
    assert workspace.datasets.by_id(model.id) is None
    assert workspace.datasets.list() == []


def test_a_family_is_deleted_whole(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"1"))
    first = workspace.datasets.save("a", output(b"1"))
    workspace.datasets.save("b", output(b"1"), family=first.family)
    workspace.datasets.delete_family(first.family)
    assert workspace.datasets.list() == workspace.datasets.versions(first.family) == []


def test_kinds_are_apart(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"1"))
    kinds = [workspace.datasets, workspace.trained_models, workspace.transforms]
    saved = [each.save("same", output(b"1")) for each in kinds]
    assert [each.kind for each in saved] == ["dataset", "trained-model", "transform"]
    assert [each.version for each in saved] == [1, 1, 1]
    for each, one in zip(kinds, saved, strict=True):
        assert each.list() == [one]
    workspace.trained_models.delete("same")
    assert [len(each.list()) for each in kinds] == [1, 0, 1]
    with pytest.raises(BottegaError, match="trained model named same"):
        workspace.trained_models.get("same")


def test_all_that_a_client_tells_comes_back(workspace: Workspace) -> None:
    saved = workspace.datasets.save(
        "a", output(b"table"), blobs=[blob(b"table"), blob(b"raw")], data_type="GenericCSV", owner="Python SDK",
        origin="FromResourceUpload", file_name="à.csv", experiment="e" * 32, raw=digest(b"raw"), raw_size=3,
    )  # fmt: skip
    assert workspace.datasets.get("a") == saved
    assert (saved.owner, saved.origin, saved.file_name, saved.experiment, saved.raw, saved.raw_size) == (
        "Python SDK", "FromResourceUpload", "à.csv", "e" * 32, digest(b"raw"), 3,
    )  # fmt: skip
    assert workspace.upkeep.prune()["files"] == 0
    with pytest.raises(BottegaError) as caught:
        workspace.datasets.save("b", output(b"table"), raw=digest(b"gone"))
    assert code_of(caught) == "blob-missing"


def test_what_a_version_holds_can_be_told_later(workspace: Workspace) -> None:
    saved = workspace.datasets.save("a", output(b"raw"), blobs=[blob(b"raw")], raw=digest(b"raw"))
    done = workspace.datasets.complete(saved.id, output(b"table"), [blob(b"table")])
    assert done == workspace.datasets.get("a") == replace(saved, output=output(b"table"))
    for id_, data, code in (("f" * 32, b"table", "usage"), (saved.id, b"gone", "blob-missing")):
        with pytest.raises(BottegaError) as caught:
            workspace.datasets.complete(id_, output(data))
        assert code_of(caught) == code
    with pytest.raises(BottegaError):
        workspace.transforms.complete(saved.id, output(b"table"))
    assert workspace.datasets.get("a") == done
