"""Models that were trained again: fetched, opened in a jail only, and put into an endpoint while it serves."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bottega.graph.document import Experiment
from bottega.sandbox.host.pool import Pool
from bottega.services import endpoints, publish
from bottega.services.errors import ServiceError
from bottega.store.records import Endpoint, Output
from bottega.store.workspace import Workspace
from tests.engine.helpers import Bench, steps
from tests.services import training
from tests.services.bench import call, hosting, published

URL = "http://blobs/models/new.ilearner?sig=1"
LOCATION = {"BaseLocation": "http://blobs/", "RelativeLocation": "models/new.ilearner", "SasBlobToken": "?sig=1"}
MODEL = "Rich people [trained model]"
COLUMNS = ["age", "hours", "rich"]


@dataclass(frozen=True)
class Retrained:
    """A service with an endpoint beside the default one, and models that were trained after it was published."""

    bench: Bench
    endpoint: Endpoint
    folder: Path

    def model(self, experiment: Experiment, name: str = "retrained") -> bytes:
        """The bytes of the model that an experiment trains."""
        run = self.bench.run(experiment, "train", name=name)
        return self.bench.workspace.blobs.read(output(self.bench, run, "train").digest)

    def update(self, content: bytes | Path, *resources: Any) -> Endpoint:
        """Ask for it as clients do."""
        asked = resources or ({"Name": MODEL, "Location": LOCATION},)
        return publish.update_resource(self.bench.workspace, self.now, asked, fetched(content), pool=self.bench.pool)

    @property
    def now(self) -> Endpoint:
        """As it is stored."""
        found = self.bench.workspace.services.endpoint_by_id(self.endpoint.id)
        assert found is not None
        return found


def output(bench: Bench, run: Any, node: str) -> Output:
    """The first one."""
    return steps(run)[node].outputs[0]


def fetched(content: bytes | Path) -> Callable[[str, int], bytes | Path]:
    """Gives that for the one address."""

    def fetch(url: str, most: int) -> bytes | Path:
        assert url == URL
        assert most >= 1 << 30
        return content

    return fetch


@pytest.fixture(scope="module")
def retrained(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Retrained]:
    folder = tmp_path_factory.mktemp("retrained")
    with Workspace.open(folder / "workspace") as workspace:
        bench = Bench(workspace, pool)
        experiment = training.trained(training.people(folder), "people", "people")
        made = publish.set_up(experiment, bench.run(experiment), workspace)
        service = published(bench, made.experiment, known="predictive").service
        yield Retrained(bench, endpoints.add(workspace, service.id, "second"), folder)


def opposite(folder: Path) -> Experiment:
    """Trained on people of whom the young and idle are rich."""
    experiment = training.people(folder)
    path = folder / "people.csv"
    rows = path.read_text()
    path.write_text(rows.replace(",yes\n", ",?\n").replace(",no\n", ",yes\n").replace(",?\n", ",no\n"))
    return training.trained(experiment, "people", "people")


def test_another_model_answers_from_then_on(retrained: Retrained, tmp_path: Path) -> None:
    default = endpoints.default_of(retrained.bench.workspace, retrained.endpoint.service)
    with hosting(retrained.bench) as host:
        (before,) = call(host, retrained.endpoint.id, COLUMNS, [70, 60, None])
        file = tmp_path / "new.ilearner"
        file.write_bytes(retrained.model(opposite(tmp_path)))
        updated = retrained.update(file)
        (after,) = call(host, retrained.endpoint.id, COLUMNS, [70, 60, None])
        (still,) = call(host, default.id, COLUMNS, [70, 60, None])
    assert [each["Scored Labels"] for each in (before, after, still)] == ["yes", "no", "yes"]
    assert updated.resources[MODEL]["size"] == file.stat().st_size
    retrained.bench.workspace.upkeep.prune()
    assert retrained.bench.workspace.blobs.has(updated.resources[MODEL]["digest"])
    assert endpoints.refresh(retrained.bench.workspace, updated.service, "second", overwrite_resources=True)
    assert retrained.now.resources == {}


def test_what_changes_while_a_model_is_fetched(retrained: Retrained, tmp_path: Path) -> None:
    workspace = retrained.bench.workspace
    endpoint = endpoints.add(workspace, retrained.endpoint.service, "third")
    content = retrained.model(opposite(tmp_path))
    first = workspace.services.version(endpoint.service, endpoint.version)
    other = dict(retrained.update(content).resources[MODEL])
    endpoints.refresh(workspace, endpoint.service, "second", overwrite_resources=True)

    def while_it_is_fetched(change: Callable[[], object]) -> Endpoint:
        def fetch(_url: str, _most: int) -> bytes:
            change()
            return content

        asked = [{"Name": MODEL, "Location": LOCATION}]
        return publish.update_resource(workspace, endpoint, asked, fetch, pool=retrained.bench.pool)

    updated = while_it_is_fetched(lambda: workspace.services.change_endpoint(endpoint.id, resources={"other": other}))
    assert set(updated.resources) == {"other", MODEL}
    number = workspace.services.add_version(endpoint.service, first.program, []).number
    with pytest.raises(ServiceError) as told:
        while_it_is_fetched(lambda: workspace.services.change_endpoint(endpoint.id, version=number, resources={}))
    assert told.value.status == 409
    assert workspace.services.endpoint(endpoint.service, "third").resources == {}
    with pytest.raises(ServiceError) as told:
        while_it_is_fetched(lambda: endpoints.delete(workspace, endpoint.service, "third"))
    assert told.value.status == 409


class Bomb:
    """Would leave a file wherever it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("content", [b"", b"no model", pickle.dumps({"a": 1}), b"\x80\x05" + b"x" * 1000], ids=range(4))
