"""Values of a call go into the nodes."""

from __future__ import annotations

from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.graph.service import apply_parameters
from tests.graph.modules import find

BASE = (
    Experiment()
    .add_dataset("data", "iris")
    .add("half", "halve", inputs={"dataset": "data"})
    .set("half", "Fraction of rows", 0.7)
    .add("other", "halve", inputs={"dataset": "data"})
    .add("fit", "train", inputs={"dataset": "half"}, label="species")
    .with_service_parameter("share", "half.fraction", "other.Fraction of rows")
    .with_service_parameter("kept", "half.keep", default=3)
    .with_service_parameter("label", "fit.label", required=True)
)


def _parameters(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    applied = apply_parameters(BASE, values, find)
    assert applied.web_service == BASE.web_service
    return {name: dict(node.parameters) for name, node in applied.nodes.items() if name != "data"}


def test_values_and_defaults() -> None:
    assert _parameters({"label": ["width"]}) == {
        "half": {"Fraction of rows": 0.7, "keep": 3}, "other": {}, "fit": {"label": ["width"]},
    }  # fmt: skip
    assert _parameters({"label": "width", "share": "0.25", "kept": 1}) == {
        "half": {"Fraction of rows": "0.25"}, "other": {"fraction": "0.25"}, "fit": {"label": "width"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({}, "usage", "needs the parameter label"),
        ({"label": "a", "shar": 1}, "usage", "no parameter shar; did you mean share?"),
        ({"label": "a", "Share": 0.5}, "usage", "no parameter Share"),
        ({"label": "a", "share": 2}, "0007", "Fraction of rows"),
        ({"label": "a", "kept": "many"}, "0002", "Columns to keep"),
        ({"label": {"file": "/etc/passwd"}}, "0002", "Label column"),
        ({"label": "a", "kept": {"file": "x"}}, "0002", "Columns to keep"),
        ({"label": "a", "kept": None}, "0002", "Columns to keep"),
    ],
    ids=range(8),
)
def test_values_that_cannot_be(values: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(BottegaError, match=words) as caught:
        apply_parameters(BASE, values, find)
    assert caught.value.code in {code, "0004", "0005", "0006", "0008"} if code == "0007" else caught.value.code == code


def test_a_text_is_never_the_name_of_a_file() -> None:
    note = Experiment().add("a", "learner").with_service_parameter("note", "a.note")
    with pytest.raises(BottegaError) as caught:
        apply_parameters(note, {"note": {"file": "secret.txt"}}, find)
    assert caught.value.code == "0002"
    assert apply_parameters(note, {"note": "{file: secret.txt}"}, find).nodes["a"].parameters == {
        "note": "{file: secret.txt}"
    }


def test_a_default_in_a_file_is_read(tmp_path: Any) -> None:
    (tmp_path / "note.txt").write_text("hello")
    experiment = Experiment(folder=tmp_path).add("a", "learner")
    experiment = experiment.with_service_parameter("note", "a.note", default=FileRef("note.txt"))
    assert apply_parameters(experiment, {}, find).nodes["a"].parameters == {"note": "hello"}


def test_a_place_that_is_not_there() -> None:
    with pytest.raises(BottegaError, match=r"no a\.x for a web service parameter"):
        apply_parameters(Experiment().add("a", "learner").with_service_parameter("p", "a.x"), {"p": 1}, find)
    with pytest.raises(BottegaError, match=r"no a\.x for"):
        apply_parameters(Experiment().add("a", "odd").with_service_parameter("p", "a.x"), {"p": 1}, find)
