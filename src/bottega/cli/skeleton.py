"""A module that works and its test, to begin one's own with."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from bottega.errors import BottegaError

_WORDS = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST = 64

_MODULE = '''"""{title}: chosen columns times a number."""

from typing import Annotated

from bottega.sdk import Columns, Help, Label, Of, Table, module


@module(title="{title}", category="My Modules")
def {name}(
    dataset: Annotated[Table, Label("Dataset")],
    *,
    columns: Annotated[Columns, Label("Columns"), Of("dataset")] = Columns.of_type("Numeric"),
    factor: Annotated[float, Label("Factor"), Help("What each value is multiplied by")] = 2.0,
) -> Annotated[Table, Label("Results dataset")]:
    """Multiply the values of columns by a number.

    This paragraph and those after it are the reference page: what the module does, and what it does with missing
    values, which stay missing here.
    """
    import pyarrow.compute as pc

    arrow = dataset.arrow
    for chosen in columns.select(dataset.columns, "Columns"):
        place = arrow.schema.get_field_index(chosen)
        values = pc.multiply(pc.cast(arrow.column(place), "float64"), factor)
        arrow = arrow.set_column(place, chosen, values)
    return Table(arrow)
'''

_TEST = '''"""{title}, called as the function that it is."""

import pyarrow as pa
import pytest
from {name} import {name}

from bottega.sdk import BottegaError, Columns, Table

PEOPLE = Table(pa.table({{"name": ["ann", "bob", "cyd"], "age": [31, 45, None], "bmi": [22.5, None, 30.0]}}))


def test_numbers_are_multiplied_and_the_rest_stays() -> None:
    made = {name}(PEOPLE, factor=10.0)
    assert made.arrow.to_pydict() == {{
        "name": ["ann", "bob", "cyd"],
        "age": [310.0, 450.0, None],
        "bmi": [225.0, None, 300.0],
    }}


def test_chosen_columns_alone() -> None:
    made = {name}(PEOPLE, columns=Columns.named("bmi"))
    assert made.arrow.column("bmi").to_pylist() == [45.0, None, 60.0]
    assert made.arrow.column("age").equals(PEOPLE.arrow.column("age"))


def test_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(BottegaError) as told:
        {name}(PEOPLE, columns=Columns.named("height"))
    assert told.value.code == "0001"


def test_a_table_without_rows() -> None:
    assert {name}(Table(PEOPLE.arrow.slice(0, 0))).num_rows == 0
'''


def write(text: str, folder: Path) -> tuple[Path, Path]:
    """Write module and test into a folder. Raises `usage` for what is no name, `0057` and `0048`."""
    name = re.sub(r"[\s_-]+", "_", text.strip()).lower()
    if not _WORDS.fullmatch(name) or keyword.iskeyword(name) or len(name) > _LONGEST or name.startswith("test_"):
        reason = (
            f"{text!r:.100} is no name for a module: letters and digits, words with dashes between them, at most 64"
        )
        raise BottegaError("usage", reason=reason)
    title = name.replace("_", " ").title()
    texts = {
        folder / f"{name}.py": _MODULE.format(name=name, title=title),
        folder / f"test_{name}.py": _TEST.format(name=name, title=title),
    }
    for path in texts:
        if path.exists():
            raise BottegaError("0057", path=str(path))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in texts.items():
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BottegaError("0048", path=str(folder), reason=error.strerror or str(error)) from error
    module, test = texts
    return module, test
