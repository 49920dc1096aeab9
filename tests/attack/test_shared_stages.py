"""A process that modules of a service share opens no pickle and runs no code that is not Bottega's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from bottega.engine.trust import keeps_trust
from bottega.graph.document import Experiment
from bottega.sandbox.host import r_runtime
from bottega.sandbox.runner import ports
from bottega.sdk import catalogue
from bottega.sdk.ports import PICKLED
from bottega.services.executor import Loaded, with_resources
from bottega.services.program import Program
from bottega.services.stages import Way, split
from bottega.store.records import Output
from tests.engine.conftest import bench
from tests.engine.helpers import Bench, people, steps
from tests.engine.own import shelf, write
from tests.services.experiments import answer, load, program_of, trained

__all__ = ["bench"]

_MODES = ("request", "service")
_SPOIL = """
def spoil():
    "What else runs in this process answers what this says."
    import gc
    import sys

    import pyarrow as pa

    from bottega.sandbox.runner import chain
    from bottega.sdk import Table

    frame, every = sys._getframe(), []
    while frame is not None:
        every += list(frame.f_locals.values())
        frame = frame.f_back
    for found in gc.get_objects() + every:
        if isinstance(found, chain.Chain):
            for step in found._steps:
                if step.node == "victim":
                    stolen = lambda *given, **_: Table(pa.table({"age": ["stolen"]}))
                    object.__setattr__(step.spec, "function", stolen)
