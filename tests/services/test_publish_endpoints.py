"""Endpoints by classic's rules: names, throttles, refreshing, deleting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.services import endpoints
from bottega.services.errors import ServiceError
from bottega.services.program import Constant, Program, Resource
from bottega.store.digest import bytes_digest
from bottega.store.naming import Taken
from bottega.store.records import Service
from bottega.store.workspace import Workspace

MODEL, OTHER = b"a model", b"another"


def program(*resources: str) -> Program:
    """Nothing that runs, with models of these names."""
    constants = {f"{name}.model": Constant(bytes_digest(MODEL), "TrainedModel", len(MODEL)) for name in resources}
    return Program(
        "P", constants=constants, resources=tuple(Resource(name, "ILearner", f"{name}.model") for name in resources)
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace") as opened:
        for content in (MODEL, OTHER):
            opened.blobs.put(bytes_digest(content), content)
        yield opened


@pytest.fixture
def service(workspace: Workspace) -> Service:
    made = program("m", "n")
    return workspace.services.create("S", made.dumps(), made.digests())


def replaced(workspace: Workspace, service: Service, name: str, *resources: str) -> None:
    """Give an endpoint models of its own."""
    told = {each: {"digest": bytes_digest(OTHER), "type": "TrainedModel", "size": len(OTHER)} for each in resources}
    workspace.services.change_endpoint(workspace.services.endpoint(service.id, name).id, resources=told)


def test_settings_of_a_new_one(workspace: Workspace, service: Service) -> None:
    made = endpoints.add(workspace, service.id, "one")
    assert (made.throttle, made.max_concurrent, made.prevent_update, made.mode, made.version) == (
        "High",
        20,
        False,
        "request",
        1,
    )
    made = endpoints.add(
        workspace, service.id, "2", description="two", throttle="Low", mode="service", prevent_update=True
    )
    assert (made.description, made.mode, made.prevent_update, endpoints.calls_at_once(made)) == (
        "two",
        "service",
        True,
        4,
    )
    assert (
        endpoints.calls_at_once(endpoints.change(workspace, service.id, "2", throttle="High", max_concurrent=200))
        == 200
    )
    assert endpoints.change(workspace, service.id, "2") == workspace.services.endpoint(service.id, "2")
    with pytest.raises(Taken):
        endpoints.add(workspace, service.id, "one")


@pytest.mark.parametrize("name", ["", "A", "a-b", "a b", "x" * 25, "ä", "a\n", "../a"], ids=range(8))
def test_names_that_cannot_be(workspace: Workspace, service: Service, name: str) -> None:
    with pytest.raises(BottegaError, match="cannot be the name of an endpoint"):
        endpoints.add(workspace, service.id, name)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"throttle": "Medium"}, "one of High, Low"),
        ({"max_concurrent": 0}, "from 1 to 200"),
        ({"max_concurrent": 201}, "from 1 to 200"),
        ({"max_concurrent": True}, "from 1 to 200"),
        ({"max_concurrent": "9"}, "from 1 to 200"),
        ({"throttle": "Low", "max_concurrent": 5}, "takes 4 calls at once"),
        ({"prevent_update": "yes"}, "true or false"),
        ({"description": 7}, "is a text"),
        ({"description": "x" * 10_001}, "at most 10,000 characters"),
        ({"diagnostics": "Some"}, "one of None, Error, All"),
        ({"mode": "fast"}, "one of request, service"),
        ({"version": 7}, "has no version"),
    ],
    ids=range(12),
)
def test_settings_that_cannot_be(workspace: Workspace, service: Service, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(BottegaError, match=message):
        endpoints.add(workspace, service.id, "one", **fields)
    assert len(workspace.services.endpoints(service.id)) == 1


def test_low_stays_low_until_told(workspace: Workspace, service: Service) -> None:
    endpoints.add(workspace, service.id, "one", throttle="Low")
    with pytest.raises(BottegaError, match="takes 4 calls at once"):
        endpoints.change(workspace, service.id, "one", max_concurrent=9)
    assert endpoints.change(workspace, service.id, "one", throttle="High", max_concurrent=9).max_concurrent == 9


def test_the_default_one_goes_last(workspace: Workspace, service: Service) -> None:
    endpoints.add(workspace, service.id, "one")
    with pytest.raises(ServiceError) as caught:
        endpoints.delete(workspace, service.id, "default")
    assert (caught.value.status, caught.value.code) == (400, "InvalidOperation")
    endpoints.delete(workspace, service.id, "one")
    endpoints.delete(workspace, service.id, "default")
    assert workspace.services.endpoints(service.id) == []
    with pytest.raises(BottegaError, match="has no endpoint named"):
        endpoints.delete(workspace, service.id, "one")


def test_refreshing_takes_the_version_and_keeps_models(workspace: Workspace, service: Service) -> None:
    endpoints.add(workspace, service.id, "one")
    assert not endpoints.refresh(workspace, service.id, "one")
    assert not endpoints.refresh(workspace, service.id, "default")
    replaced(workspace, service, "one", "m", "n")
    assert not endpoints.refresh(workspace, service.id, "one")
    made = program("m")
    number = workspace.services.add_version(service.id, made.dumps(), made.digests()).number
    workspace.services.change_endpoint(endpoints.default_of(workspace, service.id).id, version=number)
    assert endpoints.refresh(workspace, service.id, "one")
    found = workspace.services.endpoint(service.id, "one")
    assert (found.version, set(found.resources)) == (2, {"m"})  # the version has no n
    assert endpoints.refresh(workspace, service.id, "one", overwrite_resources=True)
    assert workspace.services.endpoint(service.id, "one").resources == {}
    assert not endpoints.refresh(workspace, service.id, "one", overwrite_resources=True)


def test_one_that_prevents_updates_is_not_refreshed(workspace: Workspace, service: Service) -> None:
    endpoints.add(workspace, service.id, "one", prevent_update=True)
    with pytest.raises(ServiceError, match="prevents updates"):
        endpoints.refresh(workspace, service.id, "one")
    endpoints.change(workspace, service.id, "one", prevent_update=False)
    assert not endpoints.refresh(workspace, service.id, "one")


def test_which_endpoints_can_have_other_models(workspace: Workspace, service: Service) -> None:
    one = endpoints.add(workspace, service.id, "one")
    endpoints.check_patchable(workspace, one)
    with pytest.raises(ServiceError, match="default endpoint always has"):
        endpoints.check_patchable(workspace, endpoints.default_of(workspace, service.id))
    with pytest.raises(ServiceError, match="prevents updates"):
        endpoints.check_patchable(workspace, endpoints.change(workspace, service.id, "one", prevent_update=True))
