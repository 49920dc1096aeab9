"""Endpoints, their keys and the files that they have in place of their version's."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.store.naming import Taken
from bottega.store.workspace import Workspace
from tests.store.helpers import blob, digest, publish


def test_an_endpoint_takes_the_version_of_the_default_one_unless_told(workspace: Workspace) -> None:
    made = publish(workspace)
    for _ in range(2):
        workspace.services.add_version(made.id, "{}", [])
    assert workspace.services.add_endpoint(made.id, "a").version == 1
    workspace.services.change_endpoint(made.default, version=2)
    assert workspace.services.add_endpoint(made.id, "b").version == 2
    assert workspace.services.add_endpoint(made.id, "c", version=3).version == 3
    workspace.services.delete_endpoint(made.default)
    assert workspace.services.add_endpoint(made.id, "d").version == 3
    assert [each.name for each in workspace.services.endpoints(made.id)] == ["a", "b", "c", "d"]


def test_all_that_an_endpoint_can_be_comes_back(workspace: Workspace) -> None:
    made = publish(workspace, b"1")
    resources = {"T [trained model]": {"digest": digest(b"1"), "type": "ILearner", "size": 1}}
    endpoint = workspace.services.add_endpoint(
        made.id, "second", description="d", throttle="Low", max_concurrent=4, prevent_update=True, sample_data=True,
        diagnostics="All", mode="service", resources=resources,
    )  # fmt: skip
    assert workspace.services.endpoint_by_id(endpoint.id) == endpoint
    assert endpoint.resources == resources
    assert endpoint.created == endpoint.updated
    changed = workspace.services.change_endpoint(endpoint.id, max_concurrent=200, resources={}, name="third")
    assert workspace.services.endpoint(made.id, "third") == changed
    assert (changed.max_concurrent, changed.resources, changed.description) == (200, {}, "d")
    assert changed.updated > changed.created


def test_names_are_taken_within_a_service(workspace: Workspace) -> None:
    made, other = publish(workspace), publish(workspace)
    second = workspace.services.add_endpoint(made.id, "second")
    workspace.services.add_endpoint(other.id, "second")
    with pytest.raises(Taken):
        workspace.services.add_endpoint(made.id, "second")
    with pytest.raises(Taken):
        workspace.services.change_endpoint(second.id, name="default")
    assert workspace.services.change_endpoint(second.id, name="second").name == "second"


def test_the_default_endpoint_stays_it_under_another_name(workspace: Workspace) -> None:
    made = publish(workspace)
    workspace.services.change_endpoint(made.default, name="main")
    assert workspace.services.get(made.id).default_endpoint == "main"


@pytest.mark.parametrize("field", ["id", "service", "created", "colour", "primary_key"])
def test_what_no_endpoint_has_cannot_be_changed(workspace: Workspace, field: str) -> None:
    made = publish(workspace)
    fields: dict[str, Any] = {field: "x"}
    works: list[Callable[[], object]] = [
        lambda: workspace.services.change_endpoint(made.default, **fields),
        lambda: workspace.services.add_endpoint(made.id, "x", **fields),
    ]
    for work in works:
        with pytest.raises(TypeError):
            work()


def test_keys_are_told_and_rotated_one_by_one(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        made = publish(workspace)
        second = workspace.services.add_endpoint(made.id, "second")
        keys = workspace.services.keys(made.default)
        assert len({*keys, *workspace.services.keys(second.id)}) == 4
        for key in keys:
            assert (len(key), len(base64.b64decode(key, validate=True))) == (88, 64)
        primary = workspace.services.rotate_key(made.default, "primary")
        assert workspace.services.keys(made.default) == (primary, keys[1])
        secondary = workspace.services.rotate_key(made.default, "secondary")
        with pytest.raises(ValueError, match="third"):
            workspace.services.rotate_key(made.default, "third")
    with Workspace.open(folder) as workspace:
        assert workspace.services.keys(made.default) == (primary, secondary)
        assert len({primary, secondary, *keys}) == 4


def test_resources_are_kept_until_others_take_their_place(workspace: Workspace) -> None:
    made = publish(workspace, b"base")
    for data in (b"one", b"two", b"extra"):
        workspace.blobs.put(*blob(data))
    workspace.services.change_endpoint(
        made.default,
        resources={"m": {"digest": digest(b"one"), "type": "ILearner", "size": 3}},
        digests=[digest(b"extra")],
    )
    assert workspace.upkeep.prune()["files"] == 1  # two
    workspace.services.change_endpoint(made.default, description="x")
    assert workspace.upkeep.prune()["files"] == 0
    workspace.blobs.put(*blob(b"two"))
    workspace.services.change_endpoint(made.default, resources={"m": {"digest": digest(b"two"), "type": "ILearner"}})
    assert workspace.upkeep.prune()["files"] == 2
    assert set(workspace.blobs.digests()) == {digest(b"base"), digest(b"two")}
    workspace.services.delete_endpoint(made.default)
    assert workspace.upkeep.prune()["files"] == 1


def test_a_deleted_endpoint_takes_its_jobs_along_but_for_those_that_run(workspace: Workspace) -> None:
    made = publish(workspace)
    second = workspace.services.add_endpoint(made.id, "second")
    jobs = [workspace.jobs.create(made.default, {"n": number}) for number in range(3)]
    other = workspace.jobs.create(second.id, {})
    workspace.jobs.queue(jobs[0].id)
    assert workspace.jobs.take() is not None
    workspace.jobs.queue(jobs[1].id)
    workspace.services.delete_endpoint(made.default)
    assert [each.id for each in workspace.jobs.list()] == [other.id, jobs[0].id]
    running = workspace.jobs.get(jobs[0].id)
    assert (running.status, running.cancel) == ("Running", True)
    assert not workspace.jobs.get(other.id).cancel
    workspace.jobs.finish(running.id, "Cancelled")
    assert workspace.jobs.get(running.id).status == "Cancelled"
    with pytest.raises(BottegaError):
        workspace.jobs.create(made.default, {})
