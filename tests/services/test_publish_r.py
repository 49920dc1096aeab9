"""Code bundles in R, as the R package AzureML put them, and experiments with R published as services."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bottega.graph.document import Experiment
from bottega.sandbox.host import r_runtime
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool
from bottega.services.code import publish_code, zipped
from bottega.services.errors import ServiceError
from bottega.services.program import Program
from bottega.services.publish import Published
from tests.engine.helpers import Bench
from tests.services.bench import call, hosting
from tests.services.experiments import answer, data, load, program_of

pytestmark = pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here")

# In the manner of that package: what the function needs was saved on the caller's side, row by row it is asked.
WRAPPER = """\
inputDF <- maml.mapInputPort(1)\r
load('src/env.RData')\r
attach(exports, warn.conflicts = FALSE)\r
outputDF <- as.data.frame(do.call("rbind", lapply(1:nrow(inputDF), function(j) do.call("..fun", as.list(inputDF[j, , drop = FALSE])))))\r
names(outputDF) <- ..output\r
maml.mapOutputPort("outputDF")\r
"""
SAVED = """\
exports <- new.env()
assign("base", 10, envir = exports)
assign("..fun", function(a, b) a * base + b, envir = exports)
environment(exports$..fun) <- exports
assign("..output", "ans", envir = exports)
save(exports, file = "env.RData")
"""


def bundle(source: str, **more: Any) -> dict[str, Any]:
    """A body."""
    own = {
        "InputSchema": {"a": {"type": "double"}, "b": {"type": "int32"}},
        "OutputSchema": {"ans": {"type": "double"}},
        "Language": "R-3.1-64",
        "SourceCode": source,
    }  # fmt: skip
    return {"Name": "add", "Type": "Code", "CodeBundle": own | more}


def put(bench: Bench, source: str, **more: Any) -> Published:
    """Publish it."""
    return publish_code(bench.workspace, None, bundle(source, **more))


@pytest.fixture
def saved(tmp_path: Path) -> bytes:
    """The zip with what R saved."""
    rscript = shutil.which("Rscript")
    assert rscript is not None
    subprocess.run([rscript, "-e", SAVED], cwd=tmp_path, check=True)
    return zipped([("env.RData", (tmp_path / "env.RData").read_bytes())])


def test_a_function_that_r_saved_answers_every_row(bench: Bench, saved: bytes) -> None:
    made = put(bench, WRAPPER, ZipContents=base64.encodebytes(saved).decode())
    program = Program.loads(made.version.program)
    assert [node.module for node in program.nodes] == ["execute-r-script"]
    assert [(field.name, field.type) for field in program.inputs[0].fields] == [("a", "Double"), ("b", "Integer")]
    with hosting(bench) as host:
        assert call(host, made.endpoint.id, ["a", "b"], ["1.5", "2"], [2, 3]) == [{"ans": "17.0"}, {"ans": "23.0"}]
        assert call(host, made.endpoint.id, ["a", "b"], [0, 1]) == [{"ans": "1.0"}]


def test_no_call_finds_what_another_left(bench: Bench) -> None:
    source = """\
