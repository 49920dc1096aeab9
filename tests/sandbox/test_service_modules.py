"""Chains of modules as services: constants opened once, values passed in memory, errors with their node."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bottega.sandbox.host import build
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Inline, Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import ModuleService, PreparationFailed, Workers
from tests.sandbox.helpers import sealed
from tests.sandbox.services import chain, columns, inline, read, step

Serve = Callable[..., Workers]
DATA = {"x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "y": [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]}


@pytest.fixture(scope="module")
def own() -> Environment:
    return build.ensure(BOTTEGA, lambda _: None)


@pytest.fixture
def serve(pool: Pool) -> Iterator[Serve]:
    """Makes services; they are closed afterwards."""
    with ExitStack() as stack:

        def made(service: ModuleService, *, reuse: bool) -> Workers:
            workers = Workers(pool, service, reuse=reuse, spares=1)
            stack.callback(workers.close)
            return workers

        yield made


def sql(node: str, source: str, query: str) -> dict[str, Any]:
    """A step that runs a query over one table."""
    return step(node, "apply-sql-transformation", {"table1": source}, query=query)


@pytest.fixture(scope="module")
def model(pool: Pool, own: Environment) -> Iterator[Memory]:
    """A linear regression that learned y = 2 x; made by a chain that trains."""
    steps = [
        step("learner", "linear-regression"),
        step("train", "train-model", {"untrained_model": "learner.untrained_model", "dataset": "in:data"}, label="y"),
    ]
    workers = Workers(pool, chain(own, steps, {"model": "train.trained_model"}), reuse=False, spares=1)
    with sealed(DATA) as data:
        outcome = workers.call({"data": data})
    assert outcome.failure is None, outcome.failure
    assert outcome.described["model"]["learner"]
    yield outcome.outputs["model"]
    outcome.close()
    workers.close()


def scoring(own: Environment, model: Memory, **options: Any) -> ModuleService:
    """Score with the model, then keep what was predicted."""
    steps = [
        step("score", "score-model", {"trained_model": "constant:model", "dataset": "in:data"}),
        sql("keep", "score.scored_dataset", 'select x, "Scored Labels" as score from t1'),
    ]
    outputs = {"kept": "keep.results_dataset", "all": "score.scored_dataset"}
    return chain(own, steps, outputs, {"constant:model": "TrainedModel"}, {"model": model}, **options)


def test_a_chain_scores_with_a_model_opened_once(serve: Serve, own: Environment, model: Memory, *, reuse: bool) -> None:
    service = serve(scoring(own, model), reuse=reuse)
    for x in (7.0, 10.0, -1.5):
        outcome = service.call({"data": inline({"x": [x]})})
        assert outcome.failure is None, outcome.failure
        assert isinstance(outcome.outputs["kept"], Inline)
        kept = read(outcome.outputs["kept"])
        assert kept["x"] == [x]
        assert kept["score"] == pytest.approx([2 * x], abs=0.05)
        assert list(read(outcome.outputs["all"])) == ["x", "Scored Labels"]
        outcome.close()


def test_only_asked_outputs_come_back(serve: Serve, own: Environment, *, reuse: bool) -> None:
    steps = [
        sql("first", "in:data", "select x + 1 as x from t1"),
        sql("last", "first.results_dataset", "select x * 2 as x from t1"),
    ]
    service = serve(chain(own, steps, {"out": "last.results_dataset"}), reuse=reuse)
    outcome = service.call({"data": inline({"x": [1, 2]})})
    assert set(outcome.outputs) == {"out"}
    assert columns(outcome, "out") == {"x": [4, 6]}


def test_large_tables_go_through(serve: Serve, own: Environment, *, reuse: bool) -> None:
    service = serve(
        chain(own, [sql("double", "in:data", "select x * 2 as x from t1")], {"out": "double.results_dataset"}),
        reuse=reuse,
    )
    numbers = list(range(100_000))
    with sealed({"x": numbers}) as large:
        for _ in range(2):
            assert columns(service.call({"data": large}), "out") == {"x": [2 * number for number in numbers]}
            assert columns(service.call({"data": inline({"x": [3]})}), "out") == {"x": [6]}


def test_a_call_may_set_parameters(serve: Serve, own: Environment, *, reuse: bool) -> None:
    """For itself alone: the next has those of the service again."""
    steps = [
        sql("query", "in:data", "select x from t1"),
        sql("more", "query.results_dataset", "select x + 1 as x from t1"),
    ]
    service = serve(chain(own, steps, {"out": "more.results_dataset"}), reuse=reuse)
    changed = json.dumps({"parameters": {"query": {"query": "select x * 10 as x from t1"}}}).encode()
    given = {"data": inline({"x": [1]})}
    assert [columns(service.call(given, each), "out")["x"] for each in (b"{}", changed, b"{}")] == [[2], [11], [2]]


def test_settings_may_be_long(serve: Serve, own: Environment, *, reuse: bool) -> None:
    service = serve(
        chain(own, [sql("query", "in:data", "select x from t1")], {"out": "query.results_dataset"}), reuse=reuse
    )
    query = f"select x, '{'y' * 200_000}' as y from t1"
    changed = json.dumps({"parameters": {"query": {"query": query}}}).encode()
    assert len(columns(service.call({"data": inline({"x": [1]})}, changed), "out")["y"][0]) == 200_000


def test_tables_and_files_can_be_constants(serve: Serve, own: Environment, *, reuse: bool) -> None:
    """Two readers of one constant, one of a CSV file as a table."""
    steps = [
        step("join", "join-data", {"dataset1": "in:data", "dataset2": "constant:names"}, left_keys="k", right_keys="k"),
        step("csv", "apply-sql-transformation", {"table1": "constant:file", "table2": "join.results_dataset"},
             query="select t2.*, (select count(*) from t1) as n from t2"),
    ]  # fmt: skip
    types = {"constant:names": "DataTable", "constant:file": "GenericCsv"}
    with sealed({"k": [1, 2], "name": ["one", "two"]}) as names, Memory.of("file", b"a\n1\n2\n3\n") as file:
        service = serve(
            chain(own, steps, {"out": "csv.results_dataset"}, types, {"names": names, "file": file}), reuse=reuse
        )
        for key, name in ((1, "one"), (2, "two")):
            told = columns(service.call({"data": inline({"k": [key]})}), "out")
            assert told["name"] == [name]
            assert told["n"] == [3]


def test_outputs_of_other_types(serve: Serve, own: Environment, *, reuse: bool) -> None:
    steps = [step("csv", "convert-to-csv", {"dataset": "in:data"})]
    service = serve(chain(own, steps, {"file": "csv.results_dataset"}), reuse=reuse)
    outcome = service.call({"data": inline({"a": [1, None], "b": ["x", "y"]})})
    assert outcome.failure is None, outcome.failure
    assert outcome.outputs["file"].read().replace(b"\r\n", b"\n") == b"a,b\n1,x\n,y\n"


@pytest.mark.parametrize(("data", "code", "node"), [
    ({"z": [1.0]}, "0001", "score"), ({"x": ["text"]}, "0016", "score"), ({"x": [1.0], "Scored Labels": [1]}, None, None),
], ids=["missing column", "other kind", "earlier scores"])  # fmt: skip
def test_an_error_names_its_node(
    serve: Serve,
    own: Environment,
    model: Memory,
    data: dict[str, Any],
    code: str | None,
    node: str | None,
    *,
    reuse: bool,
) -> None:
    service = serve(scoring(own, model), reuse=reuse)
    for _ in range(2):
        failure = service.call({"data": inline(data)}).failure
        assert (code, node) == (None, None) if failure is None else (failure.code, failure.node) == (code, node)
    assert columns(service.call({"data": inline({"x": [1.0]})}), "kept")["x"] == [1.0]


def test_a_wrong_parameter_names_its_node(serve: Serve, own: Environment, *, reuse: bool) -> None:
    service = serve(
        chain(own, [sql("query", "in:data", "select x from t1")], {"out": "query.results_dataset"}), reuse=reuse
    )
    for wrong in ({"query": "select nonsense from t1"}, {"no_such": 1}):
        failure = service.call(
            {"data": inline({"x": [1]})}, json.dumps({"parameters": {"query": wrong}}).encode()
        ).failure
        assert failure is not None
        assert failure.node == "query"


def test_a_model_that_cannot_be_opened_is_told_at_once(serve: Serve, own: Environment, *, reuse: bool) -> None:
    with Memory.of("model", b"no pickle") as damaged:
        service = serve(scoring(own, damaged), reuse=reuse)
        with pytest.raises(PreparationFailed) as caught:
            service.warm()
        failure = service.call({"data": inline({"x": [1.0]})}).failure
    assert (caught.value.failure.code, caught.value.failure.node) == ("0082", "score")
    assert failure == caught.value.failure


def test_a_parameter_that_is_none_is_told_at_once(serve: Serve, own: Environment, *, reuse: bool) -> None:
    steps = [step("learner", "linear-regression", regularization="none of it")]
    service = serve(chain(own, steps, {"out": "learner.untrained_model"}), reuse=reuse)
    failure = service.call({}).failure
    assert failure is not None
    assert failure.node == "learner"


def test_samples_leave_no_trace(serve: Serve, own: Environment, model: Memory, *, reuse: bool) -> None:
    """Also where the chain cannot do with them: then each call is told."""
    for sample in ({"x": [1.0, 2.0]}, {"z": ["wrong"]}):
        service = serve(scoring(own, model, samples={"data": inline(sample)}), reuse=reuse)
        for _ in range(2):
            outcome = service.call({"data": inline({"x": [3.0]})})
            assert outcome.log == ""
            assert outcome.notes == ()
            assert columns(outcome, "kept")["x"] == [3.0]


def test_notes_are_the_calls_own(serve: Serve, own: Environment) -> None:
    service = serve(scoring(own, model_of(own, serve)), reuse=True)
    with_note = service.call({"data": inline({"x": [None, 1.0]})})
    without = service.call({"data": inline({"x": [1.0]})})
    assert len(with_note.notes) == 1
    assert without.notes == ()


def model_of(own: Environment, serve: Serve) -> Memory:
    """A model that cannot take missing values."""
    steps = [
        step("learner", "linear-regression"),
        step("train", "train-model", {"untrained_model": "learner.untrained_model", "dataset": "in:data"}, label="y"),
    ]
    return (
        serve(chain(own, steps, {"model": "train.trained_model"}), reuse=False)
        .call({"data": inline(DATA)})
        .outputs["model"]
    )


def test_a_call_has_its_time(serve: Serve, own: Environment, *, reuse: bool) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) as s from n"
    service = serve(chain(own, [sql("query", "in:data", endless)], {"out": "query.results_dataset"}), reuse=reuse)
    failure = service.call({"data": inline({"x": [1]})}, limits=Limits(wall_seconds=0.5)).failure
    assert failure is not None
    assert failure.type == "Timeout"