"""
_TRANSFORM = """
    class Spoils(Transform):
        def apply(self, table):
            from ._spoil import spoil

            spoil()
            return table

        def describe(self):
            return {"kind": "Missing values scrubber"}


    @module(title="Maker", category="Mine")
    def maker(dataset: Table) -> Annotated[Transform, Label("T")]:
        "Makes."
        return Spoils()
    """
_LIAR = """
    class Trained(TrainedModel):
        def score(self, table):
            from ._spoil import spoil

            spoil()
            return table

        def describe(self):
            return {"learner": "Two-Class Logistic Regression", "task": "two-class", "trusted": True}


    @module(title="Maker", category="Mine")
    def maker(dataset: Table) -> Annotated[TrainedModel, Label("M")]:
        "Lies."
        return Trained()
    """


def ways(program: Program) -> dict[str, Way]:
    return {node.id: stage.way for stage in split(program) for node in stage.nodes}


def _own(folder: Path, text: str) -> Path:
    written = write(folder / "m", maker=text)
    (written / "_spoil.py").write_text(_SPOIL)
    return written


def _with_victim(experiment: Experiment, source: str, *fed: str) -> Experiment:
    return (
        experiment.add("victim", "select-columns-in-dataset", inputs={"dataset": source}, columns=["age"])
        .with_service_input("input1", *fed)
        .with_service_output("output1", "victim")
    )


def _unharmed(loaded: Loaded, ages: Iterable[int] = (7, 8)) -> None:
    for age in ages:
        assert answer(loaded, ["Eve", age])["age"] == [age]


@pytest.mark.parametrize("mode", _MODES)
def test_a_transform_that_is_made_in_the_call(bench: Bench, tmp_path: Path, mode: str) -> None:
    made = (
        people(tmp_path)
        .add("maker", "maker", inputs={"dataset": "people"})
        .add("apply", "apply-transformation", inputs={"transformation": "maker", "dataset": "people"})
    )
    experiment = _with_victim(made, "apply", "maker.dataset", "apply.dataset")
    with shelf(bench, _own(tmp_path, _TRANSFORM)):
        program = program_of(bench, experiment)
        assert ways(program) == {"maker": Way.OWN, "apply": Way.OWN, "victim": Way.MODULES}
        with load(bench, program, mode=mode) as loaded:
            _unharmed(loaded)


@pytest.mark.parametrize("mode", _MODES)
def test_a_model_that_tells_what_it_is_not(bench: Bench, tmp_path: Path, mode: str) -> None:
    made = (
        people(tmp_path)
        .add("maker", "maker", inputs={"dataset": "people"})
        .add("score", "score-model", inputs={"trained_model": "maker", "dataset": "people"})
    )
    experiment = _with_victim(made, "people", "score.dataset", "victim.dataset").with_service_output("output2", "score")
    with shelf(bench, _own(tmp_path, _LIAR)):
        program = program_of(bench, experiment)
        assert ways(program) == {"score": Way.OWN, "victim": Way.MODULES}
        with load(bench, program, mode=mode) as loaded:
            _unharmed(loaded)


def test_a_model_that_an_endpoint_was_given(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, trained(tmp_path))
    assert ways(program) == {"score": Way.MODULES}
    (resource,) = program.resources
    before = program.constants[resource.constant]
    given = {"digest": before.digest, "size": before.size, "described": before.described, "trusted": True}
    assert ways(with_resources(program, {resource.name: given})) == {"score": Way.OWN}


def test_the_usual_service_is_one_chain(bench: Bench, tmp_path: Path) -> None:
    experiment = trained(tmp_path).add(
        "pick", "select-columns-in-dataset", inputs={"dataset": "score"}, columns=["Scored Labels"]
    )
    run = bench.run(experiment)
    kept = steps(run)["train"].outputs[0]
    assert kept.trusted
    bench.workspace.trained_models.save("kept", kept)
    found = bench.workspace.trained_models.get("kept").output
    assert found.trusted
    program = program_of(bench, experiment)
    assert [(stage.way, [node.id for node in stage.nodes]) for stage in split(program)] == [(Way.MODULES, ["score"])]
    assert Program.loads(program.dumps()).constants == program.constants


@pytest.mark.parametrize("kind", sorted(PICKLED))
def test_what_is_pickled_needs_trust(kind: str) -> None:
    spec = catalogue.get("score-model")
    assert keeps_trust(spec, [Output("p", kind, "d", 1, trusted=True)])
    assert not keeps_trust(spec, [Output("p", kind, "d", 1)])
    assert keeps_trust(spec, [Output("p", "DataTable", "d", 1)])


def test_all_that_the_runner_unpickles_counts() -> None:
    assert frozenset(ports._PICKLED) == PICKLED


@pytest.mark.parametrize("name", ["execute-r-script", "create-r-model", "create-python-model", "execute-python-script"])
def test_what_users_wrote_is_never_trusted(name: str) -> None:
    assert not keeps_trust(catalogue.get(name), [])


_R = """
readable <- function(path) tryCatch({ f <- file(path, "rb", raw = TRUE); readBin(f, "raw", 1); close(f); TRUE }, error = function(e) FALSE)
others <- length(list.files("/proc", pattern = "^[0-9]+$"))
d <- data.frame(memory = suppressWarnings(readable("/proc/1/mem")), files = length(list.files("/proc/1/fd")), others = others)
q <- parallel::mcparallel(Sys.sleep(60), detached = TRUE)
maml.mapOutputPort("d")
"""


@pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here")
@pytest.mark.parametrize("mode", _MODES)
def test_r_is_alone_and_leaves_nothing(bench: Bench, tmp_path: Path, mode: str) -> None:
    experiment = (
        people(tmp_path)
        .add("some", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["age"])
        .add("r", "execute-r-script", inputs={"dataset1": "some"}, script=_R)
        .with_service_input("input1", "some.dataset")
        .with_service_output("output1", "r.result_dataset")
    )
    program = program_of(bench, experiment)
    assert ways(program) == {"some": Way.MODULES, "r": Way.OWN}
    with load(bench, program, mode=mode) as loaded:
        found = [answer(loaded, ["Eve", age]) for age in (7, 8, 9)]
    assert [each["memory"] for each in found] == [[False]] * 3
    assert [each["files"] for each in found] == [[0]] * 3
    assert [each["others"] for each in found] == [found[0]["others"]] * 3


@pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here")
def test_r_that_leaves_nothing_is_used_again(bench: Bench, tmp_path: Path) -> None:
    """The start of its first process, in clock ticks, tells one child from another."""
    born = 'd <- data.frame(born = strsplit(sub(".*[)] ", "", readLines("/proc/1/stat")), " ")[[1]][20])\n'
    experiment = (
        people(tmp_path)
        .add("r", "execute-r-script", inputs={"dataset1": "people"}, script=born + 'maml.mapOutputPort("d")\n')
        .with_service_input("input1", "r.dataset1")
        .with_service_output("output1", "r.result_dataset")
    )
    with load(bench, program_of(bench, experiment), mode="service") as loaded:
        assert len({answer(loaded, ["Eve", age])["born"][0] for age in (7, 8, 9)}) == 1
