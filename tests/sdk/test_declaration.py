"""From a typed function to a declaration; wrong ones are told at import."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import pytest

from bottega.sdk import (
    BottegaError,
    Code,
    Columns,
    Help,
    Isolation,
    Label,
    Of,
    Range,
    Reach,
    Single,
    Table,
    TrainedModel,
    When,
    Zip,
    module,
    spec_of,
)
from bottega.sdk.ports import PortType


class Way(StrEnum):
    UP = "Go up"
    DOWN = "Go down"


class Both(NamedTuple):
    kept: Annotated[Table, Label("Kept rows")]
    model: Annotated[TrainedModel | None, Label("Model", ("learned",))]


NOTHING = Columns()


@module(title="Climb Stairs", category="Test/Moves", former=("Climb",), version=3, libraries=("scipy",))
def climb_stairs(
    dataset: Annotated[Table, Label("Dataset", ("input",)), Help("The stairs")],
    bundle: Annotated[Zip | None, Label("Bundle")] = None,
    *,
    way: Annotated[Way, Label("Way")] = Way.UP,
    steps: Annotated[int, Label("Number of steps", ("count",)), Range(1, 10), Help("At once")],
    text: Annotated[str, Label("Words"), Code("sql"), When("way", Way.DOWN)],
    column: Annotated[Columns, Label("Column"), Of("dataset"), Single()] = NOTHING,
    seed: Annotated[int | None, Label("Seed")] = None,
) -> Both:
    """Goes up or
    down.

    A second paragraph.

        with code
    """
    raise NotImplementedError


SPEC = spec_of(climb_stairs)


def test_what_is_told_of_the_module() -> None:
    assert (SPEC.name, SPEC.title, SPEC.category) == ("climb-stairs", "Climb Stairs", "Test/Moves")
    assert SPEC.summary == "Goes up or down."
    assert SPEC.description == "A second paragraph.\n\n    with code"
    assert (SPEC.version, SPEC.former, SPEC.libraries) == (3, ("Climb",), ("scipy",))
    assert (SPEC.deterministic, SPEC.isolation, SPEC.guest) == (True, Isolation.JAIL, "module")
    assert SPEC.function is climb_stairs


def test_ports() -> None:
    dataset, bundle = SPEC.inputs
    assert (dataset.name, dataset.title, dataset.type, dataset.optional) == (
        "dataset",
        "Dataset",
        PortType.TABLE,
        False,
    )
    assert (dataset.others, dataset.help) == (("input",), "The stairs")
    assert (bundle.type, bundle.optional) == (PortType.ZIP, True)
    kept, model = SPEC.outputs
    assert (kept.name, kept.title, kept.type, kept.optional) == ("kept", "Kept rows", PortType.TABLE, False)
    assert (model.name, model.type, model.optional, model.others) == (
        "model",
        PortType.TRAINED_MODEL,
        True,
        ("learned",),
    )


def test_parameters() -> None:
    by_name = {parameter.name: parameter for parameter in SPEC.parameters}
    assert list(by_name) == ["way", "steps", "text", "column", "seed"]
    steps, text, column, seed = (by_name[name] for name in ("steps", "text", "column", "seed"))
    assert (steps.type, steps.required, steps.range, steps.help) == (int, True, Range(1, 10), "At once")
    assert (text.code, text.when) == ("sql", (When("way", Way.DOWN),))
    assert (column.of, column.single, column.required) == ("dataset", True, False)
    assert (seed.type, seed.optional, seed.default) == (int, True, None)


def test_a_single_output_goes_by_its_label() -> None:
    @module(title="One", category="Test")
    def one(dataset: Table) -> Annotated[Table, Label("Scored  Dataset")]:
        """One."""
        raise NotImplementedError

    @module(title="Bare", category="Test")
    def bare(some_data: Table) -> Table:
        """Bare."""
        raise NotImplementedError

    @module(title="None", category="Test")
    def none(dataset: Table) -> None:
        """None."""

    assert [port.name for port in spec_of(one).outputs] == ["scored_dataset"]
    assert [port.name for port in spec_of(bare).outputs] == ["results_dataset"]
    assert spec_of(bare).inputs[0].title == "Some data"
    assert spec_of(none).outputs == ()


def test_a_way_out_is_neither_port_nor_parameter() -> None:
    @module(title="Out", category="Test", isolation=Isolation.HOST)
    def out(dataset: Table, reach: Reach, *, path: str = "") -> None:
        """Out."""

    spec = spec_of(out)
    assert ([port.name for port in spec.inputs], spec.reach) == (["dataset"], "reach")
    assert [parameter.name for parameter in spec.parameters] == ["path"]


@pytest.mark.parametrize("spelling", ["steps", "Number of steps", "NUMBER-OF-STEPS", "count", "number_of_steps"])
def test_a_parameter_by_any_spelling(spelling: str) -> None:
    found = SPEC.parameter(spelling)
    assert found is not None
    assert found.name == "steps"


def test_ports_by_any_spelling() -> None:
    for spelling in ("dataset", "DataSet", "Input"):
        assert SPEC.input(spelling) is SPEC.inputs[0]
    for spelling in ("model", "Learned"):
        assert SPEC.output(spelling) is SPEC.outputs[1]
    assert SPEC.input("kept") is None
    assert SPEC.output("dataset") is None
    assert SPEC.parameter("nothing") is None


def test_a_name_comes_before_another_ones_title() -> None:
    @module(title="Clash", category="Test")
    def clash(*, first: Annotated[str, Label("second")] = "", second: Annotated[str, Label("First")] = "") -> Table:
        """Clash."""
        raise NotImplementedError

    spec = spec_of(clash)
    assert [parameter.name for parameter in (spec.parameter("first"), spec.parameter("second")) if parameter] == [
        "first", "second",
    ]  # fmt: skip


def test_conversion_fills_in_defaults() -> None:
    values = SPEC.convert({"Number of steps": "4"})
    assert values == {"way": Way.UP, "steps": 4, "text": None, "column": Columns(), "seed": None}
    assert SPEC.as_plain(values) == {"way": "Go up", "steps": 4, "column": "None", "seed": None}


def test_what_is_required_depends_on_others() -> None:
    with pytest.raises(BottegaError) as caught:
        SPEC.convert({"steps": 1, "way": "Go down"})
    assert (caught.value.code, caught.value.facts["parameter"]) == ("0003", "Words")
    assert SPEC.convert({"steps": 1, "way": "Go down", "Words": "x"})["text"] == "x"
    with pytest.raises(BottegaError, match="Number of steps"):
        SPEC.convert({})


def test_an_unknown_parameter_tells_those_there_are() -> None:
    with pytest.raises(BottegaError, match="way, steps, text, column, seed") as caught:
        SPEC.convert({"steps": 1, "stairs": 2})
    assert caught.value.code == "usage"


def test_the_json_schema() -> None:
    schema = SPEC.json_schema()
    assert schema["required"] == ["steps", "text"]
    assert schema["additionalProperties"] is False
    way, steps, text, column, seed = schema["properties"].values()
    assert (way["enum"], way["default"]) == (["Go up", "Go down"], "Go up")
    assert (steps["minimum"], steps["maximum"], steps["description"]) == (1, 10, "At once")
    assert (text["x-code"], text["x-when"]) == ("sql", {"way": ["Go down"]})
    assert (column["x-columnsOf"], column["x-single"], column["default"]) == ("dataset", True, "None")
    assert (seed["anyOf"], seed["default"]) == ([{"type": "integer"}, {"type": "null"}], None)


def no_docstring(dataset: Table) -> None:
    pass


def odd_port(dataset: dict[str, int]) -> None:
    """Odd."""


def odd_parameter(*, value: list[int]) -> None:
    """Odd."""


def odd_output() -> int:
    """Odd."""
    raise NotImplementedError


def columns_of_nothing(dataset: Table, *, columns: Columns) -> None:
    """Odd."""


def columns_of_no_input(dataset: Table, *, columns: Annotated[Columns, Of("other")]) -> None:
    """Odd."""


def when_of_nothing(*, value: Annotated[int, When("other", 1)] = 1) -> None:
    """Odd."""


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (no_docstring, "needs a docstring"),
        (odd_port, "which no port carries"),
        (odd_parameter, "which no parameter is"),
        (odd_output, "which no port carries"),
        (columns_of_nothing, "of which input"),
        (columns_of_no_input, "which is no input"),
        (when_of_nothing, "which is no parameter"),
    ],
    ids=lambda value: getattr(value, "__name__", "") or "-",
)
def test_a_signature_that_is_no_modules(function: Callable[..., Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        module(title="Odd", category="Test")(function)


def test_a_default_that_its_own_parameter_refuses() -> None:
    def odd(*, value: Annotated[int, Range(1, 5)] = 9) -> None:
        """Odd."""

    with pytest.raises(BottegaError, match="Value"):
        module(title="Odd", category="Test")(odd)
