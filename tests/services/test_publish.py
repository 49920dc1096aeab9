"""Publishing experiments: versions, the default endpoint, rolling back; what calls get."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.services import endpoints, publish
from bottega.services.program import Program
from bottega.store.records import Endpoint
from tests.engine.helpers import Bench, people, script
from tests.services import training
from tests.services.bench import call, hosting, published


def adding(folder: Path, number: int) -> Experiment:
    """A service that adds a number to an age."""
    experiment = people(folder).add("add", "execute-python-script", inputs={"dataset1": "people"},
                                    script=script(f"df['age'] += {number}\nreturn df"))  # fmt: skip
    return experiment.with_service_input("input1", "add.dataset1").with_service_output("output1", "add")


def test_a_new_service_and_its_next_version(bench: Bench, tmp_path: Path) -> None:
    first = published(bench, adding(tmp_path, 1), description="adds")
    assert (first.service.name, first.service.description, first.service.kind) == ("Test", "adds", "experiment")
    assert (first.service.experiment, first.version.number) == ("test", 1)
    assert (first.endpoint.name, first.endpoint.version, first.endpoint.mode) == ("default", 1, "request")
    with hosting(bench) as host:
        assert call(host, first.endpoint.id, ["name", "age"], ["Zoe", 1]) == [{"name": "Zoe", "age": "2"}]
        second = published(bench, adding(tmp_path, 10), service_id=first.service.id, mode="service")
        assert (second.version.number, second.endpoint.id, second.endpoint.mode) == (2, first.endpoint.id, "service")
        assert (second.service.name, second.service.description) == ("Test", "adds")
        assert call(host, first.endpoint.id, ["name", "age"], ["Zoe", 1]) == [{"name": "Zoe", "age": "11"}]
        assert publish.roll_back(bench.workspace, first.service.id, 1).version == 1
        assert call(host, first.endpoint.id, ["name", "age"], ["Zoe", 1]) == [{"name": "Zoe", "age": "2"}]
    with pytest.raises(BottegaError, match="has no version 3"):
        publish.roll_back(bench.workspace, first.service.id, 3)


def test_an_id_of_ones_own_and_another_name(bench: Bench, tmp_path: Path) -> None:
    made = published(bench, adding(tmp_path, 1), service_id="ab" * 16, name="Mine")
    assert (made.service.id, made.service.name) == ("ab" * 16, "Mine")
    again = published(bench, adding(tmp_path, 1), service_id="ab" * 16, name="Other", description="now told")
    assert (again.service.name, again.service.description) == ("Other", "now told")
    assert len(bench.workspace.services.list()) == 1
    with pytest.raises(BottegaError, match="is no id"):
        published(bench, adding(tmp_path, 1), service_id="../x")
    with pytest.raises(BottegaError, match="cannot be the name"):
        published(bench, adding(tmp_path, 1), name="a\nb")
    with pytest.raises(BottegaError, match="Mode is"):
        published(bench, adding(tmp_path, 1), mode="fast")
    assert len(bench.workspace.services.list()) == 1


def test_only_the_default_endpoint_follows(bench: Bench, tmp_path: Path) -> None:
    service = published(bench, adding(tmp_path, 1)).service
    other = endpoints.add(bench.workspace, service.id, "other")
    published(bench, adding(tmp_path, 10), service_id=service.id)
    assert bench.workspace.services.endpoint(service.id, "other").version == 1
    assert publish.refresh(bench.workspace, other)
    assert bench.workspace.services.endpoint(service.id, "other").version == 2
    assert not publish.refresh(bench.workspace, other)


def test_a_default_endpoint_that_was_deleted_comes_back(bench: Bench, tmp_path: Path) -> None:
    first = published(bench, adding(tmp_path, 1))
    endpoints.delete(bench.workspace, first.service.id, "default")
    second = published(bench, adding(tmp_path, 2), service_id=first.service.id)
    assert (second.endpoint.name, second.endpoint.version) == ("default", 2)
    assert second.endpoint.id != first.endpoint.id


def test_what_has_not_run_or_answers_nothing_is_refused(bench: Bench, tmp_path: Path) -> None:
    experiment = adding(tmp_path, 1)
    run = bench.run(experiment)
    with pytest.raises(BottegaError, match=r"has changed since run .* \(add\)"):
        publish.publish(bench.workspace, adding(tmp_path, 2), run)
    bare = experiment.without_service("output", "output1")
    with pytest.raises(BottegaError, match="no web service output"):
        publish.publish(bench.workspace, bare, bench.run(bare))
    assert bench.workspace.services.list() == []


def test_the_predictive_experiment_answers_for_single_people(bench: Bench, tmp_path: Path) -> None:
    experiment = training.whole(tmp_path)
    made = publish.set_up(experiment, bench.run(experiment), bench.workspace)
    done = published(bench, made.experiment, known="predictive")
    program = Program.loads(done.version.program)
    assert [node.id for node in program.nodes] == ["clean", "score"]
    assert [resource.name for resource in program.resources] == [
        "Rich people [trained model]",
        "Rich people (clean) [transform]",
    ]
    with hosting(bench) as host:
        (young,) = call(host, done.endpoint.id, ["age", "hours", "rich"], [18, 10, ""])
        (old,) = call(host, done.endpoint.id, ["age", "hours", "rich"], ["70", "60", None])
        # A missing age is the median of the training data, not of the call.
        (unknown,) = call(host, done.endpoint.id, ["rich", "hours", "age"], ["no", 10, None])
    assert (young["Scored Labels"], old["Scored Labels"]) == ("no", "yes")
    assert float(str(unknown["age"])) == round(statistics.median(training_ages(tmp_path)))


def training_ages(folder: Path) -> list[float]:
    """As the file has them."""
    rows = [line.split(",") for line in (folder / "people.csv").read_text().splitlines()[1:]]
    return [float(row[0]) for row in rows if row[0]]


def keys_of(bench: Bench, endpoint: Endpoint) -> tuple[str, str]:
    """Both."""
    return bench.workspace.services.keys(endpoint.id)


def test_publishing_again_keeps_the_keys(bench: Bench, tmp_path: Path) -> None:
    first = published(bench, adding(tmp_path, 1))
    before = keys_of(bench, first.endpoint)
    second = published(bench, adding(tmp_path, 2), service_id=first.service.id)
    assert keys_of(bench, second.endpoint) == before
