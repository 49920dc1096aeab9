"""Web services and their versions; noticing that they were changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.store.naming import Taken
from bottega.store.records import Output
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, code_of, digest, publish, rows


def test_a_service_comes_with_a_version_and_a_default_endpoint(workspace: Workspace) -> None:
    workspace.blobs.put(*blob(b"model"))
    service = workspace.services.create(
        "A/B: età [predictive exp.]", '{"x": 1}', [digest(b"model")], description="d", experiment="e" * 32,
        mode="service", note="first", throttle="Low",
    )  # fmt: skip
    assert workspace.services.get(service.id) == workspace.services.find(service.id) == service
    assert (service.name, service.description, service.kind, service.experiment, service.default_endpoint) == (
        "A/B: età [predictive exp.]", "d", "experiment", "e" * 32, "default",
    )  # fmt: skip
    version = workspace.services.version(service.id, 1)
    assert (version.number, version.program, version.note) == (1, '{"x": 1}', "first")
    (endpoint,) = workspace.services.endpoints(service.id)
    assert workspace.services.endpoint(service.id, "default") == endpoint
    assert workspace.services.endpoint_by_id(endpoint.id) == endpoint
    assert (endpoint.version, endpoint.mode, endpoint.throttle, endpoint.max_concurrent) == (1, "service", "Low", 20)


def test_an_id_can_be_chosen_once(workspace: Workspace) -> None:
    service = workspace.services.create("s", "{}", [], id="a" * 32, kind="code")
    assert (service.id, service.kind) == ("a" * 32, "code")
    with pytest.raises(Taken) as caught:
        workspace.services.create("t", "{}", [], id="a" * 32)
    assert caught.value.code == "usage"
    assert [each.name for each in workspace.services.list()] == ["s"]
    assert len(workspace.services.endpoints("a" * 32)) == 1


@pytest.mark.parametrize("given", ["", "A" * 32, "a" * 31, "a" * 33, "../" + "a" * 29, "a" * 32 + "\n"])
def test_ids_that_are_none_are_refused(workspace: Workspace, given: str) -> None:
    with pytest.raises(BottegaError) as caught:
        workspace.services.create("s", "{}", [], id=given)
    assert code_of(caught) == "usage"


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\nb", "a\0"], ids=["empty", "blank", "long", "line", "nul"])
def test_names_that_cannot_be_used(workspace: Workspace, name: str) -> None:
    made = publish(workspace)
    for work in (
        lambda: workspace.services.create(name, "{}", []),
        lambda: workspace.services.change(made.id, name=name),
        lambda: workspace.services.add_endpoint(made.id, name),
        lambda: workspace.services.change_endpoint(made.default, name=name),
    ):
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"


def test_names_are_shared_and_listed_in_order(workspace: Workspace) -> None:
    ids = [publish(workspace, name=name).id for name in ("b", "a", "b")]
    assert [each.name for each in workspace.services.list()] == ["a", "b", "b"]
    assert {each.id for each in workspace.services.list()} == {*ids}


def test_changes_last(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        made = publish(workspace)
        workspace.services.add_endpoint(made.id, "second")
        changed = workspace.services.change(made.id, name="n", description="d", default_endpoint="second")
        assert workspace.services.change(made.id) == changed
    with Workspace.open(folder) as workspace:
        assert workspace.services.get(made.id) == changed
        assert (changed.name, changed.description, changed.default_endpoint) == ("n", "d", "second")


def test_a_service_has_no_default_endpoint_that_is_not_its_own(workspace: Workspace) -> None:
    made, other = publish(workspace), publish(workspace)
    workspace.services.add_endpoint(other.id, "second")
    with pytest.raises(BottegaError) as caught:
        workspace.services.change(made.id, default_endpoint="second")
    assert code_of(caught) == "usage"
    assert workspace.services.get(made.id).default_endpoint == "default"


def test_versions_are_numbered_and_move_no_endpoint(workspace: Workspace) -> None:
    made = publish(workspace, b"1")
    workspace.blobs.put(*blob(b"2"))
    for number in range(2, 12):
        version = workspace.services.add_version(made.id, json.dumps(number), [digest(b"2")], note="again")
        assert (version.number, version.note) == (number, "again")
    assert [each.number for each in workspace.services.versions(made.id)] == list(range(1, 12))
    assert workspace.services.version(made.id, 11).program == "11"
    assert workspace.services.endpoint(made.id, "default").version == 1


def _unknown(workspace: Workspace) -> list[Callable[[], object]]:
    made = publish(workspace)
    services = workspace.services
    no = "f" * 32
    return [
        lambda: services.get(no),
        lambda: services.change(no, name="x"),
        lambda: services.delete(no),
        lambda: services.add_version(no, "{}", []),
        lambda: services.version(no, 1),
        lambda: services.version(made.id, 2),
        lambda: services.version(made.id, 0),
        lambda: services.add_endpoint(no, "x"),
        lambda: services.add_endpoint(made.id, "x", version=2),
        lambda: services.endpoint(made.id, "x"),
        lambda: services.endpoint(no, "default"),
        lambda: services.change_endpoint(no, description="x"),
        lambda: services.change_endpoint(made.default, version=2),
        lambda: services.delete_endpoint(no),
        lambda: services.keys(no),
        lambda: services.rotate_key(no, "primary"),
        lambda: services.get("'; DROP TABLE service; --"),
    ]


def test_what_is_not_there_is_told(workspace: Workspace) -> None:
    for work in _unknown(workspace):
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "usage"
    assert workspace.services.find("f" * 32) is None
    assert workspace.services.endpoint_by_id("f" * 32) is None
    assert workspace.services.endpoints("f" * 32) == []
    assert workspace.services.versions("f" * 32) == []
    assert len(workspace.services.list()) == 1


def test_no_service_names_a_file_that_is_not_there(workspace: Workspace) -> None:
    made = publish(workspace)
    for work in (
        lambda: workspace.services.create("s", "{}", [digest(b"gone")]),
        lambda: workspace.services.add_version(made.id, "{}", [digest(b"gone")]),
        lambda: workspace.services.add_endpoint(made.id, "x", digests=[digest(b"gone")]),
        lambda: workspace.services.change_endpoint(made.default, resources={"m": {"digest": digest(b"gone")}}),
    ):
        with pytest.raises(BottegaError) as caught:
            work()
        assert code_of(caught) == "blob-missing"
    assert len(workspace.services.list()) == len(workspace.services.versions(made.id)) == 1
    assert len(workspace.services.endpoints(made.id)) == 1


def test_files_stay_as_long_as_a_version_names_them(workspace: Workspace) -> None:
    made = publish(workspace, b"1", b"both")
    workspace.blobs.put(*blob(b"2"))
    workspace.services.add_version(made.id, "{}", [digest(b"2"), digest(b"both")])
    other = publish(workspace, b"both")
    assert workspace.upkeep.prune()["files"] == 0
    workspace.services.delete(made.id)
    assert workspace.upkeep.prune()["files"] == 2
    assert list(workspace.blobs.digests()) == [digest(b"both")]
    workspace.services.delete(other.id)
    assert workspace.upkeep.prune()["files"] == 1


def test_a_deleted_service_leaves_nothing(workspace: Workspace) -> None:
    made, other = publish(workspace, b"1"), publish(workspace, b"1")
    workspace.services.change_endpoint(made.default, resources={"m": {"digest": digest(b"1"), "type": "Zip"}})
    workspace.jobs.create(made.default, {})
    workspace.services.delete(made.id)
    assert workspace.services.find(made.id) is None
    assert workspace.services.endpoint_by_id(made.default) is None
    assert [each.id for each in workspace.services.list()] == [other.id]
    for table in ("version", "version_blob", "endpoint"):
        assert len(rows(workspace, f"SELECT * FROM {table}")) == 1
    for table in ("endpoint_blob", "job"):
        assert rows(workspace, f"SELECT * FROM {table}") == []


_STAMPED: dict[str, Callable[[Workspace, str, str], object]] = {
    "create": lambda workspace, *_: publish(workspace),
    "change": lambda workspace, service, _: workspace.services.change(service, description="x"),
    "add-version": lambda workspace, service, _: workspace.services.add_version(service, "{}", []),
    "add-endpoint": lambda workspace, service, _: workspace.services.add_endpoint(service, "x"),
    "change-endpoint": lambda workspace, _, endpoint: workspace.services.change_endpoint(endpoint, description="x"),
    "rotate-key": lambda workspace, _, endpoint: workspace.services.rotate_key(endpoint, "primary"),
    "delete-endpoint": lambda workspace, _, endpoint: workspace.services.delete_endpoint(endpoint),
    "delete": lambda workspace, service, _: workspace.services.delete(service),
}


@pytest.mark.parametrize("name", _STAMPED)
def test_every_change_is_noticed_here_and_elsewhere(folder: Path, name: str) -> None:
    with Workspace.open(folder) as workspace, Workspace.open(folder) as other:
        made = publish(workspace)
        before = workspace.services.stamp()
        assert before == other.services.stamp() == workspace.services.stamp()
        _STAMPED[name](workspace, made.id, made.default)
        assert workspace.services.stamp() == other.services.stamp() != before
        after = other.services.stamp()
        assert after > before


@pytest.mark.parametrize(("setting", "value"), [("network", ["a.example:80"]), ("addresses", "127.0.0.1:80")])
def test_what_scripts_may_reach_changes_the_stamp(workspace: Workspace, setting: str, value: object) -> None:
    before = workspace.services.stamp()
    workspace.settings.set_entry(setting, "a.example:80", value)
    assert workspace.services.stamp() != before


def test_other_changes_leave_the_stamp_as_it_is(workspace: Workspace) -> None:
    made = publish(workspace)
    before = workspace.services.stamp()
    job = workspace.jobs.create(made.default, {})
    workspace.jobs.queue(job.id)
    workspace.datasets.save("d", Output("o", "Zip", digest(b"1"), 1), blobs=[blob(b"1")])
    workspace.settings.set("allow_local_files", True)
    assert workspace.services.stamp() == before
    assert workspace.jobs.take() is not None
    assert workspace.services.stamp() == before


def test_a_change_by_another_process_is_noticed(workspace: Workspace) -> None:
    made = publish(workspace)
    before = workspace.services.stamp()
    program = (
        "import sys; from pathlib import Path; from bottega.store.workspace import Workspace\n"
        "with Workspace.open(Path(sys.argv[1])) as w: w.services.change(sys.argv[2], description='x')"
    )
    subprocess.run([sys.executable, "-c", program, str(workspace.folder), made.id], check=True, timeout=60)
    assert workspace.services.stamp() > before
    assert workspace.services.get(made.id).description == "x"


def test_a_refused_change_leaves_the_stamp_as_it_is(workspace: Workspace) -> None:
    publish(workspace)
    before = workspace.services.stamp()
    with pytest.raises(Taken):
        workspace.services.create("t", "{}", [], id=workspace.services.list()[0].id)
    assert workspace.services.stamp() == before


def test_threads_read_the_stamp_at_once(workspace: Workspace) -> None:
    made = publish(workspace)
    seen: list[int] = []

    def change(number: int) -> None:
        workspace.services.change(made.id, description=str(number))
        seen.append(workspace.services.stamp())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(40)))
    assert workspace.services.stamp() == max(seen)
    assert len(rows(workspace, "SELECT 1 FROM workspace WHERE services_stamp = " + str(max(seen)))) == 1


def test_the_stamp_is_told_again_after_closing(workspace: Workspace) -> None:
    publish(workspace)
    before = workspace.services.stamp()
    workspace.services.close()
    assert workspace.services.stamp() == before