d <- maml.mapInputPort(1)
ans <- data.frame(ans = exists("left") + file.exists("left.txt") + d$a)
left <- 1
assign("left", 1, envir = as.environment("maml"))
writeLines("x", "left.txt")
maml.mapOutputPort("ans")
"""
    made = put(bench, source)
    with hosting(bench) as host:
        answers = [call(host, made.endpoint.id, ["a", "b"], [number, 0]) for number in range(4)]
    assert answers == [[{"ans": f"{number}.0"}] for number in range(4)]


def test_a_failing_function_tells_its_line(bench: Bench) -> None:
    made = put(
        bench, 'd <- maml.mapInputPort(1)\nif (d$a[1] < 0) stop("no negative values")\nmaml.mapOutputPort("d")\n'
    )
    with hosting(bench) as host:
        with pytest.raises(ServiceError, match=r"0063: (?s:.*)line 2: no negative values"):
            call(host, made.endpoint.id, ["a", "b"], [-1, 0])
        assert call(host, made.endpoint.id, ["a", "b"], [1, 0])[0]["a"] == "1.0"


def test_what_ends_r_ends_that_call_alone(bench: Bench) -> None:
    source = """
        d <- maml.mapInputPort(1)
        if (d$a[1] < 0) quit()
        if (d$a[1] > 9) tools::pskill(as.integer(strsplit(readLines("/proc/self/stat"), " ")[[1]][4]), 9)
        maml.mapOutputPort("d")
    """
    made = put(bench, source)
    with hosting(bench) as host:
        for bad in (-1, 10):
            with pytest.raises(ServiceError, match="R ended before the script did"):
                call(host, made.endpoint.id, ["a", "b"], [bad, 0])
            assert call(host, made.endpoint.id, ["a", "b"], [1, 0])[0]["a"] == "1.0"


def test_text_that_answers_nothing_is_refused(bench: Bench) -> None:
    with pytest.raises(ServiceError, match=r"does not call maml\.mapOutputPort"):
        put(bench, "x <- 1")


def test_a_call_where_r_has_gone_is_no_mistake_of_the_caller(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = put(bench, WRAPPER)
    monkeypatch.setitem(os.environ, r_runtime.VARIABLE, "")
    with (
        Pool(layer=Layer.NAMESPACES, spares=0) as pool,
        hosting(Bench(bench.workspace, pool)) as host,
        pytest.raises(ServiceError) as caught,
    ):
        call(host, made.endpoint.id, ["a", "b"], [1, 0])
    assert caught.value.code == "WebServicePackageInternalError"
    assert "R is not installed" in caught.value.details[0].message


def test_without_r_there_is_no_runtime(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, r_runtime.VARIABLE, "")
    with pytest.raises(ServiceError, match=r"R-3\.1-64 runtime not available"):
        put(bench, WRAPPER)


def with_r(folder: Path) -> Experiment:
    """Modules, R, and modules again."""
    return (
        data(folder)
        .add("pick", "select-columns-in-dataset", inputs={"dataset": "people"}, columns=["name", "age"])
        .add("r", "execute-r-script", inputs={"dataset1": "pick"}, script=LONGER)
        .add("query", "apply-sql-transformation", inputs={"table1": "r"}, query="SELECT name, age * 2 AS twice FROM t1")
        .with_service_input("input1", "pick.dataset")
        .with_service_output("output1", "query")
    )


LONGER = """
d <- maml.mapInputPort(1)
stopifnot(!exists("left"), !file.exists("left"), !file.exists(file.path(tempdir(), "left")))
left <- 1
invisible(file.create("left", file.path(tempdir(), "left")))
cat("one call\\n")
plot(d$age)
d$age[is.na(d$age)] <- 0L
d$age <- d$age + 1L
maml.mapOutputPort("d")
"""


@pytest.mark.parametrize("mode", ["request", "service"])
def test_an_experiment_with_r_answers(bench: Bench, tmp_path: Path, mode: str) -> None:
    with load(bench, program_of(bench, with_r(tmp_path)), mode=mode) as loaded:
        for age in (1, 2, None):
            made = answer(loaded, ["Ann", age, 1.0], ["Bob", 5, None])
            assert made == {"name": ["Ann", "Bob"], "twice": [2 * ((age or 0) + 1), 12]}


def test_a_model_of_r_scores_each_call(bench: Bench, tmp_path: Path) -> None:
    rows = "x,y\n" + "".join(f"{n},{3 * n + 1}\n" for n in range(20))
    experiment = (
        data(tmp_path, rows)
        .add("learner", "create-r-model")
        .add("train", "train-model", inputs={"untrained_model": "learner", "dataset": "people"}, label="y")
        .add("score", "score-model", inputs={"trained_model": "train", "dataset": "people"})
        .with_service_input("input1", "score.dataset")
        .with_service_output("output1", "score")
    )
    with load(bench, program_of(bench, experiment)) as loaded:
        made = answer(loaded, [100, None], [7, None])
    assert made["Scored Labels"] == [pytest.approx(301), pytest.approx(22)]
