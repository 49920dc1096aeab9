"""Reference pages: complete, well-formed, and with an example that can be read as it stands."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from ruamel.yaml import YAML

from bottega.graph import file
from bottega.graph.validation import validate
from bottega.sdk import (
    Code,
    Columns,
    Help,
    Isolation,
    Label,
    ModuleSpec,
    Of,
    Range,
    Single,
    Table,
    When,
    catalogue,
    module,
    spec_of,
)
from bottega.sdk.page import example, example_inputs, example_parameters, index, page
from bottega.sdk.parameters import Parameter
from bottega.sdk.ports import Port

MODULES = catalogue.every()


class No(StrEnum):
    NO = "no"


class Way(StrEnum):
    PIPED = "up | down"
    TRUE = "yes"


ANY_COLUMN = Columns.of_type("Numeric")


@module(title="Odd", category="Test", former=("Older",), deterministic=False, isolation=Isolation.HOST)
def odd(
    first: Annotated[Table, Label("First")],
    second: Annotated[Table, Label("Second"), Help("What | follows")],
    third: Table | None = None,
    *,
    way: Annotated[Way, Label("Way | road")],
    other: Annotated[str, Label("Other"), When("way", Way.TRUE)],
    text: Annotated[str, Label("Text"), Code("python"), When("way", Way.PIPED)],
    share: Annotated[float, Label("Share"), Range(above=0, below=1), Help("How much")],
    flag: Annotated[bool, Label("Flag")],
    column: Annotated[Columns, Label("Column"), Of("first"), Single()],
    columns: Annotated[Columns, Label("Columns"), Of("second")] = ANY_COLUMN,
    blank: Annotated[str, Label("Blank")] = "",
    seed: Annotated[
        int | None, Label("Seed"), Range(0, 9), When("way", Way.PIPED, Way.TRUE), When("flag", True)
    ] = None,
) -> Annotated[Table, Label("Out")]:
    """Odd in all ways.

    More `of` it.
    """
    raise NotImplementedError


ODD = spec_of(odd)


def cells(text: str, name: str) -> list[str]:
    """The cells of the row that begins with a name."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip().replace("\\|", "|") for cell in line.replace("\\|", "\0").strip("|").split("|")]


def shown(text: str, name: str) -> list[str]:
    return [cell.replace("\0", "|") for cell in cells(text, name)]


def test_what_a_page_tells() -> None:
    text = page(ODD)
    assert text.startswith("# Odd\n\nOdd in all ways.\n\n`odd` · Test · formerly Older\n\nMore `of` it.\n")
    assert "- It runs outside the jail" in text
    assert "- It runs anew each time" in text
    assert shown(text, "first") == ["`first`", "First", "DataTable", "required", ""]
    assert shown(text, "second")[-1] == "What | follows"
    assert shown(text, "third")[3] == "optional"
    assert shown(text, "out")[:4] == ["`out`", "Out", "DataTable", "always"]
    assert shown(text, "way") == ["`way`", "Way | road", "one of `up | down`, `yes`", "required", ""]
    assert shown(text, "share")[2:] == ["a number, above 0 below 1", "required", "How much."]
    assert shown(text, "column")[2] == "one column of `first`"
    assert shown(text, "columns")[2:4] == ["a selection of columns of `second`", "`NumericAll`"]
    assert shown(text, "blank")[3] == "empty"
    assert shown(text, "seed")[2:4] == ["a whole number, from 0 to 9, or nothing", "nothing"]
    assert shown(text, "seed")[4] == 'Counts with `way` `"up | down"` or `"yes"` and `flag` `true`.'
    assert shown(text, "text")[2] == "text, python"


def test_the_example_has_what_is_required_and_counts() -> None:
    assert example_inputs(ODD) == {"first": "data", "second": "data-2"}
    given = example_parameters(ODD)
    assert list(given) == ["way", "text", "share", "flag", "column"]
    assert 0 < given["share"] < 1
    read = YAML(typ="safe").load(example(ODD))["nodes"]["odd"]
    assert read == {"module": "odd", "inputs": {"first": "data", "second": "data-2"}, "parameters": given}


BOUNDS = [
    Range(above=0),
    Range(below=0),
    Range(above=0, below=1e-9),
    Range(above=-5, below=-4),
    Range(minimum=3),
    Range(maximum=-3),
    Range(below=5),
    Range(),
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_an_example_within_any_range(bounds: Range) -> None:
    ranged = replace(ODD, parameters=(Parameter("value", "Value", float, required=True, range=bounds),))
    assert list(ranged.convert(example_parameters(ranged))) == ["value"]


@pytest.mark.parametrize("spec", MODULES, ids=lambda spec: spec.name)
def test_every_example_can_be_read_as_it_stands(tmp_path: Path, spec: ModuleSpec) -> None:
    spec.convert(example_parameters(spec))
    text = "bottega: 1\n" + example(spec)
    if spec.guest != "dataset":
        for port, node in example_inputs(spec).items():
            module_, output = feeder(spec, port)
            text = text.replace(f"{port}: {node}", f"{port}: {node}.{output}")
            text += f"  {node}:\n    module: {module_}\n"
    (tmp_path / "data.csv").write_text("a\n1\n")
    loaded = file.loads(text, tmp_path)
    assert not loaded.problems
    node = next(iter(loaded.experiment.nodes))
    assert not [problem for problem in validate(loaded) if problem.node == node]


def feeder(spec: ModuleSpec, port: str) -> tuple[str, str]:
    """A module and the output of it that an input takes."""
    wanted = spec.input(port)
    assert wanted is not None
    return next(
        (each.name, output.name) for each in MODULES for output in each.outputs if output.type.fits(wanted.type)
    )


@pytest.mark.parametrize("spec", MODULES, ids=lambda spec: spec.name)
def test_every_page_names_all_there_is(spec: ModuleSpec) -> None:
    text = page(spec)
    named: list[Port | Parameter] = [*spec.inputs, *spec.outputs, *spec.parameters]
    for each in named:
        assert f"| `{each.name}` | {each.title} |" in text
    for former in spec.former:
        assert former in text
    assert tables_are_even(text)


def tables_are_even(text: str) -> bool:
    """Whether all rows of each table have as many cells as its head."""
    width: int | None = None
    for line in text.splitlines():
        if not line.startswith("|"):
            width = None
            continue
        count = line.replace("\\|", "").count("|")
        if width is not None and count != width:
            return False
        width = count
    return True


def test_the_index_leads_to_every_page_once() -> None:
    text = index(MODULES)
    assert text.startswith("# Modules\n")
    for spec in MODULES:
        assert text.count(f"]({spec.name}.md)") == 1
    assert tables_are_even(text)


def test_words_that_yaml_takes_for_others_are_quoted() -> None:
    spec = replace(ODD, inputs=(), parameters=(Parameter("value", "Value", No, required=True),))
    assert 'value: "no"' in example(spec)
    assert YAML(typ="safe").load(example(spec))["nodes"]["odd"]["parameters"] == {"value": "no"}
