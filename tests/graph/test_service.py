"""The web service section: edits, reading, writing, checks and differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bottega.errors import BottegaError
from bottega.graph.diff import Change, diff
from bottega.graph.document import UNSET, Experiment, FileRef, ServiceParameter, Source, WebService
from bottega.graph.file import dumps, loads, update
from bottega.graph.validation import Problem, validate
from tests.graph.modules import find

TEXT = """\
bottega: 1
nodes:
  data:
    dataset: iris
  half:
    module: halve
    inputs: {dataset: data}
  other:
    module: halve
    inputs: {dataset: half.second}
  learn:
    module: learner
  fit:
    module: train
    inputs: {untrained: learn, dataset: half}
    parameters:
      label: species
web_service:
  inputs:
    input1: half.dataset
    input2: [other.Dataset, fit.dataset]
  outputs:
    output1: other.first
    model: fit
  parameters:
    kept: half.keep
    share:
      sets: [half.fraction, other.fraction]
      default: 0.25
      description: "How much: of it all"
    label: {sets: fit.label, required: true}
layout:
  data: [0, 0]
"""
SERVICE = WebService(
    {
        "input1": (Source("half", "dataset"),),
        "input2": (Source("other", "Dataset"), Source("fit", "dataset")),
    },
    {"output1": Source("other", "first"), "model": Source("fit")},
    {
        "kept": ServiceParameter(("half.keep",)),
        "share": ServiceParameter(("half.fraction", "other.fraction"), False, 0.25, "How much: of it all"),
        "label": ServiceParameter(("fit.label",), required=True),
    },
)


def _problems(text: str, **given: object) -> list[Problem]:
    return validate(loads(text), find_module=find, **given)  # type: ignore[arg-type] # what the test gives


def test_it_is_read_and_means_what_edits_make() -> None:
    loaded = loads(TEXT)
    assert loaded.problems == ()
    assert loaded.experiment.web_service == SERVICE
    made = (
        replace(loaded.experiment, web_service=WebService())
        .with_service_input("input1", "half.dataset")
        .with_service_input("input2", "other.Dataset", Source("fit", "dataset"))
        .with_service_output("output1", "other.first")
        .with_service_output("model", "fit")
        .with_service_parameter("kept", "half.keep")
        .with_service_parameter(
            "share", "half.fraction", "other.fraction", default=0.25, description="How much: of it all"
        )
        .with_service_parameter("label", "fit.label", required=True)
    )
    assert made == loaded.experiment
    assert update(TEXT, made) == TEXT


def test_the_canonical_text() -> None:
    assert dumps(loads(TEXT).experiment) == TEXT
    short = loads(TEXT).experiment.with_service_parameter("share", "half.fraction", default=0.25)
    assert "    share: {sets: half.fraction, default: 0.25}\n" in dumps(short)


def test_an_empty_section_is_none() -> None:
    for text in ("web_service:\n", "web_service: {}\n", "web_service:\n  inputs:\n  outputs: {}\n", ""):
        loaded = loads("bottega: 1\nnodes: {a: {dataset: d}}\n" + text)
        assert loaded.problems == ()
        assert not loaded.experiment.web_service
        assert "web_service" not in dumps(loaded.experiment)


def test_rename_and_remove_take_it_along() -> None:
    experiment = loads(TEXT).experiment
    renamed = experiment.rename("half", "third").web_service
    assert renamed.inputs["input1"] == (Source("third", "dataset"),)
    assert renamed.parameters["share"] == replace(
        SERVICE.parameters["share"], sets=("third.fraction", "other.fraction")
    )
    removed = experiment.remove("other").web_service
    assert removed.inputs == {"input1": SERVICE.inputs["input1"], "input2": (Source("fit", "dataset"),)}
    assert removed.outputs == {"model": Source("fit")}
    assert removed.parameters["share"].sets == ("half.fraction",)
    assert list(experiment.remove("half").remove("other").web_service.parameters) == ["label"]
    assert experiment.rename("half", "third").rename("third", "half") == experiment


def test_without() -> None:
    experiment = loads(TEXT).experiment
    assert list(experiment.without_service("input", "input1").web_service.inputs) == ["input2"]
    assert list(experiment.without_service("output", "model").web_service.outputs) == ["output1"]
    assert list(experiment.without_service("parameter", "share").web_service.parameters) == ["kept", "label"]
    with pytest.raises(BottegaError, match=r"no web service input input3.*did you mean input"):
        experiment.without_service("input", "input3")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda e: e.with_service_input("a", "nobody.x"), "no node nobody"),
        (lambda e: e.with_service_input("a", "half"), "takes NODE.PORT"),
        (lambda e: e.with_service_input("a"), "takes NODE.PORT"),
        (lambda e: e.with_service_input(" ", "half.dataset"), "no name"),
        (lambda e: e.with_service_input("a" * 201, "half.dataset"), "no name"),
        (lambda e: e.with_service_output("a\nb", "half"), "no name"),
        (lambda e: e.with_service_output("a", "."), "neither NODE nor NODE.PORT"),
        (lambda e: e.with_service_parameter("a", "half"), "sets NODE.PARAMETER"),
        (lambda e: e.with_service_parameter("a"), "sets NODE.PARAMETER"),
        (lambda e: e.with_service_parameter("a", "half.keep", required=True, default=1), "no default"),
        (lambda e: e.with_service_parameter("a", "half.keep", default=object()), "cannot be a parameter"),
    ],
    ids=range(11),
)
def test_edits_that_cannot_be(edit: Callable[[Experiment], Experiment], words: str) -> None:
    with pytest.raises(BottegaError, match=words) as caught:
        edit(loads(TEXT).experiment)
    assert caught.value.code == "usage"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("  inputs:\n    input1", "  input:\n    input1", 19, "did you mean inputs"),
        ("input1: half.dataset", "input1: half", 20, "takes NODE.PORT"),
        ("input1: half.dataset", "input1: {a: half.dataset}", 20, "takes NODE.PORT"),
        ("input1: half.dataset", "input1: []", 20, "takes NODE.PORT"),
        ("input1: half.dataset", '"": half.dataset', 20, "1 to 200 characters"),
        ("input1: half.dataset", f'"{"n" * 201}": half.dataset', 20, "1 to 200 characters"),
        ("input1: half.dataset", "input1: half.dataset\n    input1: half.dataset", 21, "twice"),
        ("output1: other.first", "output1: [other.first]", 23, "takes NODE or NODE.PORT"),
        ("  outputs:\n    output1: other.first\n    model: fit\n", "  outputs: none\n", 22, "takes `name: value`"),
        ("sets: [half.fraction, other.fraction]", "set: half.fraction", 28, "no `set:`"),
        ("sets: [half.fraction, other.fraction]\n", "sets: half\n", 28, "takes NODE.PARAMETER"),
        ("required: true", "required: maybe", 31, "true or false"),
        ("required: true", "required: true, default: species", 31, "is required, so it has no default"),
        ('description: "How much: of it all"', "description: [a]", 30, "takes a text"),
        ("web_service:", "web_service: yes\nmore:", 18, "takes `name: value`"),
    ],
    ids=range(15),
)
def test_what_cannot_be_read_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in TEXT
    loaded = loads(TEXT.replace(old, new, 1))
    assert (line, True) in [(problem.line, words in problem.message) for problem in loaded.problems]
    assert loaded.experiment.nodes == loads(TEXT).experiment.nodes


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("half.dataset", "halve.dataset", 20, "no node halve; did you mean half?"),
        ("half.dataset", "half.datset", 20, "Halve) has no input datset; did you mean dataset?"),
        ("input1: half.dataset", "input1: fit.untrained", 20, "takes UntrainedModel, and a call feeds tables"),
        ("input1: half.dataset", "input1: fit.Dataset", 21, "input1 feeds fit.dataset already"),
        ("input1: half.dataset", "input1: [half.dataset, half.Dataset]", 20, "half.dataset is there twice"),
        ("other.first", "other.fist", 23, "has no output fist; did you mean first?"),
        ("other.first", "oter", 23, "no node oter; did you mean other"),
        ("half.keep", "half.keeps", 26, "has no parameter keeps; did you mean keep?"),
        ("half.keep", "other.fraction", 27, "kept sets other.fraction already"),
        ("kept: half.keep", "kept: [half.keep, half.strict]", 26, "of one type"),
        ("default: 0.25", "default: much", 27, "cannot be read as a number"),
        ("default: 0.25", "default: 1.5", 27, "Fraction of rows"),
    ],
    ids=range(12),
)
def test_what_leads_nowhere_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    before, after = TEXT.split("web_service:")
    assert old in after
    problems = _problems(f"{before}web_service:{after.replace(old, new, 1)}")
    assert [(problem.line, words in problem.message) for problem in problems] == [(line, True)]


def test_a_sound_section_has_no_problems() -> None:
    assert _problems(TEXT) == []


def test_the_schema_provider_is_an_ordinary_edge() -> None:
    [problem] = _problems(TEXT.replace("inputs: {dataset: data}", "inputs: {}"))
    assert (problem.code, problem.node, problem.port) == ("0003", "half", "dataset")


def test_targets_leave_out_what_is_elsewhere() -> None:
    text = TEXT.replace("half.keep", "fit.keeps").replace("other.first", "nobody")
    assert [problem.message for problem in _problems(text, targets=["half"])] == [
        "The web service output output1: There is no node nobody."
    ]
    assert len(_problems(text)) == 2


def test_an_unknown_module_is_told_once() -> None:
    [problem] = _problems(
        TEXT.replace("half.keep", "odd.keep").replace("  learn:", "  odd:\n    module: odd\n  learn:")
    )
    assert problem.code == "module-unknown"


@pytest.mark.parametrize(
    ("edit", "changes"),
    [
        (lambda e: e, []),
        (lambda e: e.with_service_input("input1", "half.Dataset"), []),
        (lambda e: e.with_service_input("input1", "half.input"), []),
        (lambda e: e.with_service_output("model", "fit.Trained model"), []),
        (lambda e: e.with_service_parameter("kept", "half.Columns to keep"), []),
        (
            lambda e: e.with_service_input("new", "half.dataset"),
            [Change("web service input", subject="new", after="half.dataset")],
        ),
        (
            lambda e: e.without_service("output", "model"),
            [Change("web service output", subject="model", before="fit.trained_model")],
        ),
        (
            lambda e: e.with_service_parameter("kept", "half.keep", required=True),
            [
                Change(
                    "web service parameter",
                    subject="kept",
                    before="half.keep",
                    after={"sets": "half.keep", "required": True},
                )
            ],
        ),
        (lambda e: e.rename("half", "third"), [Change("node renamed", "third", before="half", after="third")]),
    ],
    ids=range(9),
)
def test_differences(edit: Callable[[Experiment], Experiment], changes: list[Change]) -> None:
    old = loads(TEXT).experiment
    assert diff(old, edit(old), find) == changes


def test_a_default_may_be_a_file_or_null() -> None:
    text = TEXT.replace("default: 0.25", "default: {file: x.txt}").replace(
        "half.keep", "{sets: half.keep, default: null}"
    )
    parameters = loads(text).experiment.web_service.parameters
    assert parameters["share"].default == FileRef("x.txt")
    assert parameters["kept"].default is None
    assert parameters["label"].default is UNSET
    assert loads(dumps(loads(text).experiment)).experiment == loads(text).experiment