def test_what_is_no_model_is_refused(retrained: Retrained, content: bytes) -> None:
    with pytest.raises(ServiceError) as caught:
        retrained.update(content)
    assert (caught.value.status, caught.value.code, caught.value.details[0].code) == (
        400,
        "InvalidOperation",
        "IncompatibleModel",
    )
    assert retrained.now.resources == {}


def test_a_hostile_pickle_does_nothing_here(retrained: Retrained, tmp_path: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        retrained.update(pickle.dumps(Bomb(tmp_path / "here")))
    assert caught.value.details[0].code == "IncompatibleModel"
    assert not (tmp_path / "here").exists()


def test_a_model_of_another_kind_is_refused(retrained: Retrained, tmp_path: Path) -> None:
    experiment = training.people(tmp_path)
    run = retrained.bench.run(training.cleaned(experiment), name="cleaning")
    transform = next(each for each in steps(run)["clean"].outputs if each.type == "Transform")
    with pytest.raises(ServiceError) as caught:
        retrained.update(retrained.bench.workspace.blobs.read(transform.digest))
    assert caught.value.details[0].code == "IncompatibleModel"


@pytest.mark.parametrize("change", ["label", "task", "feature"])
def test_a_model_that_answers_or_needs_something_else_is_refused(
    retrained: Retrained, tmp_path: Path, change: str
) -> None:
    experiment = training.trained(training.people(tmp_path), "people", "people")
    path = tmp_path / "people.csv"
    head, *rows = path.read_text().splitlines()
    if change == "label":
        path.write_text("\n".join([head.replace("rich", "wealthy"), *rows]) + "\n")
        experiment = experiment.set("train", "label", "wealthy")
    elif change == "task":
        experiment = experiment.remove("learner").add("learner", "linear-regression")
        experiment = experiment.connect("train", "untrained_model", "learner").set("train", "label", "hours")
    else:
        path.write_text("\n".join([f"{head},more", *(f"{row},{place}" for place, row in enumerate(rows))]) + "\n")
    with pytest.raises(ServiceError) as caught:
        retrained.update(retrained.model(experiment, name=change))
    error = caught.value
    assert (error.status, error.code, error.details[0].code) == (409, "Conflict", "ModelOutputMetadataMismatch")
    words = {"label": "wealthy", "task": "task is regression", "feature": "more (Integer)"}
    assert words[change].casefold() in error.details[0].message.casefold()


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ({"Name": "none", "Location": LOCATION}, "There is no resource"),
        ({"Name": 7, "Location": LOCATION}, "There is no resource"),
        ("text", "There is no resource"),
        ({"Name": MODEL}, "Location needs"),
        ({"Name": MODEL, "Location": []}, "Location needs"),
        ({"Name": MODEL, "Location": {"BaseLocation": 1, "RelativeLocation": "x"}}, "Location needs"),
        ({"Name": MODEL, "Location": {"BaseLocation": "", "RelativeLocation": None}}, "Location needs"),
    ],
    ids=range(7),
)
def test_requests_that_cannot_be_read(retrained: Retrained, resource: Any, message: str) -> None:
    with pytest.raises(ServiceError) as caught:
        retrained.update(b"", resource)
    assert (caught.value.status, caught.value.code) == (400, "BadArgument")
    assert message in str(caught.value)


@pytest.mark.parametrize("resources", [[], None, {}, "text"], ids=range(4))
def test_lists_of_resources_that_are_none(retrained: Retrained, resources: Any) -> None:
    with pytest.raises(ServiceError, match="Resources has to be a list"):
        publish.update_resource(retrained.bench.workspace, retrained.now, resources, fetched(b""))


def test_a_resource_twice_and_all_or_none(retrained: Retrained, tmp_path: Path) -> None:
    asked = {"Name": MODEL, "Location": LOCATION}
    with pytest.raises(ServiceError, match="is there twice"):
        retrained.update(retrained.model(opposite(tmp_path)), asked, asked)
    assert retrained.now.resources == {}


@pytest.mark.parametrize(
    "location",
    [
        {"BaseLocation": "http://blobs", "RelativeLocation": "/models/new.ilearner", "SasBlobToken": "sig=1"},
        {"BaseLocation": "", "RelativeLocation": "http://blobs/models/new.ilearner", "SasBlobToken": "?sig=1"},
        {"BaseLocation": "http://blobs/models/new.ilearner?sig=1", "RelativeLocation": "", "SasBlobToken": None},
        {"BaseLocation": "http://blobs/models/", "RelativeLocation": "new.ilearner?sig=1"},
    ],
    ids=range(4),
)
def test_spellings_of_a_location(retrained: Retrained, location: dict[str, Any]) -> None:
    with pytest.raises(ServiceError) as caught:  # it was fetched
        retrained.update(b"no model", {"Name": MODEL, "Location": location})
    assert caught.value.details[0].code == "IncompatibleModel"


def test_the_default_endpoint_and_services_without_models(retrained: Retrained, tmp_path: Path) -> None:
    workspace = retrained.bench.workspace
    default = endpoints.default_of(workspace, retrained.endpoint.service)
    with pytest.raises(ServiceError) as caught:
        publish.update_resource(workspace, default, [], fetched(b""))
    assert caught.value.code == "InvalidOperation"
    experiment = training.people(tmp_path).add(
        "pick", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["age"]
    )
    experiment = experiment.with_service_input("input1", "pick.dataset").with_service_output("output1", "pick")
    service = published(retrained.bench, experiment, known="pick").service
    with pytest.raises(ServiceError, match="no updatable resources"):
        publish.update_resource(workspace, endpoints.add(workspace, service.id, "one"), [{"Name": MODEL}], fetched(b""))
